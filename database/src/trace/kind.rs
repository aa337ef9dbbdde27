//! The kinds of files whose lines can be followed: where they stand in silver, and what gold makes of them.

use domain::extract::{
    ASSIGNED_STAFF, CHARGES, DEPARTMENTS, DIAGNOSES, ENCOUNTERS, HOSPITAL_PATIENTS, Kind,
    MEDICATIONS, PATIENTS, PEOPLE, PROCEDURES, STAFF,
};

/// How gold follows from the rows of a table of silver.
#[derive(Clone, Copy)]
pub(super) enum Gold {
    /// By the fold of the patient.
    OfPatient,
    /// By the fold of the member of a dimension, which takes all that is stated of it.
    OfMember,
    /// The content that was said last is the row of this table, with these columns as its key.
    SaidLast(&'static str, &'static [&'static str]),
}

/// What `hospital_patients.csv` gives.
pub(super) const REGISTRATION: &str = "gold.fact_registration";

const OF_ENCOUNTER: &[&str] = &["encounter_key", "line_number"];

/// All kinds of files, the table of silver with their lines, and what follows from it.
pub(super) static KINDS: [(&Kind, &str, Gold); 11] = [
    (&PATIENTS, "silver.patients", Gold::OfPatient),
    (&ENCOUNTERS, "silver.encounters", Gold::OfPatient),
    (
        &DIAGNOSES,
        "silver.diagnoses",
        Gold::SaidLast("gold.fact_diagnosis", OF_ENCOUNTER),
    ),
    (
        &PROCEDURES,
        "silver.procedures",
        Gold::SaidLast("gold.fact_procedure", OF_ENCOUNTER),
    ),
    (
        &MEDICATIONS,
        "silver.medications",
        Gold::SaidLast("gold.fact_medication", OF_ENCOUNTER),
    ),
    (
        &CHARGES,
        "silver.charges",
        Gold::SaidLast("gold.fact_charge", OF_ENCOUNTER),
    ),
    (
        &PEOPLE,
        "silver.people",
        Gold::SaidLast("gold.dim_person", &["person_record_pseudonym"]),
    ),
    (
        &HOSPITAL_PATIENTS,
        "silver.hospital_patients",
        Gold::SaidLast(REGISTRATION, &["patient_pseudonym"]),
    ),
    (&STAFF, "silver.staff", Gold::OfMember),
    (&ASSIGNED_STAFF, "silver.staff_statement", Gold::OfMember),
    (&DEPARTMENTS, "silver.department_statement", Gold::OfMember),
];

/// A statement about a table, with the columns that are its key.
pub(super) fn about(sql: &str, table: &str, key: &[&str]) -> String {
    sql.replace("{table}", table)
        .replace("{key}", &key.join(", "))
}

/// The table of gold of this name whose rows are what was said last.
pub(super) fn stated(name: &str) -> Option<&'static str> {
    let mut kinds = KINDS.iter();
    kinds.find_map(|(.., gold)| match gold {
        Gold::SaidLast(table, _) if *table == name => Some(*table),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use domain::extract::{Sender, sent_by};

    use super::*;

    #[test]
    fn lines_of_every_kind_can_be_traced() {
        for sender in [Sender::Hospital, Sender::Network] {
            for kind in sent_by(sender) {
                let is_there = KINDS.iter().any(|(it, ..)| *it == kind);
                assert!(is_there, "{}", kind.name);
            }
        }
    }
}
