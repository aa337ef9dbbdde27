//! The clinical kinds: what a line says is a row of silver and of a fact of its own.

use std::collections::{BTreeSet, HashMap};
use std::error::Error;

use bytes::BytesMut;
use chrono::NaiveDate;
use domain::dimension_key::unknown_member_key;
use domain::extract::{
    CHARGES, ClinicalLine, DIAGNOSES, Form, Kind, Line, MEDICATIONS, PROCEDURES, Value,
};
use tokio_postgres::Row;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use super::chunk::LoadedChunk;
use super::loader::Step;
use super::statement::IS_ANY_CLINICAL;
use crate::DatabaseError;
use crate::fault::{self, Point};
use crate::load::Session;

/// The statements of a clinical kind.
pub(crate) struct ClinicalTable {
    kind: &'static Kind,
    /// The table of gold.
    pub(crate) fact: &'static str,
    /// What silver holds of patients.
    pub(super) held: &'static str,
    /// Takes away what a later day says again.
    pub(super) delete: &'static str,
    /// Adds to silver.
    pub(super) copy: &'static str,
    /// Makes the facts of patients from silver.
    pub(crate) facts: &'static str,
}

macro_rules! table {
    ($kind:ident in $folder:literal to $fact:literal) => {
        ClinicalTable {
            kind: &$kind,
            fact: $fact,
            held: include_str!(concat!("../../sql/file/", $folder, "/held.sql")),
            delete: include_str!(concat!("../../sql/file/", $folder, "/delete.sql")),
            copy: include_str!(concat!("../../sql/file/", $folder, "/copy.sql")),
            facts: include_str!(concat!("../../sql/file/", $folder, "/facts.sql")),
        }
    };
}

/// All clinical kinds.
pub(crate) static TABLES: [ClinicalTable; 4] = [
    table!(DIAGNOSES in "diagnoses" to "gold.fact_diagnosis"),
    table!(PROCEDURES in "procedures" to "gold.fact_procedure"),
    table!(MEDICATIONS in "medications" to "gold.fact_medication"),
    table!(CHARGES in "charges" to "gold.fact_charge"),
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
            Form::Text | Form::HospitalCode | Form::Sex => Some(Type::TEXT),
            Form::Time => Some(Type::TIMESTAMPTZ),
            Form::Date => Some(Type::DATE),
            Form::Whole => Some(Type::INT8),
            Form::Truth => Some(Type::BOOL),
            Form::PatientId
            | Form::EncounterId
            | Form::LineNumber
            | Form::PersonId
            | Form::IdNumber
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

/// What tells a content of a line of an encounter from others.
type Identity = (Uuid, i32, Uuid);

/// Where silver has a content: its day, file and line.
type Place = (NaiveDate, i64, i64);

/// What becomes of the lines of a chunk.
#[derive(Default)]
struct Sorted<'c> {
    new: Vec<&'c Line>,
    rows: Vec<ClinicalRow<'c>>,
    /// Files and lines whose content another row stands for.
    duplicates: Vec<(i64, i64)>,
    /// What a former day said and this one says again.
    replaced: Vec<&'c ClinicalLine>,
}

impl Step<'_> {
    /// Adds to silver what it does not hold, and to the facts. What several days say stands as the last
    /// of them says it, in whatever order they are loaded.
    pub(super) async fn write_clinical(
        &self,
        lines: &[(i64, Line)],
    ) -> Result<LoadedChunk, DatabaseError> {
        let table = ClinicalTable::of(self.file.kind)?;
        let patients: BTreeSet<Uuid> = lines.iter().map(|(_, it)| it.member()).collect();
        let patients: Vec<Uuid> = patients.into_iter().collect();
        let held = self
            .session
            .query(table.held, "read silver", &[&patients])
            .await?;
        let place = |row: &Row| -> (Identity, Place) {
            let identity = (row.get(0), row.get(1), row.get(2));
            (identity, (row.get(3), row.get(4), row.get(5)))
        };
        let sorted = self.sort(lines, held.iter().map(place).collect());
        self.take_away(table, &sorted.replaced).await?;
        let silver_rows = self.copy_clinical(table, sorted.rows).await?;
        fault::reach(Point::Silver)?;
        self.write_duplicates(&sorted.duplicates).await?;
        self.write_named(&sorted.new).await?;
        Ok(LoadedChunk {
            silver_rows,
            duplicates: sorted.duplicates.len() as u64,
            erased: 0,
            derived_rows: self.session.write_facts(table, &patients).await?,
        })
    }

    fn sort<'c>(
        &self,
        lines: &'c [(i64, Line)],
        mut places: HashMap<Identity, Place>,
    ) -> Sorted<'c> {
        let (file_id, date) = (self.file.file_id, self.file.extract.date);
        let mut sorted = Sorted::default();
        for (number, line) in lines {
            let Line::Clinical(clinical) = line else {
                continue;
            };
            let identity = (
                clinical.encounter_key,
                clinical.line_number,
                clinical.content_hash,
            );
            match places.get(&identity).copied() {
                Some((held, ..)) if held >= date => {
                    sorted.duplicates.push((file_id, *number));
                    continue;
                }
                Some((_, former_file, former_line)) => {
                    sorted.duplicates.push((former_file, former_line));
                    sorted.replaced.push(clinical);
                }
                None => {}
            }
            places.insert(identity, (date, file_id, *number));
            sorted.new.push(line);
            sorted.rows.push(ClinicalRow {
                line: clinical,
                repairs: clinical.repairs.iter().map(|rule| rule.code).collect(),
                number: *number,
            });
        }
        sorted
    }

    async fn take_away(
        &self,
        table: &ClinicalTable,
        lines: &[&ClinicalLine],
    ) -> Result<(), DatabaseError> {
        if lines.is_empty() {
            return Ok(());
        }
        let patients: Vec<Uuid> = lines.iter().map(|it| it.patient_pseudonym).collect();
        let encounters: Vec<Uuid> = lines.iter().map(|it| it.encounter_key).collect();
        let numbers: Vec<i32> = lines.iter().map(|it| it.line_number).collect();
        let hashes: Vec<Uuid> = lines.iter().map(|it| it.content_hash).collect();
        let parameters: [&(dyn ToSql + Sync); 4] = [&patients, &encounters, &numbers, &hashes];
        self.session
            .execute(table.delete, "write silver", &parameters)
            .await?;
        Ok(())
    }

    async fn copy_clinical(
        &self,
        table: &ClinicalTable,
        rows: Vec<ClinicalRow<'_>>,
    ) -> Result<u64, DatabaseError> {
        let (extract, hospital_code) = (&self.file.extract, self.hospital_code());
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
                        &hospital_code,
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
pub(super) fn cell(value: Option<&Value>) -> &(dyn ToSql + Sync) {
    match value {
        Some(Value::Text(text)) => text,
        Some(Value::Time(time)) => time,
        Some(Value::Date(date)) => date,
        Some(Value::Whole(whole)) => whole,
        Some(Value::Year(year)) => year,
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
