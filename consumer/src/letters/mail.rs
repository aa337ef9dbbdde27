use anyhow::Context as _;
use database::letter::{Content, HEADER, Refused};
use platform::configuration::KafkaArgs;
use platform::kafka::{ClientLog, Cluster, Topic, TopicName, create_producer};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::util::Timeout;

/// Sends letters again.
pub(super) struct Mail {
    producer: FutureProducer<ClientLog>,
    cluster_id: String,
    prefix: String,
}

impl Mail {
    /// Errs where the topic is not there that letters of events are sent to: sending would make it, perhaps
    /// with another number of partitions.
    pub(super) async fn new(kafka: &KafkaArgs) -> anyhow::Result<Self> {
        let retry = Topic::Retry.name(&kafka.topic_prefix);
        let cluster = Cluster::connect(kafka)?;
        let found = cluster.partition_count(&retry).await?;
        anyhow::ensure!(
            found.is_some(),
            "there is no topic {retry}: a consumer makes it when it starts"
        );
        Ok(Self {
            producer: create_producer(kafka, ClientLog)?,
            cluster_id: cluster.id().await?,
            prefix: kafka.topic_prefix.clone(),
        })
    }

    /// Where a letter is loaded from when it comes again: events by the retry topic, statements by their own.
    fn topic_for(&self, letter: &Refused) -> Option<TopicName> {
        let mut loaded = Topic::LOADED.into_iter();
        let came_by = loaded.find(|it| it.name(&self.prefix).as_str() == letter.topic)?;
        let topic = match came_by {
            Topic::Events => Topic::Retry,
            other => other,
        };
        (letter.cluster_id == self.cluster_id).then(|| topic.name(&self.prefix))
    }

    /// Sends a letter with what it is to hold now, and waits until Kafka has it.
    pub(super) async fn send(&self, letter: &Refused, content: &Content) -> anyhow::Result<()> {
        let id = letter.quarantine_id.to_string();
        let topic = self.topic_for(letter).with_context(|| {
            format!(
                "letter {id} came by {} of another Kafka cluster, or under another KAFKA_TOPIC_PREFIX: name the \
                 one that it came from",
                letter.topic
            )
        })?;
        let topic = topic.as_str();
        let named = Header {
            key: HEADER,
            value: Some(&id),
        };
        let mut record =
            FutureRecord::<[u8], [u8]>::to(topic).headers(OwnedHeaders::new().insert(named));
        record.key = content.key.as_deref();
        record.payload = content.payload.as_deref();
        let sent = self.producer.send(record, Timeout::Never).await;
        sent.map_err(|(error, _)| error)
            .with_context(|| format!("letter {id} was not sent to {topic}"))?;
        Ok(())
    }
}
