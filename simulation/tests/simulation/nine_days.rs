//! The nine days of the quick scale, from the flow through Kafka and the consumer, and the extracts
//! through the batch ingester.

use super::command::{Said, simulation};
use super::home::TestHome;
use super::warehouse::Warehouse;

/// Of gold after the nine days of seed 42 from 2 March 2026, under the demo key. It changes with every
/// draw of the generators; where that is meant, `MODEL_VERSION` in `generators/src/scenario.rs` grows.
const DIGEST: &str = "8cc20b6a9caf1d4412474314ffba3014e47c7027b12b7a669d8d1e8e9fea3759";

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
        // All extracts of all days are in, and say of every encounter what its events say.
        assert_eq!(json["extracts"]["files"], 9 * 7 * 6);
        assert_eq!(json["rows"]["bronze.file"], 9 * 7 * 6);
        let differing = "select count(*) from silver.reconciliation";
        let loader = warehouse.loader().await;
        let differing: i64 = loader.query_one(differing, &[]).await.unwrap().get(0);
        assert_eq!(differing, 0, "{speed}");
        let mut command = simulation(&home, &["score", "--json"]);
        command.envs(warehouse.environment());
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
