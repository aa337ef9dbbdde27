//! Silver, the vault and the books, made anew from the Kafka records that bronze holds.
//!
//! Records are read once, in no order and a portion at a time, and go to tables beside those of silver, the vault and
//! `ops`. What hangs on all of them (which delivery of a content is the first, what became of a letter) is found out
//! there, table by table. Then each table takes over what differs. (`docs/decisions/031-rebuild-from-bronze.md`)

mod reading;
mod record;

use domain::pseudonym::PseudonymKey;
use tokio_postgres::{Portal, Row};

use super::layers::Layers;
use super::portion::Portion;
use super::{Progress, Rebuild, RebuiltTable, failed};
use crate::DatabaseError;
use reading::Reading;
use record::BronzeRecord;

/// So many records are fetched at once: each may hold two megabytes.
const FETCHED_RECORDS: i32 = 16;

impl<Tell: FnMut(Progress)> Rebuild<'_, Tell> {
    /// Makes silver, the vault and the books what bronze says. All who write them wait.
    pub(super) async fn bronze(&mut self, key: &PseudonymKey) -> Result<(), DatabaseError> {
        let reading = Reading::of(self.transaction(), key).await?;
        let layers = Layers::make(&self.session, &mut self.empty).await?;
        self.read_records(&reading, &layers).await?;
        self.set(include_str!("../../sql/rebuild/bronze/analyze_records.sql"))
            .await?;
        self.order(&layers).await?;
        self.require_all_records().await?;
        self.take_over_layers(layers).await?;
        self.obey_erasures().await
    }

    /// Takes from bronze what came back of erased patients: with a day that was attached, with a backup, or by hands.
    async fn obey_erasures(&mut self) -> Result<(), DatabaseError> {
        self.read_whole().await?;
        let mut written = 0;
        for clear in [
            include_str!("../../sql/rebuild/bronze/clear_erased.sql"),
            include_str!("../../sql/rebuild/bronze/clear_keys.sql"),
        ] {
            let cleared = self.transaction().execute(clear, &[]).await;
            written += cleared.map_err(failed)?;
        }
        if written > 0 {
            self.rebuilt.tables.push(RebuiltTable {
                name: "bronze.kafka_record",
                rows: self.rebuilt.records,
                removed: written,
                written,
            });
        }
        Ok(())
    }

    async fn read_records(
        &mut self,
        reading: &Reading,
        layers: &Layers,
    ) -> Result<(), DatabaseError> {
        let transaction = self.session.transaction;
        let count = include_str!("../../sql/rebuild/bronze/count_records.sql");
        let counted = transaction.query_one(count, &[]).await.map_err(failed)?;
        let of = counted.get::<_, i64>("records").unsigned_abs();
        self.read_whole().await?;
        let all = include_str!("../../sql/rebuild/bronze/records.sql");
        let all = transaction.prepare(all).await.map_err(failed)?;
        let cursor = transaction.bind(&all, &[]).await.map_err(failed)?;
        let mut portion = Portion::default();
        loop {
            let rows = self.fetch(&cursor).await?;
            let is_end = rows.is_empty();
            for row in rows {
                let record = BronzeRecord::of(&row).map_err(failed)?;
                reading.add(&record, &mut portion)?;
                if portion.is_full() {
                    self.write(layers, std::mem::take(&mut portion), of).await?;
                }
            }
            if is_end {
                return self.write(layers, portion, of).await;
            }
        }
    }

    async fn fetch(&self, cursor: &Portal) -> Result<Vec<Row>, DatabaseError> {
        let fetched = self.transaction().query_portal(cursor, FETCHED_RECORDS);
        fetched.await.map_err(failed)
    }

    /// What silver and the books know of must be in bronze, once, and readable: nothing else can be made anew.
    async fn require_all_records(&self) -> Result<(), DatabaseError> {
        let missing = include_str!("../../sql/rebuild/bronze/missing.sql");
        if let Some(row) = self.first(missing).await? {
            let (place, first): (&str, _) = (row.get("place"), coordinates(&row));
            let records: i64 = row.get("records");
            return Err(DatabaseError::State(format!(
                "silver and the books name {records} records that bronze does not hold, the first in {place}: {first}. What \
                 bronze has lost cannot be read again: attach the day that was detached, or restore the record from a \
                 backup; where the row itself is wrong, delete it. Nothing was changed"
            )));
        }
        let doubtful = include_str!("../../sql/rebuild/bronze/doubtful.sql");
        if let Some(row) = self.first(doubtful).await? {
            let (doubt, first): (&str, _) = (row.get("doubt"), coordinates(&row));
            let (schema, records): (Option<i64>, i64) =
                (row.get("lost_schema_id"), row.get("records"));
            return Err(DatabaseError::State(match schema {
                Some(schema) => format!(
                    "{records} records were loaded that cannot be read, the first by schema {schema}, which ops.schema does \
                     not hold: {first}. Restore the schema's row from a backup, or from the registry. Nothing was changed"
                ),
                None => format!(
                    "{records} records were loaded, and bronze holds nothing that could be loaded in their place, the first \
                     is {doubt}: {first}. Restore the record from a backup, or delete its row of silver and of \
                     ops.duplicate to have it refused. Nothing was changed"
                ),
            }));
        }
        let twice = include_str!("../../sql/rebuild/bronze/twice.sql");
        if let Some(row) = self.first(twice).await? {
            let (records, first): (i64, _) = (row.get("records"), coordinates(&row));
            return Err(DatabaseError::State(format!(
                "bronze holds {records} records under several days, the first: {first}. Delete the copies that `database \
                 verify` names. Nothing was changed"
            )));
        }
        Ok(())
    }

    async fn first(&self, sql: &str) -> Result<Option<Row>, DatabaseError> {
        self.transaction().query_opt(sql, &[]).await.map_err(failed)
    }
}

fn coordinates(row: &Row) -> String {
    let (topic, partition): (&str, i32) = (row.get("topic"), row.get("partition"));
    let offset: i64 = row.get("kafka_offset");
    format!("topic {topic} partition {partition} offset {offset}")
}
