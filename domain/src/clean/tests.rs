use proptest::prelude::*;

use super::*;
use crate::event::Identity;
use crate::record::Trigger;
use crate::rule::{Rule, record as rule};

fn cleaner() -> Cleaner {
    Cleaner::new(
        PseudonymKey::new(&[7; 32]).unwrap(),
        [("BIDMC".to_owned(), TimeZone::parse("UTC").unwrap())],
    )
}

#[allow(clippy::unnecessary_wraps, reason = "it is what a field holds")]
fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

fn admission() -> AdtEvent {
    AdtEvent {
        event_id: text("0198a1b2-0000-7000-8000-000000000001"),
        event_type: text("A01"),
        occurred_at: text("2164-10-23T21:10:15Z"),
        recorded_at: text("2164-10-23T23:10:15.1234567+02:00"),
        admitted_at: text("2164-10-23T21:09:00Z"),
        hospital_code: text("BIDMC"),
        patient_id: text("10006"),
        encounter_id: text("142345"),
        identity: Some(Identity {
            id_number: text("9403055009085"),
            date_of_birth: text("2094-03-05"),
            ..Identity::default()
        }),
        ..AdtEvent::default()
    }
}

/// The same, so that nothing but the birth date tells the age.
fn admission_without_id_number() -> AdtEvent {
    let mut event = admission();
    event.identity.as_mut().unwrap().id_number = None;
    event
}

fn clean(event: &AdtEvent) -> Result<CleanedEvent, Refusal> {
    cleaner().clean(event, Uuid::nil())
}

fn refusal(change: impl Fn(&mut AdtEvent)) -> (&'static str, Option<&'static str>, String) {
    let mut event = admission();
    change(&mut event);
    let refusal = clean(&event).unwrap_err();
    (refusal.rule.code, refusal.field, refusal.reason)
}

#[test]
fn a_good_event_is_typed_and_parted_from_its_identity() {
    let cleaned = clean(&admission()).unwrap();
    assert_eq!(cleaned.record.trigger, Trigger::Admit);
    assert_eq!(
        cleaned.record.recorded_at.to_rfc3339(),
        "2164-10-23T21:10:15.123456+00:00"
    );
    assert_eq!(cleaned.record.age_at_admission_years, Some(70));
    assert_eq!(cleaned.record.patient.birth_year, Some(2094));
    assert!(cleaned.record.patient.person_pseudonym.is_some());
    assert_eq!(cleaned.encounter_id.as_deref(), Some("142345"));
    let shown = format!("{:?}", cleaned.record);
    assert!(
        !shown.contains("9403055009085") && !shown.contains("10006"),
        "{shown}"
    );
}

#[test]
fn an_age_above_120_marks_the_birth_date_unknown() {
    let mut event = admission_without_id_number();
    event.identity.as_mut().unwrap().date_of_birth = text("1864-10-23");
    let cleaned = clean(&event).unwrap();
    assert_eq!(cleaned.record.age_at_admission_years, None);
    assert_eq!(cleaned.record.patient.birth_year, None);
    assert_eq!(cleaned.record.repairs, [&rule::AGE_ABOVE_120]);
    event.identity.as_mut().unwrap().date_of_birth = text("2044-10-23");
    assert_eq!(
        clean(&event).unwrap().record.age_at_admission_years,
        Some(120)
    );
}

#[test]
fn a_birthday_is_on_the_hospitals_date() {
    let johannesburg = TimeZone::parse("Africa/Johannesburg").unwrap();
    let cleaner = Cleaner::new(
        PseudonymKey::new(&[7; 32]).unwrap(),
        [("BIDMC".to_owned(), johannesburg)],
    );
    let mut event = admission();
    event.admitted_at = text("2164-03-04T22:30:00Z");
    let age = |event: &AdtEvent| {
        cleaner
            .clean(event, Uuid::nil())
            .unwrap()
            .record
            .age_at_admission_years
    };
    assert_eq!(age(&event), Some(70), "half past midnight on 5 March");
    event.admitted_at = text("2164-03-04T21:30:00Z");
    assert_eq!(age(&event), Some(69));
}

#[test]
fn what_is_missing_or_unreadable_is_refused_by_its_rule() {
    let code = |change: fn(&mut AdtEvent)| refusal(change).0;
    assert_eq!(code(|event| event.event_id = None), "ADT-002");
    assert_eq!(code(|event| event.event_id = text("7")), "ADT-002");
    assert_eq!(code(|event| event.event_type = text("A05")), "ADT-003");
    assert_eq!(code(|event| event.occurred_at = text("  ")), "ADT-004");
    assert_eq!(code(|event| event.recorded_at = None), "ADT-005");
    assert_eq!(
        code(|event| event.admitted_at = text("10/23/64 21:09")),
        "ADT-006"
    );
    assert_eq!(
        code(|event| event.hospital_code = text("ELSEWHERE")),
        "ADT-007"
    );
    assert_eq!(code(|event| event.patient_id = None), "ADT-008");
    assert_eq!(code(|event| event.encounter_id = None), "ADT-009");
    assert_eq!(code(|event| event.sex = text("F\0")), "ADT-010");
}

