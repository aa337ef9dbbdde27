//! Migrations: the numbered SQL files of `migrations/`, each applied once, in order.

use tokio_postgres::{Client, Row};

use crate::DatabaseError;

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// What a run of the migrations did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Migrated {
    /// Version of the database now.
    pub version: u32,
    /// Names of the migrations that were applied just now.
    pub applied: Vec<String>,
}

/// Brings the database to the newest version. The connection must be the owner's.
pub async fn migrate(client: &mut Client) -> Result<Migrated, DatabaseError> {
    // Two that start at once take turns; the lock ends with the session, if not before.
    turn(client, include_str!("../sql/migrate/lock.sql")).await?;
    let migrated = migrate_alone(client).await;
    turn(client, include_str!("../sql/migrate/unlock.sql")).await?;
    migrated
}

async fn turn(client: &Client, sql: &str) -> Result<(), DatabaseError> {
    let turned = client.execute(sql, &[]).await;
    turned
        .map_err(|error| DatabaseError::while_doing("take turns with other migrations", &error))?;
    Ok(())
}

async fn migrate_alone(client: &mut Client) -> Result<Migrated, DatabaseError> {
    refuse_newer(version(client).await?)?;
    // All in one transaction: stopped in between, nothing is done.
    let runner = embedded::migrations::runner().set_grouped(true);
    let report = runner.run_async(client).await.map_err(|error| {
        std::error::Error::source(&error)
            .and_then(|source| source.downcast_ref::<tokio_postgres::Error>())
            .map_or_else(
                || {
                    DatabaseError::State(format!(
                        "the migration failed: {error}; where it speaks of a migration that was \
                         changed, use the release of Wardflow that migrated this database, or a \
                         newer one"
                    ))
                },
                |source| DatabaseError::while_doing("migrate", source),
            )
    })?;
    let applied = report
        .applied_migrations()
        .iter()
        .map(ToString::to_string)
        .collect();
    Ok(Migrated {
        version: newest(),
        applied,
    })
}

/// Refuses a database that is older or newer than this program, or was made by another build of it.
pub async fn require_current(client: &Client) -> Result<(), DatabaseError> {
    let found = version(client).await?;
    refuse_newer(found)?;
    if found < newest() {
        return Err(DatabaseError::NotMigrated {
            found,
            needed: newest(),
        });
    }
    refuse_others(client).await
}

/// Refuses migrations that say something else by now: hashes and guards may be others, too.
async fn refuse_others(client: &Client) -> Result<(), DatabaseError> {
    let applied = client
        .query(include_str!("../sql/migrate/applied.sql"), &[])
        .await
        .map_err(|error| DatabaseError::while_doing("read the applied migrations", &error))?;
    let runner = embedded::migrations::runner();
    for migration in runner.get_migrations() {
        let is_this = |row: &&Row| row.get::<_, i32>("version") == migration.version();
        let applied = applied.iter().find(is_this);
        let checksum = applied.map(|row| row.get::<_, String>("checksum"));
        if checksum.is_none_or(|applied| applied != migration.checksum().to_string()) {
            return Err(DatabaseError::OtherMigration(migration.to_string()));
        }
    }
    Ok(())
}

fn refuse_newer(found: u32) -> Result<(), DatabaseError> {
    if found > newest() {
        return Err(DatabaseError::NewerVersion {
            found,
            known: newest(),
        });
    }
    Ok(())
}

fn newest() -> u32 {
    let runner = embedded::migrations::runner();
    let newest = runner
        .get_migrations()
        .iter()
        .map(refinery::Migration::version)
        .max();
    newest
        .and_then(|version| u32::try_from(version).ok())
        .unwrap_or(0)
}

async fn version(client: &Client) -> Result<u32, DatabaseError> {
    let doing = "read the version of the database";
    let failed = |error| DatabaseError::while_doing(doing, &error);
    let known = client
        .query_one(include_str!("../sql/migrate/history_exists.sql"), &[])
        .await
        .map_err(failed)?;
    if !known.get::<_, bool>(0) {
        return Ok(0);
    }
    let newest = client
        .query_one(include_str!("../sql/migrate/version.sql"), &[])
        .await
        .map_err(failed)?;
    Ok(u32::try_from(newest.get::<_, i32>(0)).unwrap_or(0))
}
