//! The one control channel between services: what they shall do ([`Simulation`]), and who of them does
//! it ([`Service`]).
//!
//! Each service reads it every second ([`in_epochs`]). An epoch lasts from one reset to the next. What a
//! service read in one epoch it cannot write in another: the statements that move offsets and files on
//! compare it. (`docs/decisions/022-a-reset-is-an-epoch.md`)

mod follower;
mod reset;
mod work;

use chrono::{DateTime, NaiveDate, Utc};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, GenericClient, Row};

use crate::DatabaseError;

pub use reset::{Extent, Turn, empty};
pub use work::{Epoch, in_epochs};

/// What all services follow.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulation {
    /// Grows with every reset, from 1.
    pub epoch: i64,
    /// Whether simulated time passes.
    pub state: State,
    /// Simulated seconds in a second of the wall clock; `None`: events do not wait.
    pub speed: Option<f64>,
    /// What the producer sends.
    pub scenario: Scenario,
    /// How far simulated time is; `None` before the first event of the epoch.
    pub simulated_at: Option<DateTime<Utc>>,
    /// When anything but the time changed; no two changes bear the same time.
    pub changed_at: DateTime<Utc>,
}

/// What a producer sends; empty where it sends nothing that is simulated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scenario {
    /// The seed.
    pub seed: Option<u64>,
    /// The first day.
    pub starts_on: Option<NaiveDate>,
    /// How many days there are, where it ends with a day.
    pub days: Option<u16>,
    /// `quick` or `full`.
    pub scale: Option<String>,
    /// Codes of the hospitals.
    pub hospitals: Vec<String>,
}

/// Whether simulated time passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It does, while a producer runs.
    Running,
    /// It stands still.
    Paused,
    /// A reset has begun: no service works.
    Resetting,
}

/// A service that follows, or did.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Which one: host, process and number within the process.
    pub instance: String,
    /// The epoch in which it works, or worked last.
    pub epoch: Option<i64>,
    /// Whether it has begun and not stopped.
    pub is_working: bool,
    /// When it joined.
    pub started_at: DateTime<Utc>,
    /// When it was last seen.
    pub seen_at: DateTime<Utc>,
    /// For how long it was not seen, by the database's clock.
    pub silent_seconds: f64,
}

/// For so long, in seconds, a service that runs may be silent: it speaks every second.
pub const SILENCE_MAX_SECONDS: f64 = 10.0;

impl Service {
    /// Whether it was seen just now.
    pub fn is_alive(&self) -> bool {
        self.silent_seconds <= SILENCE_MAX_SECONDS
    }
}

impl State {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Resetting => "resetting",
        }
    }

    fn of(word: &str) -> Self {
        // A check constraint knows no other word.
        match word {
            "paused" => Self::Paused,
            "resetting" => Self::Resetting,
            _ => Self::Running,
        }
    }
}

impl From<&Row> for Simulation {
    fn from(row: &Row) -> Self {
        let seed: Option<&str> = row.get("seed");
        let days: Option<i32> = row.get("days");
        Self {
            epoch: row.get("epoch"),
            state: State::of(row.get("state")),
            speed: row.get("speed"),
            scenario: Scenario {
                seed: seed.and_then(|seed| seed.parse().ok()),
                starts_on: row.get("starts_on"),
                days: days.and_then(|days| u16::try_from(days).ok()),
                scale: row.get("scale"),
                hospitals: row.get::<_, Option<_>>("hospitals").unwrap_or_default(),
            },
            simulated_at: row.get("simulated_at"),
            changed_at: row.get("changed_at"),
        }
    }
}

/// What all services follow, and whether somebody resets just now.
pub async fn read(client: &Client) -> Result<(Simulation, bool), DatabaseError> {
    let row = client
        .query_one(include_str!("../sql/simulation/read.sql"), &[])
        .await
        .map_err(|error| failed(&error))?;
    Ok(((&row).into(), row.get("is_being_reset")))
}

/// The services that follow, or were killed.
pub async fn services(client: &Client) -> Result<Vec<Service>, DatabaseError> {
    let rows = client
        .query(include_str!("../sql/simulation/services.sql"), &[])
        .await
        .map_err(|error| failed(&error))?;
    let services = rows.iter().map(|row| Service {
        name: row.get("service"),
        instance: row.get("instance"),
        epoch: row.get("epoch"),
        is_working: row.get("is_working"),
        started_at: row.get("started_at"),
        seen_at: row.get("seen_at"),
        silent_seconds: row.get("silent_seconds"),
    });
    Ok(services.collect())
}

/// From now on so many simulated seconds pass in a second; `None`: events do not wait.
pub async fn set_speed(client: &Client, speed: Option<f64>) -> Result<(), DatabaseError> {
    let sql = include_str!("../sql/simulation/set_speed.sql");
    change(client, sql, &[&speed]).await?;
    Ok(())
}

/// Lets simulated time stand still, or pass again. While a reset is under way it does neither.
pub async fn set_paused(client: &Client, is_paused: bool) -> Result<(), DatabaseError> {
    let state = if is_paused {
        State::Paused
    } else {
        State::Running
    };
    let sql = include_str!("../sql/simulation/set_state.sql");
    match change(client, sql, &[&state.as_str()]).await? {
        0 => Err(DatabaseError::Resetting),
        _ => Ok(()),
    }
}

/// The epoch; an error where a reset was begun and not ended.
pub async fn open_epoch(client: &impl GenericClient) -> Result<i64, DatabaseError> {
    let row = epoch(client).await?;
    if row.get("is_resetting") {
        return Err(DatabaseError::Resetting);
    }
    Ok(row.get("epoch"))
}

/// An error where the epoch is another one by now.
pub(crate) async fn require_epoch(
    client: &impl GenericClient,
    expected: i64,
) -> Result<(), DatabaseError> {
    if epoch(client).await?.get::<_, i64>("epoch") == expected {
        return Ok(());
    }
    Err(DatabaseError::WasReset)
}

async fn epoch(client: &impl GenericClient) -> Result<Row, DatabaseError> {
    client
        .query_one(include_str!("../sql/simulation/epoch.sql"), &[])
        .await
        .map_err(|error| failed(&error))
}

async fn change(
    client: &Client,
    sql: &str,
    parameters: &[&(dyn ToSql + Sync)],
) -> Result<u64, DatabaseError> {
    client
        .execute(sql, parameters)
        .await
        .map_err(|error| failed(&error))
}

fn failed(error: &tokio_postgres::Error) -> DatabaseError {
    DatabaseError::while_doing("use the control channel", error)
}
