use std::process::ExitCode;

use anyhow::Context as _;

use crate::address::{DatabaseArgs, Role};

/// Runs psql on the warehouse and passes its exit code on. The connection goes by the environment,
/// so that the password does not stand in the list of processes.
pub(crate) fn run(
    database: &DatabaseArgs,
    role: Role,
    arguments: &[String],
) -> anyhow::Result<ExitCode> {
    let environment = database::libpq_environment(database.url_of(role)?)?;
    let status = std::process::Command::new("psql")
        .args(arguments)
        .envs(environment)
        .status()
        .context("run psql: install it by `apt-get install postgresql-client`")?;
    Ok(status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .map_or(ExitCode::FAILURE, ExitCode::from))
}
