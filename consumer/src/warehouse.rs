use clap::Args;
use database::DatabaseError;
use tokio_postgres::Client;

/// The warehouse of a command.
#[derive(Debug, Clone, Args)]
pub(crate) struct WarehouseArgs {
    /// The warehouse, as the loader: `postgres://wardflow_loader:...@HOST:PORT/wardflow`
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: String,
}

impl WarehouseArgs {
    /// A connection to it, of the version of this program.
    pub(crate) async fn connect(&self) -> Result<Client, DatabaseError> {
        let client = database::connect(&self.database_url, "wardflow consumer command").await?;
        database::migrate::require_current(&client).await?;
        Ok(client)
    }
}
