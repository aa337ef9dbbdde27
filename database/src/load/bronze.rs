use tokio_postgres::types::Type;

use super::prepared::{COPY_BRONZE, OTHER_SCHEMAS, WRITE_SCHEMAS};
use super::{Batch, Load, Step};
use crate::DatabaseError;

const TYPES: [Type; 9] = [
    Type::DATE,
    Type::INT2,
    Type::INT4,
    Type::INT8,
    Type::TIMESTAMPTZ,
    Type::INT4,
    Type::BYTEA,
    Type::BYTEA,
    Type::BYTEA_ARRAY,
];

/// What is kept of a record beside its coordinates.
#[derive(Default)]
struct Content<'b> {
    schema_id: Option<i32>,
    key: Option<&'b Vec<u8>>,
    payload: Option<&'b Vec<u8>>,
    headers: Option<&'b Vec<Option<Vec<u8>>>>,
}

impl Step<'_> {
    /// Keeps the writer schemas beside the records that need them.
    pub(super) async fn write_schemas<T>(&self, batch: &Batch<T>) -> Result<(), DatabaseError> {
        if batch.schemas.is_empty() {
            return Ok(());
        }
        let ids: Vec<i32> = batch.schemas.iter().map(|schema| schema.id).collect();
        let definitions: Vec<&str> = batch
            .schemas
            .iter()
            .map(|schema| schema.definition.as_str())
            .collect();
        let doing = "keep writer schemas";
        self.session
            .execute(WRITE_SCHEMAS, doing, &[&ids, &definitions])
            .await?;
        let others = self
            .session
            .query(OTHER_SCHEMAS, doing, &[&ids, &definitions])
            .await?;
        match others.first() {
            None => Ok(()),
            Some(row) => Err(DatabaseError::State(format!(
                "schema id {} is another schema in this warehouse: was the registry replaced, or made \
                 again? Load into a new database, or restore the registry",
                row.get::<_, i32>("schema_id")
            ))),
        }
    }

    /// Keeps each record as it came; of an erased patient's, the coordinates alone.
    pub(super) async fn write_bronze<T: Load>(
        &self,
        batch: &Batch<T>,
    ) -> Result<(), DatabaseError> {
        let rows = batch.records.iter().map(|record| {
            let content = if self.erased(record).is_some() {
                Content::default()
            } else {
                Content {
                    schema_id: record.schema_id,
                    // Of another patient, who is erased.
                    key: record.key.as_ref().filter(|_| record.mentions.is_none()),
                    payload: record.payload.as_ref(),
                    headers: record.headers.as_ref(),
                }
            };
            let received_on = record.received_at.date_naive();
            (received_on, self.topic.topic_id, record, content)
        });
        self.session
            .copy(
                COPY_BRONZE,
                "write bronze",
                &TYPES,
                rows,
                |(received_on, topic_id, record, content)| {
                    vec![
                        received_on,
                        topic_id,
                        &record.partition,
                        &record.offset,
                        &record.received_at,
                        &content.schema_id,
                        &content.key,
                        &content.payload,
                        &content.headers,
                    ]
                },
            )
            .await?;
        Ok(())
    }
}
