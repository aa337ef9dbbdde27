//! The nine days of the quick scale, from the flow through Kafka and the consumer.

use super::command::{Said, simulation};
use super::home::TestHome;
use super::warehouse::Warehouse;

/// Of gold after the nine days of seed 42 from 2 March 2026, under the demo key. It changes with every
/// draw of the generators; where that is meant, `MODEL_VERSION` in `generators/src/scenario.rs` grows.
const DIGEST: &str = "89e8216c097bc80816ad987016e5af1fe9bc9774a64e6463075f6a5a828efa0b";

#[tokio::test]
async fn nine_days_at_any_speed_are_the_same_nine_days() {
    // A day in a second and a half; and without waiting.
    for speed in ["60000", "max"] {
        let warehouse = Warehouse::new().await;
        let home = TestHome::new();
        let mut command = simulation(&home, &["run", "--speed", speed, "--json"]);
        command.envs(warehouse.environment());
        let json = Said::of(&command.output().unwrap()).json();
        assert_eq!(json["verification"]["green"], true, "{speed}: {json}");
        // Clean data hits no rule.
        assert_eq!(json["rows"]["ops.quarantine"], 0);
        assert_eq!(json["rows"]["silver.finding"], 0);
        assert_eq!(json["digest"]["sha256"], DIGEST, "{speed}");
        let mut command = simulation(&home, &["score", "--json"]);
        command.envs(warehouse.environment());
        let score = Said::of(&command.output().unwrap()).json();
        let events = &score["events"];
        assert_eq!(events["clean"], events["count"]);
        assert_eq!(events["clean_hit"], 0);
        assert_eq!(events["consequences"], serde_json::json!({}));
    }
}
