//! Where the warehouse is, and as whom it is entered.

use anyhow::Context as _;
use clap::{Args, ValueEnum};

/// Where the warehouse is.
#[derive(Args)]
pub(crate) struct DatabaseArgs {
    /// The warehouse, as the loader: `postgres://wardflow_loader:...@HOST:PORT/wardflow`
    #[arg(
        long = "database-url",
        env = "DATABASE_URL",
        hide_env_values = true,
        global = true
    )]
    loader: Option<String>,
    /// The warehouse, as its owner (for migrations)
    #[arg(
        long = "database-admin-url",
        env = "DATABASE_ADMIN_URL",
        hide_env_values = true,
        global = true
    )]
    owner: Option<String>,
    /// The warehouse, as an analyst (for the shell)
    #[arg(
        long = "database-analyst-url",
        env = "DATABASE_ANALYST_URL",
        hide_env_values = true,
        global = true
    )]
    analyst: Option<String>,
}

/// Whose connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// Reads gold.
    Analyst,
    /// Loads every layer.
    Loader,
    /// Owns the schema.
    Owner,
}

impl DatabaseArgs {
    pub(crate) fn url(&self) -> anyhow::Result<&str> {
        named(self.loader.as_deref(), "DATABASE_URL")
    }

    pub(crate) fn admin_url(&self) -> anyhow::Result<&str> {
        named(self.owner.as_deref(), "DATABASE_ADMIN_URL")
    }

    pub(crate) fn url_of(&self, role: Role) -> anyhow::Result<&str> {
        match role {
            Role::Analyst => named(self.analyst.as_deref(), "DATABASE_ANALYST_URL"),
            Role::Loader => self.url(),
            Role::Owner => self.admin_url(),
        }
    }
}

fn named<'a>(url: Option<&'a str>, variable: &str) -> anyhow::Result<&'a str> {
    url.with_context(|| {
        format!(
            "{variable} is not set: export it or write it into .env, \
             or run `./wardflow database ...`, which sets it for the private database"
        )
    })
}
