//! The kinds of files (`docs/files.md`).

use super::kind::{Column, Form, Kind, Meaning, Sender};
use super::record::Subject;

macro_rules! columns {
    ($($name:literal $form:ident,)*) => {
        &[$(Column { name: $name, form: Form::$form },)*]
    };
}

/// The people who live where the hospitals are.
pub static PEOPLE: Kind = Kind {
    name: "people",
    sender: Sender::Network,
    versions: &[columns![
        "person_id" PersonId,
        "id_number" IdNumber,
        "first_name" Identity,
        "last_name" Identity,
        "sex" Sex,
        "date_of_birth" BirthDate,
        "citizenship" Text,
        "home_language" Text,
        "phone" Identity,
        "email" Identity,
        "street" Identity,
        "suburb" Identity,
        "municipality" Text,
        "province" Text,
        "postal_code" Identity,
    ]],
    meaning: Meaning::Records(Subject::Person),
};

/// Which person is which hospital's patient.
pub static HOSPITAL_PATIENTS: Kind = Kind {
    name: "hospital_patients",
    sender: Sender::Network,
    versions: &[columns![
        "patient_id" PatientId,
        "person_id" PersonId,
        "hospital_code" HospitalCode,
        "registered_on" Date,
        "blood_type" Text,
        "medical_scheme" Text,
        "next_of_kin_phone" Identity,
        "chronic_conditions" Text,
    ]],
    meaning: Meaning::Records(Subject::Patient),
};

/// The registered patients of a hospital, all of them.
pub static PATIENTS: Kind = Kind {
    name: "patients",
    sender: Sender::Hospital,
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
    sender: Sender::Hospital,
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
    sender: Sender::Hospital,
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
    sender: Sender::Hospital,
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
    sender: Sender::Hospital,
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
    sender: Sender::Hospital,
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

/// The departments of all hospitals.
pub static DEPARTMENTS: Kind = Kind {
    name: "departments",
    sender: Sender::Network,
    versions: &[columns![
        "hospital_code" Text,
        "department_code" Text,
        "name" Text,
        "kind" Text,
        "beds" Whole,
    ]],
    meaning: Meaning::Departments,
};

/// Who the members of staff of all hospitals are.
pub static STAFF: Kind = Kind {
    name: "staff",
    sender: Sender::Network,
    versions: &[columns![
        "staff_id" StaffId,
        "person_id" Identity,
        "id_number" Identity,
        "first_name" Identity,
        "last_name" Identity,
        "sex" Text,
        "date_of_birth" BirthDate,
        "role" Text,
        "specialty" Text,
        "registration_number" Identity,
        "hired_on" Date,
    ]],
    meaning: Meaning::Staff,
};

/// Who works where. An end is identity, as it is mostly the 65th birthday.
pub static ASSIGNED_STAFF: Kind = Kind {
    name: "assigned_staff",
    sender: Sender::Network,
    versions: &[columns![
        "assignment_id" Identity,
        "staff_id" StaffId,
        "hospital_code" Text,
        "department_code" Text,
        "role" Text,
        "specialty" Text,
        "shift" Text,
        "roster_slot" Whole,
        "starts_on" Date,
        "ends_on" Identity,
        "replaces_staff_id" StaffId,
    ]],
    meaning: Meaning::Assignments,
};

/// All kinds, in the order in which files that came together are loaded.
pub static ALL: [&Kind; 11] = [
    &DEPARTMENTS,
    &STAFF,
    &ASSIGNED_STAFF,
    &PEOPLE,
    &HOSPITAL_PATIENTS,
    &PATIENTS,
    &ENCOUNTERS,
    &DIAGNOSES,
    &PROCEDURES,
    &MEDICATIONS,
    &CHARGES,
];

/// The kinds that somebody sends, in the order in which files that came together are loaded.
pub fn sent_by(sender: Sender) -> impl Iterator<Item = &'static Kind> {
    ALL.into_iter().filter(move |kind| kind.sender == sender)
}
