use std::time::Duration;

/// When a lane closes a batch, and how much it holds at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most records of a batch.
    pub batch_rows: usize,
    /// The bytes of records that close a batch; its last record may take it above them.
    pub batch_bytes: usize,
    /// How long a batch waits for more records after its first one.
    pub batch_wait: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            batch_rows: 5_000,
            batch_bytes: 4 * 1024 * 1024,
            batch_wait: Duration::from_millis(200),
        }
    }
}

impl Limits {
    /// Bytes waiting in a lane above which its partitions pause: one batch that is written and one
    /// that fills meanwhile.
    pub(crate) fn pause_above_bytes(&self) -> usize {
        self.batch_bytes.saturating_mul(2)
    }

    /// Records waiting in a lane above which its partitions pause.
    pub(crate) fn pause_above_rows(&self) -> usize {
        self.batch_rows.saturating_mul(2).max(1_000)
    }
}
