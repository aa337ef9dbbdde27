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
