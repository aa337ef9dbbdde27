use domain::extract::EncounterExtract;
use domain::record::Place;
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};

use crate::DatabaseError;
use crate::load::record_rule;

/// A row of `silver.encounters` to write, with its coordinates.
pub(crate) struct EncounterRow<'e> {
    extract: &'e EncounterExtract,
    repairs: Vec<&'static str>,
    file_id: i64,
    line: i64,
}

impl<'e> EncounterRow<'e> {
    /// Types of the columns, in the order of `copy_encounters.sql`.
    pub(crate) const TYPES: [Type; 21] = [
        Type::UUID,
        Type::UUID,
        Type::DATE,
        Type::UUID,
        Type::TEXT,
        Type::TIMESTAMPTZ,
        Type::TEXT,
        Type::TEXT,
        Type::TIMESTAMPTZ,
        Type::TIMESTAMPTZ,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::UUID,
        Type::TIMESTAMPTZ,
        Type::TIMESTAMPTZ,
        Type::TEXT,
        Type::BOOL,
        Type::TEXT_ARRAY,
        Type::INT8,
        Type::INT8,
    ];

    pub(crate) fn new(extract: &'e EncounterExtract, (file_id, line): (i64, i64)) -> Self {
        Self {
            extract,
            repairs: extract.repairs.iter().map(|rule| rule.code).collect(),
            file_id,
            line,
        }
    }

    /// Values in the order of `copy_encounters.sql`.
    pub(crate) fn values(&self) -> Vec<&(dyn ToSql + Sync)> {
        let extract = self.extract;
        vec![
            &extract.patient_pseudonym,
            &extract.encounter_key,
            &extract.extract_date,
            &extract.content_hash,
            &extract.hospital_code,
            &extract.extracted_at,
            &extract.admission_type,
            &extract.admission_source,
            &extract.admitted_at,
            &extract.first_location_at,
            &extract.location.department_code,
            &extract.location.ward,
            &extract.location.bed,
            &extract.attending_staff_pseudonym,
            &extract.discharged_at,
            &extract.last_location_left_at,
            &extract.disposition,
            &extract.died,
            &self.repairs,
            &self.file_id,
            &self.line,
        ]
    }

    /// Reads a row of `read_encounters.sql`.
    pub(crate) fn read(row: &Row) -> Result<EncounterExtract, DatabaseError> {
        let repairs: Vec<&str> = row.get("repairs");
        Ok(EncounterExtract {
            patient_pseudonym: row.get("patient_pseudonym"),
            encounter_key: row.get("encounter_key"),
            content_hash: row.get("content_hash"),
            hospital_code: row.get("hospital_code"),
            extract_date: row.get("extract_date"),
            extracted_at: row.get("extracted_at"),
            admission_type: row.get("admission_type"),
            admission_source: row.get("admission_source"),
            admitted_at: row.get("admitted_at"),
            first_location_at: row.get("first_location_at"),
            location: Place {
                department_code: row.get("department_code"),
                ward: row.get("ward"),
                bed: row.get("bed"),
            },
            attending_staff_pseudonym: row.get("attending_staff_pseudonym"),
            discharged_at: row.get("discharged_at"),
            last_location_left_at: row.get("last_location_left_at"),
            disposition: row.get("disposition"),
            died: row.get("died"),
            repairs: repairs
                .into_iter()
                .map(|code| record_rule("silver.encounters", code))
                .collect::<Result<_, _>>()?,
        })
    }
}
