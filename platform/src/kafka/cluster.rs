//! What is asked of a cluster: who it is, its topics, how far they reach.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::client::Client;
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};

use super::group;
use super::refusals::refusal;
use super::topic::{RECORD_BYTES_MAX, TopicName, TopicProblem, TopicSpec};
use super::{ClientLog, KafkaFailure, client_config};
use crate::configuration::KafkaArgs;
use crate::endpoint::Need;

/// How long a question may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// How long a new topic may take to show in the metadata, and a deleted one to go from it.
const CREATION_TIMEOUT: Duration = Duration::from_secs(15);

/// How often it is looked there.
const LOOK_INTERVAL: Duration = Duration::from_millis(50);

const TIMESTAMP_TYPE: &str = "message.timestamp.type";
const TIMESTAMP_TYPE_EXPECTED: &str = "LogAppendTime";
const RECORD_BYTES: &str = "max.message.bytes";

/// The broker's own default: one on a machine of its own, three on a cluster.
const REPLICATION: TopicReplication<'_> = TopicReplication::Fixed(-1);

/// The offsets between which a partition holds records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watermarks {
    /// The partition.
    pub partition: i32,
    /// The first offset that is there.
    pub low: i64,
    /// The offset that the next record gets.
    pub high: i64,
}

/// A connection to a cluster for questions and topics; cheap to clone.
#[derive(Clone)]
pub struct Cluster {
    admin: Arc<AdminClient<ClientLog>>,
    brokers: String,
    args: Arc<KafkaArgs>,
}

impl fmt::Debug for Cluster {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Cluster({})", self.brokers)
    }
}

impl Cluster {
    /// A connection to be; nothing is asked yet.
    pub fn connect(args: &KafkaArgs) -> Result<Self, KafkaFailure> {
        let admin = client_config(args)
            .create_with_context(ClientLog)
            .map_err(KafkaFailure::configuration)?;
        Ok(Self {
            admin: Arc::new(admin),
            brokers: args.bootstrap_servers.clone(),
            args: Arc::new(args.clone()),
        })
    }

    /// The cluster as something that a service needs.
    pub fn need(self) -> Need {
        Need::new("Kafka", move || {
            let cluster = self.clone();
            async move { cluster.reach().await }
        })
    }

    async fn reach(&self) -> Result<(), KafkaFailure> {
        let what = "tell its topics";
        self.blocking(what, |client| {
            client.fetch_metadata(None, TIMEOUT).map(drop)
        })
        .await
    }

    /// The cluster's own id: offsets are kept under it, so that a new cluster at the old address
    /// is not taken for the old one.
    pub async fn id(&self) -> Result<String, KafkaFailure> {
        const WHAT: &str = "tell the cluster's id";
        let timed_out = KafkaError::MetadataFetch(RDKafkaErrorCode::OperationTimedOut);
        self.blocking(WHAT, |client| {
            client.fetch_cluster_id(TIMEOUT).ok_or(timed_out)
        })
        .await
    }

    /// The number of partitions of a topic, `None` where it does not exist.
    pub async fn partition_count(&self, topic: &TopicName) -> Result<Option<usize>, KafkaFailure> {
        let name = topic.clone();
        self.blocking("describe a topic", move |client| {
            // All topics: asking for one by name may create it.
            let metadata = client.fetch_metadata(None, TIMEOUT)?;
            Ok(metadata
                .topics()
                .iter()
                .find(|found| found.name() == name.as_str() && found.error().is_none())
                .map(|found| found.partitions().len()))
        })
        .await
    }

    /// How far each partition of a topic reaches, by partition.
    pub async fn watermarks(&self, topic: &TopicName) -> Result<Vec<Watermarks>, KafkaFailure> {
        let Some(partitions) = self.partition_count(topic).await? else {
            return Err(refused(topic, TopicProblem::Missing));
        };
        let partitions = i32::try_from(partitions).unwrap_or(i32::MAX);
        let name = topic.clone();
        self.blocking("tell a topic's offsets", move |client| {
            (0..partitions)
                .map(|partition| watermarks_of(client, &name, partition))
                .collect()
        })
        .await
    }

