//! A topic that is read: a polling thread, and the lanes that it feeds.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use database::load::Batch;
use database::rebuild::{Beginning, Fed};
use database::reference::Reference;
use database::{Topic as KnownTopic, bronze};
use domain::clean::Cleaner;
use platform::codec::Decoder;
use platform::configuration::KafkaArgs;
use platform::kafka::{Cluster, Probe, Topic, TopicName, TopicSpec, Watermarks};
use platform::registry::Registry;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;

use crate::bisection::Refused;
use crate::bulk::Whole;
use crate::decode::{Decoding, Event};
use crate::error::ConsumerError;
use crate::held::Held;
use crate::lag::{self, Reached};
use crate::lane::Lane;
use crate::link::{Command, Waiting};
use crate::log::Log;
use crate::metrics::TopicMetrics;
use crate::orphan::Watched;
use crate::run::{Part, Settings, Summary};
use crate::source::{LaneEnd, Source, Start};

/// What topics are prepared with.
pub(crate) struct Preparing<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) cluster: &'a Cluster,
    pub(crate) client: &'a mut Client,
    pub(crate) reference: Arc<Reference>,
    pub(crate) registry: Registry,
}

impl Preparing<'_> {
    /// A reader of a topic, which is made where it is missing, as a producer would.
    pub(crate) async fn topic<E: Event>(
        &mut self,
        topic: Topic,
    ) -> Result<TopicReader<E>, ConsumerError> {
        self.topic_like(topic, topic.partitions()).await
    }

    /// The same; where it is made, it has so many partitions.
    pub(crate) async fn topic_like<E: Event>(
        &mut self,
        topic: Topic,
        partitions: i32,
    ) -> Result<TopicReader<E>, ConsumerError> {
        let settings = self.settings;
        let name = topic.name(&settings.kafka.topic_prefix);
        let partitions = existing_or_new(self.cluster, topic, (&name, partitions)).await?;
        let cluster_id = self.cluster.id().await?;
        let known = match topic {
            Topic::Staff | Topic::Departments => {
                let (client, name) = (&mut *self.client, name.as_str());
                KnownTopic::register_without_patients(client, &cluster_id, name, partitions).await
            }
            _ => KnownTopic::register(self.client, &cluster_id, name.as_str(), partitions).await,
        };
        let hospitals = self.reference.hospitals.clone();
        Ok(TopicReader {
            topic,
            metrics: TopicMetrics::of(name.as_str()),
            log: Log::new(
                self.cluster.clone(),
                Probe::new(&settings.kafka, name.clone()),
                name,
            ),
            known: known?,
            decoding: Decoding {
                decoder: Decoder::new(self.registry.clone(), settings.key.clone()),
                cleaner: Cleaner::new(settings.key.clone(), hospitals),
                registry: self.registry.clone(),
                kept_schemas: HashSet::new(),
                takes_letters: topic != Topic::Events,
            },
            reference: Arc::clone(&self.reference),
        })
    }
}

/// A topic, its polling thread and its lanes before they start.
pub(crate) struct TopicReader<E> {
    topic: Topic,
    log: Log,
    known: KnownTopic,
    decoding: Decoding<E>,
    reference: Arc<Reference>,
    metrics: TopicMetrics,
}

impl<E: Event> TopicReader<E> {
    /// How many partitions the topic has.
    pub(crate) fn partitions(&self) -> u32 {
        self.known.partitions
    }

    /// Its name, with the prefix.
    pub(crate) fn name(&self) -> &str {
        &self.known.name
    }

