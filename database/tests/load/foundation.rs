//! Roles, migrations and reference data: made as often as wanted, and no more allowed than needed.

use database::{DatabaseError, bronze, migrate, seed};
use tokio_postgres::Client;

use super::partition::{self, Partition, now};
use super::ward_life::WardLife;
use super::warehouse::{Role, Warehouse, network};

#[tokio::test]
async fn migrating_and_seeding_again_changes_nothing() {
    let warehouse = Warehouse::bare().await;
    let mut owner = warehouse.client(Role::Owner).await;
    let first = migrate::migrate(&mut owner).await.unwrap();
    let second = migrate::migrate(&mut owner).await.unwrap();
    assert_eq!(first.applied.len(), usize::try_from(first.version).unwrap());
    assert_eq!(second.version, first.version);
    assert!(second.applied.is_empty(), "{second:?}");
    migrate::require_current(&owner).await.unwrap();

    let mut loader = warehouse.client(Role::Loader).await;
    seed::seed(&mut loader, &network()).await.unwrap();
    let digest = warehouse.digest().await;
    seed::seed(&mut loader, &network()).await.unwrap();
    assert_eq!(warehouse.digest().await, digest);
    // And `init_db.sql` again, on a warehouse that is there.
    warehouse.initialise().await;
    assert_eq!(warehouse.digest().await, digest);
    refused(
        &warehouse.client(Role::Analyst).await,
        "select from silver.finding",
    )
    .await;
}

#[tokio::test]
async fn a_database_that_is_older_or_newer_is_told_apart() {
    let warehouse = Warehouse::bare().await;
    let mut owner = warehouse.client(Role::Owner).await;
    let error = migrate::require_current(&owner).await.unwrap_err();
    assert!(
        matches!(error, DatabaseError::NotMigrated { found: 0, .. }),
        "{error}"
    );
    let newest = migrate::migrate(&mut owner).await.unwrap().version;

    let newer = "insert into refinery_schema_history values (99, 'later', '2030-01-01', '0')";
    owner.batch_execute(newer).await.unwrap();
    for error in [
        migrate::require_current(&owner).await.unwrap_err(),
        migrate::migrate(&mut owner).await.unwrap_err(),
    ] {
        assert!(
            matches!(error, DatabaseError::NewerVersion { found: 99, .. }),
            "{error}"
        );
    }
    let older = format!("delete from refinery_schema_history where version >= {newest}");
    owner.batch_execute(&older).await.unwrap();
    let error = migrate::require_current(&owner).await.unwrap_err();
    let DatabaseError::NotMigrated { found, needed } = error else {
        panic!("{error}")
    };
    assert_eq!((found, needed), (newest - 1, newest));
}

#[tokio::test]
async fn a_database_that_another_build_made_is_refused() {
    let warehouse = Warehouse::new().await;
    let loader = warehouse.client(Role::Loader).await;
    migrate::require_current(&loader).await.unwrap();
    let owner = warehouse.client(Role::Owner).await;
    let changed = "update refinery_schema_history set checksum = '1' where version = 6";
    owner.batch_execute(changed).await.unwrap();
    let error = migrate::require_current(&loader).await.unwrap_err();
    let DatabaseError::OtherMigration(migration) = error else {
        panic!("{error}")
    };
    assert_eq!(migration, "V6__gold");
}

/// The role may not do it, and the error says so in our words.
async fn refused(client: &Client, sql: &str) {
    let Err(error) = client.batch_execute(sql).await else {
        panic!("allowed: {sql}");
    };
    let error = DatabaseError::while_doing("try", &error);
    assert!(
        matches!(error, DatabaseError::AccessDenied(_)),
        "{sql}: {error}"
    );
}

#[tokio::test]
async fn the_loader_writes_rows_and_defines_nothing() {
    let warehouse = Warehouse::new().await;
    let loader = warehouse.client(Role::Loader).await;
    for schema in ["bronze", "silver", "vault", "gold", "ops", "public"] {
        refused(&loader, &format!("create table {schema}.mine (a int)")).await;
    }
    for sql in [
        "create schema mine",
        "drop table silver.adt_record",
        "truncate gold.fact_admission",
        "alter table gold.dim_patient disable trigger all",
        "create index on silver.adt_record (ward)",
        "comment on table gold.dim_date is 'mine'",
        "delete from bronze.kafka_record",
        "update bronze.kafka_record set key = null",
        "delete from vault.patient",
        "update refinery_schema_history set version = 99",
    ] {
        refused(&loader, sql).await;
    }
    loader
        .batch_execute("delete from gold.fact_admission")
        .await
        .unwrap();
}

