use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use domain::rule::Rule;
use domain::staff::{CleanedStaff, StaffAttributes, StaffStatus, staff_versions};
use domain::statement::Statement;
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use super::prepared::STATED_STAFF_TO_VAULT;
use super::statement::{Coordinates, Dimension, Origin};
use super::unreadable::ReadError;
use super::vault::stated_staff;
use super::{Batch, Load, Loaded, Repeated, Session, Step};
use crate::DatabaseError;
use crate::rows::StaffVersionRow;

/// `gold.dim_staff`.
pub(crate) struct StaffDimension;

impl Load for CleanedStaff {
    fn recorded_at(&self) -> Option<DateTime<Utc>> {
        self.statement.statement.recorded_at
    }

    fn repairs(&self) -> &[&'static Rule] {
        &self.statement.repairs
    }

    async fn lock(step: &Step<'_>, _batch: &Batch<Self>) -> Result<(), DatabaseError> {
        step.session.lock_dimension::<StaffDimension>().await
    }

    async fn write(step: &Step<'_>, batch: &Batch<Self>) -> Result<Loaded, DatabaseError> {
        let statements = step.usable(batch);
        let (is_new, derived_rows) = step.session.write_staff(&statements).await?;
        let repeated = |stated: &CleanedStaff| Repeated {
            patient_pseudonym: None,
            id: stated.statement.statement.identity(),
        };
        step.finish(&statements, &is_new, derived_rows, repeated)
            .await
    }
}

impl Session<'_> {
    /// Adds statements about members of staff: to silver what is new, to the vault who they are, and
    /// to gold the versions that follow. The dimension is locked. Tells of each, in the order given,
    /// whether it was new, and how many rows of gold were written.
    pub(crate) async fn write_staff(
        &self,
        statements: &[(Origin, &CleanedStaff)],
    ) -> Result<(Vec<bool>, u64), DatabaseError> {
        let written = self.write_statements::<StaffDimension>(statements).await?;
        let new = statements
            .iter()
            .zip(&written.is_new)
            .filter_map(|((_, stated), is_new)| is_new.then_some(*stated));
        self.write_staff_to_vault(new).await?;
        Ok((written.is_new, written.derived_rows))
    }

    async fn write_staff_to_vault(
        &self,
        new: impl Iterator<Item = &CleanedStaff>,
    ) -> Result<(), DatabaseError> {
        let staff = stated_staff(new);
        if !staff.is_empty() {
            self.execute(STATED_STAFF_TO_VAULT, "write the vault", &[&staff])
                .await?;
        }
        Ok(())
    }
}

/// A row of `silver.staff_statement`.
pub(crate) struct SilverRow {
    staff_pseudonym: Uuid,
    statement_id: Uuid,
    content_hash: Uuid,
    effective_at: Option<DateTime<Utc>>,
    sequence: Option<i64>,
    recorded_at: Option<DateTime<Utc>>,
    source_system: Option<String>,
    status: &'static str,
    attributes: StaffAttributes,
    repairs: Vec<&'static str>,
    coordinates: Coordinates,
}

impl Dimension for StaffDimension {
    type Stated = CleanedStaff;
    type Member = Uuid;
    type Attributes = StaffAttributes;
    type Version = StaffVersionRow;
    type Keys = Vec<Uuid>;
    type SilverRow = SilverRow;

    const TABLE: &'static str = "gold.dim_staff";
    const READ: &'static str = include_str!("../../sql/load/staff/read.sql");
    const COPY: &'static str = include_str!("../../sql/load/staff/copy.sql");
    const TYPES: &'static [Type] = &[
        Type::UUID,
        Type::UUID,
        Type::UUID,
        Type::TIMESTAMPTZ,
        Type::INT8,
        Type::TIMESTAMPTZ,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::INT4,
        Type::DATE,
        Type::TEXT,
        Type::INT4,
        Type::UUID,
        Type::TEXT_ARRAY,
        Type::INT2,
        Type::INT4,
        Type::INT8,
        Type::INT8,
        Type::INT8,
    ];

    fn member(stated: &CleanedStaff) -> Uuid {
        stated.statement.staff_pseudonym
    }

    fn statement(stated: &CleanedStaff) -> &Statement<StaffAttributes> {
        &stated.statement.statement
    }

    fn keys(members: BTreeSet<Uuid>) -> Vec<Uuid> {
        members.into_iter().collect()
    }

    fn parameters(keys: &Vec<Uuid>) -> Vec<&(dyn ToSql + Sync)> {
        vec![keys]
    }

    fn silver_row(stated: &CleanedStaff, coordinates: Coordinates) -> SilverRow {
        let stated = &stated.statement;
        let statement = &stated.statement;
        SilverRow {
            staff_pseudonym: stated.staff_pseudonym,
            statement_id: statement.statement_id,
            content_hash: statement.content_hash,
            effective_at: statement.effective_at,
            sequence: statement.sequence,
            recorded_at: statement.recorded_at,
            source_system: stated.source_system.clone(),
            status: statement.attributes.status.as_str(),
            attributes: statement.attributes.clone(),
            repairs: stated.repairs.iter().map(|rule| rule.code).collect(),
            coordinates,
        }
    }

    fn values(row: &SilverRow) -> Vec<&(dyn ToSql + Sync)> {
        let attributes = &row.attributes;
        vec![
            &row.staff_pseudonym,
            &row.statement_id,
            &row.content_hash,
            &row.effective_at,
            &row.sequence,
            &row.recorded_at,
            &row.source_system,
            &attributes.hospital_code,
            &attributes.department_code,
            &row.status,
            &attributes.role,
            &attributes.specialty,
            &attributes.shift,
            &attributes.roster_slot,
            &attributes.hired_on,
            &attributes.sex,
            &attributes.birth_year,
            &attributes.replaces_staff_pseudonym,
            &row.repairs,
            &row.coordinates.topic_id,
            &row.coordinates.partition,
            &row.coordinates.kafka_offset,
            &row.coordinates.file_id,
            &row.coordinates.line,
        ]
    }

    fn read(row: &Row) -> Result<(Uuid, Statement<StaffAttributes>), ReadError> {
        let status: &str = row.try_get("status")?;
        let hired_on: Option<NaiveDate> = row.try_get("hired_on")?;
        let statement = Statement {
            statement_id: row.try_get("statement_id")?,
            content_hash: row.try_get("content_hash")?,
            effective_at: row.try_get("effective_at")?,
            sequence: row.try_get("sequence")?,
            recorded_at: row.try_get("recorded_at")?,
            attributes: StaffAttributes {
                hospital_code: row.try_get("hospital_code")?,
                department_code: row.try_get("department_code")?,
                status: StaffStatus::parse(status).ok_or_else(|| {
                    ReadError::unknown("silver.staff_statement", "status", status)
                })?,
                role: row.try_get("role")?,
                specialty: row.try_get("specialty")?,
                shift: row.try_get("shift")?,
                roster_slot: row.try_get("roster_slot")?,
                hired_on,
                sex: row.try_get("sex")?,
                birth_year: row.try_get("birth_year")?,
                replaces_staff_pseudonym: row.try_get("replaces_staff_pseudonym")?,
            },
        };
        Ok((row.try_get("staff_pseudonym")?, statement))
    }

    fn versions(
        member: &Uuid,
        statements: Vec<&Statement<StaffAttributes>>,
    ) -> Vec<StaffVersionRow> {
        let versions = staff_versions(*member, statements).into_iter();
        versions.map(StaffVersionRow::from).collect()
    }
}
