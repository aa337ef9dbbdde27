use std::pin::pin;

use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::{ToSql, Type};

use super::Session;
use crate::DatabaseError;

impl Session<'_> {
    /// Copies rows into a table in PostgreSQL's binary form; of none, nothing is sent.
    pub(crate) async fn copy<T>(
        &self,
        sql: &'static str,
        doing: &'static str,
        types: &[Type],
        rows: impl ExactSizeIterator<Item = T>,
        values: impl for<'v> Fn(&'v T) -> Vec<&'v (dyn ToSql + Sync)>,
    ) -> Result<u64, DatabaseError> {
        if rows.len() == 0 {
            return Ok(0);
        }
        let failed = |error| DatabaseError::while_doing(doing, &error);
        let sink = self
            .transaction
            .copy_in(self.prepared.statement(sql)?)
            .await
            .map_err(failed)?;
        let mut writer = pin!(BinaryCopyInWriter::new(sink, types));
        for row in rows {
            writer.as_mut().write(&values(&row)).await.map_err(failed)?;
        }
        writer.finish().await.map_err(failed)
    }
}
