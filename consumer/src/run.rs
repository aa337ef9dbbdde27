//! One consumer process: a polling thread, lanes, and the end of both.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use database::reference::{Reference, reference};
use database::{DatabaseError, Topic, bronze, key, migrate};
use domain::clean::Cleaner;
use domain::pseudonym::PseudonymKey;
use platform::adt_codec::AdtDecoder;
use platform::configuration::{KafkaArgs, RegistryArgs};
use platform::kafka::{Cluster, PARTITIONS_DEFAULT, Probe, TopicName, TopicSpec};
use platform::registry::Registry;
use platform::retry::{Abandoned, Backoff, until_success};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;

use crate::census;
use crate::decode::Decoding;
use crate::error::ConsumerError;
use crate::lane::{Done, Lane};
use crate::limits::Limits;
use crate::link::{Command, Waiting};
use crate::log::Log;
use crate::source::{LaneEnd, Source, Start};
use crate::target::Target;

/// How long bronze's partitions ahead are left alone before they are looked at again: a week of them
/// is made, so one try in many will do.
const PARTITIONS_INTERVAL: std::time::Duration = std::time::Duration::from_hours(1);

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
    /// Workers, each with a connection of its own.
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
    /// When all that the topic held at the start is loaded.
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
}

/// Consumes until shutdown, or the end where that is asked for.
pub async fn run(
    settings: Settings,
    shutdown: CancellationToken,
) -> Result<Summary, ConsumerError> {
    let cluster = Cluster::connect(&settings.kafka)?;
    let topic_name = platform::kafka::Topic::Events.name(&settings.kafka.topic_prefix);
    let prepared = until_success(
        "prepare to consume",
        Backoff::default(),
        &shutdown,
        ConsumerError::is_retryable,
        || Prepared::new(&settings, &cluster, &topic_name),
    )
    .await;
    let prepared = match prepared {
        Ok(prepared) => prepared,
        Err(Abandoned::Shutdown) => return Ok(Summary::default()),
        Err(Abandoned::Permanent(error)) => return Err(error),
    };
    // Ends everything below, whether we were asked to or something failed.
    let ending = shutdown.child_token();
    // Also where this future is dropped: the polling thread would go on.
    let _ended_with_us = ending.clone().drop_guard();
    let mut tasks = JoinSet::new();
    let (commands, obeyed) = std::sync::mpsc::channel();
    let (lanes, ends) = prepared.lanes(&settings, &commands, &ending);
    for lane in lanes {
        tasks.spawn(async move { lane.run().await.map(Part::Lane) });
    }
    // When the last lane has ended nobody commands any more.
    drop(commands);
    let source = Source {
        kafka: settings.kafka.clone(),
        group_instance_id: settings.group_instance_id.clone(),
        start: Start {
            runtime: tokio::runtime::Handle::current(),
            database_url: settings.database_url.as_str().into(),
            log: prepared.log.clone(),
            topic: prepared.topic.clone(),
            shutdown: ending.clone(),
        },
        lanes: ends,
        commands: obeyed,
        seeks: HashMap::new(),
        limits: settings.limits,
        shutdown: ending.clone(),
    };
    tasks.spawn(async move {
        match tokio::task::spawn_blocking(|| source.run()).await {
            Ok(outcome) => outcome.map(|()| Part::Source),
            Err(join) => Err(ConsumerError::Ended(join.to_string())),
        }
    });
    tasks.spawn(keep_partitions(
        settings.database_url.clone(),
        ending.clone(),
    ));
    let (url, until) = (settings.database_url.clone(), ending.clone());
    tasks.spawn(async move {
        census::keep_counting(&url, &until).await;
        Ok(Part::Other)
    });
    if let Some(end) = prepared.end {
        let (url, ending) = (settings.database_url.clone(), ending.clone());
        tasks.spawn(async move {
            end.reached(&url, &ending).await?;
            census::count_at_end(&url, &ending).await;
            ending.cancel();
            Ok(Part::Other)
        });
    }
    finish(tasks, &ending).await
}

/// A part of the consumer that ended well.
enum Part {
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
    fn add(&mut self, done: &Done) {
        self.batches += done.batches;
        self.loaded += done.loaded.loaded;
        self.duplicates += done.loaded.duplicates;
        self.quarantined += done.loaded.quarantined;
    }
}

