//! A topic that is written in Kafka transactions: their markers and what they took back are offsets
//! without a record.

use std::time::Duration;

use database::verify::verify;
use platform::kafka::ClientLog;
use rdkafka::ClientConfig;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};

use crate::flow;
use crate::pipeline::{Pipeline, Sending};

const TIMEOUT: Duration = Duration::from_secs(30);

fn transactional_producer(pipeline: &Pipeline) -> BaseProducer<ClientLog> {
    let producer: BaseProducer<ClientLog> = ClientConfig::new()
        .set("bootstrap.servers", &pipeline.kafka.bootstrap_servers)
        .set("transactional.id", &pipeline.kafka.group_id)
        .create_with_context(ClientLog)
        .unwrap();
    producer.init_transactions(TIMEOUT).unwrap();
    producer
}

/// Sends records in one transaction, which is then taken back or not.
fn transact(
    producer: &BaseProducer<ClientLog>,
    pipeline: &Pipeline,
    sendings: &[Sending],
    is_kept: bool,
) {
    producer.begin_transaction().unwrap();
    for sending in sendings {
        let record = BaseRecord::<[u8], [u8]>::to(pipeline.topic.as_str())
            .partition(sending.partition.unwrap())
            .key(sending.key.as_deref().unwrap())
            .payload(sending.payload.as_deref().unwrap());
        producer.send(record).map_err(|(error, _)| error).unwrap();
    }
    producer.flush(TIMEOUT).unwrap();
    if is_kept {
        producer.commit_transaction(TIMEOUT).unwrap();
    } else {
        producer.abort_transaction(TIMEOUT).unwrap();
    }
}

/// Transactions of one record and of many, some of them taken back, over two partitions; each
/// partition ends in markers.
pub(crate) fn written_in_transactions(pipeline: &Pipeline) -> Vec<domain::event::AdtEvent> {
    let events = flow::synthetic(60);
    let mut sendings = pipeline.sendings(&events);
    for (number, sending) in sendings.iter_mut().enumerate() {
        sending.partition = Some(i32::try_from(number % 2).unwrap());
    }
    let producer = transactional_producer(pipeline);
    let mut next = 0;
    for size in [1, 1, 7, 20, 2, 29] {
        transact(&producer, pipeline, &sendings[next..next + size], true);
        next += size;
        transact(&producer, pipeline, &sendings[..3], false);
    }
    assert_eq!(next, sendings.len());
    events
}

#[tokio::test]
async fn transactions_are_loaded_and_what_they_took_back_is_not() {
    for (lanes, batch_rows) in [(1, 1), (2, 7), (2, 1_000)] {
        let pipeline = Pipeline::new().await;
        let events = written_in_transactions(&pipeline);
        let loaded = tokio::time::timeout(TIMEOUT, pipeline.load(lanes, batch_rows)).await;
        assert_eq!(loaded.expect("the end is reached").loaded, 60);
        pipeline.assert_loaded_once(&events).await;
        // Started again behind a marker, with something new after it.
        pipeline.send(&pipeline.sendings(&events[..10])).await;
        let again = tokio::time::timeout(TIMEOUT, pipeline.load(lanes, batch_rows)).await;
        assert_eq!(again.expect("the end is reached").duplicates, 10);
        pipeline.warehouse.assert_green().await;
    }
}

#[tokio::test]
async fn a_hole_that_nobody_noted_is_a_loss() {
    let pipeline = Pipeline::new().await;
    written_in_transactions(&pipeline);
    pipeline.load(2, 1_000).await;
    let mut client = pipeline.warehouse.superuser().await;
    let noted = client.execute("delete from ops.offset_hole", &[]).await;
    assert!(noted.unwrap() > 2);
    let report = verify(&mut client).await.unwrap();
    let failed: Vec<_> = report.failed().map(|check| check.name).collect();
    assert_eq!(failed, ["bronze-missing"]);
    assert!(!report.books.total().balance());
}
