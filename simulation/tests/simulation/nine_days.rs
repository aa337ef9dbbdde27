//! The nine days of the quick scale, from the flow through Kafka and the consumer, and the extracts
//! through the batch ingester.

use std::process::Command;

use rustix::process::Signal;

use super::command::{Running, Said, simulation};
use super::home::TestHome;
use super::warehouse::Warehouse;

/// Of gold after the nine days of seed 42 from 2 March 2026, under the demo key. It changes with every
/// draw of the generators; where that is meant, `MODEL_VERSION` in `generators/src/scenario.rs` grows.
pub(super) const DIGEST: &str = "280aa38c5324f08300162426c44bf04df02136af6063cfbefb8c0b558680477b";

/// A day in two seconds.
#[tokio::test]
async fn nine_days_at_fifty_thousand_are_the_nine_days() {
    let place = Place::new().await;
    place.assert_the_nine_days("50000").await;
}

#[tokio::test]
async fn nine_days_without_waiting_are_the_nine_days() {
    let place = Place::new().await;
    place.assert_the_nine_days("max").await;
}

/// A day in nine seconds; begun, interrupted, begun, killed, and begun again.
#[tokio::test]
async fn nine_days_at_ten_thousand_with_restarts_are_the_nine_days() {
    let place = Place::new().await;
    for end in [Signal::INT, Signal::KILL] {
        let mut run = Running::spawn(place.run("10000"));
        run.await_line("partitions assigned");
        run.await_line("loaded");
        run.signal(end);
        assert_ne!(run.end().code, Some(0));
    }
    place.assert_the_nine_days("10000").await;
}

/// Where the nine days are run, with services that the environment names.
struct Place {
    warehouse: Warehouse,
    home: TestHome,
}

impl Place {
    async fn new() -> Self {
        Self {
            warehouse: Warehouse::new().await,
            home: TestHome::new(),
        }
    }

    fn run(&self, speed: &str) -> Command {
        let mut command = simulation(&self.home, &["run", "--speed", speed, "--json"]);
        command.envs(self.warehouse.environment());
        command
    }

    async fn assert_the_nine_days(&self, speed: &str) {
        let json = Said::of(&self.run(speed).output().unwrap()).json();
        assert_eq!(json["verification"]["green"], true, "{speed}: {json}");
        // Clean data hits no rule.
        assert_eq!(json["rows"]["ops.quarantine"], 0);
        assert_eq!(json["rows"]["silver.finding"], 0);
        assert_eq!(json["digest"]["sha256"], DIGEST, "{speed}");
        // All extracts of all days are in, and say of every encounter what its events say.
        assert_eq!(json["rows"]["bronze.file"], 9 * 7 * 6 + 5);
        let differing = "select count(*) from silver.reconciliation";
        let loader = self.warehouse.loader().await;
        let differing: i64 = loader.query_one(differing, &[]).await.unwrap().get(0);
        assert_eq!(differing, 0, "{speed}");
        let mut command = simulation(&self.home, &["score", "--json"]);
        command.envs(self.warehouse.environment());
        let score = Said::of(&command.output().unwrap()).json();
        let events = &score["events"];
        assert_eq!(events["clean"], events["count"]);
        assert_eq!(events["clean_hit"], 0);
        assert_eq!(events["consequences"], serde_json::json!({}));
        let lines = &score["lines"];
        assert_eq!(lines["clean"], lines["count"]);
        assert_eq!(lines["clean_hit"], 0);
    }
}
