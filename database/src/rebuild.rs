//! Gold and the findings, computed again from all that silver holds; before that silver, the vault and the books from all
//! that bronze holds, where that is asked for.
//!
//! One transaction, as the owner. It lets nobody else write what gold follows from: batches and chunks
//! wait for their shards and dimensions, and try again. Beside each table of gold it makes a temporary
//! one, fills that by the functions and statements that loaders use, and then takes over what differs:
//! rows that are not exactly the same go, rows that are missing come. So readers see gold as it was until
//! it commits, are never blocked, and block nothing. Broken off anywhere, it has changed nothing.
//! (`docs/decisions/029-rebuild-beside.md`)

mod beside;
mod bronze;
mod empty;
mod fold;
mod kafka;
mod layers;
mod outcome;
mod portion;
mod records;
mod shown;
mod told;

use std::future::Future;

use domain::pseudonym::PseudonymKey;
use tokio_postgres::{Client, Transaction};
use tokio_util::sync::CancellationToken;

use crate::key::require_same_key;
use crate::load::{DepartmentDimension, Prepared, SESSION, Session, StaffDimension};
use crate::{DatabaseError, census, fault, reference, refold, simulation};
use beside::Beside;
use empty::Empty;
use fold::Patients;
pub use kafka::{Beginning, Fed, Feed, from_kafka, require_empty};
pub use shown::Shown;

/// How far a rebuild is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// Whoever writes just now is waited for.
    Waiting,
    /// So many records are decoded.
    Decoding {
        /// How many are done.
        records: u64,
        /// How many there are by the books or the log.
        of: u64,
    },
    /// It is found out what hangs on all of them: what came first, and what became of letters.
    Ordering,
    /// Who is in silver is looked up.
    Reading,
    /// So many patients are folded.
    Folding {
        /// How many are done.
        patients: u64,
        /// How many there are.
        of: u64,
    },
    /// A table is compared with the one beside it, and gets its rows.
    Comparing {
        /// The table with its schema.
        table: &'static str,
    },
    /// Beds are counted.
    Counting,
    /// All is written, and is about to be committed.
    Committing,
}

/// What became of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RebuiltTable {
    /// Its name with the schema.
    pub name: &'static str,
    /// How many rows it has now.
    pub rows: u64,
    /// Rows that were taken away, those that differed among them.
    pub removed: u64,
    /// Rows that were written, those in place of others among them. Of `gold.fact_bed_occupancy` those that the census
    /// corrected.
    pub written: u64,
}

impl RebuiltTable {
    /// Whether it held exactly these rows before.
    pub fn is_same(&self) -> bool {
        self.removed == 0 && self.written == 0
    }
}

/// What a rebuild did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Records that were read; none where silver was taken as it is.
    pub records: u64,
    /// Patients who were folded.
    pub patients: u64,
    /// Every table that follows.
    pub tables: Vec<RebuiltTable>,
}

impl Rebuilt {
    /// Whether nothing was written: all tables held what follows.
    pub fn is_same(&self) -> bool {
        self.tables.iter().all(RebuiltTable::is_same)
    }
}

/// Makes gold and the findings what silver says. The connection is the owner's, and is taken up by it.
/// `None`: it was interrupted, and nothing was changed. What `gold.dim_hospital` says comes from network
/// files, not from silver: it stays as it is.
pub async fn from_silver(
    client: &mut Client,
    interrupted: &CancellationToken,
    tell: impl FnMut(Progress),
) -> Result<Option<Rebuilt>, DatabaseError> {
    run(client, (interrupted, tell), async |rebuild| {
        rebuild.lock().await
    })
    .await
}

/// Makes silver, the vault and the books what the Kafka records of bronze say, by the rules of this program and the
/// hospitals that the warehouse knows, and then all that [`from_silver`] makes. What came by files stays as it is. A key
/// that is not the warehouse's is refused.
pub async fn from_bronze(
    client: &mut Client,
    key: &PseudonymKey,
    interrupted: &CancellationToken,
    tell: impl FnMut(Progress),
) -> Result<Option<Rebuilt>, DatabaseError> {
    require_same_key(client, key).await?;
    run(client, (interrupted, tell), async |rebuild| {
        rebuild.lock_with_books().await?;
        rebuild.bronze(key).await
    })
    .await
}

