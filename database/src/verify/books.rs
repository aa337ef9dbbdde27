//! The books: how many inputs came, and what became of each, counted from rows.

mod file;

use platform::kafka::Watermarks;
use tokio_postgres::{Row, Transaction};

pub use file::{FileBooks, KindBooks};

/// The books of every partition that was ever read, and of every file that was taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Books {
    /// By topic and partition.
    pub partitions: Vec<PartitionBooks>,
    /// By kind, hospital and day.
    pub files: Vec<FileBooks>,
    /// Offsets of partitions in Kafka that the books do not name, where the log was looked at.
    pub never_read: Option<i64>,
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
    /// Records of erased patients.
    pub erased: i64,
    /// What was read of which log; `None` where only an outcome names the partition.
    pub progress: Option<Progress>,
    /// Offsets of the log that were not read yet, where it was looked at.
    pub unread: Option<i64>,
}

/// How far a partition of one cluster's log is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Short number of the topic in coordinates.
    pub topic_id: i16,
    /// Id of the Kafka cluster.
    pub cluster_id: String,
    /// Offset of the first record that was to be read.
    pub first_offset: i64,
    /// Offset of the next record to read.
    pub next_offset: i64,
}

impl PartitionBooks {
    /// Whether all that was read is in bronze and has an outcome, by number alone.
    pub fn balance(&self) -> bool {
        self.imbalance() == 0
    }

    fn imbalance(&self) -> i64 {
        let outcomes = self.loaded + self.duplicate + self.quarantined + self.erased;
        (self.read - self.bronze).abs() + (self.bronze - outcomes).abs()
    }
}

impl Books {
    /// Offsets that Kafka's log has and nobody has read yet; `None` where the log was not looked at.
    pub fn unread(&self) -> Option<i64> {
        Some(self.never_read? + self.total().unread.unwrap_or(0))
    }

    /// Whether all that was read has an outcome, by number alone.
    pub fn balance(&self) -> bool {
        self.partitions.iter().all(PartitionBooks::balance)
            && self.files.iter().all(FileBooks::balance)
    }

    /// How many records and lines too few or too many have an outcome, and of records too few or too many
    /// are in bronze: 0 where all is well.
    pub fn imbalance(&self) -> i64 {
        let of_partitions = self.partitions.iter().map(PartitionBooks::imbalance);
        let of_files = self.files.iter().map(FileBooks::imbalance);
        of_partitions.chain(of_files).sum()
    }

    /// The logs of a topic as empty ones: what was read of them is not there any more.
    pub(super) fn read_of(&self, cluster_id: &str, topic: &str) -> Vec<Watermarks> {
        let is_its = |books: &&PartitionBooks| {
            let progress = books.progress.as_ref();
            books.topic == topic && progress.is_some_and(|it| it.cluster_id == cluster_id)
        };
        let read = self.partitions.iter().filter(is_its);
        read.map(|books| Watermarks {
            partition: books.partition,
            low: 0,
            high: 0,
        })
        .collect()
    }

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
            erased: 0,
            progress: None,
            unread: None,
        };
        for books in &self.partitions {
            total.read += books.read;
            total.bronze += books.bronze;
            total.loaded += books.loaded;
            total.duplicate += books.duplicate;
            total.quarantined += books.quarantined;
            total.erased += books.erased;
            if let Some(unread) = books.unread {
                *total.unread.get_or_insert(0) += unread;
            }
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
                erased: row.try_get("erased")?,
                progress: progress(row)?,
                unread: None,
            })
        })
        .collect::<Result<_, tokio_postgres::Error>>()?;
    Ok(Books {
        partitions,
        files: file::count(transaction).await?,
        never_read: None,
    })
}

fn progress(row: &Row) -> Result<Option<Progress>, tokio_postgres::Error> {
    let (first, next): (Option<i64>, Option<i64>) =
        (row.try_get("first_offset")?, row.try_get("next_offset")?);
    let (Some(first_offset), Some(next_offset)) = (first, next) else {
        return Ok(None);
    };
    Ok(Some(Progress {
        topic_id: row.try_get("topic_id")?,
        cluster_id: row.try_get("cluster_id")?,
        first_offset,
        next_offset,
    }))
}
