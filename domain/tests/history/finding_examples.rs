//! Findings, by example: one test a rule of `docs/history.md`.

use chrono::TimeDelta;
use domain::history::history;
use domain::record::AdtRecord;
use uuid::Uuid;

use super::builder::{
    MEDICINE, NEW_WING, PATIENT, SURGERY, Saying, TOLD, UNHEARD_OF, admit, departments, discharge,
    encounter, event, hour, transfer, update,
};

/// (rule, event) of each finding. The event of each is of the one encounter of these records.
fn findings(records: &[AdtRecord]) -> Vec<(&'static str, Uuid)> {
    let findings = history(records, &departments()).findings;
    for finding in &findings {
        assert_eq!(finding.patient_pseudonym, PATIENT);
        assert_eq!(finding.encounter_key, Some(encounter(1)));
    }
    findings.iter().map(|f| (f.rule.code, f.event_id)).collect()
}

#[test]
fn his_001_several_contents_under_one_event_id() {
    // Entered later, at the same time with a greater hash, and the same content twice.
    let records = [
        admit(1, MEDICINE, "a").content(9),
        admit(1, MEDICINE, "b").recorded(5),
        transfer(2, SURGERY, "a").content(1),
        transfer(2, SURGERY, "b").content(2),
        transfer(3, SURGERY, "c"),
        transfer(3, SURGERY, "c"),
    ];
    assert_eq!(
        findings(&records),
        [("HIS-001", event(1)), ("HIS-001", event(2))]
    );
    let stays = history(&records, &departments()).stays;
    let wards: Vec<_> = stays.iter().filter_map(|s| s.ward.as_deref()).collect();
    assert_eq!(wards, ["b", "b", "c"]);
}

#[test]
fn his_001_names_the_encounter_of_the_content_that_counts() {
    let records = [
        update(1).encounter(2),
        update(1).content(1).encounter(1),
        update(2).content(1).encounter(2),
        update(2).content(2).without_encounter(),
    ];
    let findings = history(&records, &departments()).findings;
    let encounters: Vec<_> = findings.iter().map(|f| f.encounter_key).collect();
    assert_eq!(encounters, [Some(encounter(1)), None]);
}

#[test]
fn his_002_an_unknown_or_missing_department_of_a_counting_statement() {
    let records = [
        admit(1, UNHEARD_OF, "a"),
        transfer(2, UNHEARD_OF, "b").with(|r| r.location.department_code = None),
        // Known from 4:00 on only.
        transfer(3, NEW_WING, "c"),
        transfer(4, NEW_WING, "d"),
        update(5).to(UNHEARD_OF, "e"),
        transfer(6, UNHEARD_OF, "f").at(4).sequence(-1),
        transfer(7, MEDICINE, "g").at(4).sequence(1),
        discharge(8).to(UNHEARD_OF, "h"),
    ];
    // The sixth is not the last of its instant, so it does not count.
    assert_eq!(
        findings(&records),
        [
            ("HIS-002", event(1)),
            ("HIS-002", event(2)),
            ("HIS-002", event(3))
        ]
    );
}

#[test]
fn his_002_and_his_003_of_a_statement_on_the_instant_of_the_discharge() {
    let records = [admit(1, UNHEARD_OF, "a"), discharge(2).at(1)];
    assert_eq!(
        findings(&records),
        [("HIS-002", event(1)), ("HIS-003", event(1))]
    );
}

#[test]
fn his_003_each_record_at_or_after_the_discharge() {
    let records = [
        admit(1, MEDICINE, "a"),
        discharge(2),
        transfer(3, SURGERY, "b").at(2),
        transfer(4, UNHEARD_OF, "c").at(2),
        transfer(5, SURGERY, "d"),
        update(6),
    ];
    assert_eq!(
        findings(&records),
        [
            ("HIS-003", event(3)),
            ("HIS-003", event(4)),
            ("HIS-003", event(5))
        ]
    );
}

#[test]
fn his_004_the_first_a02_or_a03_of_an_encounter_without_a01() {
    let records = [
        update(1),
        transfer(3, SURGERY, "b"),
        transfer(2, MEDICINE, "a"),
        discharge(4),
    ];
    assert_eq!(findings(&records), [("HIS-004", event(2))]);
    assert_eq!(findings(&[discharge(4)]), [("HIS-004", event(4))]);
    assert_eq!(findings(&[update(1)]), []);
}

#[test]
fn his_005_a_discharge_before_the_first_statement_and_no_his_003() {
    let records = [
        discharge(1),
        admit(2, MEDICINE, "a"),
        transfer(3, SURGERY, "b"),
    ];
    assert_eq!(findings(&records), [("HIS-005", event(1))]);
}