#[test]
fn an_update_of_a_patient_needs_no_encounter() {
    let mut event = admission();
    event.event_type = text("A08");
    event.encounter_id = None;
    assert_eq!(clean(&event).unwrap().record.encounter_key, None);
}

#[test]
fn a_refusal_tells_how_a_value_looks() {
    let (_, field, reason) = refusal(|event| {
        event.identity.as_mut().unwrap().date_of_birth = text("05.03.2094");
    });
    assert_eq!(field, Some("identity.date_of_birth"));
    assert_eq!(
        reason,
        "a value of 10 characters, 8 of them digits, is not YYYY-MM-DD"
    );
    let (_, field, reason) = refusal(|event| event.occurred_at = text("2164-10-23 21:10:15"));
    assert_eq!(field, Some("occurred_at"));
    assert!(
        reason.starts_with("\"9999-99-99 99:99:99\" is not RFC 3339"),
        "{reason}"
    );
}

#[test]
fn identity_in_a_wrong_column_is_not_told() {
    let wrong: [fn(&mut AdtEvent, &str); 4] = [
        |event, value| event.event_id = text(value),
        |event, value| event.event_type = text(value),
        |event, value| event.occurred_at = text(value),
        |event, value| event.hospital_code = text(value),
    ];
    for put in wrong {
        for value in ["9403055009085", "1980-01-01", "Ndlovu", "082 555 0173"] {
            let mut event = admission();
            put(&mut event, value);
            let refusal = clean(&event).unwrap_err().to_string();
            assert!(!refusal.contains(value), "{refusal}");
        }
    }
}

#[test]
fn an_age_above_120_at_the_admission_marks_the_birth_date_unknown_too() {
    let mut event = admission_without_id_number();
    event.admitted_at = text("2214-10-23T21:09:00Z");
    event.identity.as_mut().unwrap().date_of_birth = text("2093-10-23");
    let cleaned = clean(&event).unwrap();
    assert_eq!(cleaned.record.age_at_admission_years, None);
    assert_eq!(cleaned.record.repairs, [&rule::AGE_ABOVE_120]);
}

#[test]
fn a_birth_after_the_event_is_marked_unknown_and_one_during_the_stay_is_age_0() {
    let mut event = admission_without_id_number();
    event.admitted_at = text("2164-10-20T21:09:00Z");
    event.occurred_at = text("2164-10-23T21:10:15Z");
    let mut born_on = |date| {
        event.identity.as_mut().unwrap().date_of_birth = text(date);
        let record = clean(&event).unwrap().record;
        (
            record.age_at_admission_years,
            record.patient.birth_year,
            record.repairs,
        )
    };
    assert_eq!(born_on("2164-10-24"), (None, None, vec![&rule::BORN_LATER]));
    assert_eq!(born_on("2999-01-01"), (None, None, vec![&rule::BORN_LATER]));
    assert_eq!(born_on("2164-10-23"), (Some(0), Some(2164), vec![]));
    assert_eq!(born_on("2164-10-21"), (Some(0), Some(2164), vec![]));
}

#[test]
fn a_valid_id_number_tells_the_age_and_the_vault_keeps_what_was_sent() {
    for (sent, rule) in [
        (None, &rule::BIRTH_MISSING),
        (text("1864-10-23"), &rule::AGE_ABOVE_120),
        (text("2044-10-23"), &rule::AGE_ABOVE_100),
        (text("2094-03-06"), &rule::BIRTH_CONTRADICTS_ID),
        (text("2164-10-24"), &rule::BORN_LATER),
    ] {
        let mut event = admission();
        event
            .identity
            .as_mut()
            .unwrap()
            .date_of_birth
            .clone_from(&sent);
        let cleaned = clean(&event).unwrap();
        assert_eq!(cleaned.record.repairs, [rule]);
        assert_eq!(cleaned.record.age_at_admission_years, Some(70));
        assert_eq!(cleaned.record.patient.birth_year, Some(2094));
        let kept = cleaned.identity.date_of_birth.map(|date| date.to_string());
        assert_eq!(kept, sent);
    }
}

