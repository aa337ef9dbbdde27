//! Keys of dimension versions: what `sha256sum` says of the text in `docs/history.md`.

use chrono::TimeDelta;
use domain::history::history;
use domain::record::AdtRecord;
use uuid::Uuid;

use super::builder::{MEDICINE, Saying, UNHEARD_OF, admit, departments, hour, update};

fn patient_key(record: AdtRecord) -> Uuid {
    history(&[record], &departments()).versions[0].patient_key
}

/// The first 16 bytes of a hash, in hexadecimal digits.
fn key(hexadecimal: &str) -> Uuid {
    Uuid::parse_str(hexadecimal).expect("32 digits")
}

#[test]
fn a_patients_key_hashes_pseudonym_and_microseconds() {
    // printf 'dim_patient|00000000-0000-0000-0000-00000000000a|1772413200000000' | sha256sum
    assert_eq!(
        patient_key(update(1)),
        key("e246d541fdad4ed9869056126664043d")
    );
    // printf 'dim_patient|00000000-0000-0000-0000-00000000000a|1772413200000001' | sha256sum
    assert_eq!(
        patient_key(update(1).at_time(hour(1) + TimeDelta::microseconds(1))),
        key("e24ba72dccf73fffaf88f10372c80a35")
    );
}

#[test]
fn a_time_before_1970_is_negative_in_the_key() {
    // printf 'dim_patient|00000000-0000-0000-0000-00000000000a|-1500000' | sha256sum
    let before = chrono::DateTime::from_timestamp_millis(-1_500).unwrap();
    assert_eq!(
        patient_key(update(1).at_time(before)),
        key("601dc0a4c019e2b397ac3a0a8b66f3fc")
    );
}

#[test]
fn the_unknown_department_has_a_key_of_its_own() {
    // printf 'dim_department|unknown|-infinity' | sha256sum
    let history = history(&[admit(1, UNHEARD_OF, "a")], &departments());
    let unknown = key("11211fe93d8a5df2a9e8a1a4f1416ab9");
    assert_eq!(history.stays[0].department_key, unknown);
    assert_eq!(history.admissions[0].admission_department_key, unknown);
    assert_eq!(departments().unknown_key(), unknown);
}

#[test]
fn a_department_of_the_network_is_valid_from_minus_infinity() {
    // printf 'dim_department|TEST/MED|-infinity' | sha256sum
    let history = history(&[admit(1, MEDICINE, "a")], &departments());
    assert_eq!(
        history.stays[0].department_key,
        key("7180f88017aaece58931f8d16e4c930a")
    );
}