/// What is found out before the first record is read.
struct Prepared {
    log: Log,
    topic: Topic,
    reference: Arc<Reference>,
    decoding: Decoding,
    end: Option<Target>,
}

impl Prepared {
    async fn new(
        settings: &Settings,
        cluster: &Cluster,
        name: &TopicName,
    ) -> Result<Self, ConsumerError> {
        let mut client = database::connect(&settings.database_url, "wardflow consumer").await?;
        migrate::require_current(&client).await?;
        key::require_key(&client, &settings.key).await?;
        let reference = reference(&client).await?;
        make_partitions(&client).await?;
        let partitions = existing_or_new(cluster, name).await?;
        let topic =
            Topic::register(&mut client, &cluster.id().await?, name.as_str(), partitions).await?;
        let registry = Registry::new(&settings.registry)?;
        let probe = Probe::new(&settings.kafka, name.clone());
        let end = match settings.until {
            Until::Shutdown => None,
            Until::End => Some(Target::now(cluster, &probe, name.clone()).await?),
        };
        Ok(Self {
            end,
            log: Log::new(cluster.clone(), probe, name.clone()),
            topic,
            decoding: Decoding {
                decoder: AdtDecoder::new(registry.clone(), settings.key.clone()),
                cleaner: Cleaner::new(settings.key.clone(), reference.hospitals.clone()),
                registry,
                kept_schemas: HashSet::new(),
            },
            reference: Arc::new(reference),
        })
    }

    /// The lanes, and the polling thread's end of each.
    fn lanes(
        &self,
        settings: &Settings,
        commands: &std::sync::mpsc::Sender<Command>,
        ending: &CancellationToken,
    ) -> (Vec<Lane>, Vec<LaneEnd>) {
        let lane = |number| {
            let (sender, inbox) = mpsc::unbounded_channel();
            let waiting = Arc::new(Waiting::default());
            let end = LaneEnd::new(sender, Arc::clone(&waiting));
            let lane = Lane {
                number,
                database_url: settings.database_url.clone(),
                log: self.log.clone(),
                topic: self.topic.clone(),
                reference: Arc::clone(&self.reference),
                decoding: self.decoding.clone(),
                limits: settings.limits,
                inbox,
                waiting,
                source: commands.clone(),
                shutdown: ending.clone(),
            };
            (lane, end)
        };
        (0..settings.lanes.max(1)).map(lane).unzip()
    }
}

/// The topic's number of partitions; where there is no topic yet, it is made as a producer would.
async fn existing_or_new(cluster: &Cluster, name: &TopicName) -> Result<u32, ConsumerError> {
    let found = cluster.partition_count(name).await?;
    let partitions = found
        .and_then(|count| i32::try_from(count).ok())
        .unwrap_or(PARTITIONS_DEFAULT);
    let spec = TopicSpec::new(name.clone(), platform::kafka::Topic::Events.retention())
        .with_partitions(partitions);
    cluster.ensure_topic(&spec).await?;
    Ok(partitions.unsigned_abs())
}

async fn keep_partitions(
    database_url: String,
    ending: CancellationToken,
) -> Result<Part, ConsumerError> {
    loop {
        tokio::select! {
            () = ending.cancelled() => return Ok(Part::Other),
            () = tokio::time::sleep(PARTITIONS_INTERVAL) => {}
        }
        let making = async {
            let client = database::connect(&database_url, "wardflow consumer").await?;
            make_partitions(&client).await
        };
        let made: Result<(), DatabaseError> = tokio::select! {
            () = ending.cancelled() => return Ok(Part::Other),
            made = making => made,
        };
        if let Err(error) = made {
            tracing::warn!(%error, "bronze's partitions ahead were not made, trying again later");
        }
    }
}

/// Makes bronze's partitions ahead, unless somebody reads bronze just now: the next time will do, and
/// records of a day without a partition go to the default one.
async fn make_partitions(client: &Client) -> Result<(), DatabaseError> {
    match bronze::ensure_partitions(client).await {
        Err(error) if error.is_transient() => {
            tracing::info!(%error, "bronze's partitions ahead are made later");
            Ok(())
        }
        made => made,
    }
}