#[test]
fn a_valid_id_number_tells_the_sex_and_several_repairs_are_in_order() {
    let mut event = admission();
    event.sex = text("F");
    event.admitted_at = None;
    event.identity.as_mut().unwrap().date_of_birth = text("1864-10-23");
    let record = clean(&event).unwrap().record;
    assert_eq!(record.patient.sex.as_deref(), Some("M"));
    let repairs = [
        &rule::AGE_ABOVE_120,
        &rule::ADMISSION_TIME,
        &rule::SEX_CONTRADICTS_ID,
    ];
    assert_eq!(record.repairs, repairs);
    event.identity.as_mut().unwrap().id_number = text("9403055009084");
    let record = clean(&event).unwrap().record;
    assert_eq!(record.patient.sex.as_deref(), Some("F"));
}

#[test]
fn a_time_must_be_a_day_of_the_warehouse() {
    for (time, code) in [
        ("0000-01-01T00:00:00Z", "ADT-012"),
        ("1900-12-31T23:59:59Z", "ADT-012"),
        ("2300-01-01T00:00:00Z", "ADT-012"),
        ("9999-12-31T23:59:59Z", "ADT-012"),
        ("2164-10-23T12:00:60Z", "ADT-006"),
        ("2164-10-23T12:00:00+25:00", "ADT-006"),
    ] {
        let mut event = admission();
        event.discharged_at = text(time);
        assert_eq!(clean(&event).unwrap_err().rule.code, code, "{time}");
    }
    for time in ["1901-01-01T00:00:00Z", "2299-12-31T23:59:59Z"] {
        let mut event = admission();
        event.discharged_at = text(time);
        assert!(clean(&event).is_ok(), "{time}");
    }
    let mut event = admission();
    event.admitted_at = text("2016-12-31T12:00:00Z");
    event.discharged_at = text("2017-01-01T01:59:60+02:00");
    let leap_second = clean(&event).unwrap().record.discharged_at.unwrap();
    assert_eq!(leap_second.to_rfc3339(), "2017-01-01T00:00:00+00:00");
}

#[test]
fn the_times_of_one_event_agree() {
    let mut event = admission();
    event.occurred_at = text("2164-10-23T21:10:16Z");
    event.admitted_at = None;
    let record = clean(&event).unwrap().record;
    assert_eq!(record.occurred_at, record.recorded_at);
    assert_eq!(record.repairs, [&rule::ADMISSION_TIME, &rule::FUTURE_TIME]);
    assert_eq!(record.age_at_admission_years, Some(70));

    let mut event = admission();
    event.event_type = text("A03");
    event.discharged_at = text("2164-10-23T21:08:59Z");
    let record = clean(&event).unwrap().record;
    assert_eq!(record.discharged_at, None);
    assert!(record.admitted_at.is_some());
    assert_eq!(record.repairs, [&rule::DISCHARGE_BEFORE_ADMISSION]);
}

/// Of the MIMIC demo 8 events are entered before the admission that they state, 17 before the discharge.
#[test]
fn administrative_times_may_be_dated_ahead() {
    let mut event = admission();
    event.event_type = text("A03");
    event.admitted_at = text("2164-10-24T09:00:00Z");
    event.discharged_at = text("2164-11-20T21:09:00Z");
    assert_eq!(clean(&event).unwrap().record.repairs, [] as [&Rule; 0]);
}

#[test]
fn a_wrong_id_number_links_to_no_person() {
    let mut event = admission();
    event.identity.as_mut().unwrap().id_number = text("9403055009084");
    let cleaned = clean(&event).unwrap();
    assert_eq!(cleaned.record.patient.person_pseudonym, None);
    assert_eq!(cleaned.record.repairs, [&rule::ID_CHECK_DIGIT]);
    assert_eq!(cleaned.identity.id_number.as_deref(), Some("9403055009084"));
}

proptest! {
    #[test]
    fn no_event_panics(values in proptest::collection::vec(proptest::option::of(".{0,40}"), 8)) {
        let mut event = admission();
        event.event_id = values[0].clone();
        event.occurred_at = values[1].clone();
        event.admitted_at = values[2].clone();
        event.discharged_at = values[3].clone();
        event.sex = values[4].clone();
        event.patient_id = values[5].clone();
        event.identity.as_mut().unwrap().date_of_birth = values[6].clone();
        event.identity.as_mut().unwrap().id_number = values[7].clone();
        let _ = clean(&event);
    }
}

#[test]
fn debug_prints_nobody() {
    let event = admission();
    let cleaned = clean(&event).unwrap();
    let shown = format!("{event:?} {:?} {cleaned:?}", event.identity);
    for identity in ["9403055009085", "10006", "142345", "2094-03-05"] {
        assert!(!shown.contains(identity), "{shown}");
    }
}
