use platform::kafka::{Topic, producer_config};
use rdkafka::mocking::MockCluster;
use rdkafka::producer::DefaultProducerContext;
use rdkafka::types::RDKafkaRespErr;

use super::*;

type Mock = MockCluster<'static, DefaultProducerContext>;

/// A cluster in this process with the topic, and a sender whose client holds ten events at most.
fn small_sender() -> (Mock, Sender) {
    let cluster = MockCluster::new(1).unwrap();
    let topic = Topic::Events.name("");
    cluster.create_topic(topic.as_str(), 2, 1).unwrap();
    let args = KafkaArgs::plaintext(cluster.bootstrap_servers());
    let producer = producer_config(&args)
        .set("queue.buffering.max.messages", "10")
        .create_with_context(Deliveries::default())
        .unwrap();
    let encoder = AdtEncoder::with_schema_id(1);
    let sender = Sender::with_client(producer, encoder, topic, "test".to_owned());
    (cluster, sender)
}

fn event() -> AdtEvent {
    AdtEvent {
        hospital_code: Some("H".to_owned()),
        patient_id: Some("P".to_owned()),
        ..AdtEvent::default()
    }
}

#[tokio::test]
async fn a_full_queue_is_waited_for_and_every_event_is_acknowledged() {
    let (_cluster, mut sender) = small_sender();
    let shutdown = CancellationToken::new();
    for _ in 0..300 {
        assert!(sender.send(&event(), &shutdown).await.unwrap());
    }
    assert!(sender.acknowledged() >= 290, "ten are in flight at most");
    assert_eq!(sender.finish(&shutdown).await.unwrap(), 0);
    assert_eq!(sender.acknowledged(), 300);
}

#[tokio::test]
async fn nothing_counts_while_the_broker_is_away_and_a_request_to_end_ends_the_wait() {
    let (cluster, mut sender) = small_sender();
    cluster.broker_down(1).unwrap();
    let shutdown = CancellationToken::new();
    for _ in 0..10 {
        assert!(sender.send(&event(), &shutdown).await.unwrap());
    }
    let ending = shutdown.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(50)).await;
        ending.cancel();
    });
    assert!(!sender.send(&event(), &shutdown).await.unwrap());
    assert_eq!(sender.acknowledged(), 0);
    // It comes back within the farewell, and what was handed over arrives after all.
    cluster.broker_up(1).unwrap();
    assert_eq!(sender.finish(&shutdown).await.unwrap(), 0);
    assert_eq!(sender.acknowledged(), 10);
}

#[tokio::test]
async fn a_refusal_of_the_broker_ends_the_sending() {
    let (cluster, mut sender) = small_sender();
    let refusal = RDKafkaRespErr::RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED;
    let produce = rdkafka::types::RDKafkaApiKey::Produce;
    cluster.request_errors(produce, &[refusal; 20]);
    let shutdown = CancellationToken::new();
    sender.send(&event(), &shutdown).await.unwrap();
    let error = sender.finish(&shutdown).await.unwrap_err();
    assert!(
        matches!(
            error,
            SendError::Delivery {
                acknowledged: 0,
                ..
            }
        ),
        "{error}"
    );
}
