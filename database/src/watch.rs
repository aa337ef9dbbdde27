//! What those who watch a warehouse want to know again and again: cheap to read, but for the books.

use chrono::{DateTime, Utc};
use tokio_postgres::{Client, Row};

use crate::connect::snapshot;
use crate::simulation::{self, Service, Simulation};
use crate::storm::{self, Storm};
use crate::verify::{self, Books};
use crate::{DatabaseError, migrate};

/// What is seen of a warehouse.
#[derive(Debug, Clone)]
pub struct Sight {
    /// What all services follow.
    pub simulation: Simulation,
    /// When the flow ends in simulated time, where it ends with a day.
    pub ends_at: Option<DateTime<Utc>>,
    /// Who follows, or was killed.
    pub services: Vec<Service>,
    /// What rules refused.
    pub quarantine: Vec<Quarantined>,
    /// Dead letters that are still to be published.
    pub letters: Outbox,
    /// What holds partitions.
    pub storms: Vec<Storm>,
    /// How full departments are.
    pub departments: Vec<OccupiedBeds>,
    /// The database as its server knows it.
    pub server: Server,
}

/// Records and lines that a rule refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// The rule's code.
    pub rule: String,
    /// `open`, `redriven`, `loaded` or `discarded`.
    pub state: String,
    /// How many.
    pub refused: i64,
}

/// Dead letters that are still to be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outbox {
    /// How many.
    pub waiting: i64,
    /// When the oldest of them was refused.
    pub oldest_at: Option<DateTime<Utc>>,
}

/// How full a department was at the end of the last closed hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OccupiedBeds {
    /// Its hospital.
    pub hospital_code: String,
    /// Its code there.
    pub department_code: String,
    /// Staffed beds.
    pub beds: i32,
    /// Patients who were there.
    pub occupied_beds: i64,
}

/// A database as its server knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Server {
    /// Bytes on the disk.
    pub size_bytes: i64,
    /// Transactions since the server's statistics began.
    pub committed: i64,
    /// Those that were rolled back.
    pub rolled_back: i64,
    /// Deadlocks since then.
    pub deadlocks: i64,
}

/// Looks at a warehouse of this program's version.
pub async fn look(client: &Client) -> Result<Sight, DatabaseError> {
    migrate::require_current(client).await?;
    let (simulation, _) = simulation::read(client).await?;
    let rows = |sql| async move {
        let rows = client.query(sql, &[]).await;
        rows.map_err(|error| DatabaseError::while_doing("look at the warehouse", &error))
    };
    let quarantine = rows(include_str!("../sql/watch/quarantine.sql")).await?;
    let letters = rows(include_str!("../sql/watch/letters.sql")).await?;
    let departments = rows(include_str!("../sql/watch/beds.sql")).await?;
    let server = rows(include_str!("../sql/watch/server.sql")).await?;
    let server = server
        .first()
        .ok_or_else(|| DatabaseError::State("ops.simulation has lost its row".to_owned()))?;
    Ok(Sight {
        simulation,
        ends_at: server.get("ends_at"),
        services: simulation::services(client).await?,
        quarantine: quarantine.iter().map(Quarantined::from).collect(),
        letters: Outbox {
            waiting: letters.iter().map(|row| row.get::<_, i64>("waiting")).sum(),
            oldest_at: letters.iter().find_map(|row| row.get("oldest_at")),
        },
        storms: storm::holding(client).await?,
        departments: departments.iter().map(OccupiedBeds::from).collect(),
        server: Server::from(server),
    })
}

/// Counts the books anew, in one snapshot. It reads every row that came.
pub async fn books(client: &mut Client) -> Result<Books, DatabaseError> {
    let failed = |error| DatabaseError::while_doing("count the books", &error);
    let transaction = snapshot(client).await?;
    let books = verify::books_in(&transaction).await.map_err(failed)?;
    transaction.rollback().await.map_err(failed)?;
    Ok(books)
}

impl From<&Row> for Quarantined {
    fn from(row: &Row) -> Self {
        Self {
            rule: row.get("rule"),
            state: row.get("state"),
            refused: row.get("refused"),
        }
    }
}

impl From<&Row> for OccupiedBeds {
    fn from(row: &Row) -> Self {
        Self {
            hospital_code: row.get("hospital_code"),
            department_code: row.get("department_code"),
            beds: row.get("beds"),
            occupied_beds: row.get("occupied_beds"),
        }
    }
}

impl From<&Row> for Server {
    fn from(row: &Row) -> Self {
        Self {
            size_bytes: row.get("size_bytes"),
            committed: row.get("committed"),
            rolled_back: row.get("rolled_back"),
            deadlocks: row.get("deadlocks"),
        }
    }
}
