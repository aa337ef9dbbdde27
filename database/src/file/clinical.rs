//! The clinical kinds: what a line says is a row of silver and of a fact of its own.

use std::collections::{BTreeSet, HashSet};
use std::error::Error;

use bytes::BytesMut;
use domain::dimension_key::unknown_member_key;
use domain::extract::{
    CHARGES, ClinicalLine, DIAGNOSES, Form, Kind, Line, MEDICATIONS, PROCEDURES, Value,
};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use super::chunk::LoadedChunk;
use super::loader::Step;
use super::statement::IS_ANY_CLINICAL;
use crate::DatabaseError;
use crate::load::Session;

/// The statements of a clinical kind.
pub(super) struct ClinicalTable {
    kind: &'static Kind,
    /// What silver holds of patients.
    pub(super) held: &'static str,
    /// Adds to silver.
    pub(super) copy: &'static str,
    /// Makes the facts of patients from silver.
    pub(super) facts: &'static str,
}

macro_rules! table {
    ($kind:ident in $folder:literal) => {
        ClinicalTable {
            kind: &$kind,
            held: include_str!(concat!("../../sql/file/", $folder, "/held.sql")),
            copy: include_str!(concat!("../../sql/file/", $folder, "/copy.sql")),
            facts: include_str!(concat!("../../sql/file/", $folder, "/facts.sql")),
        }
    };
}

/// All clinical kinds.
pub(super) static TABLES: [ClinicalTable; 4] = [
    table!(DIAGNOSES in "diagnoses"),
    table!(PROCEDURES in "procedures"),
    table!(MEDICATIONS in "medications"),
    table!(CHARGES in "charges"),
];

impl ClinicalTable {
    fn of(kind: &Kind) -> Result<&'static Self, DatabaseError> {
        let found = TABLES.iter().find(|table| table.kind == kind);
        found.ok_or_else(|| {
            DatabaseError::State(format!("{} have no table of silver: a defect", kind.name))
        })
    }

    /// Types of the columns, in the order of `copy.sql`.
    fn types(&self, schema_version: u32) -> Vec<Type> {
        let columns = self.kind.columns(schema_version).unwrap_or_default();
        let values = columns.iter().filter_map(|column| match column.form {
            Form::StaffId => Some(Type::UUID),
            Form::Text => Some(Type::TEXT),
            Form::Time => Some(Type::TIMESTAMPTZ),
            Form::Date => Some(Type::DATE),
            Form::Whole => Some(Type::INT8),
            Form::Truth => Some(Type::BOOL),
            Form::PatientId
            | Form::EncounterId
            | Form::LineNumber
            | Form::Identity
            | Form::BirthDate => None,
        });
        let before = [
            Type::UUID,
            Type::UUID,
            Type::INT4,
            Type::UUID,
            Type::TEXT,
            Type::DATE,
            Type::TIMESTAMPTZ,
        ];
        let after = [Type::TEXT_ARRAY, Type::INT8, Type::INT8];
        before.into_iter().chain(values).chain(after).collect()
    }
}

/// A row of silver to write.
struct ClinicalRow<'c> {
    line: &'c ClinicalLine,
    repairs: Vec<&'static str>,
    number: i64,
}

impl Step<'_> {
    /// Adds to silver what it does not hold, and to the facts.
    pub(super) async fn write_clinical(
        &self,
        lines: &[(i64, Line)],
    ) -> Result<LoadedChunk, DatabaseError> {
        let table = ClinicalTable::of(self.file.kind)?;
        let patients: BTreeSet<Uuid> = lines.iter().map(|(_, it)| it.patient_pseudonym()).collect();
        let patients: Vec<Uuid> = patients.into_iter().collect();
        let held = self
            .session
            .query(table.held, "read silver", &[&patients])
            .await?;
        let mut met: HashSet<(Uuid, i32, Uuid)> = held
            .iter()
            .map(|row| (row.get(0), row.get(1), row.get(2)))
            .collect();
        let (mut new, mut rows, mut duplicates) = (Vec::new(), Vec::new(), Vec::new());
        for (number, line) in lines {
            let Line::Clinical(clinical) = line else {
                continue;
            };
            let identity = (
                clinical.encounter_key,
                clinical.line_number,
                clinical.content_hash,
            );
            if met.insert(identity) {
                new.push(line);
                rows.push(ClinicalRow {
                    line: clinical,
                    repairs: clinical.repairs.iter().map(|rule| rule.code).collect(),
                    number: *number,
                });
            } else {
                duplicates.push(*number);
            }
        }
        let silver_rows = self.copy_clinical(table, rows).await?;
        self.write_duplicates(&duplicates).await?;
        self.write_named(&new).await?;
        Ok(LoadedChunk {
            silver_rows,
            duplicates: duplicates.len() as u64,
            derived_rows: self.session.write_facts(table, &patients).await?,
        })
    }

    async fn copy_clinical(
        &self,
        table: &ClinicalTable,
        rows: Vec<ClinicalRow<'_>>,
    ) -> Result<u64, DatabaseError> {
        let extract = &self.file.extract;
        let types = table.types(self.file.schema_version);
        self.session
            .copy(
                table.copy,
                "write silver",
                &types,
                rows.into_iter(),
                |row| {
                    let line = row.line;
                    let mut values: Vec<&(dyn ToSql + Sync)> = vec![
                        &line.patient_pseudonym,
                        &line.encounter_key,
                        &line.line_number,
                        &line.content_hash,
                        &extract.hospital_code,
                        &extract.date,
                        &extract.extracted_at,
                    ];
                    values.extend(line.values.iter().map(|value| cell(value.as_ref())));
                    values.extend([
                        &row.repairs as &(dyn ToSql + Sync),
                        &self.file.file_id,
                        &row.number,
                    ]);
                    values
                },
            )
            .await
    }
}

impl Session<'_> {
    /// Keys the clinical facts of patients anew, whose versions are others now.
    pub(crate) async fn key_clinical_facts(&self, patients: &[Uuid]) -> Result<u64, DatabaseError> {
        if patients.is_empty() {
            return Ok(0);
        }
        let doing = "look for clinical files";
        let found = self.query(IS_ANY_CLINICAL, doing, &[]).await?;
        let mut written = 0;
        if found.iter().any(|row| row.get("is_any")) {
            for table in &TABLES {
                written += self.write_facts(table, patients).await?;
            }
        }
        Ok(written)
    }

    async fn write_facts(
        &self,
        table: &ClinicalTable,
        patients: &[Uuid],
    ) -> Result<u64, DatabaseError> {
        let unknown = unknown_member_key("dim_patient");
        self.execute(table.facts, "write facts", &[&patients, &unknown])
            .await
    }
}

/// A value as PostgreSQL takes it.
fn cell(value: Option<&Value>) -> &(dyn ToSql + Sync) {
    match value {
        Some(Value::Text(text)) => text,
        Some(Value::Time(time)) => time,
        Some(Value::Date(date)) => date,
        Some(Value::Whole(whole)) => whole,
        Some(Value::Truth(truth)) => truth,
        Some(Value::Pseudonym(pseudonym)) => pseudonym,
        None => &Null,
    }
}

/// NULL of any type.
#[derive(Debug)]
struct Null;

impl ToSql for Null {
    fn to_sql(&self, _: &Type, _: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        Ok(IsNull::Yes)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
