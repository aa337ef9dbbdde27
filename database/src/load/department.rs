use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::department::{
    DepartmentAttributes, DepartmentCode, DepartmentStatement, department_versions,
};
use domain::rule::Rule;
use domain::statement::Statement;
use tokio_postgres::Row;
use tokio_postgres::types::{Timestamp, ToSql, Type};
use uuid::Uuid;

use super::prepared::{NEXT_VERSION, NOTE_CHANGES};
use super::statement::{Coordinates, Dimension, Origin};
use super::unreadable::ReadError;
use super::{Batch, Load, Loaded, Repeated, Session, Step};
use crate::DatabaseError;
use crate::rows::{DepartmentVersionRow, begin};

/// `gold.dim_department`.
pub(crate) struct DepartmentDimension;

impl Load for DepartmentStatement {
    fn recorded_at(&self) -> Option<DateTime<Utc>> {
        self.statement.recorded_at
    }

    fn repairs(&self) -> &[&'static Rule] {
        &self.repairs
    }

    async fn lock(step: &Step<'_>, _batch: &Batch<Self>) -> Result<(), DatabaseError> {
        step.session.lock_dimension::<DepartmentDimension>().await
    }

    async fn write(step: &Step<'_>, batch: &Batch<Self>) -> Result<Loaded, DatabaseError> {
        let statements = step.usable(batch);
        let (is_new, derived_rows) = step.session.write_departments(&statements).await?;
        let repeated = |stated: &DepartmentStatement| Repeated {
            patient_pseudonym: None,
            id: stated.statement.identity(),
        };
        step.finish(&statements, &is_new, derived_rows, repeated)
            .await
    }
}

impl Session<'_> {
    /// Waits until nobody else writes departments.
    pub(crate) async fn lock_departments(&self) -> Result<(), DatabaseError> {
        self.lock_dimension::<DepartmentDimension>().await
    }

    /// Adds statements about departments: to silver what is new, and to gold the versions that
    /// follow. Where those change which version is valid at a time, the reference data gets another
    /// version, and the patients concerned are noted, to be folded again ([`crate::refold`]). The
    /// dimension is locked. Tells of each, in the order given, whether it was new, and how many rows
    /// of gold were written.
    pub(crate) async fn write_departments(
        &self,
        statements: &[(Origin, &DepartmentStatement)],
    ) -> Result<(Vec<bool>, u64), DatabaseError> {
        let written = self
            .write_statements::<DepartmentDimension>(statements)
            .await?;
        self.note_changes(&written.moved).await?;
        Ok((written.is_new, written.derived_rows))
    }

    /// Makes gold what silver says of departments, where statements are gone. The dimension is locked,
    /// and no patient is concerned.
    pub(crate) async fn derive_departments(
        &self,
        departments: Vec<(String, String)>,
    ) -> Result<(), DatabaseError> {
        let codes = departments.into_iter();
        let codes = codes.map(|(hospital_code, department_code)| DepartmentCode {
            hospital_code,
            department_code,
        });
        self.derive::<DepartmentDimension>(codes.collect()).await?;
        self.next_version().await
    }

    /// Where a version that stays ends elsewhere, another one is new or gone.
    async fn note_changes(&self, moved: &[DepartmentVersionRow]) -> Result<(), DatabaseError> {
        let mut first_moved: BTreeMap<(&str, &str), Option<DateTime<Utc>>> = BTreeMap::new();
        for row in moved {
            let valid_from = match row.valid_from {
                Timestamp::Value(at) => Some(at),
                Timestamp::NegInfinity | Timestamp::PosInfinity => None,
            };
            let code = (row.hospital_code.as_str(), row.department_code.as_str());
            let first = first_moved.entry(code).or_insert(valid_from);
            *first = valid_from.min(*first);
        }
        let from = first_moved
            .into_iter()
            .map(|((hospital, department), from)| {
                (hospital.to_owned(), department.to_owned(), from)
            });
        self.note_changed(from.collect()).await
    }

    /// Notes departments, each with the time from which on its patients are to be folded again;
    /// `None` is the beginning of time.
    pub(crate) async fn note_changed(
        &self,
        changed: Vec<(String, String, Option<DateTime<Utc>>)>,
    ) -> Result<(), DatabaseError> {
        if changed.is_empty() {
            return Ok(());
        }
        let (mut hospitals, mut departments, mut from) = (Vec::new(), Vec::new(), Vec::new());
        for (hospital, department, changed_from) in changed {
            hospitals.push(hospital);
            departments.push(department);
            from.push(begin(changed_from));
        }
        let doing = "note changed departments";
        self.execute(NOTE_CHANGES, doing, &[&hospitals, &departments, &from])
            .await?;
        self.next_version().await
    }

    /// Lanes read the reference data again.
    pub(crate) async fn next_version(&self) -> Result<(), DatabaseError> {
        self.execute(NEXT_VERSION, "move the version of the reference data", &[])
            .await?;
        Ok(())
    }
}

