//! Connections to the warehouse.

mod tls;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use platform::endpoint::Need;
use platform::metrics::{self, prometheus::IntGauge};
use tokio_postgres::config::Host;
use tokio_postgres::{Client, IsolationLevel, Transaction};

use crate::DatabaseError;

/// How long the TCP connection may take to come about; with all that follows it is twice as long.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

static CONNECTIONS: LazyLock<IntGauge> = LazyLock::new(|| {
    metrics::gauge(
        "wardflow_database_connections",
        "Connections to the warehouse that this process holds",
    )
});

/// Opens a connection; a task of its own drives it until the client is dropped.
pub async fn connect(url: &str, application_name: &str) -> Result<Client, DatabaseError> {
    let (mut config, tls) = tls::parse(url)?;
    config.application_name(application_name);
    config.connect_timeout(CONNECT_TIMEOUT);
    // A server that vanishes without a word is noticed within a minute, idle or waited for.
    config.keepalives_idle(Duration::from_secs(30));
    config.keepalives_interval(Duration::from_secs(10));
    config.keepalives_retries(3);
    config.tcp_user_timeout(Duration::from_mins(1));
    // The driver's own timeout ends with the TCP connection.
    let connecting = config.connect(tls.connector()?);
    let connecting = tokio::time::timeout(CONNECT_TIMEOUT * 2, connecting).await;
    let (client, connection) = connecting
        .map_err(|_| DatabaseError::Unavailable("it takes the connection and says nothing".into()))?
        .map_err(|error| {
            let refusal = tls::refusal(&error);
            refusal.unwrap_or_else(|| DatabaseError::while_doing("connect", &error))
        })?;
    CONNECTIONS.inc();
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            let error = DatabaseError::while_doing("hold the connection", &error);
            tracing::warn!(%error, "a database connection ended");
        }
        CONNECTIONS.dec();
    });
    Ok(client)
}

/// The warehouse as something that a service needs.
pub fn need(url: &str) -> Need {
    let url: Arc<str> = url.into();
    Need::new("database", move || {
        let url = Arc::clone(&url);
        async move { reach(&url).await }
    })
}

async fn reach(url: &str) -> Result<(), DatabaseError> {
    let client = connect(url, "wardflow readiness").await?;
    let answer = client.simple_query("").await;
    answer.map_err(|error| DatabaseError::while_doing("answer", &error))?;
    Ok(())
}

/// A transaction that reads one state of the whole warehouse and writes nothing.
pub(crate) async fn snapshot(client: &mut Client) -> Result<Transaction<'_>, DatabaseError> {
    client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await
        .map_err(|error| DatabaseError::while_doing("begin to read", &error))
}

/// The variables by which psql and other programs of libpq find the database of a URL: unlike
/// arguments, they do not stand in the list of processes.
pub fn libpq_environment(url: &str) -> Result<Vec<(&'static str, String)>, DatabaseError> {
    let (config, tls) = tls::parse(url)?;
    let mut environment = tls.environment();
    environment.push(("PGCONNECT_TIMEOUT", "10".to_owned()));
    let host = config.get_hosts().first().and_then(|host| match host {
        Host::Tcp(name) => Some(name.clone()),
        Host::Unix(path) => path.to_str().map(str::to_owned),
    });
    let password = config
        .get_password()
        .map(|password| String::from_utf8_lossy(password).into_owned());
    let values = [
        ("PGHOST", host),
        (
            "PGPORT",
            config.get_ports().first().map(ToString::to_string),
        ),
        ("PGUSER", config.get_user().map(str::to_owned)),
        ("PGPASSWORD", password),
        ("PGDATABASE", config.get_dbname().map(str::to_owned)),
    ];
    environment.extend(
        values
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    Ok(environment)
}
