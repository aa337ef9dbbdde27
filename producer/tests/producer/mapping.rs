//! What the events of a small extract say.

use proptest::prelude::*;

use crate::folder::{Folder, outline};

const ALL: [&str; 8] = [
    "101 1 A01 MICU 52 MED",
    "102 1 A01 NMED 7 NMED",
    "101 2 A08 MICU 52 CMED",
    "101 3 A02 CMED 45 CMED",
    "101 4 A08 SURG 45 SURG",
    "102 2 A02 TRAUM 7 TRAUM",
    "101 5 A03 CMED 45 SURG",
    "102 3 A03 TRAUM 7 TRAUM",
];

#[test]
fn events_come_in_order_of_time_encounter_and_sequence() {
    let folder = Folder::new();
    assert_eq!(folder.refused(), [""; 0]);
    assert_eq!(outline(&folder.events()), ALL);
}

#[test]
fn an_event_says_what_was_known_when_it_happened() {
    let events = Folder::new().events();
    let admission = &events[1];
    assert_eq!(
        admission.occurred_at.as_deref(),
        Some("2150-01-01T09:01:10Z")
    );
    assert_eq!(admission.recorded_at, admission.occurred_at);
    assert_eq!(
        admission.admitted_at.as_deref(),
        Some("2150-01-01T08:00:00Z")
    );
    assert_eq!(admission.hospital_code.as_deref(), Some("BIDMC"));
    assert_eq!(admission.source_system.as_deref(), Some("MIMIC-III"));
    assert_eq!(admission.patient_id.as_deref(), Some("12"));
    assert_eq!(admission.sex.as_deref(), Some("M"));
    assert_eq!(admission.medical_scheme.as_deref(), Some("Private"));
    assert_eq!(admission.home_language.as_deref(), Some("SPAN"));
    assert_eq!(admission.religion, None);
    assert_eq!(admission.marital_status.as_deref(), Some("MARRIED"));
    assert_eq!(admission.ethnicity.as_deref(), Some("OTHER"));
    assert_eq!(admission.admission_type.as_deref(), Some("URGENT"));
    assert_eq!(admission.admission_source.as_deref(), Some("WALK-IN"));
    assert_eq!(admission.prior_location, None);
    for event in &events[..6] {
        assert_eq!(event.discharged_at, None);
        assert_eq!(event.discharge_disposition, None);
        assert_eq!(event.died, None);
        assert_eq!(event.identity.as_ref().unwrap().deceased_at, None);
    }
}

#[test]
fn the_discharge_alone_tells_how_it_ended() {
    let events = Folder::new().events();
    let [home, death] = &events[6..] else {
        panic!("two discharges");
    };
    assert_eq!(home.discharged_at.as_deref(), Some("2150-01-04T12:00:00Z"));
    assert_eq!(home.died, Some(false));
    assert_eq!(home.identity.as_ref().unwrap().deceased_at, None);
    assert_eq!(home.prior_location, home.location);
    assert_eq!(death.died, Some(true));
    assert_eq!(death.discharge_disposition.as_deref(), Some("DEAD/EXPIRED"));
    let identity = death.identity.as_ref().unwrap();
    assert_eq!(
        identity.deceased_at.as_deref(),
        Some("2150-01-05T10:00:00Z")
    );
    assert_eq!(identity.date_of_birth.as_deref(), Some("1830-01-02"));
}

#[test]
fn the_date_of_death_in_patients_is_never_sent() {
    for event in Folder::new().events() {
        assert!(!format!("{event:?}").contains("2165-08-12"));
    }
}

#[test]
fn a_transfer_names_the_place_before_as_it_was_when_it_began() {
    let events = Folder::new().events();
    let prior = events[3].prior_location.clone().unwrap();
    assert_eq!(prior.department_code.as_deref(), Some("MICU"));
    assert_eq!(prior.ward.as_deref(), Some("52"));
    assert_eq!(events[4].event_type.as_deref(), Some("A08"));
    assert_eq!(events[4].prior_location, None);
    // The service changed in the second interval; the place in which it began is what it was.
    assert_eq!(
        events[6]
            .prior_location
            .clone()
            .unwrap()
            .department_code
            .as_deref(),
        Some("CMED")
    );
}

#[test]
fn ids_follow_from_content_and_are_unique() {
    let ids = |folder: &Folder| -> Vec<String> {
        let events = folder.events();
        events
            .iter()
            .map(|event| event.event_id.clone().unwrap())
            .collect()
    };
    let mut first = ids(&Folder::new());
    assert_eq!(first, ids(&Folder::new()));
    // A corrected row elsewhere in the encounter leaves the ids of the other events as they were.
    let mended = Folder::new().with("SERVICES.csv", 4, "SURG", "ORTHO");
    let other = ids(&mended);
    let same = first.iter().filter(|id| other.contains(id)).count();
    assert_eq!((other.len(), same), (8, 7));
    first.sort();
    first.dedup();
    assert_eq!(first.len(), 8);
}

#[test]
fn other_line_ends_marks_and_columns_change_nothing() {
    let folder = Folder::new();
    let events = folder.events();
    for file in [
        "PATIENTS.csv",
        "ADMISSIONS.csv",
        "TRANSFERS.csv",
        "SERVICES.csv",
    ] {
        let lines = folder.lines(file);
        // The first column goes to the end and gets a new name.
        let moved = lines.iter().map(|line| {
            let (first, rest) = line.split_once(',').unwrap();
            format!("{rest},x{first}\r\n")
        });
        let text = moved.collect::<String>() + "\r\n";
        folder.put(file, &[b"\xef\xbb\xbf", text.as_bytes()].concat());
    }
    assert_eq!(folder.refused(), [""; 0]);
    assert_eq!(folder.events(), events);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_rows_does_not_matter(
        patients in Just((1..3_usize).collect::<Vec<_>>()).prop_shuffle(),
        admissions in Just((1..3_usize).collect::<Vec<_>>()).prop_shuffle(),
        transfers in Just((1..7_usize).collect::<Vec<_>>()).prop_shuffle(),
        services in Just((1..6_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let folder = Folder::new();
        let events = folder.events();
        for (file, order) in [
            ("PATIENTS.csv", patients),
            ("ADMISSIONS.csv", admissions),
            ("TRANSFERS.csv", transfers),
            ("SERVICES.csv", services),
        ] {
            let lines = folder.lines(file);
            let mut shuffled = vec![lines[0].clone()];
            shuffled.extend(order.into_iter().map(|at| lines[at].clone()));
            folder.put_lines(file, &shuffled);
        }
        prop_assert_eq!(folder.events(), events);
    }
}