    /// How far one partition of a topic reaches.
    pub async fn watermarks_of(
        &self,
        topic: &TopicName,
        partition: i32,
    ) -> Result<Watermarks, KafkaFailure> {
        let name = topic.clone();
        self.blocking("tell a partition's offsets", move |client| {
            watermarks_of(client, &name, partition)
        })
        .await
    }

    /// The partitions of a topic that a consumer group has given to members; `None` while it is about to change that, or
    /// where it has no members.
    pub async fn assigned(
        &self,
        group_id: &str,
        topic: &TopicName,
    ) -> Result<Option<BTreeSet<i32>>, KafkaFailure> {
        let (group_id, topic) = (group_id.to_owned(), topic.clone());
        self.blocking("describe a consumer group", move |client| {
            let groups = client.fetch_group_list(Some(&group_id), TIMEOUT)?;
            let found = groups.groups().iter().find(|it| it.name() == group_id);
            Ok(found.and_then(|group| group::assigned(group, &topic)))
        })
        .await
    }

    /// Creates the topic where it is missing, and refuses one that is not as it must be.
    ///
    /// Returns whether it was created. Several services may do this at once.
    pub async fn ensure_topic(&self, spec: &TopicSpec) -> Result<bool, KafkaFailure> {
        let found = self.partition_count(&spec.name).await?;
        let created = found.is_none() && self.create_topic(spec).await?;
        let partitions = match found {
            Some(partitions) => partitions,
            None => self.await_topic(&spec.name).await?,
        };
        if usize::try_from(spec.partitions) != Ok(partitions) {
            let problem = TopicProblem::Partitions {
                found: partitions,
                expected: spec.partitions,
            };
            return Err(refused(&spec.name, problem));
        }
        self.check_settings(&spec.name).await?;
        Ok(created)
    }

    /// Deletes a topic and all that is in it, and waits until it is gone; it may be gone already.
    pub async fn delete_topic(&self, topic: &TopicName) -> Result<(), KafkaFailure> {
        const WHAT: &str = "delete a topic";
        let results = self
            .admin
            .delete_topics(&[topic.as_str()], &admin_options())
            .await
            .map_err(|error| KafkaFailure::of_call(&self.brokers, WHAT, &error))?;
        match results.into_iter().next() {
            Some(Ok(_)) => tracing::info!(%topic, "topic deleted"),
            Some(Err((_, RDKafkaErrorCode::UnknownTopicOrPartition))) | None => return Ok(()),
            Some(Err((_, code))) => return Err(KafkaFailure::of_code(&self.brokers, WHAT, code)),
        }
        let started = Instant::now();
        while self.partition_count(topic).await?.is_some() {
            if started.elapsed() > CREATION_TIMEOUT {
                return Err(KafkaFailure::Unavailable {
                    brokers: self.brokers.clone(),
                    what: WHAT,
                    reason: format!("{topic} is still there"),
                });
            }
            tokio::time::sleep(LOOK_INTERVAL).await;
        }
        Ok(())
    }

    /// Returns false where another service was quicker.
    async fn create_topic(&self, spec: &TopicSpec) -> Result<bool, KafkaFailure> {
        const WHAT: &str = "create a topic";
        let retention_ms = spec.retention.in_milliseconds();
        let record_bytes = RECORD_BYTES_MAX.to_string();
        let topic = NewTopic::new(spec.name.as_str(), spec.partitions, REPLICATION)
            .set(TIMESTAMP_TYPE, TIMESTAMP_TYPE_EXPECTED)
            .set(RECORD_BYTES, &record_bytes)
            .set("retention.ms", &retention_ms);
        let results = self
            .admin
            .create_topics([&topic], &admin_options())
            .await
            .map_err(|error| KafkaFailure::of_call(&self.brokers, WHAT, &error))?;
        match results.into_iter().next() {
            Some(Ok(_)) => {
                tracing::info!(topic = %spec.name, partitions = spec.partitions, "topic created");
                Ok(true)
            }
            Some(Err((_, RDKafkaErrorCode::TopicAlreadyExists))) | None => Ok(false),
            Some(Err((_, code))) => Err(KafkaFailure::of_code(&self.brokers, WHAT, code)),
        }
    }

