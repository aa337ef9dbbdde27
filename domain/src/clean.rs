//! Cleaning: what was sent becomes a checked record, or is refused by a rule.
//!
//! The record rules (`docs/rules.md`) see one record and the network's hospitals only. They repair or
//! refuse, and never guess: a repair derives a value or marks it unknown. Each rule is a function of
//! values, in the file of the noun that it is about, so that it judges whatever states such a value;
//! [`Cleaner`] alone knows what an event is. White space around text is cut off, and empty text
//! counts as missing. Messages tell the shape of a bad value, never the value ([`crate::shape`]).

mod administrative;
mod birth;
mod department;
mod event_time;
mod future;
mod hospital;
mod id_number;
mod identifier;
mod identity;
mod line;
mod mention;
mod place;
mod refusal;
mod repair;
mod sex;
mod staff;
mod text;
mod time;
mod trigger;

pub use birth::AGE_YEARS_MAX;
pub use line::LineReader;
pub use refusal::Refusal;

use std::collections::HashMap;
use std::fmt;

use chrono::Datelike;
use uuid::Uuid;

use crate::age::full_years;
use crate::event::AdtEvent;
use crate::network::TimeZone;
use crate::pseudonym::PseudonymKey;
use crate::record::{AdtRecord, CleanedEvent, PatientAttributes};
use crate::rule::Rule;
use crate::rule::record::UNREADABLE;
use event_time::EventTimes;
use repair::Repairs;

/// What a source sends, as a topic carries it.
pub trait Clean: Send + Sync + 'static {
    /// What the warehouse takes of it.
    type Cleaned: fmt::Debug + Send + Sync + 'static;
    /// Refuses a payload that is none.
    const UNREADABLE: &'static Rule;

    /// Checks and types it, and parts it from identity.
    fn clean(&self, cleaner: &Cleaner, content_hash: Uuid) -> Result<Self::Cleaned, Refusal>;
}

impl Clean for AdtEvent {
    type Cleaned = CleanedEvent;
    const UNREADABLE: &'static Rule = &UNREADABLE;

    fn clean(&self, cleaner: &Cleaner, content_hash: Uuid) -> Result<CleanedEvent, Refusal> {
        cleaner.clean(self, content_hash)
    }
}

/// What cleaning needs to know beside the event.
#[derive(Debug, Clone)]
pub struct Cleaner {
    key: PseudonymKey,
    time_zones: HashMap<String, TimeZone>,
}

impl Cleaner {
    /// A cleaner for the hospitals of a network, each with its time zone.
    pub fn new(key: PseudonymKey, hospitals: impl IntoIterator<Item = (String, TimeZone)>) -> Self {
        Self {
            key,
            time_zones: hospitals.into_iter().collect(),
        }
    }

    /// The same cleaner for other hospitals.
    #[must_use]
    pub fn with(&self, hospitals: impl IntoIterator<Item = (String, TimeZone)>) -> Self {
        Self::new(self.key.clone(), hospitals)
    }

    /// Checks and types an event, and parts it into a record without identity and the identity.
    pub fn clean(&self, event: &AdtEvent, content_hash: Uuid) -> Result<CleanedEvent, Refusal> {
        let event_id = identifier::event_id(event.event_id.as_deref())?;
        let trigger = trigger::trigger(event.event_type.as_deref())?;
        let times = EventTimes::read(event)?;
        let (hospital_code, time_zone) =
            hospital::hospital(event.hospital_code.as_deref(), &self.time_zones)?;
        let patient_id = identifier::patient_id(event.patient_id.as_deref())?;
        let encounter_id = identifier::encounter_id(trigger, event.encounter_id.as_deref())?;
        let attending_staff_id = field("attending_staff_id", &event.attending_staff_id)?;
        let identity = identity::identity(patient_id, event.identity.as_ref())?;

        let mut repairs = Repairs::default();
        let times = times.judged(trigger, &mut repairs);
        let id_number = repairs.note(id_number::valid(identity.id_number.as_deref()));
        let sex = repairs.note(sex::sex(field("sex", &event.sex)?, id_number.as_ref()));
        let last_day = times.last_day(time_zone);
        let birth_date = repairs.note(birth::date(
            identity.date_of_birth,
            id_number.as_ref(),
            last_day,
        ));
        let patient_id = &identity.patient_id;
        let record = AdtRecord {
            patient_pseudonym: self.key.patient(&hospital_code, patient_id),
            event_id,
            content_hash,
            encounter_key: encounter_id
                .as_ref()
                .map(|encounter_id| self.key.encounter(&hospital_code, patient_id, encounter_id)),
            trigger,
            occurred_at: times.occurred_at,
            recorded_at: times.recorded_at,
            admitted_at: times.admitted_at,
            discharged_at: times.discharged_at,
            source_system: field("source_system", &event.source_system)?,
            hospital_code,
            sequence: event.sequence,
            location: place::location(event)?,
            prior_location: place::prior_location(event)?,
            hospital_service: field("hospital_service", &event.hospital_service)?,
            attending_staff_pseudonym: attending_staff_id.as_ref().map(|id| self.key.staff(id)),
            admission_type: field("admission_type", &event.admission_type)?,
            admission_source: field("admission_source", &event.admission_source)?,
            discharge_disposition: field("discharge_disposition", &event.discharge_disposition)?,
            died: event.died,
            // Who is born after the admission, and before the event, is aged 0.
            age_at_admission_years: birth_date
                .map(|born_on| full_years(born_on, times.admitted_on(time_zone)).max(0)),
            patient: PatientAttributes {
                person_pseudonym: id_number.map(|id_number| self.key.person(&id_number)),
                sex,
                birth_year: birth_date.map(|born_on| born_on.year()),
                ..stated_attributes(event)?
            },
            repairs: repairs.in_order(),
        };
        Ok(CleanedEvent {
            record,
            identity,
            encounter_id,
            attending_staff_id,
        })
    }
}

/// What gold shows of the patient and the event states as it is.
fn stated_attributes(event: &AdtEvent) -> Result<PatientAttributes, Refusal> {
    Ok(PatientAttributes {
        citizenship: field("citizenship", &event.citizenship)?,
        home_language: field("home_language", &event.home_language)?,
        religion: field("religion", &event.religion)?,
        ethnicity: field("ethnicity", &event.ethnicity)?,
        marital_status: field("marital_status", &event.marital_status)?,
        medical_scheme: field("medical_scheme", &event.medical_scheme)?,
        municipality: field("municipality", &event.municipality)?,
        province: field("province", &event.province)?,
        ..PatientAttributes::default()
    })
}

/// The text of a field of the event.
#[allow(clippy::ref_option, reason = "it is what an event holds")]
fn field(name: &'static str, value: &Option<String>) -> Result<Option<String>, Refusal> {
    text::optional(name, value.as_deref())
}

#[cfg(test)]
mod tests;