/// A row of `silver.department_statement`.
pub(crate) struct SilverRow {
    stated: DepartmentStatement,
    effective_at: Timestamp<DateTime<Utc>>,
    repairs: Vec<&'static str>,
    coordinates: Coordinates,
}

impl Dimension for DepartmentDimension {
    type Stated = DepartmentStatement;
    type Member = DepartmentCode;
    type Attributes = DepartmentAttributes;
    type Version = DepartmentVersionRow;
    type Keys = (Vec<String>, Vec<String>);
    type SilverRow = SilverRow;

    const TABLE: &'static str = "gold.dim_department";
    const READ: &'static str = include_str!("../../sql/load/department/read.sql");
    const COPY: &'static str = include_str!("../../sql/load/department/copy.sql");
    const TYPES: &'static [Type] = &[
        Type::TEXT,
        Type::TEXT,
        Type::UUID,
        Type::UUID,
        Type::TIMESTAMPTZ,
        Type::INT8,
        Type::TIMESTAMPTZ,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::INT4,
        Type::TEXT_ARRAY,
        Type::INT2,
        Type::INT4,
        Type::INT8,
        Type::INT8,
        Type::INT8,
    ];

    fn member(stated: &DepartmentStatement) -> DepartmentCode {
        stated.department.clone()
    }

    fn statement(stated: &DepartmentStatement) -> &Statement<DepartmentAttributes> {
        &stated.statement
    }

    fn keys(members: BTreeSet<DepartmentCode>) -> Self::Keys {
        let codes = members.into_iter();
        codes
            .map(|code| (code.hospital_code, code.department_code))
            .unzip()
    }

    fn parameters((hospitals, departments): &Self::Keys) -> Vec<&(dyn ToSql + Sync)> {
        vec![hospitals, departments]
    }

    fn silver_row(stated: &DepartmentStatement, coordinates: Coordinates) -> SilverRow {
        SilverRow {
            stated: stated.clone(),
            effective_at: begin(stated.statement.effective_at),
            repairs: stated.repairs.iter().map(|rule| rule.code).collect(),
            coordinates,
        }
    }

    fn values(row: &SilverRow) -> Vec<&(dyn ToSql + Sync)> {
        let statement = &row.stated.statement;
        vec![
            &row.stated.department.hospital_code,
            &row.stated.department.department_code,
            &statement.statement_id,
            &statement.content_hash,
            &row.effective_at,
            &statement.sequence,
            &statement.recorded_at,
            &row.stated.source_system,
            &statement.attributes.name,
            &statement.attributes.kind,
            &statement.attributes.beds,
            &row.repairs,
            &row.coordinates.topic_id,
            &row.coordinates.partition,
            &row.coordinates.kafka_offset,
            &row.coordinates.file_id,
            &row.coordinates.line,
        ]
    }

    fn read(row: &Row) -> Result<(DepartmentCode, Statement<DepartmentAttributes>), ReadError> {
        let effective_at = match row.try_get("effective_at")? {
            Timestamp::Value(at) => Some(at),
            Timestamp::NegInfinity | Timestamp::PosInfinity => None,
        };
        let statement = Statement {
            statement_id: row.try_get::<_, Uuid>("statement_id")?,
            content_hash: row.try_get("content_hash")?,
            effective_at,
            sequence: row.try_get("sequence")?,
            recorded_at: row.try_get("recorded_at")?,
            attributes: DepartmentAttributes {
                name: row.try_get("name")?,
                kind: row.try_get("kind")?,
                beds: row.try_get("beds")?,
            },
        };
        let code = DepartmentCode {
            hospital_code: row.try_get("hospital_code")?,
            department_code: row.try_get("department_code")?,
        };
        Ok((code, statement))
    }

    fn versions(
        member: &DepartmentCode,
        statements: Vec<&Statement<DepartmentAttributes>>,
    ) -> Vec<DepartmentVersionRow> {
        let versions = department_versions(member, statements).into_iter();
        versions.map(DepartmentVersionRow::from).collect()
    }
}