    async fn await_topic(&self, topic: &TopicName) -> Result<usize, KafkaFailure> {
        let started = Instant::now();
        loop {
            match self.partition_count(topic).await? {
                Some(partitions) if partitions > 0 => return Ok(partitions),
                _ if started.elapsed() > CREATION_TIMEOUT => {
                    return Err(refused(topic, TopicProblem::Missing));
                }
                _ => tokio::time::sleep(LOOK_INTERVAL).await,
            }
        }
    }

    async fn check_settings(&self, topic: &TopicName) -> Result<(), KafkaFailure> {
        const WHAT: &str = "describe a topic's settings";
        let resources = self
            .admin
            .describe_configs(
                [&ResourceSpecifier::Topic(topic.as_str())],
                &admin_options(),
            )
            .await
            .map_err(|error| KafkaFailure::of_call(&self.brokers, WHAT, &error))?;
        let settings = match resources.into_iter().next() {
            Some(Ok(settings)) => settings,
            Some(Err(code)) => return Err(KafkaFailure::of_code(&self.brokers, WHAT, code)),
            None => return Err(refused(topic, TopicProblem::Missing)),
        };
        let value = |name: &str| {
            let entry = settings.get(name)?;
            entry.value.clone()
        };
        let timestamp_type = value(TIMESTAMP_TYPE).unwrap_or_default();
        if timestamp_type != TIMESTAMP_TYPE_EXPECTED {
            let problem = TopicProblem::Setting {
                setting: TIMESTAMP_TYPE,
                found: timestamp_type,
                expected: TIMESTAMP_TYPE_EXPECTED.to_owned(),
            };
            return Err(refused(topic, problem));
        }
        let record_bytes = value(RECORD_BYTES).unwrap_or_default();
        if !record_bytes
            .parse()
            .is_ok_and(|bytes: usize| bytes >= RECORD_BYTES_MAX)
        {
            let problem = TopicProblem::Setting {
                setting: RECORD_BYTES,
                found: record_bytes,
                expected: RECORD_BYTES_MAX.to_string(),
            };
            return Err(refused(topic, problem));
        }
        Ok(())
    }

    /// librdkafka's questions block their thread; a runtime's worker may not be blocked.
    async fn blocking<T: Send + 'static>(
        &self,
        what: &'static str,
        question: impl FnOnce(&Client<ClientLog>) -> KafkaResult<T> + Send + 'static,
    ) -> Result<T, KafkaFailure> {
        let (admin, args) = (Arc::clone(&self.admin), Arc::clone(&self.args));
        let asked = tokio::task::spawn_blocking(move || {
            question(admin.inner()).map_err(|error| failure(&args, what, &error))
        });
        match asked.await {
            Ok(answer) => answer,
            Err(join) => Err(KafkaFailure::Unavailable {
                brokers: self.brokers.clone(),
                what,
                reason: join.to_string(),
            }),
        }
    }
}

/// What a call's failure is: of brokers that may not be talked to no answer comes for ever.
fn failure(args: &KafkaArgs, what: &'static str, error: &KafkaError) -> KafkaFailure {
    let brokers = &args.bootstrap_servers;
    match refusal(args) {
        Some(reason) => KafkaFailure::Insecure {
            brokers: brokers.clone(),
            reason,
        },
        None => KafkaFailure::of_call(brokers, what, error),
    }
}

fn watermarks_of(
    client: &Client<ClientLog>,
    topic: &TopicName,
    partition: i32,
) -> KafkaResult<Watermarks> {
    let ask = || client.fetch_watermarks(topic.as_str(), partition, TIMEOUT);
    let (low, high) = match ask() {
        // A broker that has just started may tell of fewer partitions than there are, and the client remembers
        // that for a quarter of an hour unless it is made to look again.
        Err(error) if error.rdkafka_error_code() == Some(RDKafkaErrorCode::UnknownPartition) => {
            client.fetch_metadata(None, TIMEOUT)?;
            ask()?
        }
        answer => answer?,
    };
    Ok(Watermarks {
        partition,
        low,
        high,
    })
}

fn refused(topic: &TopicName, problem: TopicProblem) -> KafkaFailure {
    KafkaFailure::Topic {
        topic: topic.to_string(),
        problem,
    }
}

fn admin_options() -> AdminOptions {
    AdminOptions::new()
        .request_timeout(Some(TIMEOUT))
        .operation_timeout(Some(TIMEOUT))
}