    /// Starts to poll and to load.
    pub(crate) fn start(
        &self,
        (settings, told): (&Settings, &watch::Sender<Summary>),
        ending: &CancellationToken,
        tasks: &mut JoinSet<Result<Part, ConsumerError>>,
    ) {
        let (commands, obeyed) = std::sync::mpsc::channel();
        // When the last lane has ended, and who asks what is held, nobody commands any more.
        let (lanes, ends) = self.lanes((settings, told), &commands, ending);
        for lane in lanes {
            tasks.spawn(async move { lane.run().await.map(Part::Lane) });
        }
        let reached = Reached::default();
        let told = (reached.clone(), self.log.clone(), self.metrics.clone());
        let until = ending.clone();
        tasks.spawn(async move {
            lag::keep_telling(told, until).await;
            Ok(Part::Other)
        });
        let watched = Watched {
            kafka: self.kafka(&settings.kafka),
            log: self.log.clone(),
            partitions: i32::try_from(self.known.partitions).unwrap_or(i32::MAX),
            reached: reached.clone(),
        };
        let until = ending.clone();
        tasks.spawn(async move {
            watched.keep_looking(until).await;
            Ok(Part::Other)
        });
        let start = Start {
            runtime: tokio::runtime::Handle::current(),
            database_url: settings.database_url.as_str().into(),
            log: self.log.clone(),
            topic: self.known.clone(),
            shutdown: ending.clone(),
        };
        let held = Held::default();
        let asking = (held.clone(), start.clone(), commands, ending.clone());
        tasks.spawn(async move {
            let (held, start, source, until) = asking;
            held.keep_asking(start, source, until).await?;
            Ok(Part::Other)
        });
        let source = Source {
            held,
            reached,
            metrics: self.metrics.clone(),
            kafka: self.kafka(&settings.kafka),
            group_instance_id: settings.group_instance_id.clone(),
            start,
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
    }

    /// What is to be read of its log, of which the watermarks are told.
    pub(crate) fn beginning(&self, logs: &[Watermarks]) -> Beginning {
        let records = logs.iter().map(|log| log.high - log.low).sum::<i64>();
        Beginning {
            topic: self.known.clone(),
            partitions: logs.iter().map(|log| (log.partition, log.low)).collect(),
            records: records.unsigned_abs(),
        }
    }

    /// When the first record of the log was appended, nearly: where a partition begins without one, it is not looked at.
    pub(crate) async fn begins_at(
        &self,
        logs: &[Watermarks],
    ) -> Result<Option<DateTime<Utc>>, ConsumerError> {
        let mut first = Vec::new();
        for log in logs.iter().filter(|log| log.low < log.high) {
            let found = self.log.record_at(log.partition, log.low).await?;
            first.extend(found.map(|found| bronze::received_at(found.appended_at_ms)));
        }
        Ok(first.into_iter().min())
    }

    /// Starts to read all that its log holds, by lanes that hand batches on.
    pub(crate) fn start_to_read(
        &self,
        (settings, logs): (&Settings, Vec<Watermarks>),
        (to, fed): (
            &mpsc::Sender<Fed>,
            impl Fn(Batch<E::Cleaned>) -> Fed + Clone + Send + 'static,
        ),
        ending: &CancellationToken,
        tasks: &mut JoinSet<Result<(), ConsumerError>>,
    ) {
        // Nobody obeys: lanes that hand on command nothing.
        let (commands, _) = std::sync::mpsc::channel();
        let (lanes, ends) = self.lanes((settings, &watch::Sender::default()), &commands, ending);
        for lane in lanes {
            let to = (to.clone(), fed.clone());
            tasks.spawn(lane.hand_on(to));
        }
        let whole = Whole {
            kafka: settings.kafka.clone(),
            topic: self.known.name.clone(),
            logs,
            lanes: ends,
            limits: settings.limits,
            shutdown: ending.clone(),
        };
        tasks.spawn(async move {
            match tokio::task::spawn_blocking(|| whole.run()).await {
                Ok(outcome) => outcome,
                Err(join) => Err(ConsumerError::Ended(join.to_string())),
            }
        });
    }

    /// A group of its own: who comes and goes for statements moves no partition of events.
    fn kafka(&self, kafka: &KafkaArgs) -> KafkaArgs {
        let group_id = match self.topic {
            Topic::Retry => format!("{}.retry", kafka.group_id),
            Topic::Staff => format!("{}.staff", kafka.group_id),
            Topic::Departments => format!("{}.departments", kafka.group_id),
            _ => kafka.group_id.clone(),
        };
        KafkaArgs {
            group_id,
            ..kafka.clone()
        }
    }

    /// The lanes, and the polling thread's end of each. Statements have one writer, and so one lane; what
    /// is tried again is little.
    fn lanes(
        &self,
        (settings, told): (&Settings, &watch::Sender<Summary>),
        commands: &std::sync::mpsc::Sender<Command>,
        ending: &CancellationToken,
    ) -> (Vec<Lane<E>>, Vec<LaneEnd>) {
        let lane = |number| {
            let (sender, inbox) = mpsc::unbounded_channel();
            let waiting = Arc::new(Waiting::default());
            let end = LaneEnd::new(sender, Arc::clone(&waiting));
            let lane = Lane {
                number,
                database_url: settings.database_url.clone(),
                log: self.log.clone(),
                topic: self.known.clone(),
                reference: Arc::clone(&self.reference),
                decoding: self.decoding.clone(),
                limits: settings.limits,
                refused: Refused::default(),
                // To this topic is sent again what was refused before, by hand: no storm holds it.
                weather: (self.topic != Topic::Retry).then(HashMap::new),
                inbox,
                waiting,
                told: told.clone(),
                metrics: self.metrics.clone(),
                source: commands.clone(),
                shutdown: ending.clone(),
            };
            (lane, end)
        };
        let lanes = match self.topic {
            Topic::Events => settings.lanes.max(1),
            _ => 1,
        };
        (0..lanes).map(lane).unzip()
    }
}

/// The topic's number of partitions; where there is no topic yet, it is made.
pub(crate) async fn existing_or_new(
    cluster: &Cluster,
    topic: Topic,
    (name, partitions): (&TopicName, i32),
) -> Result<u32, ConsumerError> {
    let found = cluster.partition_count(name).await?;
    let partitions = found
        .and_then(|count| i32::try_from(count).ok())
        .unwrap_or(partitions);
    let spec = TopicSpec::new(name.clone(), topic.retention()).with_partitions(partitions);
    cluster.ensure_topic(&spec).await?;
    Ok(partitions.unsigned_abs())
}
