//! Events that are usable and odd: late, tied, told twice in other words, of places and encounters
//! that nobody knows.

use domain::event::{AdtEvent, Identity, Location};
use uuid::Uuid;

const HOSPITAL: &str = "ROSEBANK";

/// Some patients with one oddity each, in the order in which they come.
pub(crate) fn events() -> Vec<AdtEvent> {
    let stories: [fn(Patient) -> Vec<AdtEvent>; 11] = [
        late,
        tied,
        told_twice,
        moved_to_another_encounter,
        nowhere,
        unadmitted,
        discharged_before_all,
        admitted_and_discharged_at_once,
        backwards,
        changing,
        hard_to_write,
    ];
    let patients = (1_u32..).map(Patient);
    patients
        .zip(stories)
        .flat_map(|(patient, story)| story(patient))
        .collect()
}

/// A patient by number.
#[derive(Debug, Clone, Copy)]
struct Patient(u32);

impl Patient {
    /// An event at an hour (and more exactly) of one day. `number` makes its id.
    fn event(self, number: u32, trigger: &str, time: &str) -> AdtEvent {
        let id = u128::from(self.0) << 32 | u128::from(number);
        let at = format!("2026-05-04T{time}");
        AdtEvent {
            event_id: Some(Uuid::from_u128(id).to_string()),
            event_type: Some(trigger.to_owned()),
            occurred_at: Some(at.clone()),
            recorded_at: Some(at),
            hospital_code: Some(HOSPITAL.to_owned()),
            patient_id: Some(format!("ODD{}", self.0)),
            encounter_id: Some("E1".to_owned()),
            location: Some(place("MED", "MED-1", "7")),
            sex: Some("F".to_owned()),
            ..AdtEvent::default()
        }
    }

    fn stay(self) -> [AdtEvent; 3] {
        let mut transfer = self.event(2, "A02", "12:00:00Z");
        transfer.location = Some(place("ICU", "ICU-1", "1"));
        [
            self.event(1, "A01", "08:00:00Z"),
            transfer,
            self.event(3, "A03", "20:00:00Z"),
        ]
    }
}

fn place(department: &str, ward: &str, bed: &str) -> Location {
    Location {
        department_code: Some(department.to_owned()),
        ward: Some(ward.to_owned()),
        bed: Some(bed.to_owned()),
    }
}

/// The transfer comes after the discharge, the admission last.
fn late(patient: Patient) -> Vec<AdtEvent> {
    let [admission, transfer, discharge] = patient.stay();
    vec![discharge, transfer, admission]
}

/// Two transfers at one instant, told apart by their sequence; two admissions by nothing but ids.
fn tied(patient: Patient) -> Vec<AdtEvent> {
    let [admission, first, discharge] = patient.stay();
    let mut second = patient.event(4, "A02", "12:00:00Z");
    second.sequence = Some(1);
    let mut again = patient.event(5, "A01", "08:00:00Z");
    again.location = None;
    vec![admission, second, first, again, discharge]
}

/// One event id with three contents: later entered, and entered at the same time.
fn told_twice(patient: Patient) -> Vec<AdtEvent> {
    let [admission, transfer, discharge] = patient.stay();
    let mut corrected = transfer.clone();
    corrected.recorded_at = Some("2026-05-05T00:00:00Z".to_owned());
    corrected.location = Some(place("SURG", "SURG-2", "3"));
    let mut otherwise = corrected.clone();
    otherwise.location = Some(place("ORTH", "ORTH-1", "4"));
    vec![admission, corrected, transfer, otherwise, discharge]
}

/// The corrected admission names another encounter, and the first one is named by nothing else.
fn moved_to_another_encounter(patient: Patient) -> Vec<AdtEvent> {
    let admission = patient.event(1, "A01", "08:00:00Z");
    let mut corrected = admission.clone();
    corrected.recorded_at = Some("2026-05-05T00:00:00Z".to_owned());
    corrected.encounter_id = Some("E2".to_owned());
    vec![admission, corrected]
}

/// Departments that the network does not have, and none at all; a transfer to the same place.
fn nowhere(patient: Patient) -> Vec<AdtEvent> {
    let [mut admission, mut transfer, discharge] = patient.stay();
    admission.location = Some(place("NOWHERE", "N-1", "1"));
    transfer.location = None;
    let mut again = transfer.clone();
    again.event_id = patient.event(4, "A02", "").event_id;
    again.occurred_at = Some("2026-05-04T13:00:00Z".to_owned());
    vec![admission, transfer, again, discharge]
}

/// No admission; an update of no encounter.
fn unadmitted(patient: Patient) -> Vec<AdtEvent> {
    let [_, transfer, discharge] = patient.stay();
    let mut update = patient.event(4, "A08", "21:00:00Z");
    update.encounter_id = None;
    update.sex = None;
    vec![transfer, discharge, update]
}

/// The discharge lies before the first location, and says that it does.
fn discharged_before_all(patient: Patient) -> Vec<AdtEvent> {
    let [mut admission, transfer, mut discharge] = patient.stay();
    discharge.occurred_at = Some("2026-05-04T07:00:00Z".to_owned());
    discharge.discharged_at.clone_from(&discharge.occurred_at);
    admission.admitted_at.clone_from(&admission.occurred_at);
    vec![admission, transfer, discharge]
}

fn admitted_and_discharged_at_once(patient: Patient) -> Vec<AdtEvent> {
    vec![
        patient.event(1, "A01", "08:00:00Z"),
        patient.event(2, "A03", "08:00:00Z"),
    ]
}

/// Everything in the opposite order, each told twice.
fn backwards(patient: Patient) -> Vec<AdtEvent> {
    let [admission, transfer, discharge] = patient.stay();
    [discharge, transfer, admission]
        .into_iter()
        .flat_map(|event| [event.clone(), event])
        .collect()
}

/// A, B, nothing, A: four versions, one of them from a late event.
fn changing(patient: Patient) -> Vec<AdtEvent> {
    let [admission, mut transfer, mut discharge] = patient.stay();
    transfer.sex = Some("M".to_owned());
    discharge.sex = None;
    let last = patient.event(4, "A08", "22:00:00Z");
    vec![admission, discharge, last, transfer]
}

/// Offsets from UTC, fractions, and text that files and SQL would have to escape.
fn hard_to_write(patient: Patient) -> Vec<AdtEvent> {
    let mut admission = patient.event(1, "A01", "08:00:00.1234567+02:00");
    admission.location = Some(place("MED", r"back\slash", "'; drop table --"));
    admission.home_language = Some("\u{a0}isiXhosa \u{1f3e5} \\N".to_owned());
    admission.died = Some(false);
    admission.identity = Some(Identity {
        id_number: Some("8001015009087".to_owned()),
        date_of_birth: Some("1780-01-01".to_owned()),
        ..Identity::default()
    });
    vec![admission, patient.event(2, "A03", "08:00:00.123457+02:00")]
}
