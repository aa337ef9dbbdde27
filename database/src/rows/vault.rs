use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use domain::record::CleanedEvent;
use postgres_types::ToSql;
use uuid::Uuid;

/// A row of `vault.patient`. `Debug` prints nothing of it.
#[derive(Clone, ToSql)]
#[postgres(name = "patient")]
pub(crate) struct PatientIdentityRow {
    pub(crate) patient_pseudonym: Uuid,
    hospital_code: String,
    patient_id: String,
    id_number: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    date_of_birth: Option<NaiveDate>,
    deceased_at: Option<DateTime<Utc>>,
    phone: Option<String>,
    email: Option<String>,
    street: Option<String>,
    suburb: Option<String>,
    postal_code: Option<String>,
    effective_at: DateTime<Utc>,
    recorded_at: DateTime<Utc>,
    content_hash: Uuid,
}

impl fmt::Debug for PatientIdentityRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PatientIdentityRow(secret)")
    }
}

impl PatientIdentityRow {
    /// What a statement must exceed to win.
    pub(crate) fn rank(event: &CleanedEvent) -> (DateTime<Utc>, DateTime<Utc>, Uuid) {
        (
            event.record.occurred_at,
            event.record.recorded_at,
            event.record.content_hash,
        )
    }

    pub(crate) fn of(event: &CleanedEvent) -> Self {
        let identity = event.identity.clone();
        Self {
            patient_pseudonym: event.record.patient_pseudonym,
            hospital_code: event.record.hospital_code.clone(),
            patient_id: identity.patient_id,
            id_number: identity.id_number,
            first_name: identity.first_name,
            last_name: identity.last_name,
            date_of_birth: identity.date_of_birth,
            deceased_at: identity.deceased_at,
            phone: identity.phone,
            email: identity.email,
            street: identity.street,
            suburb: identity.suburb,
            postal_code: identity.postal_code,
            effective_at: event.record.occurred_at,
            recorded_at: event.record.recorded_at,
            content_hash: event.record.content_hash,
        }
    }
}

/// A row of `vault.encounter`. `Debug` prints nothing of it.
#[derive(Clone, ToSql)]
#[postgres(name = "encounter")]
pub(crate) struct EncounterIdentityRow {
    pub(crate) encounter_key: Uuid,
    pub(crate) patient_pseudonym: Uuid,
    pub(crate) encounter_id: String,
}

impl fmt::Debug for EncounterIdentityRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("EncounterIdentityRow(secret)")
    }
}

/// A row of `vault.staff`. `Debug` prints nothing of it.
#[derive(Clone, ToSql)]
#[postgres(name = "staff")]
pub(crate) struct StaffIdentityRow {
    pub(crate) staff_pseudonym: Uuid,
    pub(crate) staff_id: String,
}

impl fmt::Debug for StaffIdentityRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("StaffIdentityRow(secret)")
    }
}
