//! Statements about the members of a dimension: into silver, and what follows of them in gold.
//!
//! A dimension has one writer at a time, who holds its lock. So what silver holds of the touched
//! members can be read once and compared, as it is of patients.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use domain::statement::Statement;
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};

use super::Session;
use super::prepared::LOCK_DIMENSION;
use super::unreadable::ReadError;
use crate::DatabaseError;
use crate::fault::{self, Point};
use crate::rows::{DerivedRow, Differences, Existing};

/// Where a statement came from first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A Kafka record.
    Kafka {
        /// Short number of the topic.
        topic_id: i16,
        /// Partition of the topic.
        partition: i32,
        /// Offset in the partition.
        offset: i64,
    },
    /// A line of a file.
    File {
        /// Number of the file.
        file_id: i64,
        /// Number of the line.
        line: i64,
    },
    /// The network file, which has no coordinates: it is not kept.
    Network,
}

/// The same as silver's columns.
#[derive(Debug, Default)]
pub(crate) struct Coordinates {
    pub(super) topic_id: Option<i16>,
    pub(super) partition: Option<i32>,
    pub(super) kafka_offset: Option<i64>,
    pub(super) file_id: Option<i64>,
    pub(super) line: Option<i64>,
}

impl Origin {
    pub(crate) fn coordinates(self) -> Coordinates {
        match self {
            Self::Kafka {
                topic_id,
                partition,
                offset,
            } => Coordinates {
                topic_id: Some(topic_id),
                partition: Some(partition),
                kafka_offset: Some(offset),
                ..Coordinates::default()
            },
            Self::File { file_id, line } => Coordinates {
                file_id: Some(file_id),
                line: Some(line),
                ..Coordinates::default()
            },
            Self::Network => Coordinates::default(),
        }
    }
}

/// A dimension whose versions follow from statements.
pub(crate) trait Dimension: Sized + Send + Sync {
    /// A statement as it is written to silver.
    type Stated: Send + Sync;
    /// What names a member.
    type Member: Ord + Clone + Send + Sync + fmt::Debug;
    /// What is stated of one.
    type Attributes: Send + Sync;
    /// A row of gold.
    type Version: DerivedRow + ToSql + fmt::Debug;
    /// The members as arrays, to be looked up.
    type Keys: Send + Sync;

    /// A row of silver.
    type SilverRow: Send + Sync;

    /// The table of gold, by which the dimension is locked.
    const TABLE: &'static str;
    /// Reads all statements about members.
    const READ: &'static str;
    /// Copies statements into silver.
    const COPY: &'static str;
    /// The types of its columns.
    const TYPES: &'static [Type];

    fn member(stated: &Self::Stated) -> Self::Member;
    fn statement(stated: &Self::Stated) -> &Statement<Self::Attributes>;
    fn keys(members: BTreeSet<Self::Member>) -> Self::Keys;
    /// Parameters of `READ` and of what reads gold.
    fn parameters(keys: &Self::Keys) -> Vec<&(dyn ToSql + Sync)>;
    fn silver_row(stated: &Self::Stated, coordinates: Coordinates) -> Self::SilverRow;
    /// Values in the order of `COPY`.
    fn values(row: &Self::SilverRow) -> Vec<&(dyn ToSql + Sync)>;
    /// A row of `READ`.
    fn read(row: &Row) -> Result<(Self::Member, Statement<Self::Attributes>), ReadError>;
    fn versions(
        member: &Self::Member,
        statements: Vec<&Statement<Self::Attributes>>,
    ) -> Vec<Self::Version>;
}

/// What became of statements.
pub(crate) struct Written<V> {
    /// Of each statement, in the order given, whether silver did not hold it.
    pub(crate) is_new: Vec<bool>,
    /// Rows of gold that were inserted, changed or deleted.
    pub(crate) derived_rows: u64,
    /// The rows of gold that were inserted or deleted.
    pub(crate) moved: Vec<V>,
}

/// Statements by member.
type ByMember<'s, D> =
    BTreeMap<<D as Dimension>::Member, Vec<&'s Statement<<D as Dimension>::Attributes>>>;

