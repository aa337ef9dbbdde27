//! What holds of any staff, found out anew from the network and the people.

use std::collections::{HashMap, HashSet};

use chrono::{Duration, NaiveDate};
use domain::age::full_years;
use domain::network::{Department, Kind};

use crate::staff::{Role, Shift, Staff, StaffMember};

pub(super) fn check(staff: &Staff<'_>) {
    everybody_is_one(staff);
    ages(staff);
    chains(staff);
    changes(staff);
    cover(staff);
    doctors(staff);
}

pub(super) fn start(staff: &Staff<'_>) -> NaiveDate {
    staff.population.start()
}

fn members<'s>(staff: &'s Staff<'_>) -> impl Iterator<Item = StaffMember<'s>> {
    (0..staff.count_before(NaiveDate::MAX)).map(|number| staff.member(number))
}

/// Nobody is two members of staff, and no number is given twice.
fn everybody_is_one(staff: &Staff<'_>) {
    let mut people = HashSet::new();
    let mut ids = HashSet::new();
    let mut registered = HashSet::new();
    for member in members(staff) {
        assert!(people.insert(member.person().row()));
        let id = member.id();
        assert_eq!(id.as_str().len(), 7);
        assert!(id.as_str().starts_with('S') && id.as_str()[1..].parse::<u32>().is_ok());
        assert!(ids.insert(id));
        let mut number = Vec::new();
        member.write_registration_number(&mut number);
        let number = String::from_utf8(number).unwrap();
        let form: String = number.replace(|it: char| it.is_ascii_digit(), "0");
        let expected = match member.position().role {
            Role::Doctor => "MP0000000",
            Role::Nurse => "00000000",
            Role::Physiotherapist => "PT0000000",
            Role::Pharmacist => "P00000",
            Role::Clerk | Role::Porter => "",
        };
        assert_eq!(form, expected);
        assert!(number.is_empty() || registered.insert(number));
    }
}

fn ages(staff: &Staff<'_>) {
    let start = start(staff);
    for member in members(staff) {
        let age = |on: NaiveDate| full_years(member.person().born_on(), on);
        let in_place_on = match member.replaces() {
            None => start,
            Some(_) => member.starts_on(),
        };
        assert!((22..=64).contains(&age(in_place_on)));
        assert!((22..65).contains(&age(member.hired_on())));
        assert!(member.hired_on() <= member.starts_on());
        assert_eq!(age(member.ends_on()), 65);
        assert_eq!(age(member.ends_on().pred_opt().unwrap()), 64);
        let before = member.starts_on() < start - Duration::days(61);
        assert_eq!(before, member.replaces().is_none(), "{member:?}");
    }
}

/// In each position one follows the other without a gap and without an overlap, to the end of the plan.
fn chains(staff: &Staff<'_>) {
    let mut successor = HashMap::new();
    for member in members(staff) {
        if let Some(replaced) = member.replaces() {
            assert_eq!(replaced.ends_on(), member.starts_on());
            assert_eq!(replaced.position(), member.position());
            assert_eq!(successor.insert(replaced.number(), member), None);
        }
    }
    for position in 0..staff.roster().positions().len() {
        let mut holder = staff.member(position);
        assert_eq!(holder.position(), &staff.roster().positions()[position]);
        assert_eq!(staff.holder(position, holder.starts_on()), holder);
        while let Some(next) = successor.get(&holder.number()) {
            let date = next.starts_on();
            assert_eq!(staff.holder(position, date.pred_opt().unwrap()), holder);
            assert_eq!(staff.holder(position, date), *next);
            holder = *next;
        }
        assert!(holder.ends_on() >= staff.employments.planned_until);
        assert_eq!(staff.holder(position, NaiveDate::MAX), holder);
    }
}