#[tokio::test]
async fn analysts_read_gold_alone_and_the_privacy_officer_the_vault_too() {
    let warehouse = Warehouse::new().await;
    let analyst = warehouse.client(Role::Analyst).await;
    let privacy = warehouse.client(Role::Privacy).await;
    let timezone = analyst.query_one("show timezone", &[]).await.unwrap();
    assert_eq!(timezone.get::<_, &str>(0), "UTC");
    // Without the schema's name: the search path is set.
    analyst
        .batch_execute("select from admissions; select from dim_date")
        .await
        .unwrap();
    for table in [
        "silver.adt_record",
        "silver.finding",
        "bronze.kafka_record",
        "ops.quarantine",
        "vault.patient",
        "vault.key",
    ] {
        refused(&analyst, &format!("select from {table}")).await;
        if !table.starts_with("vault") {
            refused(&privacy, &format!("select from {table}")).await;
        }
    }
    privacy
        .batch_execute("select from vault.patient")
        .await
        .unwrap();
    for role in [&analyst, &privacy] {
        for sql in [
            "insert into gold.dim_date select from gold.dim_date",
            "update gold.fact_admission set died = true",
            "delete from gold.dim_patient",
            "create table gold.mine (a int)",
            "select bronze.ensure_partitions(current_date, current_date)",
            "create temporary table mine (a int)",
            "select lo_creat(-1)",
            "select pg_advisory_lock(1)",
            "select pg_try_advisory_xact_lock_shared(1, 2)",
        ] {
            refused(role, sql).await;
        }
        let limits = "select current_setting('idle_in_transaction_session_timeout'), current_setting('temp_file_limit')";
        let limits = role.query_one(limits, &[]).await.unwrap();
        assert_eq!([limits.get::<_, &str>(0), limits.get(1)], ["5min", "4GB"]);
    }
}

#[tokio::test]
async fn the_loader_has_bronze_s_partitions_made_once() {
    const DAYS: &str = "select count(*) from pg_inherits
        where inhparent = 'bronze.kafka_record'::regclass";
    let warehouse = Warehouse::new().await;
    let loader = warehouse.client(Role::Loader).await;
    let before = warehouse.count(DAYS).await;
    bronze::ensure_partitions(&loader).await.unwrap();
    let made = warehouse.count(DAYS).await;
    assert_eq!(made - before, 8, "today and seven days ahead");
    // Two services at once.
    let other = warehouse.client(Role::Loader).await;
    let (first, second) = tokio::join!(
        bronze::ensure_partitions(&loader),
        bronze::ensure_partitions(&other)
    );
    first.unwrap();
    second.unwrap();
    assert_eq!(warehouse.count(DAYS).await, made);
    let absurd = "select bronze.ensure_partitions('2026-01-01', '2099-01-01')";
    assert!(loader.batch_execute(absurd).await.is_err());
}

#[tokio::test]
async fn partitions_are_made_while_bronze_is_read_and_written() {
    let warehouse = Warehouse::new().await;
    let mut reader = warehouse.superuser().await;
    let loader = warehouse.client(Role::Loader).await;
    let reading = reader.transaction().await.unwrap();
    reading
        .batch_execute("select from bronze.kafka_record")
        .await
        .unwrap();
    // The reader holds the default partition as well, so it may be that nothing is made; but nobody
    // waits behind that.
    let busy = bronze::ensure_partitions(&loader).await;
    assert!(busy.is_ok() || busy.unwrap_err().is_transient());
    let writer = warehouse.client(Role::Loader).await;
    let (made, written) = tokio::join!(
        bronze::ensure_partitions(&loader),
        writer.execute(
            "insert into bronze.kafka_record values
                 ('2026-01-01', 1, 0, 0, '2026-01-01', null, null, null, null)",
            &[],
        ),
    );
    assert!(made.is_ok() || made.unwrap_err().is_transient());
    assert_eq!(written.unwrap(), 1);
    reading.rollback().await.unwrap();
    bronze::ensure_partitions(&loader).await.unwrap();
}

#[tokio::test]
async fn migrations_that_start_at_once_take_turns() {
    let warehouse = Warehouse::bare().await;
    let migrated = futures::future::join_all((0..5).map(async |_| {
        let mut owner = warehouse.client(Role::Owner).await;
        migrate::migrate(&mut owner).await.unwrap()
    }));
    let migrated = migrated.await;
    let applied = migrated.iter().filter(|one| !one.applied.is_empty());
    assert_eq!(applied.count(), 1);
}

#[tokio::test]
async fn whatever_the_server_defaults_to_a_lane_sees_what_it_waited_for() {
    let warehouse = Warehouse::new().await;
    let name = warehouse.name();
    let stricter =
        format!("alter database {name} set default_transaction_isolation = 'serializable'");
    let superuser = warehouse.superuser().await;
    superuser.batch_execute(&stricter).await.unwrap();
    let topic = partition::registered_topic(&warehouse).await;
    let mut first = partition::loader(&warehouse, &topic).await;
    let mut second = partition::loader(&warehouse, &topic).await;
    let events = WardLife::new(1).patient("P1", 40);
    let (mut one, mut other) = (Partition::new(0), Partition::new(1));
    for events in events.chunks(8) {
        let (left, right) = events.split_at(4);
        let (left, right) = (one.batch(left), other.batch(right));
        let (left, right) = tokio::join!(first.load(&left, now()), second.load(&right, now()));
        left.unwrap();
        right.unwrap();
    }
    warehouse.assert_green().await;
}
