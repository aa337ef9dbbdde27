//! An empty warehouse, filled from all that Kafka's log holds, in one transaction.
//!
//! Batches come as a lane makes them. Offsets, bronze and schemas are written as a lane writes them; all else goes beside
//! and is taken over at the end, as when it is made anew from bronze. Tables without a row get their indexes after their
//! rows. (`docs/decisions/032-an-empty-warehouse-is-filled-at-once.md`)

use std::future::Future;

use domain::department::DepartmentStatement;
use domain::record::CleanedEvent;
use domain::staff::CleanedStaff;
use tokio_postgres::{Client, GenericClient, Transaction};
use tokio_util::sync::CancellationToken;

use super::empty::Empty;
use super::layers::Layers;
use super::outcome::Outcome;
use super::portion::{Part, Place, Portion};
use super::{Progress, Rebuild, Rebuilt, RebuiltTable, failed, run};
use crate::load::{Batch, LoadError, Session, Step};
use crate::reference::Reference;
use crate::simulation::require_epoch;
use crate::{DatabaseError, Topic, census, offset};

const BRONZE: &str = "bronze.kafka_record";

/// The large tables, in the order in which they get their rows. Where they have none they need no table beside. A dimension
/// has its unknown member.
const FILLED_AS_THEY_ARE: [&str; 6] = [
    BRONZE,
    "silver.adt_record",
    "vault.patient",
    "vault.encounter",
    "gold.fact_admission",
    "gold.fact_location_stay",
];

/// A topic, and where its log begins.
#[derive(Debug, Clone)]
pub struct Beginning {
    /// The topic.
    pub topic: Topic,
    /// Each partition with the first offset of its log.
    pub partitions: Vec<(i32, i64)>,
    /// How many records the log holds, nearly.
    pub records: u64,
}

impl Beginning {
    /// Notes it, unless somebody has who has not read yet; what he was to read must be there still.
    async fn note(&self, transaction: &Transaction<'_>) -> Result<(), DatabaseError> {
        let topic = &self.topic;
        require_epoch(transaction, topic.epoch).await?;
        for (partition, first) in &self.partitions {
            offset::begin(transaction, topic, *partition, *first).await?;
            let place = (topic.cluster_id.as_str(), topic.name.as_str());
            let noted = offset::next_offset(transaction, place.0, place.1, *partition).await?;
            if let Some(noted) = noted.filter(|noted| noted != first) {
                return Err(DatabaseError::State(format!(
                    "partition {partition} of {}: it was to be read from offset {noted} on, and its log begins at {first}. \
                     `consumer run` says what became of it. Nothing was changed",
                    topic.name
                )));
            }
        }
        Ok(())
    }
}

/// Records of a topic of [`Beginning`]s, by its place among them, as a lane would load them.
#[derive(Debug)]
pub enum Fed {
    /// Of patients.
    Events(usize, Batch<CleanedEvent>),
    /// Of staff.
    Staff(usize, Batch<CleanedStaff>),
    /// Of departments.
    Departments(usize, Batch<DepartmentStatement>),
}

/// Where batches come from.
pub trait Feed {
    /// Why there is none.
    type Error: From<DatabaseError>;

    /// The next batch; `None` once all that the log holds is in batches.
    fn next(&mut self) -> impl Future<Output = Result<Option<Fed>, Self::Error>>;
}

/// Fills a warehouse into which nothing was loaded from Kafka. The connection is the owner's, and is taken up by it. `None`:
/// it was interrupted, and nothing was changed. What came by files stays, as does what they state. Records were cleaned by
/// `reference`.
pub async fn from_kafka<F: Feed>(
    client: &mut Client,
    (beginnings, reference): (&[Beginning], &Reference),
    feed: F,
    (interrupted, tell): (&CancellationToken, impl FnMut(Progress)),
) -> Result<Option<Rebuilt>, F::Error> {
    let log = Log {
        beginnings,
        reference,
    };
    run(client, (interrupted, tell), async |rebuild| {
        rebuild.lock_with_books().await?;
        rebuild.begin(log).await?;
        rebuild.load(log, feed).await
    })
    .await
}

