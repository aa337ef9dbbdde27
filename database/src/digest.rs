//! `database digest`: SHA-256 of gold and the findings in canonical order, every column.
//!
//! A table's digest is that of the bytes of `copy (select ... order by key) to stdout` in text
//! format, with UTC, ISO dates and the order of bytes. Two warehouses with one digest hold the same
//! rows. [`rows`] makes the same digest from lines of [`copy_text`], for a model in memory.

pub mod copy_text;
mod render;
mod table;

use domain::digest::hexadecimal;
use futures::TryStreamExt as _;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio_postgres::{Client, Transaction};

pub use render::render;
pub use table::{TABLES, Table};

use crate::connect::snapshot;
use crate::{DatabaseError, census, refold};

/// The digest of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableDigest {
    /// The table with its schema.
    pub name: &'static str,
    /// How many rows it has.
    pub rows: u64,
    /// SHA-256 of its rows, in hexadecimal.
    pub sha256: String,
}

/// The digest of gold and the findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// In the order of [`TABLES`].
    pub tables: Vec<TableDigest>,
    /// SHA-256 over a line `name rows sha256` for each of them, in hexadecimal.
    pub sha256: String,
}

impl Digest {
    /// The digest over the digests of tables, in the order given.
    pub fn of(tables: Vec<TableDigest>) -> Self {
        let mut hash = Sha256::new();
        for table in &tables {
            hash.update(format!("{} {} {}\n", table.name, table.rows, table.sha256));
        }
        let sha256 = hexadecimal(&hash.finalize());
        Self { tables, sha256 }
    }

    /// The digest as JSON, for programs.
    pub fn to_json(&self) -> Value {
        render::to_json(self)
    }
}

/// Folds patients with the departments as they are and brings the census to its end, then makes the
/// digest of one read-only snapshot.
pub async fn digest(client: &mut Client) -> Result<Digest, DatabaseError> {
    refold::finish(client).await?;
    census::count(client).await?;
    let transaction = snapshot(client).await?;
    let digest = digest_in(&transaction).await?;
    transaction
        .rollback()
        .await
        .map_err(refused("end the digest"))?;
    Ok(digest)
}

/// Makes the digest of what a transaction sees that the caller began. Changes settings of the
/// transaction (search path, time zone, how values are printed).
pub async fn digest_in(transaction: &Transaction<'_>) -> Result<Digest, DatabaseError> {
    transaction
        .batch_execute(include_str!("../sql/digest/settings.sql"))
        .await
        .map_err(refused("prepare the digest"))?;
    let mut tables = Vec::with_capacity(TABLES.len());
    for table in TABLES {
        tables.push(
            table_digest(transaction, table)
                .await
                .map_err(refused("digest a table"))?,
        );
    }
    Ok(Digest::of(tables))
}

async fn table_digest(
    transaction: &Transaction<'_>,
    table: &Table,
) -> Result<TableDigest, tokio_postgres::Error> {
    let copy = format!("copy (\n{}) to stdout", table.sql);
    let stream = transaction.copy_out(&copy).await?;
    let mut hash = RowHash::default();
    let mut stream = std::pin::pin!(stream);
    while let Some(bytes) = stream.try_next().await? {
        hash.update(&bytes);
    }
    Ok(hash.finish(table.name))
}

/// The digest of a table whose rows are given as lines of [`copy_text::line`], in the order of its
/// key (UUIDs, dates and times by value, texts by bytes).
pub fn rows<Line: AsRef<[u8]>>(
    name: &'static str,
    lines: impl IntoIterator<Item = Line>,
) -> TableDigest {
    let mut hash = RowHash::default();
    for line in lines {
        hash.update(line.as_ref());
    }
    hash.finish(name)
}

/// Counts and hashes rows in COPY's text format, in which a newline ends a row and stands nowhere
/// else.
#[derive(Default)]
struct RowHash {
    hash: Sha256,
    rows: u64,
}

impl RowHash {
    fn update(&mut self, bytes: &[u8]) {
        self.rows += bytes.split(|&byte| byte == b'\n').skip(1).count() as u64;
        self.hash.update(bytes);
    }

    fn finish(self, name: &'static str) -> TableDigest {
        TableDigest {
            name,
            rows: self.rows,
            sha256: hexadecimal(&self.hash.finalize()),
        }
    }
}

fn refused(doing: &'static str) -> impl FnOnce(tokio_postgres::Error) -> DatabaseError {
    move |error| DatabaseError::while_doing(doing, &error)
}
