use std::time::Duration;

use database::DatabaseError;
use database::storm::Storm;
use platform::kafka::KafkaFailure;
use platform::registry::RegistryError;

/// Why the consumer stopped. What may pass by itself never stops it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConsumerError {
    /// The warehouse.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// Kafka.
    #[error(transparent)]
    Kafka(#[from] KafkaFailure),
    /// The schema registry.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The log begins after the stored offset: records are gone that were never read.
    #[error(
        "partition {partition} of {topic}: the warehouse is loaded up to offset {stored}, but the \
         log begins at {low}: {} records were removed before they were read (retention?); they must \
         come from the source again, and then ops.kafka_offset be set to {low} by hand",
        low - stored
    )]
    LostRecords {
        /// The topic.
        topic: String,
        /// The partition.
        partition: i32,
        /// The stored offset.
        stored: i64,
        /// The first offset that is there.
        low: i64,
    },
    /// The log ends before the stored offset: it is another log.
    #[error(
        "partition {partition} of {topic}: the warehouse is loaded up to offset {stored}, but the \
         log ends at {high}: {} records are missing from it; was the topic deleted and made again? \
         Load it into a new database, or restore the topic; what is simulated begins anew by `simulation reset`",
        stored - high
    )]
    OtherLog {
        /// The topic.
        topic: String,
        /// The partition.
        partition: i32,
        /// The stored offset.
        stored: i64,
        /// The offset after the last record that is there.
        high: i64,
    },
    /// The log has another record where the last loaded one was: it is another log.
    #[error(
        "partition {partition} of {topic}: the record at offset {offset} is not the one that was \
         loaded from there; was the topic deleted and made again? Load it into a new database, or \
         restore the topic; what is simulated begins anew by `simulation reset`"
    )]
    OtherRecord {
        /// The topic.
        topic: String,
        /// The partition.
        partition: i32,
        /// The offset.
        offset: i64,
    },
    /// A storm holds a partition, and all that can be loaded beside it is.
    #[error(
        "partition {partition} of {topic} stands still behind offset {offset}: {rule} refused {refused} of the last \
         {} records. See what they are by `consumer dead-letters list --rule {rule}`, mend the cause, or accept it, \
         and let the partition on by `consumer resume`",
        crate::weather::SPAN
    )]
    Held {
        /// The topic.
        topic: String,
        /// The partition.
        partition: i32,
        /// Offset of the record that was one too many.
        offset: i64,
        /// The rule's code.
        rule: String,
        /// How many of the last records it had refused.
        refused: i32,
    },
    /// A storm in a log that was to be loaded at once.
    #[error(
        "partition {partition} of {topic}: at offset {offset} {rule} has refused {refused} of the last {} records, which \
         no load at once goes beyond. `consumer run` loads up to there, and holds the partition until somebody has seen \
         to it",
        crate::weather::SPAN
    )]
    Storm {
        /// The topic.
        topic: String,
        /// The partition.
        partition: i32,
        /// Offset of the record that was one too many.
        offset: i64,
        /// The rule's code.
        rule: &'static str,
        /// How many of the last records it had refused.
        refused: i32,
    },
    /// The log holds records that did not come.
    #[error("records of {0} were passed over, though its log holds them: run this again")]
    PassedOver(String),
    /// Nothing has come for so long, and the log holds more.
    #[error(
        "nothing came for {} s, and the log holds more: look whether Kafka and the schema registry are well, and run this \
         again. Nothing was changed",
        .0.as_secs()
    )]
    Silent(Duration),
    /// The poll of Kafka met an error that does not pass.
    #[error("reading from Kafka failed: {0}")]
    Poll(rdkafka::error::KafkaError),
    /// Kafka refused a dead letter.
    #[error("a dead letter was not published: {0}")]
    Publish(rdkafka::error::KafkaError),
    /// Another member of the group has our name, and takes it again and again.
    #[error(
        "another consumer has the group instance id {0:?}: give each a name of its own by --group-instance-id or \
         KAFKA_GROUP_INSTANCE_ID"
    )]
    Fenced(String),
    /// A task ended that should not.
    #[error("a part of the consumer ended unexpectedly: {0}")]
    Ended(String),
}

impl ConsumerError {
    /// Whether it may pass by itself.
    pub(crate) fn is_retryable(&self) -> bool {
        match self {
            Self::Database(error) => error.is_transient(),
            Self::Kafka(error) => error.fault().is_retryable(),
            Self::Registry(error) => error.fault().is_retryable(),
            _ => false,
        }
    }
}

impl From<Storm> for ConsumerError {
    fn from(storm: Storm) -> Self {
        Self::Held {
            topic: storm.topic,
            partition: storm.partition,
            offset: storm.offset,
            rule: storm.rule,
            refused: storm.refused,
        }
    }
}
