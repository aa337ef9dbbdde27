//! Where a simulation stands, told from rows.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use tokio_postgres::Client;

use crate::simulation::{self, Service, Simulation};
use crate::storm::{self, Storm};
use crate::{DatabaseError, report};

/// Where a simulation stands.
#[derive(Debug, Clone)]
pub struct Status {
    /// What all services follow.
    pub simulation: Simulation,
    /// Whether somebody resets just now.
    pub is_being_reset: bool,
    /// Who follows, or was killed.
    pub services: Vec<Service>,
    /// Simulated time by the clock of the first hospital.
    pub local_time: Option<NaiveDateTime>,
    /// When the flow begins.
    pub starts_at: Option<DateTime<Utc>>,
    /// When it ends, where it ends with a day.
    pub ends_at: Option<DateTime<Utc>>,
    /// What came as records of topics.
    pub records: Records,
    /// What came as files.
    pub files: Files,
    /// Rows by table.
    pub rows: Vec<(String, i64)>,
    /// Records and lines that each rule refused.
    pub quarantine: BTreeMap<String, i64>,
    /// Storms that hold a partition.
    pub storms: Vec<Storm>,
    /// When all of this was so.
    pub now: DateTime<Utc>,
}

/// What came as records of topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Records {
    /// All that are in bronze.
    pub received: i64,
    /// Those that are new in silver.
    pub loaded: i64,
    /// Those whose content silver held.
    pub duplicates: i64,
    /// Those that a rule refused.
    pub quarantined: i64,
    /// Bytes of their values.
    pub bytes: i64,
    /// When the broker took the last one.
    pub last_at: Option<DateTime<Utc>>,
}

/// What came as files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Files {
    /// Those of which all is loaded.
    pub loaded: i64,
    /// Those of which a part is.
    pub loading: i64,
    /// Refusals.
    pub refused: i64,
    /// Days of hospitals that are over.
    pub deliveries_due: i64,
    /// Files that were taken of these days.
    pub taken_of_due: i64,
    /// Their uncompressed bytes.
    pub bytes: i64,
    /// When the last one was taken.
    pub last_at: Option<DateTime<Utc>>,
}

/// Where the simulation stands.
pub async fn status(client: &Client) -> Result<Status, DatabaseError> {
    let failed = |error| DatabaseError::while_doing("see where the simulation stands", &error);
    let (simulation, is_being_reset) = simulation::read(client).await?;
    let row = client
        .query_one(include_str!("../sql/report/status.sql"), &[])
        .await
        .map_err(failed)?;
    let quarantine = client
        .query(include_str!("../sql/report/quarantine.sql"), &[])
        .await
        .map_err(failed)?;
    Ok(Status {
        simulation,
        is_being_reset,
        services: simulation::services(client).await?,
        local_time: row.get("local_time"),
        starts_at: row.get("starts_at"),
        ends_at: row.get("ends_at"),
        records: Records {
            received: row.get("received"),
            loaded: row.get("loaded"),
            duplicates: row.get("duplicates"),
            quarantined: row.get("quarantined"),
            bytes: row.get("event_bytes"),
            last_at: row.get("last_record_at"),
        },
        files: Files {
            loaded: row.get("files_loaded"),
            loading: row.get("files_loading"),
            refused: row.get("files_refused"),
            deliveries_due: row.get("deliveries_due"),
            taken_of_due: row.get("files_taken_of_due"),
            bytes: row.get("file_bytes"),
            last_at: row.get("last_file_at"),
        },
        rows: report::rows(client).await?,
        quarantine: quarantine
            .iter()
            .map(|row| (row.get("rule"), row.get("refused")))
            .collect(),
        storms: storm::holding(client).await?,
        now: row.get("now"),
    })
}
