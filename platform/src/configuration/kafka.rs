//! Where Kafka is and under which names this installation works there.

use std::fmt;
use std::str::FromStr;

use clap::builder::NonEmptyStringValueParser;

/// Kafka.
#[derive(Debug, Clone, clap::Args)]
pub struct KafkaArgs {
    /// Kafka brokers, host:port, separated by commas
    #[arg(
        id = "kafka_bootstrap_servers",
        long = "kafka-bootstrap-servers",
        env = "KAFKA_BOOTSTRAP_SERVERS",
        value_name = "KAFKA_BOOTSTRAP_SERVERS",
        value_parser = NonEmptyStringValueParser::new()
    )]
    pub bootstrap_servers: String,

    /// How to talk to the brokers
    #[arg(
        id = "kafka_security_protocol",
        long = "kafka-security-protocol",
        env = "KAFKA_SECURITY_PROTOCOL",
        value_name = "KAFKA_SECURITY_PROTOCOL",
        default_value = "plaintext",
        ignore_case = true
    )]
    pub security_protocol: SecurityProtocol,

    /// SASL and TLS settings of librdkafka, NAME=VALUE, separated by commas (sasl.mechanism=PLAIN,...)
    #[arg(
        id = "kafka_security_settings",
        long = "kafka-security-settings",
        env = "KAFKA_SECURITY_SETTINGS",
        value_name = "KAFKA_SECURITY_SETTINGS",
        value_delimiter = ',',
        hide_env_values = true
    )]
    pub security_settings: Vec<ClientSetting>,

    /// Put before the name of every topic, so that tests share a broker
    #[arg(
        id = "kafka_topic_prefix",
        long = "kafka-topic-prefix",
        env = "KAFKA_TOPIC_PREFIX",
        value_name = "KAFKA_TOPIC_PREFIX",
        default_value = "",
        value_parser = parse_topic_prefix
    )]
    pub topic_prefix: String,

    /// Consumer group
    #[arg(
        id = "kafka_group_id",
        long = "kafka-group-id",
        env = "KAFKA_GROUP_ID",
        value_name = "KAFKA_GROUP_ID",
        default_value = "wardflow-consumer",
        value_parser = NonEmptyStringValueParser::new()
    )]
    pub group_id: String,
}

impl KafkaArgs {
    /// The defaults for the brokers of `bootstrap_servers`, as tests and `simulation` use them.
    pub fn plaintext(bootstrap_servers: impl Into<String>) -> Self {
        Self {
            bootstrap_servers: bootstrap_servers.into(),
            security_protocol: SecurityProtocol::Plaintext,
            security_settings: Vec::new(),
            topic_prefix: String::new(),
            group_id: "wardflow-consumer".to_owned(),
        }
    }
}

/// How a client talks to the brokers; the names are librdkafka's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum SecurityProtocol {
    /// TCP.
    Plaintext,
    /// TLS.
    Ssl,
    /// SASL over TCP.
    #[value(name = "sasl_plaintext")]
    SaslPlaintext,
    /// SASL over TLS.
    #[value(name = "sasl_ssl")]
    SaslSsl,
}

impl SecurityProtocol {
    /// The value of librdkafka's `security.protocol`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plaintext => "plaintext",
            Self::Ssl => "ssl",
            Self::SaslPlaintext => "sasl_plaintext",
            Self::SaslSsl => "sasl_ssl",
        }
    }
}

/// One of librdkafka's `sasl.` or `ssl.` settings. Its value may be a secret and is not printed.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSetting {
    /// Name, as `sasl.mechanism`.
    pub name: String,
    /// Value.
    pub value: String,
}

impl fmt::Debug for ClientSetting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}=(secret)", self.name)
    }
}

/// Only security is the user's: other settings carry the guarantees of delivery.
impl FromStr for ClientSetting {
    type Err = String;

    fn from_str(setting: &str) -> Result<Self, String> {
        let expected = "expected NAME=VALUE with a name that starts with `sasl.` or `ssl.`";
        let (name, value) = setting.split_once('=').ok_or(expected)?;
        let name = name.trim();
        if !name.starts_with("sasl.") && !name.starts_with("ssl.") {
            return Err(expected.to_owned());
        }
        Ok(Self {
            name: name.to_owned(),
            value: value.to_owned(),
        })
    }
}

/// What Kafka takes in a topic's name.
fn parse_topic_prefix(prefix: &str) -> Result<String, String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if prefix.bytes().all(fits) && prefix.len() <= 200 {
        Ok(prefix.to_owned())
    } else {
        Err("a topic's name has letters, digits, `.`, `_` and `-` only, at most 249".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn security_settings_are_read_and_not_printed() {
        let setting: ClientSetting = "sasl.password=a=b".parse().unwrap();
        assert_eq!(setting.value, "a=b");
        assert_eq!(format!("{setting:?}"), "sasl.password=(secret)");
        assert!("acks=0".parse::<ClientSetting>().is_err());
        assert!("sasl.password".parse::<ClientSetting>().is_err());
    }

    #[test]
    fn a_prefix_fits_into_a_topic_name() {
        assert_eq!(parse_topic_prefix("t1-a.").unwrap(), "t1-a.");
        assert!(parse_topic_prefix("a/b").is_err());
    }
}