#[test]
fn his_006_the_last_record_that_states_discharged_at() {
    let records = [
        admit(1, MEDICINE, "a").admitted(hour(9)),
        update(2).discharged(hour(10)),
        discharge(3).discharged(hour(8)),
        update(4).admitted(hour(9)),
    ];
    assert_eq!(findings(&records), [("HIS-006", event(3))]);
    // Before is before, though it be within one second.
    let records = [admit(1, MEDICINE, "a")
        .admitted(hour(9) + TimeDelta::microseconds(2))
        .discharged(hour(9) + TimeDelta::microseconds(1))];
    assert_eq!(findings(&records), [("HIS-006", event(1))]);
    // At the same time is not before.
    let records = [admit(1, MEDICINE, "a")
        .admitted(hour(9))
        .discharged(hour(9))];
    assert_eq!(findings(&records), []);
}

#[test]
fn his_007_department_ward_and_bed_as_before() {
    let null_bed = |record: AdtRecord| record.with(|r| r.location.bed = None);
    let records = [
        admit(1, MEDICINE, "a"),
        transfer(2, MEDICINE, "a"),
        transfer(3, MEDICINE, "a").bed("2"),
        null_bed(transfer(4, MEDICINE, "a")),
        null_bed(transfer(5, MEDICINE, "a")),
        null_bed(transfer(6, MEDICINE, "b")),
        null_bed(transfer(7, SURGERY, "b")),
        transfer(8, MEDICINE, "a"),
        discharge(9),
        // After the discharge nothing counts, so nothing repeats.
        transfer(10, MEDICINE, "a"),
    ];
    assert_eq!(
        findings(&records),
        [
            ("HIS-003", event(10)),
            ("HIS-007", event(2)),
            ("HIS-007", event(5))
        ]
    );
}

#[test]
fn his_007_of_a_second_a01_too() {
    let records = [admit(1, MEDICINE, "a"), admit(2, MEDICINE, "a")];
    assert_eq!(
        findings(&records),
        [("HIS-007", event(2)), ("HIS-008", event(2))]
    );
}

#[test]
fn his_007_compares_codes_as_sent_not_the_departments_they_name() {
    // Two departments that nobody knows are two places, though both stays get one unknown member.
    let records = [
        admit(1, UNHEARD_OF, "a"),
        transfer(2, "YYY", "a"),
        transfer(3, "YYY", "a"),
    ];
    assert_eq!(
        findings(&records),
        [
            ("HIS-002", event(1)),
            ("HIS-002", event(2)),
            ("HIS-002", event(3)),
            ("HIS-007", event(3))
        ]
    );
}

#[test]
fn his_008_each_a01_after_the_first() {
    let records = [
        admit(3, MEDICINE, "c"),
        transfer(1, MEDICINE, "a"),
        admit(2, MEDICINE, "b"),
        admit(4, MEDICINE, "d").at(3),
    ];
    assert_eq!(
        findings(&records),
        [("HIS-008", event(3)), ("HIS-008", event(4))]
    );
}

#[test]
fn his_009_a_ward_that_the_department_does_not_have() {
    let records = [
        admit(1, TOLD, "T1"),
        transfer(2, TOLD, "T3"),
        // Nobody says which wards medicine has, nor is it known of the last department.
        transfer(3, MEDICINE, "T3"),
        transfer(4, TOLD, "T2").with(|r| r.location.ward = None),
        transfer(5, UNHEARD_OF, "T3"),
        transfer(6, TOLD, "t1"),
    ];
    let expected = [
        ("HIS-002", event(5)),
        ("HIS-009", event(2)),
        ("HIS-009", event(6)),
    ];
    assert_eq!(findings(&records), expected);
}

#[test]
fn his_010_a_bed_that_the_ward_does_not_have() {
    let to = |number, ward: &str, bed: &str| {
        let bed = bed.to_owned();
        transfer(number, TOLD, ward).with(move |r| r.location.bed = Some(bed))
    };
    let records = [
        admit(1, TOLD, "T1"),
        to(2, "T1", "12"),
        to(3, "T1", "000000012"),
        to(4, "T2", "01"),
        // These are none.
        to(5, "T2", "2"),
        to(6, "T1", "0"),
        to(7, "T1", "1a"),
        to(8, "T1", "+1"),
        to(9, "T1", "0000000012"),
        // Of no ward there is no bed to know.
        to(10, "T3", "99"),
    ];
    let beds = (5..10).map(|number| ("HIS-010", event(number)));
    let expected: Vec<_> = [("HIS-009", event(10))].into_iter().chain(beds).collect();
    assert_eq!(findings(&records), expected);
}
