//! Where services answer.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::lock::{self, Lock};
use crate::private::read_json;
use crate::{Error, Services, marker};

/// The file in the home that says where its running services answer.
pub(crate) const FILE: &str = "addresses.json";

/// Where services answer, in the form the configuration wants it; `None` for what was not wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addresses {
    /// PostgreSQL's superuser on the database `postgres`; [`Addresses::superuser_url`] for other databases.
    pub postgres: Option<String>,
    /// For `KAFKA_BOOTSTRAP_SERVERS`.
    pub bootstrap_servers: Option<String>,
    /// For `SCHEMA_REGISTRY_URL`.
    pub schema_registry_url: Option<String>,
}

impl Addresses {
    /// The addresses of these services.
    pub fn of(services: &Services) -> Self {
        Self {
            postgres: services
                .postgres
                .as_ref()
                .map(|postgres| postgres.superuser_url("postgres")),
            bootstrap_servers: services.kafka.as_ref().map(crate::Kafka::bootstrap_servers),
            schema_registry_url: services.registry.as_ref().map(crate::Registry::url),
        }
    }

    /// The addresses of the services that another process (or this one) runs in this home; `None` if none does, or
    /// they are not ready yet.
    ///
    /// # Errors
    /// [`Error::File`] or [`Error::Damaged`] in the home.
    pub fn of_running(home: &Path) -> Result<Option<Self>, Error> {
        match Self::holder(home)? {
            Some(_) => read_json(&home.join(FILE)),
            None => Ok(None),
        }
    }

    /// The process that holds this home, if one does.
    ///
    /// # Errors
    /// [`Error::OfAnotherUser`]; [`Error::File`] in the home.
    pub fn holder(home: &Path) -> Result<Option<u32>, Error> {
        marker::check_ours(home)?;
        Lock::holder(&home.join(lock::FILE))
    }

    /// These, and for what is missing the others.
    pub(crate) fn or(self, others: Self) -> Self {
        Self {
            postgres: self.postgres.or(others.postgres),
            bootstrap_servers: self.bootstrap_servers.or(others.bootstrap_servers),
            schema_registry_url: self.schema_registry_url.or(others.schema_registry_url),
        }
    }

    /// The superuser's connection string for a database.
    pub fn superuser_url(&self, database: &str) -> Option<String> {
        Some(with_database(self.postgres.as_deref()?, database))
    }
}

/// The URL with its path, the database, replaced.
fn with_database(url: &str, database: &str) -> String {
    let (address, parameters) = match url.split_once('?') {
        Some((address, parameters)) => (address, Some(parameters)),
        None => (url, None),
    };
    let authority_at = address.find("://").map_or(0, |at| at + 3);
    let path_at = address[authority_at..]
        .find('/')
        .map_or(address.len(), |at| authority_at + at);
    let server = &address[..path_at];
    match parameters {
        Some(parameters) => format!("{server}/{database}?{parameters}"),
        None => format!("{server}/{database}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_of_a_url_is_replaced() {
        for (url, expected) in [
            ("postgres://u:p@h:5/postgres", "postgres://u:p@h:5/new"),
            ("postgres://u:p@h:5", "postgres://u:p@h:5/new"),
            (
                "postgres://u@h/x?sslmode=require",
                "postgres://u@h/new?sslmode=require",
            ),
        ] {
            assert_eq!(with_database(url, "new"), expected);
        }
    }
}
