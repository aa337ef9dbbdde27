//! The books beside Kafka's own log.

use database::verify::{Report, compare, verify};

use crate::flow;
use crate::pipeline::Pipeline;
use crate::warehouse::Role;

async fn compared(pipeline: &Pipeline) -> Report {
    let mut client = pipeline.warehouse.client(Role::Loader).await;
    let mut report = verify(&mut client).await.unwrap();
    compare(&client, &mut report, &pipeline.kafka)
        .await
        .unwrap();
    report
}

async fn failed(pipeline: &Pipeline, change: &str) -> Vec<String> {
    let superuser = pipeline.warehouse.superuser().await;
    superuser.batch_execute(change).await.unwrap();
    let report = compared(pipeline).await;
    let check = report.failed().find(|check| check.name == "log-differs");
    check.map(|check| check.samples.clone()).unwrap_or_default()
}

#[tokio::test]
async fn the_log_tells_what_was_not_read_and_what_cannot_be() {
    let pipeline = Pipeline::new().await;
    let mut sendings = pipeline.sendings(&flow::synthetic(30));
    for sending in &mut sendings {
        sending.partition = Some(3);
    }
    pipeline.send(&sendings[..20]).await;
    assert_eq!(
        compared(&pipeline).await.books.unread(),
        Some(20),
        "never read"
    );
    pipeline.load(2, 100).await;
    let report = compared(&pipeline).await;
    assert!(report.is_green());
    assert_eq!(report.books.unread(), Some(0));
    pipeline.send(&sendings[20..]).await;
    let report = compared(&pipeline).await;
    assert!(report.is_green(), "to be behind is no fault");
    assert_eq!(report.books.unread(), Some(10));

    let other =
        "update bronze.kafka_record set received_at = received_at + interval '1 millisecond'
        where kafka_offset = 19";
    let found = failed(&pipeline, other).await;
    assert!(
        found[0].contains("another record at offset 19"),
        "{found:?}"
    );
    let stored = |change: &str| {
        let topic = &pipeline.topic;
        format!("update ops.kafka_offset set {change} where topic = '{topic}' and partition = 3")
    };
    let found = failed(&pipeline, &stored("next_offset = 31")).await;
    assert!(
        found[0].contains("read up to before 31, the log ends at 30"),
        "{found:?}"
    );
    let later = stored("next_offset = 20, first_offset = 1");
    let found = failed(&pipeline, &later).await;
    assert!(
        found[0].contains("begins at 0, the first offset that was read is 1"),
        "{found:?}"
    );
}
