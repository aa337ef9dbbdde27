//! Cleaning: a wide event as sent becomes a checked record, or is refused by a rule.
//!
//! The record rules ([`crate::rule::record`]) see this one event and the network's hospitals only.
//! They repair or refuse, and never guess: a repair derives a value or marks it unknown. White
//! space around text is cut off, and empty text counts as missing. Messages tell the shape of a
//! bad value, never the value ([`crate::shape`]).

mod text;
mod time;

use std::collections::HashMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use uuid::Uuid;

use crate::age::full_years;
use crate::event::{AdtEvent, Identity, Location};
use crate::id_number::IdNumber;
use crate::network::TimeZone;
use crate::pseudonym::PseudonymKey;
use crate::record::{AdtRecord, CleanedEvent, PatientAttributes, PatientIdentity, Place, Trigger};
use crate::rule::{Rule, record as rule};
use crate::shape::shape;

/// The greatest age that counts as known, in years.
pub const AGE_YEARS_MAX: i32 = 120;

const LOCATION: [&str; 3] = ["location.department_code", "location.ward", "location.bed"];
const PRIOR_LOCATION: [&str; 3] = [
    "prior_location.department_code",
    "prior_location.ward",
    "prior_location.bed",
];

/// Why an event cannot be used. It holds no value of an identity field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}{reason}", rule.code, field.map(|field| format!("{field}: ")).unwrap_or_default())]
pub struct Refusal {
    /// The rule that refuses it.
    pub rule: &'static Rule,
    /// The field it is about.
    pub field: Option<&'static str>,
    /// What is wrong.
    pub reason: String,
}

impl Refusal {
    /// A refusal for a field.
    pub fn of(rule: &'static Rule, field: &'static str, reason: impl Into<String>) -> Self {
        Self {
            rule,
            field: Some(field),
            reason: reason.into(),
        }
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
        let event_id = event_id(event)?;
        let trigger = trigger(event)?;
        let occurred_at = required_time(
            "occurred_at",
            &rule::OCCURRED_AT,
            event.occurred_at.as_ref(),
        )?;
        let recorded_at = required_time(
            "recorded_at",
            &rule::RECORDED_AT,
            event.recorded_at.as_ref(),
        )?;
        let (hospital_code, time_zone) = self.hospital(event)?;
        let patient_id = text::optional("patient_id", event.patient_id.as_ref())?
            .ok_or_else(|| Refusal::of(&rule::PATIENT_ID, "patient_id", "is missing"))?;
        let encounter_id = encounter_id(event, trigger)?;
        let attending_staff_id =
            text::optional("attending_staff_id", event.attending_staff_id.as_ref())?;
        let admitted_at = time::optional("admitted_at", event.admitted_at.as_ref())?;
        let identity = identity(patient_id.clone(), event.identity.as_ref())?;

        let mut repairs = Vec::new();
        let occurred_on = time_zone.date_of(occurred_at);
        let admitted_on = admitted_at.map_or(occurred_on, |at| time_zone.date_of(at));
        let birth_date = known_birth_date(&identity, occurred_on.max(admitted_on), &mut repairs);
        let record = AdtRecord {
            patient_pseudonym: self.key.patient(&hospital_code, &patient_id),
            event_id,
            content_hash,
            encounter_key: encounter_id.as_ref().map(|encounter_id| {
                self.key
                    .encounter(&hospital_code, &patient_id, encounter_id)
            }),
            trigger,
            occurred_at,
            recorded_at,
            admitted_at,
            discharged_at: time::optional("discharged_at", event.discharged_at.as_ref())?,
            source_system: text::optional("source_system", event.source_system.as_ref())?,
            hospital_code,
            sequence: event.sequence,
            location: place(event.location.as_ref(), LOCATION)?,
            prior_location: place(event.prior_location.as_ref(), PRIOR_LOCATION)?,
            hospital_service: text::optional("hospital_service", event.hospital_service.as_ref())?,
            attending_staff_pseudonym: attending_staff_id.as_ref().map(|id| self.key.staff(id)),
            admission_type: text::optional("admission_type", event.admission_type.as_ref())?,
            admission_source: text::optional("admission_source", event.admission_source.as_ref())?,
            discharge_disposition: text::optional(
                "discharge_disposition",
                event.discharge_disposition.as_ref(),
            )?,
            died: event.died,
            // Who is born after the admission, and before the event, is aged 0.
            age_at_admission_years: birth_date
                .map(|born_on| full_years(born_on, admitted_on).max(0)),
            patient: self.attributes(event, &identity, birth_date)?,
            repairs,
        };
        Ok(CleanedEvent {
            record,
            identity,
            encounter_id,
            attending_staff_id,
        })
    }

    fn hospital(&self, event: &AdtEvent) -> Result<(String, TimeZone), Refusal> {
        let refuse = |reason: String| Refusal::of(&rule::HOSPITAL, "hospital_code", reason);
        let code = text::optional("hospital_code", event.hospital_code.as_ref())?
            .ok_or_else(|| refuse("is missing".into()))?;
        let Some(time_zone) = self.time_zones.get(&code) else {
            let told = shape(&code);
            return Err(refuse(format!("{told} is not a hospital of the network")));
        };
        Ok((code, *time_zone))
    }

