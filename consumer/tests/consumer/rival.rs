//! Several consumers at once: of one group, and of two groups that know nothing of each other.

use std::time::Duration;

use consumer::{Settings, Until};
use database::Topic;
use database::load::{Batch, Incoming, Loader, Swap};
use domain::clean::Refusal;
use domain::rule::record::UNREADABLE;
use platform::kafka::{ClientLog, Cluster, create_consumer};
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use tokio_util::sync::CancellationToken;

use crate::flow;
use crate::pipeline::{PARTITIONS, Pipeline, Sending};
use crate::warehouse::Role;

fn endless(pipeline: &Pipeline, lanes: usize) -> Settings {
    Settings {
        until: Until::Shutdown,
        ..pipeline.settings(lanes, 5)
    }
}

/// Waits until the group has so many members, each with partitions.
async fn members(pipeline: &Pipeline, members: usize) {
    // An assignment without partitions has no more bytes than that.
    const EMPTY_BYTES: usize = 16;
    let client: BaseConsumer<ClientLog> =
        create_consumer(&pipeline.kafka, None, ClientLog).unwrap();
    loop {
        let groups =
            client.fetch_group_list(Some(&pipeline.kafka.group_id), Duration::from_secs(10));
        let groups = groups.unwrap();
        let busy = groups
            .groups()
            .iter()
            .flat_map(|group| group.members().iter());
        let busy =
            busy.filter(|member| member.assignment().is_some_and(|it| it.len() > EMPTY_BYTES));
        if busy.count() == members && groups.groups()[0].state() == "Stable" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn load_to_end(pipeline: &Pipeline) {
    let url = pipeline.warehouse.url(Role::Loader);
    let shutdown = CancellationToken::new();
    assert!(
        consumer::loaded_to_end(&pipeline.kafka, &url, &shutdown)
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn two_consumers_of_a_group_share_the_work_and_one_takes_over_from_the_other() {
    let pipeline = Pipeline::new().await;
    let events = flow::synthetic(600);
    let sendings = pipeline.sendings(&events);
    let (first_shutdown, second_shutdown) = (CancellationToken::new(), CancellationToken::new());
    let first = tokio::spawn(consumer::run(endless(&pipeline, 1), first_shutdown.clone()));
    let second = tokio::spawn(consumer::run(
        endless(&pipeline, 2),
        second_shutdown.clone(),
    ));
    members(&pipeline, 2).await;
    pipeline.send(&sendings[..300]).await;
    load_to_end(&pipeline).await;
    pipeline.send(&sendings[300..]).await;
    pipeline.loaded_at_least(350).await;
    first_shutdown.cancel();
    let first = first.await.unwrap().unwrap();
    load_to_end(&pipeline).await;
    second_shutdown.cancel();
    let second = second.await.unwrap().unwrap();
    assert!(
        first.loaded > 0 && second.loaded > 0,
        "{first:?} {second:?}"
    );
    assert_eq!(first.loaded + second.loaded, 600);
    pipeline.assert_loaded_once(&events).await;
}

#[tokio::test]
async fn consumers_of_two_groups_that_both_read_everything_load_it_once() {
    let pipeline = Pipeline::new().await;
    let events = flow::synthetic(600);
    pipeline.send(&pipeline.sendings(&events)).await;
    let own = pipeline.settings(2, 5);
    let mut other = pipeline.settings(3, 11);
    other.kafka.group_id.push_str("-other");
    let (own, other) = tokio::join!(
        consumer::run(own, CancellationToken::new()),
        consumer::run(other, CancellationToken::new()),
    );
    assert_eq!(own.unwrap().loaded + other.unwrap().loaded, 600);
    pipeline.assert_loaded_once(&events).await;
}

#[tokio::test]
async fn members_that_come_and_go_while_another_group_writes_the_same_lose_and_double_nothing() {
    let pipeline = Pipeline::new().await;
    let events = flow::synthetic(3_000);
    let sendings = pipeline.sendings(&events);
    pipeline.send(&sendings[..600]).await;
    let shutdown = CancellationToken::new();
    let mut other = endless(&pipeline, 2);
    other.kafka.group_id.push_str("-other");
    let own = endless(&pipeline, 2);
    let lasting = [own.clone(), other]
        .map(|settings| tokio::spawn(consumer::run(settings, shutdown.clone())));
    let mut loaded = 0;
    for sendings in sendings[600..].chunks(600) {
        let leave = CancellationToken::new();
        let passing = tokio::spawn(consumer::run(own.clone(), leave.clone()));
        pipeline.send(sendings).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        leave.cancel();
        loaded += passing.await.unwrap().unwrap().loaded;
    }
    load_to_end(&pipeline).await;
    shutdown.cancel();
    for run in lasting {
        loaded += run.await.unwrap().unwrap().loaded;
    }
    assert_eq!(loaded, 3_000);
    pipeline.assert_loaded_once(&events).await;
}

#[tokio::test]
async fn a_schema_first_met_in_a_batch_that_was_refused_is_kept_all_the_same() {
    let pipeline = Pipeline::new().await;
    let shutdown = CancellationToken::new();
    let settings = endless(&pipeline, 1);
    let run = tokio::spawn(consumer::run(settings, shutdown.clone()));
    let topic = &pipeline.topic;
    let begun = format!("select count(*) from ops.kafka_offset where topic = '{topic}'");
    while pipeline.warehouse.count(&begun).await < PARTITIONS.into() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // Somebody else loads the first record, which the consumer will meet in one batch with events.
    let empty = Sending {
        partition: Some(0),
        key: None,
        payload: None,
    };
    load_empty_record(&pipeline).await;
    let events = flow::synthetic(4);
    let mut sendings = vec![empty];
    sendings.extend(pipeline.sendings(&events));
    for sending in &mut sendings {
        sending.partition = Some(0);
    }
    pipeline.send(&sendings).await;
    load_to_end(&pipeline).await;
    shutdown.cancel();
    assert_eq!(run.await.unwrap().unwrap().loaded, 4);
    pipeline.warehouse.assert_green().await;
}

/// Loads the first record of partition 0, which has no value, before it is even sent.
async fn load_empty_record(pipeline: &Pipeline) {
    let mut client = pipeline.warehouse.client(Role::Loader).await;
    let cluster_id = Cluster::connect(&pipeline.kafka)
        .unwrap()
        .id()
        .await
        .unwrap();
    let name = pipeline.topic.as_str();
    let topic = Topic::register(&mut client, &cluster_id, name, PARTITIONS.unsigned_abs())
        .await
        .unwrap();
    let reference = pipeline.warehouse.reference().await.into();
    let mut loader: Loader = Loader::new(client, topic, reference).await.unwrap();
    let at = "2026-03-02T00:00:00Z".parse().unwrap();
    let record = Incoming {
        partition: 0,
        offset: 0,
        received_at: at,
        schema_id: None,
        key: None,
        payload: None,
        headers: None,
        outcome: Err(Refusal {
            rule: &UNREADABLE,
            field: None,
            reason: "empty".to_owned(),
        }),
        mentions: None,
        redrives: None,
    };
    let batch = Batch {
        records: vec![record],
        swaps: vec![Swap {
            partition: 0,
            expected: 0,
            next: 1,
        }],
        holes: Vec::new(),
        schemas: Vec::new(),
        storm: None,
        calms: Vec::new(),
    };
    loader.load(&batch, at).await.unwrap();
}
