//! A partition that a member gave up, and that nobody got.

use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use platform::kafka::create_consumer;
use rdkafka::TopicPartitionList;
use rdkafka::client::ClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::types::RDKafkaRespErr;

use crate::flow;
use crate::pipeline::{KeyFile, PARTITIONS, Pipeline, until};

/// A member that gives partitions up and is then heard of no more, as if it were killed; its heart beats on.
#[derive(Default)]
struct Dying {
    has_given_up: AtomicBool,
    is_over: (Mutex<bool>, Condvar),
}

#[derive(Clone, Default)]
struct Context(Arc<Dying>);

impl ClientContext for Context {}

impl ConsumerContext for Context {
    fn rebalance(
        &self,
        consumer: &BaseConsumer<Self>,
        code: RDKafkaRespErr,
        partitions: &mut TopicPartitionList,
    ) {
        if code != RDKafkaRespErr::RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS {
            consumer
                .incremental_assign(&TopicPartitionList::new())
                .unwrap();
            return;
        }
        self.0.has_given_up.store(true, Ordering::Relaxed);
        let (is_over, over) = &self.0.is_over;
        let is_over = is_over.lock().unwrap();
        drop(over.wait_while(is_over, |is_over| !*is_over).unwrap());
        let _ = consumer.incremental_unassign(partitions);
    }
}

impl Dying {
    fn end(&self) {
        *self.is_over.0.lock().unwrap() = true;
        self.is_over.1.notify_all();
    }
}

#[tokio::test]
async fn a_partition_that_is_nobody_s_is_given_to_somebody() {
    let pipeline = Pipeline::new().await;
    let key = KeyFile::new();
    let events = flow::synthetic(300);
    let context = Context::default();
    let dying = Arc::clone(&context.0);
    // It takes all, and gives three up when the other one comes.
    let member: BaseConsumer<Context> =
        create_consumer(&pipeline.kafka, Some("first"), context).unwrap();
    member.subscribe(&[pipeline.topic.as_str()]).unwrap();
    let polling = std::thread::spawn(move || {
        for _ in 0..600 {
            let _ = member.poll(Duration::from_millis(100));
        }
        member
    });
    let start = |name: &str| {
        let mut program = pipeline.program(&key.path());
        program.args(["--group-instance-id", name]);
        program.stderr(Stdio::piped()).spawn().unwrap()
    };
    let assigned = async || {
        let cluster = platform::kafka::Cluster::connect(&pipeline.kafka).unwrap();
        let assigned = cluster
            .assigned(&pipeline.kafka.group_id, &pipeline.topic)
            .await;
        assigned.unwrap().map(|it| it.len())
    };
    let all = usize::try_from(PARTITIONS).unwrap();
    until("the first has all", async || assigned().await == Some(all)).await;
    let second = start("second");
    until("the first gives some up", async || {
        dying.has_given_up.load(Ordering::Relaxed) && assigned().await.is_some_and(|it| it < all)
    })
    .await;
    // It comes back under its name, into the generation that stands.
    let first = start("first");
    pipeline.send(&pipeline.sendings(&events)).await;
    pipeline.loaded_at_least(300).await;
    until("all have somebody", async || assigned().await == Some(all)).await;
    let said = [first, second].map(|mut consumer| {
        consumer.kill().unwrap();
        let output = consumer.wait_with_output().unwrap();
        String::from_utf8_lossy(&output.stderr).into_owned()
    });
    let told = said
        .iter()
        .filter(|it| it.contains("given partitions to nobody"));
    assert_eq!(told.count(), 1, "one of them had it begin anew: {said:#?}");
    dying.end();
    drop(polling);
    pipeline.assert_loaded_once(&events).await;
}
