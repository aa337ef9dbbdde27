//! Counting a span of hours of one hospital again.

use std::pin::pin;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use domain::occupancy::{Hours, Stay, Versions, occupancy, rosters};
use futures::TryStreamExt as _;
use tokio_postgres::types::{Timestamp, ToSql};
use tokio_postgres::{Row, Transaction};

use super::{Span, failed};
use crate::DatabaseError;
use crate::load::{Prepared, Session};
use crate::rows::{DerivedRow, Existing, OccupancyRow, RosterRow};

const STAYS: &str = include_str!("../../sql/census/stays.sql");
const FIRST_ARRIVAL: &str = include_str!("../../sql/census/first_arrival.sql");
const VERSIONS: &str = include_str!("../../sql/census/versions.sql");

const DOING: &str = "count occupied beds";

/// So many days are counted at once: a first census may be of years.
const PART: TimeDelta = TimeDelta::days(31);

/// What counts, in the transaction of a census.
pub(super) struct Recount<'a> {
    session: Session<'a>,
    versions: Versions,
}

impl<'a> Recount<'a> {
    /// The statements that it runs.
    pub(super) async fn prepare(transaction: &Transaction<'_>) -> Result<Prepared, DatabaseError> {
        let tables = [OccupancyRow::SQL, RosterRow::SQL];
        let of_tables = tables.iter().flat_map(crate::rows::TableSql::all);
        let own = [STAYS, FIRST_ARRIVAL, VERSIONS];
        Prepared::new(
            transaction.client(),
            own.into_iter().chain(of_tables).collect(),
        )
        .await
    }

    pub(super) async fn new(session: Session<'a>) -> Result<Self, DatabaseError> {
        let rows = session.query(VERSIONS, DOING, &[]).await?;
        let rows: Vec<VersionRow> = rows
            .iter()
            .map(VersionRow::read)
            .collect::<Result<_, _>>()
            .map_err(|error| failed(&error))?;
        let mut versions = Versions::default();
        let is_same = |one: &VersionRow, other: &VersionRow| one.department == other.department;
        for department in rows.chunk_by(is_same) {
            let each = department.iter();
            versions.add(each.map(|row| {
                (
                    row.department_key,
                    value(row.valid_from),
                    value(row.valid_to),
                )
            }));
        }
        Ok(Self { session, versions })
    }

    /// Counts a span and writes what differs. Returns how many rows of gold it wrote.
    pub(super) async fn count(&self, span: &Span) -> Result<u64, DatabaseError> {
        let mut from = span.from_day;
        let mut rows_written = 0;
        loop {
            let to = self.end_of_part(span, from).await?;
            let part = Part {
                hospital_code: &span.hospital_code,
                from,
                to,
            };
            rows_written += self.count_part(&part).await?;
            if to >= span.to_hour {
                return Ok(rows_written);
            }
            from = Timestamp::Value(to);
        }
    }

    /// Where a part ends that begins here: with a day, or with the span.
    async fn end_of_part(
        &self,
        span: &Span,
        from: Timestamp<DateTime<Utc>>,
    ) -> Result<DateTime<Utc>, DatabaseError> {
        let begin = if from == Timestamp::NegInfinity {
            self.first_arrival(&span.hospital_code).await?
        } else {
            value(from)
        };
        let end = begin.map(|begin| begin.date_naive().and_time(NaiveTime::MIN).and_utc() + PART);
        Ok(end.map_or(span.to_hour, |end| end.min(span.to_hour)))
    }

    async fn first_arrival(
        &self,
        hospital_code: &str,
    ) -> Result<Option<DateTime<Utc>>, DatabaseError> {
        let rows = self
            .session
            .query(FIRST_ARRIVAL, DOING, &[&hospital_code])
            .await?;
        Ok(rows.first().and_then(|row| row.get("arrived_at")))
    }

    async fn count_part(&self, part: &Part<'_>) -> Result<u64, DatabaseError> {
        let stays = self.stays(part).await?;
        let hours = Hours {
            from: value(part.from),
            to: part.to,
        };
        let present = rosters(&stays, &hours).into_iter();
        let present = present.map(|(day_starts_at, encounters)| RosterRow {
            hospital_code: part.hospital_code.to_owned(),
            day_starts_at,
            encounters,
        });
        self.write::<RosterRow>(part, present.collect()).await?;
        let counted = occupancy(&stays, &self.versions, &hours).into_iter();
        let counted = counted.map(|hour| OccupancyRow::of(part.hospital_code, hour));
        self.write::<OccupancyRow>(part, counted.collect()).await
    }

    async fn stays(&self, part: &Part<'_>) -> Result<Vec<Stay>, DatabaseError> {
        let statement = self.session.prepared.statement(STAYS)?;
        let parameters = part.parameters();
        let rows = self.session.transaction.query_raw(statement, parameters);
        let mut rows = pin!(rows.await.map_err(|error| failed(&error))?);
        let mut stays = Vec::new();
        while let Some(row) = rows.try_next().await.map_err(|error| failed(&error))? {
            stays.push(read_stay(&row).map_err(|error| failed(&error))?);
        }
        Ok(stays)
    }

    /// Makes a table hold exactly these rows of a part.
    async fn write<R>(&self, part: &Part<'_>, wanted: Vec<R>) -> Result<u64, DatabaseError>
    where
        R: DerivedRow + ToSql + std::fmt::Debug,
    {
        let parameters = part.parameters();
        let rows = self.session.query(R::SQL.read, DOING, &parameters).await?;
        let existing = Existing::<R>::read(&rows).map_err(|error| failed(&error))?;
        let differences = existing.differences(wanted);
        self.session.write(&differences).await
    }
}

/// Hours of one hospital that are counted at once, from the begin of a day.
struct Part<'p> {
    hospital_code: &'p str,
    from: Timestamp<DateTime<Utc>>,
    to: DateTime<Utc>,
}

impl Part<'_> {
    /// As all statements have them.
    fn parameters(&self) -> [&(dyn ToSql + Sync); 3] {
        [&self.hospital_code, &self.from, &self.to]
    }
}

struct VersionRow {
    department: (String, String),
    department_key: uuid::Uuid,
    valid_from: Timestamp<DateTime<Utc>>,
    valid_to: Timestamp<DateTime<Utc>>,
}

impl VersionRow {
    fn read(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            department: (
                row.try_get("hospital_code")?,
                row.try_get("department_code")?,
            ),
            department_key: row.try_get("department_key")?,
            valid_from: row.try_get("valid_from")?,
            valid_to: row.try_get("valid_to")?,
        })
    }
}

fn read_stay(row: &Row) -> Result<Stay, tokio_postgres::Error> {
    Ok(Stay {
        encounter_key: row.try_get("encounter_key")?,
        department_key: row.try_get("department_key")?,
        arrived_at: row.try_get("arrived_at")?,
        left_at: row.try_get("left_at")?,
    })
}

/// A time that is one; the beginning and the end of time are not.
fn value(at: Timestamp<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    match at {
        Timestamp::Value(at) => Some(at),
        Timestamp::NegInfinity | Timestamp::PosInfinity => None,
    }
}
