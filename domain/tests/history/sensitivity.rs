//! Nothing that matters goes unseen: in a well-formed history each move shows, and an update that
//! says nothing that gold keeps does not; likewise each extract with news.

use domain::extract::EncounterExtract;
use domain::history::history;
use domain::record::{AdtRecord, Trigger};
use proptest::prelude::*;

use super::arbitrary::cases;
use super::builder::extract::{Extracted as _, extract};
use super::builder::snapshot::{Day, absent, loaded, registered};
use super::builder::{
    INTENSIVE_CARE, MEDICINE, SURGERY, Saying, admit, departments, discharge, hour, transfer,
    update,
};
use super::silver::Silver;

/// What one encounter is made of: for each move after the A01 the ward, and whether an A08 that
/// changes the service alone follows; then whether the patient has left.
type Course = (Vec<(u8, bool)>, bool);

fn course() -> impl Strategy<Value = Course> {
    (
        prop::collection::vec((0..3_u8, any::<bool>()), 0..4),
        any::<bool>(),
    )
}

/// Encounters one after the other, each event an hour after the one before it; each encounter has
/// another medical scheme, which all its events state.
fn well_formed(courses: &[Course]) -> Vec<AdtRecord> {
    const DEPARTMENTS: [&str; 3] = [MEDICINE, SURGERY, INTENSIVE_CARE];
    let mut records = Vec::new();
    for ((moves, has_left), encounter) in courses.iter().zip(1..) {
        let mut add = |make: &dyn Fn(u8) -> AdtRecord| {
            let number = u8::try_from(records.len() + 1).expect("a few events");
            let scheme = format!("scheme {encounter}");
            records.push(make(number).encounter(encounter).scheme(&scheme));
        };
        add(&|n| admit(n, MEDICINE, "0"));
        for (ward, is_updated) in moves {
            let department = DEPARTMENTS[usize::from(*ward)];
            add(&|n| transfer(n, department, &ward.to_string()));
            if *is_updated {
                add(&|n| update(n).with(|r| r.hospital_service = Some(format!("service {n}"))));
            }
        }
        if *has_left {
            add(&discharge);
        }
    }
    records
}

/// Snapshots of which each says something new of the patient: a day for each scheme, absent where
/// it is that of the day before.
fn with_news(schemes: &[u8]) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for (scheme, number) in schemes.iter().zip(1..) {
        let day = registered(number, &scheme.to_string());
        let is_repeated = days.last().is_some_and(|last| last.named == day.named);
        days.push(if is_repeated { absent(number) } else { day });
    }
    days
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn leaving_out_a_snapshot_with_news_shows_and_one_without_does_not(
        schemes in prop::collection::vec(0..3_u8, 2..8),
        repeated in any::<prop::sample::Index>(),
    ) {
        let days = with_news(&schemes);
        let of = |days: &[Day]| {
            let snapshots = loaded(days);
            history(&Silver { snapshots, ..Silver::default() }, &departments())
        };
        let whole = of(&days);
        for left_out in 0..days.len() {
            let mut rest = days.clone();
            rest.remove(left_out);
            prop_assert_ne!(of(&rest), whole.clone(), "without {:?}", days[left_out]);
        }
        // The same again on the day after: no news, whatever day it is.
        let at = repeated.index(days.len());
        let mut more: Vec<Day> = days.iter().take(at + 1).cloned().collect();
        let again = Day { date: days[at].date.succ_opt().unwrap(), ..days[at].clone() };
        let later = days[at + 1..].iter().map(|day| Day {
            date: day.date.succ_opt().unwrap(),
            ..day.clone()
        });
        more.push(again);
        more.extend(later);
        prop_assert_eq!(of(&more), whole);
    }

    #[test]
    fn leaving_out_an_extract_with_news_shows(extracts in 1..8_u8, is_admitted in any::<bool>()) {
        let told = |number: u8| {
            let news = |it: &mut EncounterExtract| it.disposition = Some(number.to_string());
            // Each tells of an encounter of its own, and the last of all something else of all.
            extract(number).encounter(number).arrived(0).with(news)
        };
        let mut encounters: Vec<EncounterExtract> = (1..=extracts).map(told).collect();
        encounters.extend((1..=extracts).map(|number| {
            extract(20).encounter(number).left(number.into()).discharged(hour(9))
        }));
        // Somebody is known, or each extract would be found for nobody's.
        let known = update(30).without_encounter();
        let admission = is_admitted.then(|| admit(1, MEDICINE, "1").at(0));
        let events: Vec<_> = admission.into_iter().chain([known]).collect();
        let of = |encounters: &[EncounterExtract]| {
            let silver = Silver {
                events: events.clone(),
                encounters: encounters.to_vec(),
                ..Silver::default()
            };
            history(&silver, &departments())
        };
        let whole = of(&encounters);
        for left_out in 0..encounters.len() {
            let mut rest = encounters.clone();
            rest.remove(left_out);
            prop_assert_ne!(of(&rest), whole.clone(), "without {:?}", encounters[left_out]);
        }
    }

    #[test]
    fn leaving_out_a_move_shows_and_a_change_of_service_does_not(
        courses in prop::collection::vec(course(), 1..=3)
    ) {
        let records = well_formed(&courses);
        let departments = departments();
        let whole = history(&records, &departments);
        for left_out in &records {
            let rest = records.iter().filter(|record| *record != left_out);
            let rest = history(rest, &departments);
            if left_out.trigger == Trigger::Update {
                prop_assert_eq!(&rest, &whole);
            } else {
                prop_assert_ne!(&rest, &whole, "without {:?}", left_out);
            }
        }
    }
}