/// Does some work, and makes all that follows from it, in one transaction. `None`: it was interrupted, and nothing was
/// changed.
async fn run<Tell: FnMut(Progress), E: From<DatabaseError>>(
    client: &mut Client,
    (interrupted, mut tell): (&CancellationToken, Tell),
    work: impl AsyncFnOnce(&mut Rebuild<'_, Tell>) -> Result<(), E>,
) -> Result<Option<Rebuilt>, E> {
    let Some(prepared) = unless(interrupted, prepare(client, &mut tell)).await? else {
        return Ok(None);
    };
    let transaction = client.transaction().await.map_err(failed)?;
    let mut rebuild = Rebuild::new((&transaction, &prepared), tell);
    let work = Box::pin(async {
        work(&mut rebuild).await?;
        rebuild.follow().await?;
        Ok::<_, E>(())
    });
    let is_done = unless(interrupted, work).await?.is_some();
    let rebuilt = rebuild.rebuilt;
    if !is_done || interrupted.is_cancelled() {
        return Ok(None);
    }
    // What was sent cannot be taken back: from here on nobody interrupts it.
    fault::commit(transaction, "commit a rebuild").await?;
    Ok(Some(rebuilt))
}

/// `None` where it was interrupted.
async fn unless<T, E>(
    interrupted: &CancellationToken,
    work: impl Future<Output = Result<T, E>>,
) -> Result<Option<T>, E> {
    tokio::select! {
        biased;
        () = interrupted.cancelled() => Ok(None),
        done = work => done.map(Some),
    }
}

/// Waits until nobody writes just now, and does what loaders have left to do: that is no damage.
async fn prepare(
    client: &mut Client,
    mut tell: impl FnMut(Progress),
) -> Result<Prepared, DatabaseError> {
    tell(Progress::Waiting);
    begin_session(client).await?;
    refold::finish(client).await?;
    census::count(client).await?;
    begin_session(client).await?;
    Prepared::all(client).await
}

/// Who folds patients again leaves the settings as the server's are.
async fn begin_session(client: &Client) -> Result<(), DatabaseError> {
    for sql in [SESSION, include_str!("../sql/rebuild/session.sql")] {
        client.batch_execute(sql).await.map_err(failed)?;
    }
    Ok(())
}

/// Frees the room of the rows that were taken away, and tells the planner what tables hold now. Left out,
/// the server does it by itself some time later.
pub async fn tidy(client: &Client, rebuilt: &Rebuilt) -> Result<(), DatabaseError> {
    for table in rebuilt.tables.iter().filter(|table| !table.is_same()) {
        let how = if table.removed > 0 {
            "vacuum (analyze)"
        } else {
            "analyze"
        };
        let sql = format!("{how} {}", table.name);
        client.batch_execute(&sql).await.map_err(failed)?;
    }
    Ok(())
}

/// A rebuild in its transaction.
struct Rebuild<'a, Tell> {
    session: Session<'a>,
    empty: Empty,
    rebuilt: Rebuilt,
    tell: Tell,
}

