//! A call to Kafka that failed.

use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::topic::TopicProblem;
use crate::fault::Fault;

/// A call to Kafka that failed.
#[derive(Debug, thiserror::Error)]
pub enum KafkaFailure {
    /// librdkafka refuses the settings.
    #[error(
        "librdkafka refuses the client's settings: {reason}; check KAFKA_BOOTSTRAP_SERVERS, \
         KAFKA_SECURITY_PROTOCOL and KAFKA_SECURITY_SETTINGS (this build speaks TLS, and of SASL PLAIN, \
         SCRAM and OAUTHBEARER)"
    )]
    Configuration {
        /// What is wrong, without the value, which may be a password.
        reason: String,
    },
    /// The brokers do not answer, or not in time.
    #[error("Kafka at {brokers} does not answer ({what}): {reason}")]
    Unavailable {
        /// The brokers as configured.
        brokers: String,
        /// What was asked.
        what: &'static str,
        /// What came instead.
        reason: String,
    },
    /// The brokers answer and refuse.
    #[error("Kafka at {brokers} refuses to {what}: {code}; check the rights of the client's user")]
    Refused {
        /// The brokers as configured.
        brokers: String,
        /// What was asked.
        what: &'static str,
        /// Kafka's reason.
        code: RDKafkaErrorCode,
    },
    /// The brokers' certificates are not to be trusted, or they do not let us in.
    #[error(
        "Kafka at {brokers} is no broker to talk to: {reason}; check KAFKA_SECURITY_PROTOCOL and \
         KAFKA_SECURITY_SETTINGS: ssl.ca.location names the authority, a certificate has to be made for \
         the broker's host and not be expired, and sasl.username and sasl.password must be right"
    )]
    Insecure {
        /// The brokers as configured.
        brokers: String,
        /// What librdkafka says of it.
        reason: String,
    },
    /// A topic is not as it must be.
    #[error("topic {topic}: {problem}")]
    Topic {
        /// The topic.
        topic: String,
        /// What is wrong with it, and how to mend it.
        problem: TopicProblem,
    },
}

impl KafkaFailure {
    /// Whom to blame.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Unavailable { .. } => Fault::Infrastructure,
            Self::Configuration { .. }
            | Self::Refused { .. }
            | Self::Insecure { .. }
            | Self::Topic { .. } => Fault::Configuration,
        }
    }

    pub(super) fn configuration(error: KafkaError) -> Self {
        let reason = match error {
            KafkaError::ClientConfig(_, words, name, _) => format!("{name}: {words}"),
            error => error.to_string(),
        };
        Self::Configuration { reason }
    }

    /// Sorts what a call answered: whatever is not plainly a refusal may pass, and is retried.
    pub(super) fn of_call(brokers: &str, what: &'static str, error: &KafkaError) -> Self {
        let code = match error {
            // rdkafka tells no code for these by itself.
            KafkaError::AdminOp(code) => Some(*code),
            _ => error.rdkafka_error_code(),
        };
        match code {
            Some(code) => Self::of_code(brokers, what, code),
            None => Self::Unavailable {
                brokers: brokers.to_owned(),
                what,
                reason: error.to_string(),
            },
        }
    }

    pub(super) fn of_code(brokers: &str, what: &'static str, code: RDKafkaErrorCode) -> Self {
        let brokers = brokers.to_owned();
        if is_refusal(code) {
            Self::Refused {
                brokers,
                what,
                code,
            }
        } else {
            Self::Unavailable {
                brokers,
                what,
                reason: code.to_string(),
            }
        }
    }
}

/// Not among them: an unknown topic (its metadata may lag behind its creation) and an invalid
/// replication factor (what a cluster says whose brokers have not all come up).
fn is_refusal(code: RDKafkaErrorCode) -> bool {
    matches!(
        code,
        RDKafkaErrorCode::TopicAuthorizationFailed
            | RDKafkaErrorCode::ClusterAuthorizationFailed
            | RDKafkaErrorCode::GroupAuthorizationFailed
            | RDKafkaErrorCode::SaslAuthenticationFailed
            | RDKafkaErrorCode::Authentication
            | RDKafkaErrorCode::InvalidTopic
            | RDKafkaErrorCode::InvalidConfig
            | RDKafkaErrorCode::InvalidPartitions
            | RDKafkaErrorCode::PolicyViolation
            | RDKafkaErrorCode::UnsupportedVersion
    )
}

#[cfg(test)]
mod tests {
    use rdkafka::consumer::BaseConsumer;

    use super::*;

    #[test]
    fn a_setting_that_librdkafka_refuses_is_named_without_its_value() {
        let created = rdkafka::ClientConfig::new()
            .set("sasl.passwort", "geheim")
            .create::<BaseConsumer>();
        let said = KafkaFailure::configuration(created.err().unwrap()).to_string();
        assert!(
            said.contains("sasl.passwort") && !said.contains("geheim"),
            "{said}"
        );
    }

    #[test]
    fn what_may_pass_is_retried_and_what_was_refused_is_not() {
        for (code, fault) in [
            (RDKafkaErrorCode::AllBrokersDown, Fault::Infrastructure),
            (
                RDKafkaErrorCode::UnknownTopicOrPartition,
                Fault::Infrastructure,
            ),
            (
                RDKafkaErrorCode::InvalidReplicationFactor,
                Fault::Infrastructure,
            ),
            (
                RDKafkaErrorCode::TopicAuthorizationFailed,
                Fault::Configuration,
            ),
        ] {
            let failure = KafkaFailure::of_call("b:1", "ask", &KafkaError::AdminOp(code));
            assert_eq!(failure.fault(), fault, "{failure}");
        }
    }
}