/// An error where something was loaded from Kafka.
pub async fn require_empty(client: &impl GenericClient) -> Result<(), DatabaseError> {
    let is_empty = include_str!("../../sql/rebuild/kafka/is_empty.sql");
    let row = client.query_one(is_empty, &[]).await.map_err(failed)?;
    if row.get("is_empty") {
        return Ok(());
    }
    Err(DatabaseError::State(
        "something was loaded from Kafka into this warehouse: only an empty one is filled at once. `consumer run` loads \
         what it lacks; to load all of it anew, make a new database. Nothing was changed"
            .into(),
    ))
}

/// What is known of the log before it is read.
#[derive(Clone, Copy)]
struct Log<'l> {
    beginnings: &'l [Beginning],
    reference: &'l Reference,
}

impl<Tell: FnMut(Progress)> Rebuild<'_, Tell> {
    /// Notes where each partition begins, if none was ever read.
    async fn begin(&mut self, log: Log<'_>) -> Result<(), DatabaseError> {
        let transaction = self.session.transaction;
        require_empty(transaction).await?;
        for beginning in log.beginnings {
            beginning.note(transaction).await?;
        }
        // Whoever counts reads the tables that nobody is to read from here on.
        census::take_turn(transaction).await?;
        self.empty = Empty::of(transaction, &FILLED_AS_THEY_ARE).await?;
        self.empty.drop_indexes(transaction, BRONZE).await?;
        Ok(())
    }

    /// Makes silver, the vault and the books of all batches.
    async fn load<F: Feed>(&mut self, log: Log<'_>, mut feed: F) -> Result<(), F::Error> {
        let of = log.beginnings.iter().map(|it| it.records).sum();
        let transaction = self.session.transaction;
        let layers = Layers::make(&self.session, &mut self.empty).await?;
        while let Some(fed) = feed.next().await? {
            let portion = match fed {
                Fed::Events(topic, batch) => self.keep(log, topic, batch).await?,
                Fed::Staff(topic, batch) => self.keep(log, topic, batch).await?,
                Fed::Departments(topic, batch) => self.keep(log, topic, batch).await?,
            };
            self.write(&layers, portion, of).await?;
        }
        self.empty.make_indexes(transaction, BRONZE).await?;
        self.rebuilt.tables.push(RebuiltTable {
            name: BRONZE,
            rows: self.rebuilt.records,
            removed: 0,
            written: self.rebuilt.records,
        });
        self.set(include_str!("../../sql/rebuild/kafka/name_records.sql"))
            .await?;
        self.order(&layers).await?;
        self.take_over_layers(layers).await?;
        self.set(include_str!("../../sql/rebuild/kafka/forget_records.sql"))
            .await?;
        Ok(())
    }

    /// Keeps a batch as it came, and gives what it comes to.
    async fn keep<T: Part>(
        &self,
        log: Log<'_>,
        topic: usize,
        batch: Batch<T>,
    ) -> Result<Portion, DatabaseError> {
        let topic = &log.beginnings[topic].topic;
        let session = Session {
            transaction: self.session.transaction,
            prepared: self.session.prepared,
        };
        let step = Step::new(session, topic, log.reference);
        step.write_log(&batch).await.map_err(not_as_it_was)?;
        let mut portion = Portion::default();
        for record in batch.records {
            let coordinates = (topic.topic_id, record.partition, record.offset);
            portion.count(0);
            let place = Place {
                coordinates,
                received_at: record.received_at,
                received_on: record.received_at.date_naive(),
                cluster_id: &topic.cluster_id,
                topic: &topic.name,
                letter: record.redrives,
            };
            let outcome = match (step.erased(&record), record.outcome) {
                (Some(patient), _) => Outcome::Erased(patient, None),
                (None, Ok(cleaned)) => Outcome::Usable(cleaned),
                (None, Err(refusal)) => Outcome::Refused(refusal, None),
            };
            portion.add(outcome, &place);
        }
        Ok(portion)
    }
}

/// Nobody else can write any more; somebody could before we locked.
fn not_as_it_was(error: LoadError) -> DatabaseError {
    match error {
        LoadError::Database(error) => error,
        LoadError::OffsetsMoved | LoadError::ReferenceChanged => DatabaseError::State(format!(
            "{error}: somebody has changed hospitals or departments, erased a patient, or begun to load. Nothing was \
             changed; run this again"
        )),
    }
}
