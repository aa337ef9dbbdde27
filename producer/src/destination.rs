//! Where events go: a topic of a cluster, and the registry of its schema.

use clap::Args;
use domain::event::AdtEvent;
use platform::codec::{Encoder, Record};
use platform::configuration::{KafkaArgs, RegistryArgs};
use platform::kafka::{
    Cluster, KafkaFailure, PARTITIONS_DEFAULT, Probe, Topic, TopicName, TopicSpec,
};
use platform::registry::{Registry, RegistryError};
use platform::retry::{Abandoned, Backoff, until_success};
use tokio_util::sync::CancellationToken;

use crate::resumption::{Resume, Resumption, TailRefused};
use crate::sender::Sender;
use crate::tail::Tail;

/// Where events go.
#[derive(Debug, Clone, Args)]
pub struct Destination {
    /// Kafka.
    #[command(flatten)]
    pub kafka: KafkaArgs,
    /// The schema registry.
    #[command(flatten)]
    pub registry: RegistryArgs,
    /// Partitions of the topic; it is created where it is missing
    #[arg(long, value_name = "N", default_value_t = PARTITIONS_DEFAULT,
        value_parser = clap::value_parser!(i32).range(1..=10_000))]
    pub partitions: i32,
}

/// Why the destination cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DestinationError {
    /// Kafka, or the topic, is not as it must be.
    #[error(transparent)]
    Kafka(#[from] KafkaFailure),
    /// The schema registry refuses.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The topic ends with something behind which the flow is not sent.
    #[error(transparent)]
    Tail(#[from] TailRefused),
    /// The process was asked to end before the destination answered.
    #[error("ended before Kafka and the schema registry answered; nothing was sent")]
    Interrupted,
}

/// A topic to send a flow to, and what of the flow is there.
pub struct Connection<R = AdtEvent> {
    /// Sends what is missing.
    pub sender: Sender<R>,
    /// What is there.
    pub resumption: Resumption,
}

impl Destination {
    /// The topic of events of patients.
    pub fn topic(&self) -> TopicName {
        Topic::Events.name(&self.kafka.topic_prefix)
    }

    /// Creates the topic of events of patients where it is missing, registers the schema, connects and
    /// looks what of the flow `run` is there; waits for services that are away.
    pub async fn open(
        &self,
        run: String,
        resume: Resume,
        shutdown: &CancellationToken,
    ) -> Result<Connection, DestinationError> {
        self.open_topic(Topic::Events, run, resume, shutdown).await
    }

    /// The same for any topic, by what it holds.
    pub(crate) async fn open_topic<R: Record>(
        &self,
        topic: Topic,
        run: String,
        resume: Resume,
        shutdown: &CancellationToken,
    ) -> Result<Connection<R>, DestinationError> {
        let partitions = match topic {
            Topic::Events => self.partitions,
            _ => topic.partitions(),
        };
        let name = topic.name(&self.kafka.topic_prefix);
        let spec = TopicSpec::new(name.clone(), topic.retention()).with_partitions(partitions);
        let cluster = Cluster::connect(&self.kafka)?;
        until_success(
            "find or create the topic",
            Backoff::default(),
            shutdown,
            |error: &KafkaFailure| error.fault().is_retryable(),
            || cluster.ensure_topic(&spec),
        )
        .await
        .map_err(abandoned)?;
        let registry = Registry::new(&self.registry)?;
        let subject = name.value_subject();
        let encoder = until_success(
            "register the schema",
            Backoff::default(),
            shutdown,
            |error: &RegistryError| error.fault().is_retryable(),
            || Encoder::register(&registry, &subject),
        )
        .await
        .map_err(abandoned)?;
        let resumption = self.look((&cluster, &name), &run, resume, shutdown).await?;
        let partitions = u32::try_from(partitions).unwrap_or(1).max(1);
        Ok(Connection {
            sender: Sender::new(&self.kafka, encoder, name, partitions, run)?,
            resumption,
        })
    }

    /// What of the flow `run` is there.
    async fn look(
        &self,
        (cluster, topic): (&Cluster, &TopicName),
        run: &str,
        resume: Resume,
        shutdown: &CancellationToken,
    ) -> Result<Resumption, DestinationError> {
        if resume == Resume::Never {
            return Ok(Resumption::default());
        }
        let probe = Probe::new(&self.kafka, topic.clone());
        let tails = until_success(
            "read where the topic ends",
            Backoff::default(),
            shutdown,
            |error: &KafkaFailure| error.fault().is_retryable(),
            || Tail::read_all(cluster, &probe, topic),
        )
        .await
        .map_err(abandoned)?;
        Ok(Resumption::of(tails, topic, run, resume)?)
    }
}

fn abandoned<E: Into<DestinationError>>(abandoned: Abandoned<E>) -> DestinationError {
    match abandoned {
        Abandoned::Shutdown => DestinationError::Interrupted,
        Abandoned::Permanent(error) => error.into(),
    }
}
