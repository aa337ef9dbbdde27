//! A database of one test's own that holds `fixture.sql` and those beside it.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use database::{connect, initialise, migrate};
use embedded::Wanted;
use tokio::sync::Mutex;
use tokio_postgres::Client;

/// A superuser's connection to a new database with the fixture loaded.
pub(crate) async fn loaded() -> Client {
    let mut client = migrated().await;
    let transaction = client.transaction().await.unwrap();
    for fixture in [
        include_str!("fixture.sql"),
        include_str!("fixture_of_extracts.sql"),
        include_str!("fixture_of_network.sql"),
        include_str!("fixture_of_people.sql"),
    ] {
        transaction.batch_execute(fixture).await.unwrap();
    }
    transaction.commit().await.unwrap();
    client
}

/// A superuser's connection to a new database with the schema alone.
pub(crate) async fn migrated() -> Client {
    // Roles are the server's: two tests must not make them at once.
    static ROLES: Mutex<()> = Mutex::const_new(());
    static DATABASES: AtomicU32 = AtomicU32::new(0);

    let addresses = embedded::for_tests(Wanted::POSTGRES).await.unwrap();
    let superuser_url = |database: &str| addresses.superuser_url(database).unwrap();
    let number = DATABASES.fetch_add(1, Ordering::Relaxed);
    let name = format!("verify_{}_{number}", std::process::id());
    {
        let _one_at_a_time = ROLES.lock().await;
        let psql = Path::new("psql");
        initialise::initialise(psql, &superuser_url("postgres"), &name, &[])
            .await
            .unwrap();
    }
    let url = superuser_url(&name);
    let mut client = connect(&url, "verify test").await.unwrap();
    client
        .batch_execute("set role wardflow_owner")
        .await
        .unwrap();
    migrate::migrate(&mut client).await.unwrap();
    client.batch_execute("reset role").await.unwrap();
    client
}
