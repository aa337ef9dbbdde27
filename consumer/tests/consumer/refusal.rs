//! What the consumer does not start with: a log that is not the one it knows, another key, another
//! number of partitions, a database of another version, a wrong password.

use consumer::{ConsumerError, Settings, Until};
use database::{DatabaseError, Topic, migrate};
use domain::pseudonym::PseudonymKey;
use platform::kafka::Cluster;
use tokio_util::sync::CancellationToken;

use crate::flow;
use crate::pipeline::Pipeline;
use crate::warehouse::{Role, Warehouse};

async fn refused(settings: Settings) -> ConsumerError {
    consumer::run(settings, CancellationToken::new())
        .await
        .unwrap_err()
}

/// Twelve records in partition 3, all loaded.
async fn loaded() -> Pipeline {
    let pipeline = Pipeline::new().await;
    let mut sendings = pipeline.sendings(&flow::synthetic(12));
    for sending in &mut sendings {
        sending.partition = Some(3);
    }
    pipeline.send(&sendings).await;
    assert_eq!(pipeline.load(1, 100).await.loaded, 12);
    pipeline
}

async fn store_offset(pipeline: &Pipeline, next: i64) {
    let topic = &pipeline.topic;
    let sql = format!(
        "update ops.kafka_offset set next_offset = {next} where topic = '{topic}' and partition = 3"
    );
    let superuser = pipeline.warehouse.superuser().await;
    superuser.batch_execute(&sql).await.unwrap();
}

#[tokio::test]
async fn an_offset_behind_the_end_of_the_log_is_an_error_with_the_count() {
    let pipeline = loaded().await;
    store_offset(&pipeline, 19).await;
    for until in [Until::Shutdown, Until::End] {
        let error = refused(Settings {
            until,
            ..pipeline.settings(2, 100)
        })
        .await;
        assert!(
            matches!(
                error,
                ConsumerError::OtherLog {
                    partition: 3,
                    stored: 19,
                    high: 12,
                    ..
                }
            ),
            "{error}"
        );
        assert!(
            error.to_string().contains("7 records are missing"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn records_that_went_before_they_were_read_are_an_error_with_the_count() {
    let pipeline = loaded().await;
    store_offset(&pipeline, 4).await;
    pipeline.remove_records_before(3, 9).await;
    let error = refused(pipeline.settings(2, 100)).await;
    assert!(
        matches!(
            error,
            ConsumerError::LostRecords {
                partition: 3,
                stored: 4,
                low: 9,
                ..
            }
        ),
        "{error}"
    );
    assert!(
        error.to_string().contains("5 records were removed"),
        "{error}"
    );
}

#[tokio::test]
async fn a_topic_made_again_is_noticed_even_where_it_has_more_records_than_before() {
    let pipeline = loaded().await;
    pipeline.make_topic_again().await;
    // The same events, even: they are other records.
    let mut sendings = pipeline.sendings(&flow::synthetic(30));
    for sending in &mut sendings {
        sending.partition = Some(3);
    }
    pipeline.send(&sendings).await;
    let error = refused(pipeline.settings(2, 100)).await;
    assert!(
        matches!(
            error,
            ConsumerError::OtherRecord {
                partition: 3,
                offset: 11,
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn another_number_of_partitions_is_refused_with_the_remedy() {
    let pipeline = Pipeline::new().await;
    let cluster_id = Cluster::connect(&pipeline.kafka)
        .unwrap()
        .id()
        .await
        .unwrap();
    let mut client = pipeline.warehouse.client(Role::Loader).await;
    Topic::register(&mut client, &cluster_id, pipeline.topic.as_str(), 4)
        .await
        .unwrap();
    let error = refused(pipeline.settings(1, 100)).await;
    let words = error.to_string();
    assert!(
        matches!(error, ConsumerError::Database(DatabaseError::State(_))),
        "{words}"
    );
    assert!(
        words.contains("has 6 partitions") && words.contains("4 partitions"),
        "{words}"
    );
}

#[tokio::test]
async fn another_pseudonym_key_is_refused() {
    let pipeline = loaded().await;
    let error = refused(Settings {
        key: PseudonymKey::new(&[8; 32]).unwrap(),
        ..pipeline.settings(1, 100)
    })
    .await;
    assert!(error.to_string().contains("PSEUDONYM_KEY_FILE"), "{error}");
}

#[tokio::test]
async fn a_database_of_another_version_or_without_reference_data_says_what_to_run() {
    let warehouse = Warehouse::bare().await;
    let pipeline = Pipeline::into(warehouse).await;
    let error = refused(pipeline.settings(1, 100)).await;
    assert!(
        matches!(
            error,
            ConsumerError::Database(DatabaseError::NotMigrated { found: 0, .. })
        ),
        "{error}"
    );

    let mut owner = pipeline.warehouse.client(Role::Owner).await;
    migrate::migrate(&mut owner).await.unwrap();
    let error = refused(pipeline.settings(1, 100)).await;
    assert!(error.to_string().contains("database seed"), "{error}");

    let newer = "insert into refinery_schema_history values (999, 'later', '2030-01-01', '0')";
    owner.batch_execute(newer).await.unwrap();
    let error = refused(pipeline.settings(1, 100)).await;
    assert!(
        matches!(
            error,
            ConsumerError::Database(DatabaseError::NewerVersion { found: 999, .. })
        ),
        "{error}"
    );
}

#[tokio::test]
async fn a_wrong_password_or_database_is_an_error_and_no_endless_wait() {
    let pipeline = Pipeline::new().await;
    let right = pipeline.warehouse.url(Role::Loader);
    let (_, address) = right.rsplit_once('@').unwrap();
    let (server, _) = right.rsplit_once('/').unwrap();
    for wrong in [
        format!("postgres://wardflow_loader:guessed-canary@{address}"),
        format!("{server}/nowhere"),
    ] {
        let error = refused(Settings {
            database_url: wrong,
            ..pipeline.settings(1, 100)
        })
        .await;
        assert!(
            matches!(
                error,
                ConsumerError::Database(DatabaseError::AccessDenied(_))
            ),
            "{error}"
        );
        assert!(
            !format!("{error} {error:?}").contains("canary"),
            "{error:?}"
        );
    }
}
