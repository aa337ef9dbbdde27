//! Why a flow is not sent behind what is in the topic.

use platform::kafka::TopicName;

/// A tail behind which a flow is not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "topic {topic}, partition {partition}, {problem}. Nothing was sent; take another topic \
     (KAFKA_TOPIC_PREFIX), or let the whole flow follow what is there: --append (ids repeat, and \
     readers drop what comes twice)"
)]
pub struct TailRefused {
    /// The topic.
    pub topic: TopicName,
    /// The partition.
    pub partition: usize,
    /// What is wrong with its tail.
    pub problem: TailProblem,
}

/// What is wrong with the tail of a partition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TailProblem {
    /// It ends with another flow.
    #[error("offset {offset}: the last record is of the run {run:?}, not of {expected:?}")]
    OtherRun {
        /// Offset of the last record.
        offset: i64,
        /// Its flow, cut after a hundred characters.
        run: String,
        /// The flow that is to be sent.
        expected: String,
    },
    /// It ends with a record of another program.
    #[error(
        "offset {offset}: the last record has no headers wardflow.run and wardflow.ordinal, so it is \
         of no run"
    )]
    Unnamed {
        /// Offset of the last record.
        offset: i64,
    },
    /// Nobody can tell what it held.
    #[error(
        "offset {next}: all records before it are gone, by the topic's retention or deleted, so \
         nobody can tell which events were sent"
    )]
    Lost {
        /// The offset that the next record gets.
        next: i64,
    },
}

/// The flow has another event where the topic says that an event of it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the event {ordinal} of this flow is not the one at partition {partition}, offset {offset}: two \
     flows bear one name, such as those of two releases. Give another --seed, or take another topic \
     (KAFKA_TOPIC_PREFIX)"
)]
pub struct FlowDiffers {
    /// Number of the event, from 0.
    pub ordinal: u64,
    /// The partition that ends with it.
    pub partition: usize,
    /// Where it stands there.
    pub offset: i64,
}
