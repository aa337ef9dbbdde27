//! What happens to a consumer at each point inside a batch.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use std::time::Duration;

use database::fault::{Act, Fault, Point, VARIABLE};
use rustix::process::{Pid, Signal, kill_process};

use crate::flow;
use crate::pipeline::{KeyFile, Pipeline};

const EVENTS: u64 = 300;

/// At each point the connection is cut, then the process stops and goes on, then it is killed.
#[tokio::test]
async fn whatever_happens_at_any_point_of_a_batch_each_event_is_loaded_once() {
    let pipeline = Pipeline::new().await;
    let key = KeyFile::new();
    let events = flow::synthetic(EVENTS);
    pipeline.send(&pipeline.sendings(&events)).await;
    for point in Point::ALL {
        let faults = [(Act::Cut, 2), (Act::Stop, 4), (Act::Kill, 6)];
        let faults = faults.map(|(act, time)| Fault { point, act, time });
        let told = faults.map(|fault| fault.to_string()).join(",");
        let mut running = pipeline
            .program(&key.path())
            .args(["--batch-rows", "3", "--lanes", "2"])
            .args(["--group-instance-id", "one"])
            .env(VARIABLE, told)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stderr = BufReader::new(running.stderr.take().unwrap());
        let happened = tokio::task::spawn_blocking(move || {
            let lines = stderr.lines().map_while(Result::ok);
            lines.filter(|it| it.contains("a fault happens")).count()
        });
        await_end(&mut running).await;
        assert_eq!(happened.await.unwrap(), faults.len(), "{point:?}");
    }
    pipeline.load(2, 100).await;
    pipeline.assert_loaded_once(&events).await;
}

/// Wakes a process whenever it is stopped, until it was killed.
async fn await_end(running: &mut Child) {
    let pid = Pid::from_child(running);
    loop {
        if running.try_wait().unwrap().is_some() {
            return;
        }
        let status = std::fs::read_to_string(format!("/proc/{pid}/stat"));
        // Its name, in parentheses, comes before.
        if status.is_ok_and(|status| status.contains(") T ")) {
            kill_process(pid, Signal::CONT).unwrap();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Nobody arms a fault by a slip and wonders that nothing happens.
#[tokio::test]
async fn a_fault_that_is_none_ends_the_consumer_with_what_is_expected() {
    let pipeline = Pipeline::new().await;
    let key = KeyFile::new();
    let events = flow::synthetic(3);
    pipeline.send(&pipeline.sendings(&events)).await;
    let mut command = pipeline.program(&key.path());
    command.env(VARIABLE, "gold:hang:1").stderr(Stdio::piped());
    let ended = tokio::task::spawn_blocking(move || command.output().unwrap());
    let ended = ended.await.unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("expected POINT:ACT:TIME"), "{said}");
}
