use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use domain::extract::{PatientLine, StaffLine};
use domain::record::CleanedEvent;
use domain::staff::CleanedStaff;
use postgres_types::{ToSql, Type};
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

/// A row of `vault.registered_patient`. `Debug` prints nothing of it.
#[derive(Clone, ToSql)]
#[postgres(name = "registered_patient")]
pub(crate) struct RegisteredPatientRow {
    pub(crate) patient_pseudonym: Uuid,
    hospital_code: String,
    patient_id: String,
    id_number: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    date_of_birth: Option<NaiveDate>,
    phone: Option<String>,
    email: Option<String>,
    street: Option<String>,
    suburb: Option<String>,
    postal_code: Option<String>,
    next_of_kin_phone: Option<String>,
    effective_at: Option<DateTime<Utc>>,
    content_hash: Option<Uuid>,
}

impl fmt::Debug for RegisteredPatientRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RegisteredPatientRow(secret)")
    }
}

impl RegisteredPatientRow {
    /// Types of the columns, in the order of `copy_patients_to_vault.sql`.
    pub(crate) const TYPES: [Type; 15] = [
        Type::UUID,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::DATE,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TIMESTAMPTZ,
        Type::UUID,
    ];

    /// Values in that order.
    pub(crate) fn values(&self) -> Vec<&(dyn ToSql + Sync)> {
        vec![
            &self.patient_pseudonym,
            &self.hospital_code,
            &self.patient_id,
            &self.id_number,
            &self.first_name,
            &self.last_name,
            &self.date_of_birth,
            &self.phone,
            &self.email,
            &self.street,
            &self.suburb,
            &self.postal_code,
            &self.next_of_kin_phone,
            &self.effective_at,
            &self.content_hash,
        ]
    }

    /// Of a patient of whom no snapshot says anything that can be used.
    pub(crate) fn named(patient_pseudonym: Uuid, hospital_code: &str, patient_id: &str) -> Self {
        Self {
            patient_pseudonym,
            hospital_code: hospital_code.to_owned(),
            patient_id: patient_id.to_owned(),
            id_number: None,
            first_name: None,
            last_name: None,
            date_of_birth: None,
            phone: None,
            email: None,
            street: None,
            suburb: None,
            postal_code: None,
            next_of_kin_phone: None,
            effective_at: None,
            content_hash: None,
        }
    }

    /// Whether a snapshot states the patient.
    pub(crate) fn is_stated(&self) -> bool {
        self.content_hash.is_some()
    }

    /// Of a patient whom a snapshot states, from that snapshot on.
    pub(crate) fn stated(
        line: &PatientLine,
        hospital_code: &str,
        effective_at: DateTime<Utc>,
    ) -> Self {
        let identity = line.identity.clone();
        Self {
            patient_pseudonym: line.patient_pseudonym,
            hospital_code: hospital_code.to_owned(),
            patient_id: identity.patient_id,
            id_number: identity.id_number,
            first_name: identity.first_name,
            last_name: identity.last_name,
            date_of_birth: identity.date_of_birth,
            phone: identity.phone,
            email: identity.email,
            street: identity.street,
            suburb: identity.suburb,
            postal_code: identity.postal_code,
            next_of_kin_phone: line.next_of_kin_phone.clone(),
            effective_at: Some(effective_at),
            content_hash: Some(line.registered.content_hash),
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

/// A row of `vault.listed_staff`. `Debug` prints nothing of it.
#[derive(Clone, ToSql)]
#[postgres(name = "listed_staff")]
pub(crate) struct ListedStaffRow {
    staff_pseudonym: Uuid,
    staff_id: String,
    id_number: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    date_of_birth: Option<NaiveDate>,
    registration_number: Option<String>,
    effective_at: DateTime<Utc>,
    content_hash: Uuid,
}

impl fmt::Debug for ListedStaffRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ListedStaffRow(secret)")
    }
}

impl ListedStaffRow {
    /// Of a line of a file that was made at a time.
    pub(crate) fn of(line: &StaffLine, effective_at: DateTime<Utc>) -> Self {
        let identity = line.identity.clone();
        Self {
            staff_pseudonym: line.listed.staff_pseudonym,
            staff_id: identity.staff_id,
            id_number: identity.id_number,
            first_name: identity.first_name,
            last_name: identity.last_name,
            date_of_birth: identity.date_of_birth,
            registration_number: identity.registration_number,
            effective_at,
            content_hash: line.listed.content_hash,
        }
    }

    /// What another line of the same file must exceed to win.
    pub(crate) fn rank(&self) -> impl Ord + use<> {
        self.content_hash
    }
}

/// A row of `vault.staff`. `Debug` prints nothing of it.
#[derive(Clone, ToSql)]
#[postgres(name = "staff")]
pub(crate) struct StaffIdentityRow {
    pub(crate) staff_pseudonym: Uuid,
    staff_id: String,
    assignment_id: Option<String>,
    id_number: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    date_of_birth: Option<NaiveDate>,
    registration_number: Option<String>,
    ends_on: Option<NaiveDate>,
    effective_at: Option<DateTime<Utc>>,
    recorded_at: Option<DateTime<Utc>>,
    content_hash: Option<Uuid>,
}

impl fmt::Debug for StaffIdentityRow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("StaffIdentityRow(secret)")
    }
}

impl StaffIdentityRow {
    /// Somebody whom an event, or a statement about another one, names: the number alone.
    pub(crate) fn named(staff_pseudonym: Uuid, staff_id: &str) -> Self {
        Self {
            staff_pseudonym,
            staff_id: staff_id.to_owned(),
            assignment_id: None,
            id_number: None,
            first_name: None,
            last_name: None,
            date_of_birth: None,
            registration_number: None,
            ends_on: None,
            effective_at: None,
            recorded_at: None,
            content_hash: None,
        }
    }

    pub(crate) fn of(cleaned: &CleanedStaff) -> Self {
        let stated = &cleaned.statement;
        let identity = cleaned.identity.clone();
        Self {
            staff_pseudonym: stated.staff_pseudonym,
            staff_id: identity.staff_id,
            assignment_id: identity.assignment_id,
            id_number: identity.id_number,
            first_name: identity.first_name,
            last_name: identity.last_name,
            date_of_birth: identity.date_of_birth,
            registration_number: identity.registration_number,
            ends_on: identity.ends_on,
            effective_at: stated.statement.effective_at,
            recorded_at: stated.statement.recorded_at,
            content_hash: Some(stated.statement.content_hash),
        }
    }

    /// What a statement must exceed to win.
    pub(crate) fn rank(&self) -> impl Ord + use<> {
        (self.effective_at, self.recorded_at, self.content_hash)
    }
}
