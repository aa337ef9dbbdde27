//! The books: how many inputs came, and what became of each, counted from rows.

use tokio_postgres::Transaction;

/// The books of every partition that was ever read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Books {
    /// By topic and partition.
    pub partitions: Vec<PartitionBooks>,
}

/// What came from one partition of a topic, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartitionBooks {
    /// The topic's name.
    pub topic: String,
    /// Number of the partition.
    pub partition: i32,
    /// Records that the offsets say were read: `next_offset` less `first_offset`.
    pub read: i64,
    /// Rows of bronze.
    pub bronze: i64,
    /// Rows of silver.
    pub loaded: i64,
    /// Deliveries of what silver already held.
    pub duplicate: i64,
    /// Records that a rule refused.
    pub quarantined: i64,
}

impl PartitionBooks {
    /// Whether all that was read is in bronze and has an outcome, by number alone.
    pub fn balance(&self) -> bool {
        self.read == self.bronze && self.bronze == self.loaded + self.duplicate + self.quarantined
    }
}

impl Books {
    /// The sum over all partitions.
    pub fn total(&self) -> PartitionBooks {
        let mut total = PartitionBooks {
            topic: "total".to_owned(),
            partition: 0,
            read: 0,
            bronze: 0,
            loaded: 0,
            duplicate: 0,
            quarantined: 0,
        };
        for books in &self.partitions {
            total.read += books.read;
            total.bronze += books.bronze;
            total.loaded += books.loaded;
            total.duplicate += books.duplicate;
            total.quarantined += books.quarantined;
        }
        total
    }
}

/// Counts the books in the transaction's snapshot.
pub(super) async fn count(transaction: &Transaction<'_>) -> Result<Books, tokio_postgres::Error> {
    let rows = transaction
        .query(include_str!("../../sql/verify/books.sql"), &[])
        .await?;
    let partitions = rows
        .iter()
        .map(|row| {
            Ok(PartitionBooks {
                topic: row.try_get("topic")?,
                partition: row.try_get("partition")?,
                read: row.try_get("read")?,
                bronze: row.try_get("bronze")?,
                loaded: row.try_get("loaded")?,
                duplicate: row.try_get("duplicate")?,
                quarantined: row.try_get("quarantined")?,
            })
        })
        .collect::<Result<_, tokio_postgres::Error>>()?;
    Ok(Books { partitions })
}
