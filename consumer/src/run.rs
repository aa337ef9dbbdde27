//! One consumer process: readers of topics, the warehouse's upkeep, and the end of all.

use std::sync::Arc;

use database::reference::{Reference, reference};
use database::simulation::{Epoch, in_epochs};
use database::{key, migrate};
use domain::department_event::DepartmentEvent;
use domain::event::AdtEvent;
use domain::pseudonym::PseudonymKey;
use domain::staff_event::StaffEvent;
use platform::configuration::{KafkaArgs, RegistryArgs};
use platform::kafka::{Cluster, Topic};
use platform::registry::Registry;
use platform::retry::{Abandoned, Backoff, until_success};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::census;
use crate::error::ConsumerError;
use crate::lane::Done;
use crate::limits::Limits;
use crate::relay;
use crate::target::Target;
use crate::topic::{Preparing, TopicReader};
use crate::upkeep;

/// Its name among those that follow the control channel.
const SERVICE: &str = "consumer";

/// What a consumer needs. It holds passwords, so it has no debug form.
#[derive(Clone)]
pub struct Settings {
    /// Kafka.
    pub kafka: KafkaArgs,
    /// The schema registry.
    pub registry: RegistryArgs,
    /// The warehouse, as the loader.
    pub database_url: String,
    /// The key of the pseudonyms.
    pub key: PseudonymKey,
    /// Workers for the events of patients, each with a connection of its own; staff and departments
    /// have one each.
    pub lanes: usize,
    /// The member's name in the group, where a restart shall take up its partitions again.
    pub group_instance_id: Option<String>,
    /// When batches close.
    pub limits: Limits,
    /// When to stop.
    pub until: Until,
}

/// When a consumer stops by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// Never.
    Shutdown,
    /// When all that the topics held at the start is loaded.
    End,
}

/// What a consumer has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Batches written.
    pub batches: u64,
    /// Records that were new.
    pub loaded: u64,
    /// Records whose content was there already.
    pub duplicates: u64,
    /// Records that a rule refused.
    pub quarantined: u64,
    /// Records of erased patients.
    pub erased: u64,
}

/// Consumes until shutdown, or the end where that is asked for. A reset of the warehouse is waited for,
/// and what it left is consumed.
pub async fn run(
    settings: Settings,
    shutdown: CancellationToken,
) -> Result<Summary, ConsumerError> {
    run_telling(settings, shutdown, watch::Sender::default()).await
}

/// The same; tells what is done by now, batch by batch.
pub async fn run_telling(
    settings: Settings,
    shutdown: CancellationToken,
    told: watch::Sender<Summary>,
) -> Result<Summary, ConsumerError> {
    let place = (settings.database_url.as_str(), SERVICE);
    in_epochs(place, &shutdown, |epoch: Epoch| {
        consume((&settings, &told), epoch.ending)
    })
    .await
}

/// Consumes what there is in an epoch.
async fn consume(
    (settings, told): (&Settings, &watch::Sender<Summary>),
    shutdown: CancellationToken,
) -> Result<Summary, ConsumerError> {
    let cluster = Cluster::connect(&settings.kafka)?;
    let prepared = until_success(
        "prepare to consume",
        Backoff::default(),
        &shutdown,
        ConsumerError::is_retryable,
        || Prepared::new(settings, &cluster),
    )
    .await;
    let prepared = match prepared {
        Ok(prepared) => prepared,
        Err(Abandoned::Shutdown) => return Ok(Summary::default()),
        Err(Abandoned::Permanent(error)) => return Err(error),
    };
    // Ends everything below, whether we were asked to or something failed.
    let ending = shutdown.child_token();
    // Also where this future is dropped: the polling threads would go on.
    let _ended_with_us = ending.clone().drop_guard();
    let mut tasks = JoinSet::new();
    let telling = (settings, told);
    prepared.events.start(telling, &ending, &mut tasks);
    prepared.retried.start(telling, &ending, &mut tasks);
    prepared.staff.start(telling, &ending, &mut tasks);
    prepared.departments.start(telling, &ending, &mut tasks);
    let url = settings.database_url.as_str();
    tasks.spawn(upkeep::keep_partitions(url.to_owned(), ending.clone()));
    tasks.spawn(upkeep::keep_settled(url.to_owned(), ending.clone()));
    let outbox = (settings.kafka.clone(), url.to_owned());
    tasks.spawn(relay::keep_publishing(outbox, ending.clone()));
    let (counted, until) = (url.to_owned(), ending.clone());
    tasks.spawn(async move {
        census::keep_counting(&counted, &until).await;
        Ok(Part::Other)
    });
    if let Some(end) = prepared.end {
        let (url, ending) = (url.to_owned(), ending.clone());
        tasks.spawn(async move {
            let reached = end.reached(&url, &ending).await;
            // Also where nothing is left but what a storm holds.
            if matches!(reached, Ok(_) | Err(ConsumerError::Held { .. })) {
                census::count_at_end(&url, &ending).await;
                relay::published(&url, &ending).await;
            }
            reached?;
            ending.cancel();
            Ok(Part::Other)
        });
    }
    finish(tasks, &ending).await
}