    fn attributes(
        &self,
        event: &AdtEvent,
        identity: &PatientIdentity,
        birth_date: Option<NaiveDate>,
    ) -> Result<PatientAttributes, Refusal> {
        let id_number = identity
            .id_number
            .as_deref()
            .and_then(|text| IdNumber::parse(text).ok());
        Ok(PatientAttributes {
            person_pseudonym: id_number.map(|id_number| self.key.person(&id_number)),
            sex: text::optional("sex", event.sex.as_ref())?,
            birth_year: birth_date.map(|born_on| born_on.year()),
            citizenship: text::optional("citizenship", event.citizenship.as_ref())?,
            home_language: text::optional("home_language", event.home_language.as_ref())?,
            religion: text::optional("religion", event.religion.as_ref())?,
            ethnicity: text::optional("ethnicity", event.ethnicity.as_ref())?,
            marital_status: text::optional("marital_status", event.marital_status.as_ref())?,
            medical_scheme: text::optional("medical_scheme", event.medical_scheme.as_ref())?,
            municipality: text::optional("municipality", event.municipality.as_ref())?,
            province: text::optional("province", event.province.as_ref())?,
        })
    }
}

fn event_id(event: &AdtEvent) -> Result<Uuid, Refusal> {
    let refuse = |reason: String| Refusal::of(&rule::EVENT_ID, "event_id", reason);
    let text = text::optional("event_id", event.event_id.as_ref())?
        .ok_or_else(|| refuse("is missing".into()))?;
    Uuid::try_parse(&text).map_err(|_| refuse(format!("{} is no UUID", shape(&text))))
}

fn trigger(event: &AdtEvent) -> Result<Trigger, Refusal> {
    let refuse = |reason: String| Refusal::of(&rule::EVENT_TYPE, "event_type", reason);
    let code = text::optional("event_type", event.event_type.as_ref())?
        .ok_or_else(|| refuse("is missing".into()))?;
    Trigger::parse(&code).ok_or_else(|| {
        // A code of HL7's form is nobody's name or number.
        let told = match code.as_bytes() {
            [b'A'..=b'Z', b'0'..=b'9', b'0'..=b'9'] => code,
            _ => shape(&code),
        };
        refuse(format!("{told} is not one of A01, A02, A03, A08"))
    })
}

/// The encounter's number, without which an update alone can be.
fn encounter_id(event: &AdtEvent, trigger: Trigger) -> Result<Option<String>, Refusal> {
    let encounter_id = text::optional("encounter_id", event.encounter_id.as_ref())?;
    if encounter_id.is_none() && trigger != Trigger::Update {
        let rule = &rule::ENCOUNTER_ID;
        return Err(Refusal::of(rule, "encounter_id", "is missing"));
    }
    Ok(encounter_id)
}

fn required_time(
    field: &'static str,
    missing: &'static Rule,
    value: Option<&String>,
) -> Result<DateTime<Utc>, Refusal> {
    time::optional(field, value)?.ok_or_else(|| Refusal::of(missing, field, "is missing"))
}

/// Reads a place; `fields` are the names of its department, ward and bed.
fn place(location: Option<&Location>, fields: [&'static str; 3]) -> Result<Place, Refusal> {
    let Some(location) = location else {
        return Ok(Place::default());
    };
    let [department_code, ward, bed] = fields;
    Ok(Place {
        department_code: text::optional(department_code, location.department_code.as_ref())?,
        ward: text::optional(ward, location.ward.as_ref())?,
        bed: text::optional(bed, location.bed.as_ref())?,
    })
}

fn identity(patient_id: String, sent: Option<&Identity>) -> Result<PatientIdentity, Refusal> {
    let nothing = Identity::default();
    let sent = sent.unwrap_or(&nothing);
    Ok(PatientIdentity {
        patient_id,
        id_number: text::optional("identity.id_number", sent.id_number.as_ref())?,
        first_name: text::optional("identity.first_name", sent.first_name.as_ref())?,
        last_name: text::optional("identity.last_name", sent.last_name.as_ref())?,
        date_of_birth: time::date("identity.date_of_birth", sent.date_of_birth.as_ref())?,
        deceased_at: time::identity("identity.deceased_at", sent.deceased_at.as_ref())?,
        phone: text::optional("identity.phone", sent.phone.as_ref())?,
        email: text::optional("identity.email", sent.email.as_ref())?,
        street: text::optional("identity.street", sent.street.as_ref())?,
        suburb: text::optional("identity.suburb", sent.suburb.as_ref())?,
        postal_code: text::optional("identity.postal_code", sent.postal_code.as_ref())?,
    })
}

/// The birth date, unless it makes the patient unborn or older than anybody on the last day that the
/// event states.
fn known_birth_date(
    identity: &PatientIdentity,
    last_day: NaiveDate,
    repairs: &mut Vec<&'static Rule>,
) -> Option<NaiveDate> {
    let born_on = identity.date_of_birth?;
    let rule = match full_years(born_on, last_day) {
        ..0 => &rule::BORN_LATER,
        0..=AGE_YEARS_MAX => return Some(born_on),
        _ => &rule::AGE_ABOVE_120,
    };
    repairs.push(rule);
    None
}

#[cfg(test)]
mod tests;
