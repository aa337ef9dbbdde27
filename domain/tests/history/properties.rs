//! Any set of records gives the model's history, however it is delivered.

use domain::history::{PatientHistory, history};
use proptest::prelude::*;

use super::arbitrary::{cases, departments, silver_and_delivery};
use super::model::model;
use super::silver::Silver;

proptest! {
    #![proptest_config(cases(5_000))]

    #[test]
    fn history_is_the_models_in_any_order_with_any_copies(
        (silver, delivered) in silver_and_delivery()
    ) {
        let departments = departments();
        let expected = model(&silver, &departments);
        prop_assert_eq!(&history(&silver, &departments), &expected);
        prop_assert_eq!(&history(&delivered, &departments), &expected);
        prop_assert_eq!(&model(&delivered, &departments), &expected);
    }
}

#[test]
fn no_records_have_an_empty_history() {
    let none = Silver::default();
    assert_eq!(history(&none, &departments()), PatientHistory::default());
    assert_eq!(model(&none, &departments()), PatientHistory::default());
}
