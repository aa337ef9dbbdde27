//! An event as serde reads it.

use domain::event::AdtEvent;
use serde::{Deserialize, Serialize};

/// The fields of [`AdtEvent`], by their names.
#[derive(Deserialize, Serialize)]
#[serde(rename = "AdtEvent")]
pub(super) struct Sent {
    event_id: Option<String>,
    event_type: Option<String>,
    occurred_at: Option<String>,
    recorded_at: Option<String>,
    admitted_at: Option<String>,
    discharged_at: Option<String>,
    source_system: Option<String>,
    hospital_code: Option<String>,
    patient_id: Option<String>,
    encounter_id: Option<String>,
    sequence: Option<i64>,
    location: Option<Location>,
    prior_location: Option<Location>,
    hospital_service: Option<String>,
    attending_staff_id: Option<String>,
    admission_type: Option<String>,
    admission_source: Option<String>,
    discharge_disposition: Option<String>,
    died: Option<bool>,
    sex: Option<String>,
    citizenship: Option<String>,
    home_language: Option<String>,
    religion: Option<String>,
    ethnicity: Option<String>,
    marital_status: Option<String>,
    medical_scheme: Option<String>,
    municipality: Option<String>,
    province: Option<String>,
    identity: Option<Identity>,
}

#[derive(Deserialize, Serialize)]
struct Location {
    department_code: Option<String>,
    ward: Option<String>,
    bed: Option<String>,
}

#[derive(Deserialize, Serialize)]
struct Identity {
    id_number: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    date_of_birth: Option<String>,
    deceased_at: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    street: Option<String>,
    suburb: Option<String>,
    postal_code: Option<String>,
}

impl Sent {
    /// Whether it is the same as another one.
    pub(super) fn is(&self, event: &AdtEvent) -> bool {
        let (read, event) = (serde_json::to_value(self), serde_json::to_value(event));
        matches!((read, event), (Ok(read), Ok(event)) if read == event)
    }
}
