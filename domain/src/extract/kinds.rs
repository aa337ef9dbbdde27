//! The kinds of files of a daily extract (`docs/files.md`).

use super::kind::{Column, Form, Kind, Meaning};

macro_rules! columns {
    ($($name:literal $form:ident,)*) => {
        &[$(Column { name: $name, form: Form::$form },)*]
    };
}

/// The registered patients of a hospital, all of them.
pub static PATIENTS: Kind = Kind {
    name: "patients",
    versions: &[columns![
        "patient_id" PatientId,
        "id_number" Identity,
        "first_name" Identity,
        "last_name" Identity,
        "sex" Text,
        "date_of_birth" BirthDate,
        "citizenship" Text,
        "home_language" Text,
        "marital_status" Text,
        "phone" Identity,
        "email" Identity,
        "street" Identity,
        "suburb" Identity,
        "municipality" Text,
        "province" Text,
        "postal_code" Identity,
        "medical_scheme" Text,
        "blood_type" Text,
        "next_of_kin_phone" Identity,
        "chronic_conditions" Text,
        "registered_on" Date,
        "updated_on" Date,
    ]],
    meaning: Meaning::Snapshot,
};

/// The encounters that were open at some moment of the day.
pub static ENCOUNTERS: Kind = Kind {
    name: "encounters",
    versions: &[columns![
        "encounter_id" EncounterId,
        "patient_id" PatientId,
        "admission_type" Text,
        "admission_source" Text,
        "admitted_at" Time,
        "first_location_at" Time,
        "department_code" Text,
        "ward" Text,
        "bed" Text,
        "attending_staff_id" StaffId,
        "discharged_at" Time,
        "last_location_left_at" Time,
        "disposition" Text,
        "died" Truth,
    ]],
    meaning: Meaning::Encounters,
};

/// What was diagnosed.
pub static DIAGNOSES: Kind = Kind {
    name: "diagnoses",
    versions: &[columns![
        "encounter_id" EncounterId,
        "patient_id" PatientId,
        "line_number" LineNumber,
        "icd10" Text,
        "description" Text,
        "rank" Text,
        "diagnosed_at" Time,
    ]],
    meaning: Meaning::Clinical,
};

/// What was done.
pub static PROCEDURES: Kind = Kind {
    name: "procedures",
    versions: &[columns![
        "encounter_id" EncounterId,
        "patient_id" PatientId,
        "line_number" LineNumber,
        "code" Text,
        "description" Text,
        "performed_at" Time,
        "staff_id" StaffId,
    ]],
    meaning: Meaning::Clinical,
};

/// What was prescribed.
pub static MEDICATIONS: Kind = Kind {
    name: "medications",
    versions: &[columns![
        "encounter_id" EncounterId,
        "patient_id" PatientId,
        "line_number" LineNumber,
        "atc" Text,
        "name" Text,
        "dose" Text,
        "route" Text,
        "frequency" Text,
        "quantity" Whole,
        "started_at" Time,
    ]],
    meaning: Meaning::Clinical,
};

/// What was charged.
pub static CHARGES: Kind = Kind {
    name: "charges",
    versions: &[columns![
        "encounter_id" EncounterId,
        "patient_id" PatientId,
        "line_number" LineNumber,
        "item_code" Text,
        "description" Text,
        "quantity" Whole,
        "unit_price_cents" Whole,
        "amount_cents" Whole,
        "charged_at" Time,
    ]],
    meaning: Meaning::Clinical,
};

/// All kinds, in the order in which a day's files are loaded.
pub static ALL: [&Kind; 6] = [
    &PATIENTS,
    &ENCOUNTERS,
    &DIAGNOSES,
    &PROCEDURES,
    &MEDICATIONS,
    &CHARGES,
];