/// Changes are all replacements of their days, in order, and numbered so.
fn changes(staff: &Staff<'_>) {
    let (start, positions) = (start(staff), staff.roster().positions().len());
    let all: Vec<_> = staff.changes(NaiveDate::MIN, NaiveDate::MAX).collect();
    assert_eq!(all.len(), members(staff).count() - positions);
    assert!(all.is_sorted_by_key(|it| it.date));
    for (place, change) in all.iter().enumerate() {
        assert_eq!(change.starts.number(), positions + place);
        assert_eq!(change.starts.replaces(), Some(change.leaves));
        assert_eq!(
            (change.starts.starts_on(), change.leaves.ends_on()),
            (change.date, change.date)
        );
    }
    let mut by_weeks = Vec::new();
    for week in 0..1200 {
        let from = start + Duration::days(7 * week);
        by_weeks.extend(staff.changes(from, from + Duration::days(7)));
    }
    assert_eq!(by_weeks, all);
}

/// Departments with their places, beds and what is said of their kind.
fn departments<'s>(staff: &'s Staff<'_>) -> impl Iterator<Item = ((usize, usize), u32, &'s Kind)> {
    let flow = staff.network.flow.as_ref().unwrap();
    let beds = |it: &Department| {
        it.wards
            .iter()
            .map(|ward| u32::from(ward.beds))
            .sum::<u32>()
    };
    staff
        .network
        .hospitals
        .iter()
        .enumerate()
        .flat_map(move |(hospital, it)| {
            let departments = it.departments.iter().enumerate();
            departments.map(move |(department, it)| {
                ((hospital, department), beds(it), &flow.kinds[&it.kind])
            })
        })
}

/// The shifts of the warm-up, with the night before it, and of nine days.
fn shifts(staff: &Staff<'_>) -> impl Iterator<Item = Shift> {
    let first = start(staff) - Duration::days(61);
    let dates = first.iter_days().take(61 + 9);
    dates.flat_map(|date| [false, true].map(|is_night| Shift { date, is_night }))
}

/// The minimum cover is held, and hardly more, by people who all work then.
fn cover(staff: &Staff<'_>) {
    for (place, beds, kind) in departments(staff) {
        for shift in shifts(staff) {
            let needed = |day: f64, night: f64| {
                (f64::from(beds) / if shift.is_night { night } else { day }).ceil()
            };
            for (role, needed) in [
                (
                    Role::Doctor,
                    needed(kind.beds_per_doctor_day, kind.beds_per_doctor_night),
                ),
                (
                    Role::Nurse,
                    needed(kind.beds_per_nurse_day, kind.beds_per_nurse_night),
                ),
            ] {
                let there: Vec<_> = staff.on_duty(place, role, shift).collect();
                let heads = f64::from(u32::try_from(there.len()).unwrap());
                let enough = needed..=needed * 1.1 + 1.0;
                assert!(enough.contains(&heads), "{place:?} {role:?} {shift:?}");
                for member in there {
                    let is_working = (member.starts_on()..member.ends_on()).contains(&shift.date);
                    let position = member.position();
                    assert!(is_working && position.role == role);
                    assert_eq!((position.hospital, position.department), place);
                }
            }
        }
    }
}

/// There is a doctor in every department with wards, and each of those there can be had.
fn doctors(staff: &Staff<'_>) {
    let far = ["1900-01-01", "2100-12-31"].map(|date| Shift {
        date: date.parse().unwrap(),
        is_night: true,
    });
    for (place, beds, _) in departments(staff) {
        for shift in shifts(staff).take(40).chain(far) {
            let there: Vec<_> = staff.on_duty(place, Role::Doctor, shift).collect();
            assert_eq!(there.is_empty(), beds == 0);
            for pick in [0, 1, 2, 3, 1_000_003, u64::MAX] {
                let doctor = staff.doctor_on_duty(place.0, place.1, shift, pick);
                assert_eq!(doctor.is_some(), beds > 0);
                assert!(doctor.is_none_or(|doctor| there.contains(&doctor)));
            }
            let picks = 0..there.len() as u64;
            let had: Vec<_> = picks
                .filter_map(|pick| staff.doctor_on_duty(place.0, place.1, shift, pick))
                .collect();
            assert_eq!(had, there);
        }
    }
}
