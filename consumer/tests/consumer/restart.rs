//! A consumer that stops in the middle, in whatever way, and is started again.

use std::path::Path;
use std::process::Child;
use std::time::Duration;

use consumer::{Settings, Until};
use tokio_util::sync::CancellationToken;

use crate::flow;
use crate::pipeline::{KeyFile, Pipeline};

/// Where a run is interrupted, in records loaded.
const STOPS: [i64; 3] = [100, 230, 370];
const EVENTS: u64 = 500;

fn endless(pipeline: &Pipeline) -> Settings {
    Settings {
        until: Until::Shutdown,
        ..pipeline.settings(2, 3)
    }
}

#[tokio::test]
async fn shut_down_in_the_middle_it_goes_on_where_it_stopped() {
    let pipeline = Pipeline::new().await;
    let events = flow::synthetic(EVENTS);
    pipeline.send(&pipeline.sendings(&events)).await;
    let mut loaded = 0;
    for stop in STOPS {
        let shutdown = CancellationToken::new();
        let run = tokio::spawn(consumer::run(endless(&pipeline), shutdown.clone()));
        pipeline.loaded_at_least(stop).await;
        shutdown.cancel();
        loaded += run.await.unwrap().unwrap().loaded;
    }
    loaded += pipeline.load(2, 3).await.loaded;
    assert_eq!(loaded, EVENTS);
    pipeline.assert_loaded_once(&events).await;
}

#[tokio::test]
async fn a_run_that_is_dropped_lets_go_of_its_partitions() {
    let pipeline = Pipeline::new().await;
    let events = flow::synthetic(EVENTS);
    pipeline.send(&pipeline.sendings(&events)).await;
    let shutdown = CancellationToken::new();
    let run = tokio::spawn(consumer::run(endless(&pipeline), shutdown.clone()));
    pipeline.loaded_at_least(STOPS[0]).await;
    run.abort();
    assert!(run.await.unwrap_err().is_cancelled());
    let rest = tokio::time::timeout(Duration::from_secs(20), pipeline.load(2, 100)).await;
    // Or else what is left of the run would keep this test from ending.
    shutdown.cancel();
    rest.expect("nobody else holds the partitions");
    pipeline.assert_loaded_once(&events).await;
}

/// The program itself, as one and the same member of its group.
fn program(pipeline: &Pipeline, key: &Path, until: &str) -> Child {
    pipeline
        .program(key)
        .args(["--batch-rows", "3", "--lanes", "2"])
        .args(["--group-instance-id", "one", "--until", until])
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn killed_in_the_middle_it_loses_and_doubles_nothing() {
    let pipeline = Pipeline::new().await;
    let key = KeyFile::new();
    let events = flow::synthetic(EVENTS);
    pipeline.send(&pipeline.sendings(&events)).await;
    for stop in STOPS {
        let mut running = program(&pipeline, &key.path(), "shutdown");
        pipeline.loaded_at_least(stop).await;
        running.kill().unwrap();
        running.wait().unwrap();
    }
    let mut last = program(&pipeline, &key.path(), "end");
    let status = tokio::task::spawn_blocking(move || last.wait().unwrap()).await;
    assert!(status.unwrap().success());
    pipeline.assert_loaded_once(&events).await;
}
