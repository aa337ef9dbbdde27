//! What a warehouse holds, counted.

use tokio_postgres::Client;

use crate::DatabaseError;

/// Rows by table, from bronze to gold; the unknown members of dimensions are not counted.
pub async fn rows(client: &Client) -> Result<Vec<(String, i64)>, DatabaseError> {
    let rows = client
        .query(include_str!("../sql/report/rows.sql"), &[])
        .await
        .map_err(|error| DatabaseError::while_doing("count rows", &error))?;
    Ok(rows
        .iter()
        .map(|row| (row.get("table_name"), row.get("row_count")))
        .collect())
}

/// How many of the first `events` events of a producer's run (its header `wardflow.run`) have been
/// received, each counted once however often it came.
pub async fn received_of_run(
    client: &Client,
    run: &str,
    events: i64,
) -> Result<i64, DatabaseError> {
    let row = client
        .query_one(
            include_str!("../sql/report/received_of_run.sql"),
            &[&run.as_bytes(), &events],
        )
        .await
        .map_err(|error| DatabaseError::while_doing("count the events of a run", &error))?;
    Ok(row.get(0))
}

/// What stands for a rule where an event is a duplicate of one that came under another number.
pub const DUPLICATE: &str = "DUPLICATE";

/// An event of a run that rules hit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// Its number in the flow.
    pub ordinal: u64,
    /// Codes of the rules, in their order; [`DUPLICATE`] among them.
    pub rules: Vec<String>,
}

/// The events of a producer's run that rules hit, by their numbers.
pub async fn hits_of_run(client: &Client, run: &str) -> Result<Vec<Hit>, DatabaseError> {
    let rows = client
        .query(
            include_str!("../sql/report/hits_of_run.sql"),
            &[&run.as_bytes()],
        )
        .await
        .map_err(|error| DatabaseError::while_doing("find what the rules hit", &error))?;
    let hits = rows.iter().map(|row| Hit {
        // A producer numbers from 0.
        ordinal: row.get::<_, i64>("ordinal").unsigned_abs(),
        rules: row.get("rules"),
    });
    Ok(hits.collect())
}
