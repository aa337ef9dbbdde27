//! Where Kafka is and under which names this installation works there.

use std::ffi::OsStr;
use std::fmt;

use clap::builder::{NonEmptyStringValueParser, TypedValueParser};
use clap::error::ErrorKind;

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
        default_value = "",
        hide_default_value = true,
        value_parser = SecuritySettingsParser,
        hide_env_values = true
    )]
    pub security_settings: SecuritySettings,

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

    /// Consumer group; topics of staff and departments are read by groups of this name with .staff and
    /// .departments behind
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
            security_settings: SecuritySettings::default(),
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

/// librdkafka's `sasl.` and `ssl.` settings, names and values. Values may be secrets and are never
/// printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SecuritySettings(Vec<(String, String)>);

impl SecuritySettings {
    /// Reads `NAME=VALUE,NAME=VALUE`. A comma belongs to a value unless what looks like another setting
    /// follows it.
    fn parse(text: &str) -> Result<Self, &'static str> {
        let mut settings: Vec<(String, String)> = Vec::new();
        for part in text.split(',').filter(|_| !text.is_empty()) {
            let setting = part
                .split_once('=')
                .map(|(name, value)| (name.trim(), value));
            match (setting, settings.last_mut()) {
                (Some((name, value)), _) if is_security(name) => {
                    settings.push((name.to_owned(), value.to_owned()));
                }
                (Some((name, _)), _) if looks_like_a_name(name) => return Err(EXPECTED),
                (_, Some((_, value))) => {
                    value.push(',');
                    value.push_str(part);
                }
                // Only security is the user's: other settings carry the guarantees of delivery.
                (_, None) => return Err(EXPECTED),
            }
        }
        Ok(Self(settings))
    }

    /// Names, as `sasl.mechanism`, and values.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

const EXPECTED: &str = "expected NAME=VALUE with names that start with `sasl.` or `ssl.`";

/// As `sasl_mechanism`, mistyped: to take it for the rest of a password would hide it.
fn looks_like_a_name(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || b"._-".contains(&byte);
    name.len() > 2 && name.bytes().all(fits)
}

fn is_security(name: &str) -> bool {
    name.starts_with("sasl.") || name.starts_with("ssl.")
}

impl fmt::Debug for SecuritySettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_list()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}

/// clap's own parsers show a value that they refuse, and with it a password.
#[derive(Debug, Clone)]
struct SecuritySettingsParser;

impl TypedValueParser for SecuritySettingsParser {
    type Value = SecuritySettings;

    fn parse_ref(
        &self,
        command: &clap::Command,
        _: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<SecuritySettings, clap::Error> {
        let parsed = value
            .to_str()
            .ok_or("is not UTF-8")
            .and_then(SecuritySettings::parse);
        parsed.map_err(|reason| {
            let message = format!("KAFKA_SECURITY_SETTINGS: {reason}\n");
            clap::Error::raw(ErrorKind::ValueValidation, message).with_cmd(command)
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
        let settings =
            SecuritySettings::parse("sasl.username=a, sasl.password=b=c,d,,ssl.e=").unwrap();
        let read: Vec<_> = settings.iter().collect();
        let expected = [
            ("sasl.username", "a"),
            ("sasl.password", "b=c,d,"),
            ("ssl.e", ""),
        ];
        assert_eq!(read, expected);
        assert!(!format!("{settings:?}").contains("b=c"));
        assert_eq!(SecuritySettings::parse(""), Ok(SecuritySettings::default()));
    }

    #[test]
    fn a_setting_that_is_refused_is_not_printed() {
        #[derive(Debug, clap::Parser)]
        struct Command {
            #[command(flatten)]
            _kafka: KafkaArgs,
        }
        for setting in [
            "acks=0",
            "sasl.password",
            "geheim",
            "\u{e9}=geheim",
            "sasl.username=u,sasl.password=geheim,sasl_mechanism=PLAIN",
        ] {
            let arguments = [
                "x",
                "--kafka-bootstrap-servers=b:1",
                "--kafka-security-settings",
                setting,
            ];
            let error = <Command as clap::Parser>::try_parse_from(arguments).unwrap_err();
            let said = error.to_string();
            assert!(said.contains("names that start with `sasl.`"), "{said}");
            assert!(!said.contains(setting), "{said}");
            assert_eq!(error.exit_code(), 2);
        }
    }

    #[test]
    fn a_prefix_fits_into_a_topic_name() {
        assert_eq!(parse_topic_prefix("t1-a.").unwrap(), "t1-a.");
        assert!(parse_topic_prefix("a/b").is_err());
    }
}
