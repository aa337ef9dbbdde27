//! The event that tells of a step, as a hospital's system sends it.

use chrono::{DateTime, SecondsFormat, Utc};
use domain::event::{AdtEvent, Identity, Location};
use domain::event_id::event_id;
use domain::network::Hospital;

use super::step::{Place, Step, What};
use crate::registry::{Patient, Registry};
use crate::scenario::Scenario;
use crate::staff::{Shift, Staff};

/// The source system that synthetic events name.
pub(super) const SOURCE_SYSTEM: &str = "WARDFLOW";

/// Tells steps as events.
#[derive(Debug)]
pub struct Teller<'r> {
    registry: &'r Registry<'r>,
    staff: &'r Staff<'r>,
    hospitals: &'r [Hospital],
    /// Stands in all encounters' numbers, so that those of another scenario are others.
    mark: String,
}

impl<'r> Teller<'r> {
    /// Tells the steps of the flow of a scenario.
    pub fn new(registry: &'r Registry<'r>, staff: &'r Staff<'r>, scenario: &'r Scenario) -> Self {
        Self {
            registry,
            staff,
            hospitals: &scenario.network.hospitals,
            mark: scenario.mark(),
        }
    }

    /// A hospital's number of its encounter of a number, from 1.
    pub(crate) fn encounter_id(&self, number: u64) -> String {
        format!("E{}{number:08}", self.mark)
    }

    /// The event of a step: all that the hospital knows of the patient when it is entered.
    pub fn event(&self, step: &Step) -> AdtEvent {
        let trigger = match step.what {
            What::Admission => "A01",
            What::Transfer => "A02",
            What::Update => "A08",
            What::Discharge => "A03",
        };
        let hospital_code = &self.hospitals[usize::from(step.hospital)].code;
        let encounter_id = self.encounter_id(step.encounter);
        let occurred_at = self.time(step.at_seconds);
        let sequence = step.sequence.to_string();
        let natural_key = [
            SOURCE_SYSTEM,
            hospital_code,
            &encounter_id,
            trigger,
            &occurred_at,
            &sequence,
        ];
        let at = self.moment(step.at_seconds);
        let location = self.location(step, step.place);
        let mut event = AdtEvent {
            event_id: Some(event_id(at, &natural_key).to_string()),
            event_type: Some(trigger.to_owned()),
            recorded_at: Some(self.time(step.recorded_seconds)),
            admitted_at: Some(self.time(step.admission.admitted_seconds)),
            source_system: Some(SOURCE_SYSTEM.to_owned()),
            hospital_code: Some(hospital_code.clone()),
            encounter_id: Some(encounter_id),
            sequence: Some(step.sequence.into()),
            attending_staff_id: self.doctor(step, step.at_seconds),
            hospital_service: location.department_code.clone(),
            location: Some(location),
            prior_location: step.prior.map(|prior| self.location(step, prior)),
            admission_type: Some(step.admission.kind.to_owned()),
            admission_source: Some(step.admission.source.to_owned()),
            occurred_at: Some(occurred_at),
            ..self.demographics(step)
        };
        if let Some(discharge) = step.discharge {
            event.discharged_at = Some(self.time(discharge.discharged_seconds));
            event.discharge_disposition = Some(discharge.disposition.to_owned());
            event.died = Some(discharge.died);
            if discharge.died {
                let identity = event.identity.get_or_insert_default();
                identity.deceased_at.clone_from(&event.occurred_at);
            }
        }
        event
    }

    /// What the patient's record says when the step is entered.
    fn demographics(&self, step: &Step) -> AdtEvent {
        let patient = self
            .registry
            .patient(usize::from(step.hospital), step.patient);
        let patient = patient.after(step.recorded_seconds);
        let person = patient.person();
        let text = |text: &str| Some(text.to_owned());
        AdtEvent {
            patient_id: Some(written(|out| patient.write_id(out))),
            sex: text(if person.is_female() { "F" } else { "M" }),
            citizenship: text(person.citizenship()),
            home_language: text(person.home_language),
            marital_status: text(patient.marital_status),
            medical_scheme: text(patient.medical_scheme),
            municipality: text(&patient.address.suburb.municipality),
            province: text(&patient.address.suburb.province),
            identity: Some(identity(&patient)),
            ..AdtEvent::default()
        }
    }

    /// The doctor who attends a stay in the department of a step, at a moment: one on duty there.
    pub(crate) fn doctor(&self, step: &Step, seconds: i64) -> Option<String> {
        let hospital = usize::from(step.hospital);
        let shift = Shift::at(self.registry.calendar().local(hospital, seconds));
        let department = usize::from(step.place.department);
        let doctor = self
            .staff
            .doctor_on_duty(hospital, department, shift, step.encounter);
        doctor.map(|doctor| doctor.id().as_str().to_owned())
    }

    /// A bed, by the codes of the network file.
    pub(crate) fn location(&self, step: &Step, place: Place) -> Location {
        let hospital = &self.hospitals[usize::from(step.hospital)];
        let department = &hospital.departments[usize::from(place.department)];
        let ward = &department.wards[usize::from(place.bed.ward)];
        Location {
            department_code: Some(department.code.clone()),
            ward: Some(ward.code.clone()),
            bed: Some(format!("{:02}", place.bed.number + 1)),
        }
    }

    /// A moment so many seconds after the start.
    pub(crate) fn moment(&self, seconds: i64) -> DateTime<Utc> {
        self.registry.calendar().moment(seconds)
    }

    /// The same as text.
    pub(crate) fn time(&self, seconds: i64) -> String {
        self.moment(seconds)
            .to_rfc3339_opts(SecondsFormat::Secs, true)
    }
}

fn identity(patient: &Patient<'_>) -> Identity {
    let person = patient.person();
    let (first_name, last_name) = person.names();
    let email = written(|out| person.write_email(out));
    let suburb = patient.address.suburb;
    Identity {
        id_number: Some(written(|out| out.extend_from_slice(&person.id_number()))),
        first_name: Some(first_name.to_owned()),
        last_name: Some(last_name.to_owned()),
        date_of_birth: Some(person.born_on().to_string()),
        deceased_at: None,
        phone: Some(written(|out| patient.phone.write(out))),
        email: (!email.is_empty()).then_some(email),
        street: Some(written(|out| patient.address.write_street(out))),
        suburb: Some(suburb.name.clone()),
        postal_code: Some(suburb.postal_code.clone()),
    }
}

/// What is written, as text; it is ASCII throughout.
pub(super) fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
    let mut out = Vec::new();
    write(&mut out);
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests;
