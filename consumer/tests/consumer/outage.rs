//! PostgreSQL, Kafka or the registry goes away while the consumer runs: it is waited for, and nothing
//! is lost or doubled.

use std::time::Duration;

use consumer::Settings;
use embedded::{Addresses, Options, Services, Wanted, own_for_tests};
use rustix::process::{Pid, Signal, kill_process};
use tokio_util::sync::CancellationToken;

use crate::flow;
use crate::line::Line;
use crate::pipeline::{KeyFile, Pipeline, until};
use crate::warehouse::{Role, Warehouse};
use crate::watched::Watched;

#[tokio::test]
async fn commits_that_are_lost_or_whose_answers_are_lost_load_each_record_once() {
    let pipeline = Pipeline::new().await;
    let events = flow::synthetic(300);
    pipeline.send(&pipeline.sendings(&events)).await;
    let (line, url) = Line::before(&pipeline.warehouse.url(Role::Loader)).await;
    let settings = Settings {
        database_url: url,
        ..pipeline.settings(2, 7)
    };
    consumer::run(settings, CancellationToken::new())
        .await
        .unwrap();
    assert!(line.has_lost_both(), "{line:?}");
    pipeline.assert_loaded_once(&events).await;
}

/// Services of a test's own, which it may harm.
async fn own_services(wanted: Wanted) -> Services {
    let options = Options::for_tests(wanted).unwrap();
    own_for_tests(options).await.unwrap()
}

async fn own_warehouse(services: &Services) -> Warehouse {
    let postgres = services.postgres.as_ref().unwrap();
    Warehouse::new_on(&postgres.superuser_url("postgres")).await
}

#[tokio::test]
async fn a_killed_postgresql_is_waited_for() {
    let services = own_services(Wanted::POSTGRES).await;
    let pipeline = Pipeline::into(own_warehouse(&services).await).await;
    let events = flow::synthetic(600);
    pipeline.send(&pipeline.sendings(&events)).await;

    let run = consumer::run(pipeline.settings(2, 3), CancellationToken::new());
    let run = tokio::spawn(run);
    let postgres = services.postgres.as_ref().unwrap();
    for stop in [100, 300] {
        pipeline.loaded_at_least(stop).await;
        postgres.kill().unwrap();
        postgres.restart().await.unwrap();
    }
    run.await.unwrap().unwrap();
    pipeline.assert_loaded_once(&events).await;
    services.stop().await.unwrap();
}

#[tokio::test]
async fn a_postgresql_that_hangs_does_not_hold_up_the_end() {
    let services = own_services(Wanted::POSTGRES).await;
    let pipeline = Pipeline::into(own_warehouse(&services).await).await;
    let events = flow::synthetic(600);
    pipeline.send(&pipeline.sendings(&events)).await;
    let shutdown = CancellationToken::new();
    let run = tokio::spawn(consumer::run(pipeline.settings(2, 3), shutdown.clone()));
    pipeline.loaded_at_least(100).await;
    let postgres = services.postgres.as_ref().unwrap();
    postgres.pause().unwrap();
    // Until every part of it waits for an answer.
    tokio::time::sleep(Duration::from_secs(1)).await;
    shutdown.cancel();
    let ended = tokio::time::timeout(Duration::from_mins(1), run).await;
    postgres.resume().unwrap();
    ended
        .expect("it ends while nothing answers")
        .unwrap()
        .unwrap();
    pipeline.load(2, 100).await;
    pipeline.assert_loaded_once(&events).await;
    services.stop().await.unwrap();
}

#[tokio::test]
async fn a_broker_and_a_registry_that_go_away_are_waited_for() {
    let services = own_services(Wanted::ALL).await;
    let addresses = Addresses::of(&services);
    let pipeline = Pipeline::between(addresses, own_warehouse(&services).await).await;
    let events = flow::synthetic(600);
    pipeline.send(&pipeline.sendings(&events)).await;
    let registry = services.registry.as_ref().unwrap();
    let kafka = services.kafka.as_ref().unwrap();

    // The consumer knows no schema yet.
    registry.kill().unwrap();
    let run = tokio::spawn(consumer::run(
        pipeline.settings(2, 3),
        CancellationToken::new(),
    ));
    let begun = "select count(*) from ops.kafka_offset";
    while pipeline.warehouse.count(begun).await == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    registry.restart().await.unwrap();
    for stop in [100, 300] {
        pipeline.loaded_at_least(stop).await;
        kafka.kill().unwrap();
        kafka.restart().await.unwrap();
    }
    run.await.unwrap().unwrap();
    pipeline.assert_loaded_once(&events).await;
    services.stop().await.unwrap();
}

/// The program itself: what goes wrong in librdkafka ends a process.
#[tokio::test]
async fn told_to_end_while_no_broker_answers_it_ends_well() {
    let services = own_services(Wanted::ALL).await;
    let addresses = Addresses::of(&services);
    let pipeline = Pipeline::between(addresses, own_warehouse(&services).await).await;
    pipeline
        .send(&pipeline.sendings(&flow::synthetic(100)))
        .await;
    let key = KeyFile::new();
    let mut running = pipeline.program(&key.path()).spawn().unwrap();
    pipeline.loaded_at_least(100).await;
    services.kafka.as_ref().unwrap().kill().unwrap();
    // Until it has missed the group's coordinator.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let pid = Pid::from_child(&running);
    kill_process(pid, Signal::TERM).unwrap();
    let status = tokio::task::spawn_blocking(move || running.wait().unwrap());
    let status = tokio::time::timeout(Duration::from_mins(1), status).await;
    let status = status.expect("it ends while no broker answers").unwrap();
    assert!(status.success(), "{status}");
    services.stop().await.unwrap();
}

/// Of what is away at the start it says so, and is alive; it loads when that is there.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_away_at_the_start_is_named_and_waited_for() {
    let services = own_services(Wanted::ALL).await;
    let addresses = Addresses::of(&services);
    let pipeline = Pipeline::between(addresses, own_warehouse(&services).await).await;
    let events = flow::synthetic(180);
    let mut chunks = events.chunks(60).zip([60, 120, 180]);
    /// The same for each service.
    macro_rules! away {
        ($service:expr, $name:literal) => {
            let (chunk, loaded) = chunks.next().unwrap();
            pipeline.send(&pipeline.sendings(chunk)).await;
            let service = $service.as_ref().unwrap();
            service.kill().unwrap();
            let watched = Watched::start(&pipeline);
            let asked = || watched.ask("/readyz").unwrap_or_default();
            until("one of three does not answer", async || {
                let (status, body) = asked();
                status.contains("503") && body.matches(": answers").count() == 2
            })
            .await;
            let (_, readiness) = asked();
            for name in ["database", "Kafka", "schema registry"] {
                let answers = readiness.contains(&format!("{name}: answers"));
                assert_eq!(answers, name != $name, "{readiness}");
            }
            let (alive, _) = watched.ask("/healthz").unwrap();
            assert_eq!(alive, "HTTP/1.1 200 OK");
            service.restart().await.unwrap();
            pipeline.loaded_at_least(loaded).await;
            until("all answer", async || asked().0.contains("200")).await;
        };
    }
    away!(services.postgres, "database");
    away!(services.kafka, "Kafka");
    away!(services.registry, "schema registry");
    pipeline.assert_loaded_once(&events).await;
    services.stop().await.unwrap();
}
