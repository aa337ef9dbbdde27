//! The event of a step of an encounter.

use chrono::NaiveDateTime;
use domain::event::{AdtEvent, Identity, Location};
use domain::event_id::event_id;

use super::encounter::{Encounter, Place, Step, StepKind};

/// The hospital of the extract, by its code in the network file.
pub const HOSPITAL_CODE: &str = "BIDMC";

/// The source system that events of the extract name.
pub const SOURCE_SYSTEM: &str = "MIMIC-III";

/// What a step says beyond what every event of the encounter says.
struct Happening<'a> {
    trigger: &'static str,
    place: Option<Place<'a>>,
    prior_place: Option<Place<'a>>,
    service: Option<&'a str>,
    /// What tells this event from others of the encounter with its trigger and time: from the
    /// content, so that neither the order of rows nor a corrected row elsewhere changes the id.
    mark: [&'a str; 2],
}

/// The event of the step of this number (from 0).
pub(super) fn event(encounter: &Encounter, number: usize) -> Option<AdtEvent> {
    let step = *encounter.steps().get(number)?;
    let happening = happening(encounter, step);
    let occurred_at = rfc3339(step.at);
    let is_discharge = step.kind == StepKind::Discharge;
    let admission = &encounter.admission;
    let [mark, second_mark] = happening.mark;
    let natural_key = [
        "mimic",
        HOSPITAL_CODE,
        &admission.hadm_id,
        happening.trigger,
        &occurred_at,
        mark,
        second_mark,
    ];
    Some(AdtEvent {
        event_id: Some(event_id(step.at.and_utc(), &natural_key).to_string()),
        event_type: Some(happening.trigger.to_owned()),
        recorded_at: Some(occurred_at.clone()),
        occurred_at: Some(occurred_at),
        discharged_at: is_discharge.then(|| rfc3339(admission.discharged_at)),
        sequence: i64::try_from(number + 1).ok(),
        location: happening.place.map(location),
        prior_location: happening.prior_place.map(location),
        hospital_service: happening.service.map(str::to_owned),
        discharge_disposition: admission.disposition.clone().filter(|_| is_discharge),
        died: admission.died.filter(|_| is_discharge),
        identity: Some(identity(encounter, is_discharge)),
        ..snapshot(encounter)
    })
}

fn happening(encounter: &Encounter, step: Step) -> Happening<'_> {
    match step.kind {
        StepKind::Arrival(interval) => {
            let place = encounter.place(interval);
            let is_admission = encounter.is_admission(interval);
            Happening {
                trigger: if is_admission { "A01" } else { "A02" },
                prior_place: encounter.prior_place(interval),
                service: encounter.service_at(step.at),
                mark: encounter.interval_mark(interval),
                place,
            }
        }
        StepKind::Change(change) => {
            let service = encounter.changed_service(change);
            Happening {
                trigger: "A08",
                place: encounter.place_after_change(step.at, change),
                prior_place: None,
                service,
                mark: [service.unwrap_or_default(), ""],
            }
        }
        StepKind::Discharge => {
            let last = encounter.interval_at(step.at);
            let place = last.and_then(|interval| encounter.place(interval));
            Happening {
                trigger: "A03",
                place,
                prior_place: place,
                service: encounter.service_at(step.at),
                mark: ["", ""],
            }
        }
    }
}

/// What every event of an encounter says: a message is a snapshot of the patient.
fn snapshot(encounter: &Encounter) -> AdtEvent {
    let admission = &encounter.admission;
    AdtEvent {
        admitted_at: Some(rfc3339(admission.admitted_at)),
        source_system: Some(SOURCE_SYSTEM.to_owned()),
        hospital_code: Some(HOSPITAL_CODE.to_owned()),
        patient_id: Some(encounter.patient.subject_id.clone()),
        encounter_id: Some(admission.hadm_id.clone()),
        admission_type: admission.kind.clone(),
        admission_source: admission.source.clone(),
        sex: encounter.patient.sex.clone(),
        home_language: admission.home_language.clone(),
        religion: admission.religion.clone(),
        ethnicity: admission.ethnicity.clone(),
        marital_status: admission.marital_status.clone(),
        medical_scheme: admission.medical_scheme.clone(),
        ..AdtEvent::default()
    }
}

/// Who the patient is. The time of death is told by the discharge of the encounter in which the
/// patient died and by no event before it.
fn identity(encounter: &Encounter, is_discharge: bool) -> Identity {
    let admission = &encounter.admission;
    let reports_death = is_discharge && admission.died == Some(true);
    Identity {
        date_of_birth: encounter.patient.born_on.map(|date| date.to_string()),
        deceased_at: admission.deceased_at.filter(|_| reports_death).map(rfc3339),
        ..Identity::default()
    }
}

fn location(place: Place<'_>) -> Location {
    Location {
        department_code: place.department.map(str::to_owned),
        ward: place.ward.map(str::to_owned),
        bed: None,
    }
}

/// The extract's times name no zone; they are taken as UTC.
fn rfc3339(time: NaiveDateTime) -> String {
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
