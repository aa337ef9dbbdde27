use std::pin::pin;

use bytes::{BufMut, Bytes, BytesMut};
use futures::SinkExt as _;
use tokio_postgres::Statement;
use tokio_postgres::types::{IsNull, ToSql, Type};

use super::Session;
use crate::DatabaseError;

/// How the binary form begins: its signature, no flags, no extension.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

/// In place of the number of columns of a row: there is none any more.
const END: i16 = -1;

/// In place of the length of a value: it is null.
const NULL: i32 = -1;

/// So much is sent at once: each portion costs this program and the server the same, whatever it holds.
const PORTION_BYTES: usize = 64 * 1024;

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
        let statement = self.prepared.statement(sql)?;
        self.copy_by(statement, doing, types, rows, values).await
    }

    /// The same by a statement that is not one of a batch.
    pub(crate) async fn copy_by<T>(
        &self,
        statement: &Statement,
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
            .copy_in::<_, Bytes>(statement)
            .await
            .map_err(failed)?;
        let mut sink = pin!(sink);
        // Most batches have a few rows for most tables: room is taken as it is needed.
        let mut portion = BytesMut::new();
        portion.put_slice(HEADER);
        for row in rows {
            put_row(&mut portion, types, &values(&row)).map_err(|column| {
                // The driver's own words may show a value.
                let column = column.0;
                DatabaseError::State(format!(
                    "cannot {doing}: the values do not fit the columns from {column} on: a defect"
                ))
            })?;
            if portion.len() >= PORTION_BYTES {
                sink.send(portion.split().freeze()).await.map_err(failed)?;
                // It is sent once it is full: its last row goes beyond.
                portion.reserve(PORTION_BYTES + PORTION_BYTES / 8);
            }
        }
        portion.put_i16(END);
        sink.send(portion.freeze()).await.map_err(failed)?;
        sink.finish().await.map_err(failed)
    }
}

/// Values that cannot be written from this column on; the first is 1.
struct Misfit(usize);

/// Adds a row: the number of its columns, and the length and bytes of each value.
fn put_row(
    portion: &mut BytesMut,
    types: &[Type],
    values: &[&(dyn ToSql + Sync)],
) -> Result<(), Misfit> {
    if values.len() != types.len() {
        return Err(Misfit(values.len().min(types.len()) + 1));
    }
    portion.put_i16(i16::try_from(types.len()).map_err(|_| Misfit(1))?);
    for (column, (value, of)) in (1..).zip(values.iter().zip(types)) {
        let misfit = || Misfit(column);
        let place = portion.len();
        portion.put_i32(NULL);
        let written = value.to_sql_checked(of, portion);
        if let IsNull::No = written.map_err(|_| misfit())? {
            let bytes = portion.len() - place - size_of::<i32>();
            let bytes = i32::try_from(bytes).map_err(|_| misfit())?;
            portion[place..place + size_of::<i32>()].copy_from_slice(&bytes.to_be_bytes());
        }
    }
    Ok(())
}
