//! Statements about departments and staff, which go with the flow.

use std::collections::BTreeMap;

use domain::pseudonym::PseudonymKey;
use domain::shard::partition_of;
use domain::staff_event::StaffEvent;
use platform::codec::{Decoder, Record as _};
use platform::kafka::{Cluster, Topic, TopicName};
use platform::registry::Registry;
use producer::destination::Destination;
use producer::resumption::Resume;
use rdkafka::admin::{AdminOptions, ResourceSpecifier};

use crate::killed::{producer, result, small_network, text};
use crate::random::Random;
use crate::resuming::{admin, args, run_once};
use crate::topic::{Record, count_by, destination, records_of};
use crate::whole::assert_whole;

fn name(destination: &Destination, topic: Topic) -> TopicName {
    topic.name(&destination.kafka.topic_prefix)
}

async fn staff_records(destination: &Destination) -> BTreeMap<i32, Vec<Record>> {
    records_of(destination, name(destination, Topic::Staff)).await
}

async fn decoded(destination: &Destination) -> Vec<StaffEvent> {
    let registry = Registry::new(&destination.registry).unwrap();
    let decoder = Decoder::<StaffEvent>::new(registry, PseudonymKey::new(&[7; 32]).unwrap());
    let mut events = Vec::new();
    for (partition, records) in staff_records(destination).await {
        for record in records {
            let event = decoder.decode(&record.payload).await.unwrap().event;
            assert_eq!(event.key(), record.key);
            let key = record.key.unwrap();
            assert_eq!(partition_of(key.as_bytes(), 1), partition.unsigned_abs());
            events.push(event);
        }
    }
    events
}

/// A killed producer's staff and departments are whole after the next start, as the events are.
#[tokio::test(flavor = "multi_thread")]
async fn killed_again_and_again_each_statement_is_there() {
    const KILLS: u64 = 4;
    let destination = destination().await;
    let cluster = Cluster::connect(&destination.kafka).unwrap();
    let staff = name(&destination, Topic::Staff);
    let mut random = Random(20_260_303);
    let mut kills_while_sending = 0;
    for _ in 0..KILLS {
        let before = count_by(&cluster, &staff).await;
        let goal = before + 1 + random.below(400);
        let mut child = producer(&destination, 40_000, &[]).spawn().unwrap();
        while child.try_wait().unwrap().is_none() && count_by(&cluster, &staff).await < goal {
            tokio::task::yield_now().await;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        kills_while_sending += u64::from(count_by(&cluster, &staff).await > before);
    }
    assert!(kills_while_sending > 0);
    let last = producer(&destination, 40_000, &["--json"])
        .output()
        .unwrap();
    assert_eq!(last.status.code(), Some(0), "{}", text(&last.stderr));
    for topic in [Topic::Staff, Topic::Departments] {
        let topic = name(&destination, topic);
        let there = result(&last)["statements"][topic.as_str()].as_u64();
        let doubles = assert_whole(&records_of(&destination, topic).await, there.unwrap());
        assert!(doubles.stretches_max() as u64 <= KILLS, "{doubles:?}");
    }
    // All of it is there: nothing is sent again.
    let again = producer(&destination, 40_000, &["--json"])
        .output()
        .unwrap();
    assert_eq!(result(&again)["statements"], result(&last)["statements"]);
    let count = count_by(&cluster, &staff).await;
    let held: usize = staff_records(&destination)
        .await
        .values()
        .map(Vec::len)
        .sum();
    assert_eq!(held as u64, count);
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_staff_come_when_simulated_time_comes_to_them() {
    let destination = destination().await;
    let small = small_network();
    let some = producer(&destination, 200, &["--network", &small, "--json"]).output();
    assert_eq!(some.unwrap().status.code(), Some(0));
    let before = decoded(&destination).await;
    assert!(
        before
            .iter()
            .all(|it| it.status.as_deref() == Some("assigned"))
    );
    assert!(before.iter().all(|it| it.ends_on.is_none()), "a birthday");

    let more = producer(&destination, 6_000, &["--network", &small, "--json"]).output();
    assert_eq!(more.unwrap().status.code(), Some(0));
    let after = decoded(&destination).await;
    assert_eq!(after[..before.len()], before);
    let changes = &after[before.len()..];
    assert!(changes.len() >= 6, "{}", changes.len());
    for change in changes.chunks(2) {
        let [left, starts] = change else {
            panic!("half of a change");
        };
        assert_eq!(left.status.as_deref(), Some("left"));
        assert_eq!(starts.replaces_staff_id, left.staff_id);
        assert_eq!(starts.effective_at, left.effective_at);
        assert_eq!(starts.roster_slot, left.roster_slot);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn topics_of_statements_have_one_partition_and_keep_all() {
    let destination = destination().await;
    run_once(&args(&destination, 50, 42, Resume::Strictly)).await;
    for topic in [Topic::Staff, Topic::Departments] {
        let name = name(&destination, topic);
        let cluster = Cluster::connect(&destination.kafka).unwrap();
        assert_eq!(cluster.partition_count(&name).await.unwrap(), Some(1));
        let resource = ResourceSpecifier::Topic(name.as_str());
        let described = admin(&destination)
            .describe_configs(&[resource], &AdminOptions::new())
            .await
            .unwrap();
        let settings = described[0].as_ref().unwrap().entry_map();
        assert_eq!(settings["retention.ms"].value.as_deref(), Some("-1"));
        let registry = Registry::new(&destination.registry).unwrap();
        let schema = match topic {
            Topic::Staff => StaffEvent::SCHEMA,
            _ => platform::codec::DEPARTMENT_METADATA_SCHEMA,
        };
        // The subject is there: registering the same again gives the same id.
        let subject = name.value_subject();
        let id = registry.register(&subject, schema).await.unwrap();
        let written = registry.writer_schema(id).await.unwrap();
        assert_eq!(written.kind, "AVRO");
    }
}
