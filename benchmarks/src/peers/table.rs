//! The flat table that the peers load, and what it holds in the end.

use tokio_postgres::{Client, Row};

use crate::error::MeasureError;
use crate::warehouse::{Warehouse, database_error};

/// Its name, with the schema's.
pub(super) const NAME: &str = "peers.event";

const LOOK: &str = "look at what a peer loaded";

/// What ours loaded, against which the peers' tables are held.
#[derive(Debug)]
pub(super) struct Loaded {
    rows: i64,
    hash_of_shared: String,
    /// Of each partition; when all are visible, all events are, since each partition is loaded in its order.
    last_events: Vec<String>,
}

impl Loaded {
    /// What stands in silver.
    pub(super) async fn by_ours(warehouse: &Warehouse) -> Result<Self, MeasureError> {
        let client = warehouse.client().await?;
        let contents = client.query_one(include_str!("contents_of_silver.sql"), &[]);
        let contents = contents.await.map_err(database_error(LOOK))?;
        let lasts = client.query(include_str!("last_events.sql"), &[]).await;
        let lasts = lasts.map_err(database_error(LOOK))?;
        Ok(Self {
            rows: contents.get("rows"),
            hash_of_shared: contents.get("hash_of_shared"),
            last_events: lasts.iter().map(|row| row.get(0)).collect(),
        })
    }

    /// How many events.
    pub(super) fn events(&self) -> f64 {
        number(self.rows)
    }
}

/// The table, new and empty.
pub(super) struct Table<'t> {
    client: Client,
    loaded: &'t Loaded,
}

impl<'t> Table<'t> {
    /// Makes it; what was written before is on the disk.
    pub(super) async fn make(
        warehouse: &Warehouse,
        loaded: &'t Loaded,
    ) -> Result<Self, MeasureError> {
        let client = warehouse.client().await?;
        let made = client.batch_execute(include_str!("table.sql")).await;
        made.map_err(database_error("make the peers' table"))?;
        warehouse.settle().await?;
        Ok(Self { client, loaded })
    }

    /// How many events there are to load.
    pub(super) fn events(&self) -> f64 {
        self.loaded.events()
    }

    /// Whether rows are visible.
    pub(super) async fn has_rows(&self) -> Result<bool, MeasureError> {
        let row = self.one("select exists (select from peers.event)").await?;
        Ok(row.get(0))
    }

    /// How many rows are visible.
    pub(super) async fn rows(&self) -> Result<f64, MeasureError> {
        let row = self.one("select count(*) from peers.event").await?;
        Ok(number(row.get(0)))
    }

    /// Whether the last event of each partition is visible: a look-up of a few keys.
    pub(super) async fn has_all(&self) -> Result<bool, MeasureError> {
        let lasts = &self.loaded.last_events;
        let found = "select count(*) from peers.event where event_id = any ($1)";
        let row = self.client.query_one(found, &[lasts]).await;
        let row = row.map_err(database_error(LOOK))?;
        Ok(usize::try_from(row.get::<_, i64>(0)) == Ok(lasts.len()))
    }

    /// What it holds.
    pub(super) async fn contents(&self) -> Result<Contents, MeasureError> {
        let row = self.one(include_str!("contents.sql")).await?;
        Ok(Contents {
            rows: row.get("rows"),
            hash: row.get("hash"),
            hash_of_shared: row.get("hash_of_shared"),
        })
    }

    async fn one(&self, query: &str) -> Result<Row, MeasureError> {
        let row = self.client.query_one(query, &[]).await;
        row.map_err(database_error(LOOK))
    }
}

/// What a peer's table holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Contents {
    pub(super) rows: i64,
    /// MD5 over all rows and columns.
    pub(super) hash: String,
    hash_of_shared: String,
}

impl Contents {
    /// What is wrong with them: they are not those of ours, or not those of a former peer.
    pub(super) fn difference(&self, ours: &Loaded, former: Option<&Self>) -> Option<String> {
        if self.rows != ours.rows {
            return Some(format!("{} rows, and ours {}", self.rows, ours.rows));
        }
        if self.hash_of_shared != ours.hash_of_shared {
            let [theirs, ours] = [&self.hash_of_shared, &ours.hash_of_shared];
            return Some(format!(
                "hash {theirs} over what silver holds too, and ours {ours}"
            ));
        }
        let former = former.filter(|former| former.hash != self.hash)?;
        let [theirs, former] = [&self.hash, &former.hash];
        Some(format!("hash {theirs}, and a peer before it {former}"))
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts of rows")]
fn number(rows: i64) -> f64 {
    rows as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(rows: i64, hash: &str, hash_of_shared: &str) -> Contents {
        Contents {
            rows,
            hash: hash.to_owned(),
            hash_of_shared: hash_of_shared.to_owned(),
        }
    }

    #[test]
    fn contents_that_differ_are_told() {
        let ours = Loaded {
            rows: 2,
            hash_of_shared: "s".to_owned(),
            last_events: Vec::new(),
        };
        let former = contents(2, "a", "s");
        let told = |it: &Contents| it.difference(&ours, Some(&former));
        assert_eq!(former.difference(&ours, None), None);
        assert_eq!(told(&former), None);
        assert_eq!(told(&contents(1, "a", "s")).unwrap(), "1 rows, and ours 2");
        assert!(told(&contents(2, "a", "t")).unwrap().contains("ours s"));
        assert!(told(&contents(2, "b", "s")).unwrap().ends_with("it a"));
    }
}
