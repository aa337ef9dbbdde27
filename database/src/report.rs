//! What a warehouse holds, counted.

mod arrival;
mod completeness;
mod freshness;
mod hit;
mod occupancy;
mod page;
mod picture;
mod quality;
mod quarantined;
mod received;
mod scan;
mod score;
mod timeline;
mod write;

use chrono::NaiveDate;
use tokio_postgres::Client;

pub use arrival::{Arrivals, HospitalArrivals};
pub use completeness::Column;
pub use freshness::{Freshness, HospitalFreshness, LatestAt};
pub use hit::{Effect, RuleHits};
pub use occupancy::{DepartmentOccupancy, Occupancy};
pub use page::page;
pub use picture::{Picture, pictures};
pub use quality::{Quality, quality};
pub use quarantined::{QuarantinedRecord, RuleQuarantine};
pub use received::ReceivedOnDay;
pub use scan::{DayRows, TableContents};
pub use score::{ClassScore, PartScore, Score};
pub use write::{WriteError, write_page, write_pictures};

use crate::DatabaseError;

/// Rows by table, from bronze to gold; the unknown members of dimensions are not counted.
pub async fn rows(client: &Client) -> Result<Vec<(String, i64)>, DatabaseError> {
    let rows = client
        .query(include_str!("../sql/report/rows.sql"), &[])
        .await
        .map_err(|error| DatabaseError::while_doing("count rows", &error))?;
    Ok(rows
        .iter()
        .map(|row| (row.get("table_name"), row.get("row_count")))
        .collect())
}

/// How many of the first `events` events of a producer's run (its header `wardflow.run`) have been
/// received, each counted once however often it came.
pub async fn received_of_run(
    client: &Client,
    run: &str,
    events: i64,
) -> Result<i64, DatabaseError> {
    let row = client
        .query_one(
            include_str!("../sql/report/received_of_run.sql"),
            &[&run.as_bytes(), &events],
        )
        .await
        .map_err(|error| DatabaseError::while_doing("count the events of a run", &error))?;
    Ok(row.get(0))
}

/// What stands for a rule where an event is a duplicate of one that came under another number.
pub const DUPLICATE: &str = "DUPLICATE";

/// An event of a run that rules hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Its number in the flow.
    pub ordinal: u64,
    /// Codes of the rules, in their order; [`DUPLICATE`] among them.
    pub rules: Vec<String>,
}

/// The events of a producer's run that rules hit, by their numbers.
pub async fn hits_of_run(client: &Client, run: &str) -> Result<Vec<Hit>, DatabaseError> {
    let rows = client
        .query(
            include_str!("../sql/report/hits_of_run.sql"),
            &[&run.as_bytes()],
        )
        .await
        .map_err(|error| DatabaseError::while_doing("find what the rules hit", &error))?;
    let hits = rows.iter().map(|row| Hit {
        // A producer numbers from 0.
        ordinal: row.get::<_, i64>("ordinal").unsigned_abs(),
        rules: row.get("rules"),
    });
    Ok(hits.collect())
}

/// A line of an extract that rules hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineHit {
    /// The file, as `ehr/DATE/HOSPITAL/NAME.csv`, or `NAME.csv` of the network.
    pub file: String,
    /// Number of the line; the header is 1.
    pub line: u64,
    /// Codes of the rules, in their order.
    pub rules: Vec<String>,
}

/// The lines of extracts that rules hit.
pub async fn hits_of_files(client: &Client) -> Result<Vec<LineHit>, DatabaseError> {
    let rows = client
        .query(include_str!("../sql/report/hits_of_files.sql"), &[])
        .await
        .map_err(|error| DatabaseError::while_doing("find what the rules hit", &error))?;
    let hits = rows.iter().map(|row| LineHit {
        file: row.get("file"),
        line: row.get::<_, i64>("line").unsigned_abs(),
        rules: row.get("rules"),
    });
    Ok(hits.collect())
}

/// A file of an extract that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// The hospital; `None` of what the network sent for all of them.
    pub hospital_code: Option<String>,
    /// Kind of file.
    pub kind: String,
    /// Day of the extract.
    pub extract_date: NaiveDate,
    /// SHA-256 of the uncompressed file, in hexadecimal digits.
    pub sha256: String,
    /// Lines without the header.
    pub lines: u64,
}

/// The files of extracts that were taken.
pub async fn files(client: &Client) -> Result<Vec<FileEntry>, DatabaseError> {
    let rows = client
        .query(include_str!("../sql/report/files.sql"), &[])
        .await
        .map_err(|error| DatabaseError::while_doing("read which files were taken", &error))?;
    let files = rows.iter().map(|row| FileEntry {
        hospital_code: row.get("hospital_code"),
        kind: row.get("kind"),
        extract_date: row.get("extract_date"),
        sha256: row.get("sha256"),
        lines: row.get::<_, i64>("lines").unsigned_abs(),
    });
    Ok(files.collect())
}
