//! The three services and what they are called.

use std::fmt;

/// One of the services this crate starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// PostgreSQL.
    Postgres,
    /// Apache Kafka.
    Kafka,
    /// Apicurio Registry.
    Registry,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Postgres, Self::Kafka, Self::Registry];

    /// The name its files go by, such as `kafka` in `logs/kafka.log`.
    pub fn file_stem(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Kafka => "kafka",
            Self::Registry => "registry",
        }
    }

    /// The environment variable that pins its port.
    pub fn port_variable(self) -> &'static str {
        match self {
            Self::Postgres => "WARDFLOW_POSTGRES_PORT",
            Self::Kafka => "WARDFLOW_KAFKA_PORT",
            Self::Registry => "WARDFLOW_REGISTRY_PORT",
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Postgres => "PostgreSQL",
            Self::Kafka => "Kafka",
            Self::Registry => "the schema registry",
        })
    }
}