/// A part of the consumer that ended well.
pub(crate) enum Part {
    Lane(Done),
    Source,
    Other,
}

/// Waits for all parts; the first error ends the others.
async fn finish(
    mut tasks: JoinSet<Result<Part, ConsumerError>>,
    ending: &CancellationToken,
) -> Result<Summary, ConsumerError> {
    let mut summary = Summary::default();
    let mut failure = None;
    while let Some(joined) = tasks.join_next().await {
        let part = joined.unwrap_or_else(|join| Err(ConsumerError::Ended(join.to_string())));
        match part {
            Ok(Part::Lane(done)) => summary.add(&done),
            Ok(Part::Source | Part::Other) => {}
            Err(error) => {
                // At shutdown parts may complain that others are gone: the first word counts.
                let follows = ending.is_cancelled() && matches!(error, ConsumerError::Ended(_));
                if failure.is_none() && !follows {
                    failure = Some(error);
                }
                ending.cancel();
            }
        }
    }
    failure.map_or(Ok(summary), Err)
}

impl Summary {
    pub(crate) fn add(&mut self, done: &Done) {
        self.batches += done.batches;
        self.loaded += done.loaded.loaded;
        self.duplicates += done.loaded.duplicates;
        self.quarantined += done.loaded.quarantined;
        self.erased += done.loaded.erased;
    }
}

/// What is found out before the first record is read.
pub(crate) struct Prepared {
    pub(crate) reference: Arc<Reference>,
    pub(crate) events: TopicReader<AdtEvent>,
    pub(crate) retried: TopicReader<AdtEvent>,
    pub(crate) staff: TopicReader<StaffEvent>,
    pub(crate) departments: TopicReader<DepartmentEvent>,
    pub(crate) end: Option<Target>,
}

impl Prepared {
    pub(crate) async fn new(settings: &Settings, cluster: &Cluster) -> Result<Self, ConsumerError> {
        let mut client = database::connect(&settings.database_url, "wardflow consumer").await?;
        migrate::require_current(&client).await?;
        key::require_key(&client, &settings.key).await?;
        let reference = Arc::new(reference(&client).await?);
        upkeep::make_partitions(&client).await?;
        let mut preparing = Preparing {
            settings,
            cluster,
            client: &mut client,
            reference: Arc::clone(&reference),
            registry: Registry::new(&settings.registry)?,
        };
        let events = preparing.topic(Topic::Events).await?;
        // Both belong to the same shards.
        let partitions = i32::try_from(events.partitions()).unwrap_or(i32::MAX);
        Ok(Self {
            reference,
            retried: preparing.topic_like(Topic::Retry, partitions).await?,
            events,
            staff: preparing.topic(Topic::Staff).await?,
            departments: preparing.topic(Topic::Departments).await?,
            end: match settings.until {
                Until::Shutdown => None,
                Until::End => Some(Target::now(cluster, &settings.kafka).await?),
            },
        })
    }
}
