//! A lane that cannot write: its partitions pause, and are read on whoever has them afterwards.

use std::time::Duration;

use consumer::{Settings, Until};
use tokio_util::sync::CancellationToken;

use crate::flow;
use crate::pipeline::Pipeline;

/// More than two consumers hold while they cannot write.
const EVENTS: u64 = 6_000;

/// Long enough for a poll to fill a lane, and for a rebalance.
const A_WHILE: Duration = Duration::from_secs(3);

fn endless(pipeline: &Pipeline) -> Settings {
    Settings {
        until: Until::Shutdown,
        ..pipeline.settings(1, 10)
    }
}

#[tokio::test]
async fn partitions_that_were_handed_over_while_paused_are_read_on_when_they_come_back() {
    let pipeline = Pipeline::new().await;
    let events = flow::synthetic(EVENTS);
    let sendings = pipeline.sendings(&events);
    pipeline.send(&sendings[..5_000]).await;
    let (own_shutdown, other_shutdown) = (CancellationToken::new(), CancellationToken::new());
    let own = tokio::spawn(consumer::run(endless(&pipeline), own_shutdown.clone()));
    pipeline.loaded_at_least(50).await;
    let mut superuser = pipeline.warehouse.superuser().await;
    let held = superuser.transaction().await.unwrap();
    let hold = "select from ops.shard for update";
    held.batch_execute(hold).await.unwrap();
    tokio::time::sleep(A_WHILE).await;
    let other = tokio::spawn(consumer::run(endless(&pipeline), other_shutdown.clone()));
    tokio::time::sleep(A_WHILE).await;
    held.rollback().await.unwrap();
    pipeline.loaded_at_least(5_000).await;
    // What the other one had comes back to a lane that is not paused any more.
    other_shutdown.cancel();
    let other = other.await.unwrap().unwrap();
    pipeline.send(&sendings[5_000..]).await;
    let rest = pipeline.loaded_at_least(6_000);
    tokio::time::timeout(Duration::from_mins(1), rest)
        .await
        .expect("no partition is left behind");
    own_shutdown.cancel();
    let own = own.await.unwrap().unwrap();
    assert_eq!(own.loaded + other.loaded, EVENTS);
    pipeline.assert_loaded_once(&events).await;
}