impl Session<'_> {
    /// Waits until nobody else writes a dimension.
    pub(crate) async fn lock_dimension<D: Dimension>(&self) -> Result<(), DatabaseError> {
        self.lock_table(D::TABLE).await
    }

    /// Waits until nobody else writes a dimension, by the name of its table.
    pub(crate) async fn lock_table(&self, table: &str) -> Result<(), DatabaseError> {
        self.query(LOCK_DIMENSION, "lock a dimension", &[&table])
            .await?;
        Ok(())
    }

    /// Adds statements to silver that it does not hold, and makes gold what follows. The dimension is
    /// locked.
    pub(crate) async fn write_statements<D: Dimension>(
        &self,
        statements: &[(Origin, &D::Stated)],
    ) -> Result<Written<D::Version>, DatabaseError> {
        let members = statements.iter().map(|(_, stated)| D::member(stated));
        let held = self.held_statements::<D>(members.collect()).await?;
        let identity = |member: &D::Member, statement: &Statement<D::Attributes>| {
            (member.clone(), statement.identity())
        };
        let mut met: BTreeSet<_> = held.iter().map(|(who, said)| identity(who, said)).collect();
        let is_new: Vec<bool> = statements
            .iter()
            .map(|(_, stated)| met.insert(identity(&D::member(stated), D::statement(stated))))
            .collect();
        let new: Vec<_> = statements
            .iter()
            .zip(&is_new)
            .filter_map(|(statement, is_new)| is_new.then_some(*statement))
            .collect();
        self.copy_statements::<D>(&new).await?;
        fault::reach(Point::Silver)?;
        let members = new.iter().map(|(_, stated)| D::member(stated));
        let (derived_rows, moved) = self.derive::<D>(members.collect()).await?;
        Ok(Written {
            is_new,
            derived_rows,
            moved,
        })
    }

    async fn held_statements<D: Dimension>(
        &self,
        members: BTreeSet<D::Member>,
    ) -> Result<Vec<(D::Member, Statement<D::Attributes>)>, DatabaseError> {
        let doing = "read statements";
        let keys = D::keys(members);
        let rows = self.query(D::READ, doing, &D::parameters(&keys)).await?;
        let rows = rows.iter().map(D::read);
        rows.collect::<Result<_, _>>()
            .map_err(|error| error.while_doing(doing))
    }

    async fn copy_statements<D: Dimension>(
        &self,
        new: &[(Origin, &D::Stated)],
    ) -> Result<(), DatabaseError> {
        let rows = new
            .iter()
            .map(|(origin, stated)| D::silver_row(stated, origin.coordinates()));
        self.copy(D::COPY, "write statements", D::TYPES, rows, D::values)
            .await?;
        Ok(())
    }

    /// The versions that follow of all that silver holds of members.
    pub(crate) async fn versions<D: Dimension>(
        &self,
        members: BTreeSet<D::Member>,
    ) -> Result<Vec<D::Version>, DatabaseError> {
        let held = self.held_statements::<D>(members).await?;
        let mut by_member: ByMember<'_, D> = BTreeMap::new();
        for (member, statement) in &held {
            let said = by_member.entry(member.clone()).or_default();
            said.push(statement);
        }
        let by_member = by_member.into_iter();
        let versions = by_member.flat_map(|(member, said)| D::versions(&member, said));
        Ok(versions.collect())
    }

    /// Makes gold what all that silver holds of members says; tells how many rows were written, and
    /// which of them are new or gone.
    pub(crate) async fn derive<D: Dimension>(
        &self,
        members: BTreeSet<D::Member>,
    ) -> Result<(u64, Vec<D::Version>), DatabaseError> {
        if members.is_empty() {
            return Ok((0, Vec::new()));
        }
        let derived = self.versions::<D>(members.clone()).await?;
        let doing = "read the versions of the touched members";
        let keys = D::keys(members);
        let read = D::Version::SQL.read;
        let rows = self.query(read, doing, &D::parameters(&keys)).await?;
        let existing = Existing::<D::Version>::read(&rows)
            .map_err(|error| DatabaseError::while_doing(doing, &error))?;
        let differences = existing.differences(derived);
        let written = self.write(&differences).await?;
        let Differences { gone, new, .. } = differences;
        Ok((written, gone.into_iter().chain(new).collect()))
    }
}