impl<'a, Tell: FnMut(Progress)> Rebuild<'a, Tell> {
    fn new((transaction, prepared): (&'a Transaction<'a>, &'a Prepared), tell: Tell) -> Self {
        Self {
            session: Session {
                transaction,
                prepared,
            },
            empty: Empty::default(),
            rebuilt: Rebuilt::default(),
            tell,
        }
    }

    /// Makes gold what silver says.
    async fn follow(&mut self) -> Result<(), DatabaseError> {
        (self.tell)(Progress::Reading);
        let version = self.dimensions().await?;
        let departments = reference::reference(self.transaction()).await?.departments;
        let patients = Patients::of_silver(&self.session).await?;
        self.fold(&patients, &departments).await?;
        self.facts(&patients).await?;
        self.people_and_days().await?;
        self.set(include_str!("../sql/rebuild/settled.sql")).await?;
        if version == Version::Next {
            // Lanes hold the departments as they were.
            self.session.next_version().await?;
        }
        self.count_beds().await?;
        (self.tell)(Progress::Committing);
        Ok(())
    }

    /// Lets nobody else write what gold follows from. Shards come before dimensions, as they do for
    /// whoever locks both.
    async fn lock(&self) -> Result<(), DatabaseError> {
        self.set(include_str!("../sql/rebuild/lock.sql"))
            .await
            .map_err(waited)?;
        self.session
            .lock_dimension::<StaffDimension>()
            .await
            .map_err(waited)?;
        self.session.lock_departments().await.map_err(waited)?;
        self.session
            .lock_table("dim_person")
            .await
            .map_err(waited)?;
        // A reset that we waited for may have left the warehouse between two epochs.
        simulation::open_epoch(self.transaction()).await?;
        Ok(())
    }

    /// Departments and staff, of which there are few. Patients are folded with the departments.
    async fn dimensions(&mut self) -> Result<Version, DatabaseError> {
        let departments = self.departments().await?;
        let departments = Beside::dimension::<DepartmentDimension>(&self.session, departments);
        let is_same = self.take_over(departments.await?).await?;
        let staff = self.staff().await?;
        let staff = Beside::dimension::<StaffDimension>(&self.session, staff);
        self.take_over(staff.await?).await?;
        Ok(if is_same {
            Version::Same
        } else {
            Version::Next
        })
    }

    async fn count_beds(&mut self) -> Result<(), DatabaseError> {
        (self.tell)(Progress::Counting);
        self.read_whole().await?;
        let (removed, written) = census::count_anew(self.transaction()).await?;
        let count = include_str!("../sql/rebuild/count_hours.sql");
        let row = self.transaction().query_one(count, &[]).await;
        let rows: i64 = row.map_err(failed)?.get("hours");
        self.rebuilt.tables.push(RebuiltTable {
            name: "gold.fact_bed_occupancy",
            rows: rows.unsigned_abs(),
            removed,
            written,
        });
        Ok(())
    }

    /// Makes a table what the one beside it is; tells whether it was.
    async fn take_over(&mut self, beside: Beside) -> Result<bool, DatabaseError> {
        (self.tell)(Progress::Comparing {
            table: beside.table,
        });
        self.read_whole().await?;
        self.set(include_str!("../sql/rebuild/compare.sql")).await?;
        let transaction = self.session.transaction;
        self.empty.make_indexes(transaction, beside.table).await?;
        let table = beside.take_over(transaction).await?;
        self.set(include_str!("../sql/rebuild/probe.sql")).await?;
        let is_same = table.is_same();
        self.rebuilt.tables.push(table);
        Ok(is_same)
    }

    async fn read_whole(&self) -> Result<(), DatabaseError> {
        self.set(include_str!("../sql/rebuild/whole.sql")).await
    }

    async fn set(&self, sql: &str) -> Result<(), DatabaseError> {
        let done = self.transaction().batch_execute(sql).await;
        done.map_err(failed)
    }

    fn transaction(&self) -> &Transaction<'_> {
        self.session.transaction
    }
}

/// Whether the reference data gets another version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    Same,
    Next,
}

/// Who waits for others in vain is told for whom.
fn waited(error: DatabaseError) -> DatabaseError {
    match error {
        DatabaseError::Unavailable(words)
            if words.contains("lock timeout") || words.contains("40P01") =>
        {
            DatabaseError::State(
                "somebody else has been at work in the warehouse for longer than a minute: a batch that hangs, patients who \
                 are being folded again, an erasure, another rebuild; or, where an empty warehouse is filled, a query. Nothing was changed; look with `database shell \
                 --role owner -- -c 'table pg_stat_activity'`, and run this again"
                    .into(),
            )
        }
        error => error,
    }
}

#[allow(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn failed(error: tokio_postgres::Error) -> DatabaseError {
    DatabaseError::while_doing("rebuild", &error)
}
