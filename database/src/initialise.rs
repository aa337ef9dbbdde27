//! The first step of a new warehouse: roles and database, by `init_db.sql` and psql.

use std::path::Path;

use tokio::io::AsyncWriteExt as _;

use crate::DatabaseError;

/// The script that a superuser runs once.
pub const INIT_DB_SQL: &str = include_str!("../../init_db.sql");

/// The roles that log in, with the names of the variables that hold their passwords.
pub const ROLES: [(&str, &str); 5] = [
    ("wardflow_owner", "WARDFLOW_OWNER_PASSWORD"),
    ("wardflow_loader", "WARDFLOW_LOADER_PASSWORD"),
    ("wardflow_analyst", "WARDFLOW_ANALYST_PASSWORD"),
    ("wardflow_privacy", "WARDFLOW_PRIVACY_PASSWORD"),
    ("wardflow_grafana", "WARDFLOW_GRAFANA_PASSWORD"),
];

/// Makes roles and database, as often as wanted; `passwords` are by role.
///
/// The script goes in by standard input and passwords by the environment, so that no list of
/// processes shows them.
pub async fn initialise(
    psql: &Path,
    superuser_url: &str,
    database: &str,
    passwords: &[(String, String)],
) -> Result<(), DatabaseError> {
    let mut command = tokio::process::Command::new(psql);
    command
        .args(["--no-psqlrc", "--quiet", "--file", "-"])
        .env("WARDFLOW_DATABASE", database);
    command.envs(crate::connect::libpq_environment(superuser_url)?);
    for (role, variable) in ROLES {
        if let Some((_, password)) = passwords.iter().find(|(name, _)| name == role) {
            command.env(variable, password);
        }
    }
    command
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .kill_on_drop(true);
    let failed = |error: std::io::Error| {
        DatabaseError::State(format!("{} cannot be run: {error}", psql.display()))
    };
    let mut child = command.spawn().map_err(failed)?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin
            .write_all(INIT_DB_SQL.as_bytes())
            .await
            .map_err(failed)?;
    }
    let output = child.wait_with_output().await.map_err(failed)?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(DatabaseError::State(format!(
        "init_db.sql failed: {}",
        words.trim()
    )))
}
