//! Topics: their names and what they must be like.

use std::fmt;
use std::time::Duration;

use crate::wire;

use crate::codec::PAYLOAD_BYTES_MAX;

/// The largest record that a topic and a client take: a payload with its key and headers.
pub const RECORD_BYTES_MAX: usize = PAYLOAD_BYTES_MAX + wire::HEADER_BYTES + 64 * 1024;

/// Partitions of a topic where nothing else is said.
pub const PARTITIONS_DEFAULT: i32 = 6;

/// The topics of the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Admissions, transfers, discharges and updates.
    Events,
    /// Events that are tried again.
    Retry,
    /// Events that could not be used.
    DeadLetters,
    /// Staff and their assignments.
    Staff,
    /// Departments and their changes.
    Departments,
}

impl Topic {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Events,
        Self::Retry,
        Self::DeadLetters,
        Self::Staff,
        Self::Departments,
    ];

    /// The topics that the warehouse is loaded from.
    pub const LOADED: [Self; 4] = [Self::Events, Self::Retry, Self::Staff, Self::Departments];

    /// Partitions where nothing else is said. Statements about staff and departments are few, and
    /// belong to no shard of patients: one partition keeps them in the order in which they were sent.
    pub fn partitions(self) -> i32 {
        match self {
            Self::Events | Self::Retry | Self::DeadLetters => PARTITIONS_DEFAULT,
            Self::Staff | Self::Departments => 1,
        }
    }

    /// The name under a prefix (`KAFKA_TOPIC_PREFIX`).
    pub fn name(self, prefix: &str) -> TopicName {
        let name = match self {
            Self::Events => "hospital.adt.events",
            Self::Retry => "hospital.adt.events.retry",
            Self::DeadLetters => "hospital.adt.events.dlq",
            Self::Staff => "hospital.staff.events",
            Self::Departments => "hospital.department.metadata",
        };
        TopicName(format!("{prefix}{name}"))
    }

    /// The topic that the warehouse is loaded from of a full name, whatever its prefix is.
    pub fn of_name(name: &str) -> Option<Self> {
        let mut loaded = Self::LOADED.into_iter();
        loaded.find(|topic| name.ends_with(topic.name("").as_str()))
    }

    /// How long the topic keeps its records where we create it. Events hold identity, so they are
    /// kept for a week after they were appended; statements about staff and departments are the
    /// only source of their history.
    pub fn retention(self) -> Retention {
        match self {
            Self::Events | Self::Retry | Self::DeadLetters => {
                Retention::For(Duration::from_hours(7 * 24))
            }
            Self::Staff | Self::Departments => Retention::Unlimited,
        }
    }
}

/// The full name of a topic.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TopicName(String);

impl TopicName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The registry's subject of the topic's values, by the topic-name strategy.
    pub fn value_subject(&self) -> String {
        format!("{}-value", self.0)
    }
}

impl AsRef<str> for TopicName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TopicName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// How long a topic keeps its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retention {
    /// For ever.
    Unlimited,
    /// At least so long after they were appended.
    For(Duration),
}

impl Retention {
    /// The value of `retention.ms`.
    pub(super) fn in_milliseconds(self) -> String {
        match self {
            Self::Unlimited => "-1".to_owned(),
            Self::For(duration) => duration.as_millis().min(i64::MAX as u128).to_string(),
        }
    }
}

/// What a topic must be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicSpec {
    /// Its name.
    pub name: TopicName,
    /// Its partitions. A key's shard is its partition, so the number may not change by itself.
    pub partitions: i32,
    /// How long it keeps records, where it is created; an existing topic's retention is its
    /// operator's.
    pub retention: Retention,
}

impl TopicSpec {
    /// A topic with [`PARTITIONS_DEFAULT`] partitions.
    pub fn new(name: TopicName, retention: Retention) -> Self {
        Self {
            name,
            partitions: PARTITIONS_DEFAULT,
            retention,
        }
    }

    /// The same with another number of partitions.
    #[must_use]
    pub fn with_partitions(mut self, partitions: i32) -> Self {
        self.partitions = partitions;
        self
    }
}

/// What is wrong with an existing topic, and how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TopicProblem {
    /// The keys would fall to other partitions than the shards they belong to.
    #[error(
        "it has {found} partitions and {expected} are expected; ask for {found}, or empty the \
         topic, delete it and let it be created again (adding partitions would move keys)"
    )]
    Partitions {
        /// How many there are.
        found: usize,
        /// How many there must be.
        expected: i32,
    },
    /// A setting that the platform relies on is another.
    #[error(
        "its {setting} is {found} and must be {expected}; \
         `kafka-configs.sh --bootstrap-server ... --alter --entity-type topics \
         --entity-name TOPIC --add-config {setting}={expected}`"
    )]
    Setting {
        /// The setting.
        setting: &'static str,
        /// Its value.
        found: String,
        /// What it must be (at least, where it is a size).
        expected: String,
    },
    /// It is not there.
    #[error("it does not exist")]
    Missing,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_take_the_prefix() {
        assert_eq!(Topic::Events.name("").as_str(), "hospital.adt.events");
        assert_eq!(
            Topic::Retry.name("t1.").as_str(),
            "t1.hospital.adt.events.retry"
        );
        assert_eq!(
            Topic::Events.name("").value_subject(),
            "hospital.adt.events-value"
        );
    }

    #[test]
    fn a_full_name_tells_its_topic_under_any_prefix() {
        for topic in Topic::LOADED {
            for prefix in ["", "t1."] {
                let name = topic.name(prefix);
                assert_eq!(Topic::of_name(name.as_str()), Some(topic));
            }
        }
        let letters = Topic::DeadLetters.name("");
        for other in ["events", letters.as_str()] {
            assert_eq!(Topic::of_name(other), None);
        }
    }

    #[test]
    fn retention_is_given_in_milliseconds() {
        assert_eq!(Retention::Unlimited.in_milliseconds(), "-1");
        let week = Retention::For(Duration::from_hours(7 * 24));
        assert_eq!(week.in_milliseconds(), "604800000");
    }
}
