use std::collections::HashMap;

use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row, Statement, Transaction};

use super::department::DepartmentDimension;
use super::staff::StaffDimension;
use super::statement::Dimension as _;
use crate::DatabaseError;
use crate::file::statement as of_files;
use crate::rows::{
    AdmissionRow, DepartmentVersionRow, DerivedRow, FindingRow, LocationStayRow, PatientVersionRow,
    SnapshotRow, StaffVersionRow, TableSql,
};

pub(super) const LOCK_SHARDS: &str = include_str!("../../sql/load/lock_shards.sql");
pub(super) const SWAP_OFFSETS: &str = include_str!("../../sql/load/swap_offsets.sql");
pub(super) const WRITE_HOLES: &str = include_str!("../../sql/load/write_holes.sql");
pub(super) const COPY_BRONZE: &str = include_str!("../../sql/load/copy_bronze.sql");
pub(super) const READ_SILVER: &str = include_str!("../../sql/load/read_silver.sql");
pub(super) const COPY_SILVER: &str = include_str!("../../sql/load/copy_silver.sql");
pub(super) const COPY_DUPLICATES: &str = include_str!("../../sql/load/copy_duplicates.sql");
pub(super) const COPY_ERASED: &str = include_str!("../../sql/load/copy_erased.sql");
pub(super) const COPY_QUARANTINE: &str = include_str!("../../sql/load/copy_quarantine.sql");
pub(super) const COPY_DEAD_LETTERS: &str = include_str!("../../sql/load/copy_dead_letters.sql");
pub(super) const SETTLE_LOADED: &str = include_str!("../../sql/load/settle_loaded.sql");
pub(super) const SETTLE_REFUSED: &str = include_str!("../../sql/load/settle_refused.sql");
pub(super) const BEGIN_STORM: &str = include_str!("../../sql/load/begin_storm.sql");
pub(super) const END_STORMS: &str = include_str!("../../sql/load/end_storms.sql");
pub(super) const COPY_CENSUS_TODO: &str = include_str!("../../sql/load/copy_census_todo.sql");
pub(super) const COPY_CENSUS_WITNESS: &str = include_str!("../../sql/load/copy_census_witness.sql");
pub(crate) const PATIENTS_TO_VAULT: &str =
    include_str!("../../sql/load/write_patients_to_vault.sql");
pub(crate) const ENCOUNTERS_TO_VAULT: &str =
    include_str!("../../sql/load/write_encounters_to_vault.sql");
pub(super) const WRITE_SCHEMAS: &str = include_str!("../../sql/load/write_schemas.sql");
pub(super) const OTHER_SCHEMAS: &str = include_str!("../../sql/load/other_schemas.sql");
pub(crate) const STAFF_TO_VAULT: &str = include_str!("../../sql/load/write_staff_to_vault.sql");
pub(super) const READ_ENCOUNTERS: &str = include_str!("../../sql/load/read_encounters.sql");

pub(super) const LOCK_DIMENSION: &str = include_str!("../../sql/load/lock_dimension.sql");
pub(crate) const STATED_STAFF_TO_VAULT: &str =
    include_str!("../../sql/load/staff/write_to_vault.sql");
pub(super) const NOTE_CHANGES: &str = include_str!("../../sql/load/department/note_changes.sql");
pub(super) const NEXT_VERSION: &str = include_str!("../../sql/reference/next_version.sql");

const SINGLE: [&str; 30] = [
    LOCK_SHARDS,
    SWAP_OFFSETS,
    WRITE_HOLES,
    WRITE_SCHEMAS,
    OTHER_SCHEMAS,
    COPY_BRONZE,
    READ_SILVER,
    COPY_SILVER,
    COPY_DUPLICATES,
    COPY_QUARANTINE,
    COPY_DEAD_LETTERS,
    SETTLE_LOADED,
    SETTLE_REFUSED,
    BEGIN_STORM,
    END_STORMS,
    COPY_ERASED,
    COPY_CENSUS_TODO,
    COPY_CENSUS_WITNESS,
    PATIENTS_TO_VAULT,
    ENCOUNTERS_TO_VAULT,
    STAFF_TO_VAULT,
    READ_ENCOUNTERS,
    LOCK_DIMENSION,
    StaffDimension::READ,
    StaffDimension::COPY,
    STATED_STAFF_TO_VAULT,
    DepartmentDimension::READ,
    DepartmentDimension::COPY,
    NOTE_CHANGES,
    NEXT_VERSION,
];

/// Statements, prepared once a connection: every one of a batch, or those of other work.
pub(crate) struct Prepared(HashMap<&'static str, Statement>);

impl Prepared {
    pub(crate) async fn all(client: &Client) -> Result<Self, DatabaseError> {
        let tables = [
            PatientVersionRow::SQL,
            AdmissionRow::SQL,
            LocationStayRow::SQL,
            FindingRow::SQL,
            SnapshotRow::SQL,
            StaffVersionRow::SQL,
            DepartmentVersionRow::SQL,
        ];
        let of_tables = tables.iter().flat_map(TableSql::all);
        let of_files = of_files::all();
        let all = SINGLE.into_iter().chain(of_tables).chain(of_files);
        Self::new(client, all.collect()).await
    }

    /// Just these.
    pub(crate) async fn new(
        client: &Client,
        statements: Vec<&'static str>,
    ) -> Result<Self, DatabaseError> {
        let mut prepared = HashMap::new();
        for sql in statements {
            let statement = client
                .prepare(sql)
                .await
                .map_err(|error| DatabaseError::while_doing("prepare a statement", &error))?;
            prepared.insert(sql, statement);
        }
        Ok(Self(prepared))
    }

    pub(crate) fn statement(&self, sql: &'static str) -> Result<&Statement, DatabaseError> {
        self.0.get(sql).ok_or_else(|| {
            DatabaseError::State("a statement of the loader was not prepared: a defect".into())
        })
    }
}

/// A transaction and the statements that are run in it.
pub(crate) struct Session<'a> {
    pub(crate) transaction: &'a Transaction<'a>,
    pub(crate) prepared: &'a Prepared,
}

impl Session<'_> {
    /// Locks shards, which are given in ascending order.
    pub(crate) async fn lock_shards(&self, shards: &[i32]) -> Result<(), DatabaseError> {
        let locked = self.query(LOCK_SHARDS, "lock shards", &[&shards]).await?;
        if locked.len() != shards.len() {
            return Err(DatabaseError::State(
                "ops.shard has lost rows: restore one row for each partition of the topic".into(),
            ));
        }
        Ok(())
    }

    pub(crate) async fn query(
        &self,
        sql: &'static str,
        doing: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, DatabaseError> {
        self.transaction
            .query(self.prepared.statement(sql)?, parameters)
            .await
            .map_err(|error| DatabaseError::while_doing(doing, &error))
    }

    pub(crate) async fn execute(
        &self,
        sql: &'static str,
        doing: &'static str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, DatabaseError> {
        self.transaction
            .execute(self.prepared.statement(sql)?, parameters)
            .await
            .map_err(|error| DatabaseError::while_doing(doing, &error))
    }
}
