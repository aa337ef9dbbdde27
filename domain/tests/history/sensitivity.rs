//! Nothing that matters goes unseen: in a well-formed history each move shows, and an update that
//! says nothing that gold keeps does not.

use domain::history::history;
use domain::record::{AdtRecord, Trigger};
use proptest::prelude::*;

use super::arbitrary::cases;
use super::builder::{
    INTENSIVE_CARE, MEDICINE, SURGERY, Saying, admit, departments, discharge, transfer, update,
};

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

proptest! {
    #![proptest_config(cases(500))]

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
