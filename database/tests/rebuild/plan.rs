//! No table is gone through once for each row of another.

use super::place::Place;
use crate::load::warehouse::Role;

/// Planned for tables that are empty, as gold is that was truncated: what is written meanwhile is met by a loop.
#[tokio::test]
async fn what_differs_is_found_without_a_loop() {
    let place = Place::loaded().await;
    place
        .run("truncate gold.dim_patient, gold.fact_admission, gold.fact_location_stay")
        .await;
    place.run("vacuum (analyze) gold.fact_admission").await;
    let mut owner = place.warehouse.client(Role::Owner).await;
    let transaction = owner.transaction().await.unwrap();
    for table in [
        "gold.dim_patient",
        "gold.fact_admission",
        "gold.fact_location_stay",
        "silver.finding",
    ] {
        let statements = include_str!("../../sql/rebuild/statements.sql");
        let row = transaction.query_one(statements, &[&table]).await.unwrap();
        for sql in [
            include_str!("../../sql/rebuild/probe.sql"),
            row.get("make"),
            row.get("make_key"),
            row.get("estimate"),
            include_str!("../../sql/rebuild/whole.sql"),
            include_str!("../../sql/rebuild/compare.sql"),
        ] {
            transaction.batch_execute(sql).await.unwrap();
        }
        for statement in ["remove", "write"] {
            let sql = format!("explain {}", row.get::<_, &str>(statement));
            let plan = transaction.query(&sql, &[]).await.unwrap();
            let plan: Vec<&str> = plan.iter().map(|line| line.get(0)).collect();
            let plan = plan.join("\n");
            assert!(!plan.contains("Nested Loop"), "{table}: {plan}");
        }
    }
}
