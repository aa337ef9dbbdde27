//! What becomes of a record: of a person, or of a patient of a hospital.

use super::*;

#[allow(clippy::unnecessary_wraps, reason = "it is what lines hold")]
fn text(text: &str) -> Option<Value> {
    Some(Value::Text(text.to_owned()))
}

#[test]
fn a_person_is_parted_into_silver_and_the_vault() {
    let line = record(
        &PEOPLE,
        &[("street", "1 Long Street"), ("province", "Gauteng")],
    );
    let key = cleaner().key;
    assert_eq!(line.pseudonym, key.person_record("4711"));
    let number = crate::id_number::IdNumber::parse(ID_NUMBER).unwrap();
    let of_silver = [
        Some(Value::Pseudonym(key.person(&number))),
        text("M"),
        Some(Value::Year(1994)),
        None,
        None,
        None,
        text("Gauteng"),
    ];
    assert_eq!(line.values, of_silver);
    let born_on = Some(Value::Date("1994-03-05".parse().unwrap()));
    let (phone, street) = (text("082 555 0173"), text("1 Long Street"));
    let of_vault = [
        text("4711"),
        text(ID_NUMBER),
        text("Canary"),
        None,
        born_on,
        phone,
        None,
        street,
        None,
        None,
    ];
    assert!(line.identity == of_vault);
    assert_eq!(line.patient, None);
}

#[test]
fn a_person_is_judged_by_the_rules_of_id_numbers_sex_and_age() {
    let silver = |said: &[(&str, &str)]| {
        let line = record(&PEOPLE, said);
        (line.values[..3].to_vec(), codes(&line.repairs))
    };
    let number = crate::id_number::IdNumber::parse(ID_NUMBER).unwrap();
    let person = Some(Value::Pseudonym(cleaner().key.person(&number)));
    let (sex, year) = (text("M"), Some(Value::Year(1994)));
    let good = vec![person, sex.clone(), year.clone()];
    assert_eq!(silver(&[("sex", "F")]), (good.clone(), vec!["ADT-022"]));
    assert_eq!(
        silver(&[("date_of_birth", "")]),
        (good.clone(), vec!["ADT-019"])
    );
    assert_eq!(silver(&[("date_of_birth", "1994-03-06")]).0, good);
    let unknown = vec![None, sex, year];
    assert_eq!(
        silver(&[("id_number", "9403055009084")]),
        (unknown, vec!["ADT-018"])
    );
    let born_later = [("date_of_birth", "2026-03-03"), ("id_number", "")];
    assert_eq!(silver(&born_later).0[2], None);
    let refusal = refused(&PEOPLE, &[("date_of_birth", "5 March 1994")]);
    assert_eq!(refusal.1, Some("date_of_birth"));
}

#[test]
fn a_patient_is_the_one_of_events_and_of_the_lines_own_hospital() {
    let line = record(
        &HOSPITAL_PATIENTS,
        &[("hospital_code", "ALEX"), ("chronic_conditions", "E11;I10")],
    );
    let key = cleaner().key;
    assert_eq!(line.pseudonym, key.patient("ALEX", "P-10006"));
    let registered_on = Some(Value::Date("2020-02-29".parse().unwrap()));
    let of_silver = [
        Some(Value::Pseudonym(key.person_record("4711"))),
        text("ALEX"),
        registered_on,
        None,
        text("Discovery"),
        text("E11;I10"),
    ];
    assert_eq!(line.values, of_silver);
    assert!(line.identity == [text("P-10006"), text("4711"), text("ALEX"), None]);
    assert_eq!(
        line.patient,
        Some(("ALEX".to_owned(), "P-10006".to_owned()))
    );
}

#[test]
fn a_patient_has_a_number_and_a_hospital_of_the_network() {
    let refused = |name, value| refused(&HOSPITAL_PATIENTS, &[(name, value)]);
    assert_eq!(refused("patient_id", ""), ("ADT-008", Some("patient_id")));
    for code in ["", "ELSEWHERE"] {
        let said = refused("hospital_code", code);
        assert_eq!(said, ("ADT-007", Some("hospital_code")), "{code}");
    }
    // The same number at two hospitals is two patients.
    let of = |code| record(&HOSPITAL_PATIENTS, &[("hospital_code", code)]).pseudonym;
    assert_ne!(of("ALEX"), of("ROSEBANK"));
}
