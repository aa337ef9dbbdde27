//! Why sending ended.

use platform::codec::EncodeError;
use platform::kafka::TopicName;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use crate::resumption::FlowDiffers;

/// Why sending ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// An event cannot be written as a Kafka value.
    #[error("event {ordinal} of the flow cannot be written: {source}")]
    Encode {
        /// Number of the event in the flow, from 0.
        ordinal: u64,
        /// Why.
        source: EncodeError,
    },
    /// librdkafka does not take an event.
    #[error("Kafka's client refuses event {ordinal} of the flow: {source}")]
    Refused {
        /// Number of the event in the flow, from 0.
        ordinal: u64,
        /// Why.
        source: KafkaError,
    },
    /// The topic holds another flow of the same name.
    #[error(transparent)]
    Differs(#[from] FlowDiffers),
    /// The broker refused an event for good.
    #[error(
        "Kafka does not take events for topic {topic}: {code}; {acknowledged} events are acknowledged. Check the topic and the rights of the client's user, and start again"
    )]
    Delivery {
        /// The topic.
        topic: TopicName,
        /// Kafka's reason.
        code: RDKafkaErrorCode,
        /// Events that were acknowledged before and since.
        acknowledged: u64,
    },
}
