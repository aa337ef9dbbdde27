//! What the polling thread and the lanes tell each other.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::limits::Limits;
use crate::record::KafkaRecord;
use crate::standing::Standing;
use crate::weather::Weather;

/// What the polling thread tells a lane.
#[derive(Debug)]
pub(crate) enum ToLane {
    /// A partition is this lane's, from an offset on. What rules refused before that is told where the lane does not
    /// know.
    Assigned {
        partition: i32,
        next: i64,
        weather: Option<Weather>,
    },
    /// A partition is another's.
    Revoked { partition: i32 },
    /// A record of one of its partitions.
    Record(Box<KafkaRecord>),
}

/// What waits in a lane: the polling thread adds, the lane takes away once it is written.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    rows: AtomicUsize,
    bytes: AtomicUsize,
}

impl Waiting {
    pub(crate) fn add(&self, bytes: usize) {
        self.rows.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn take(&self, rows: usize, bytes: usize) {
        self.rows.fetch_sub(rows, Ordering::Relaxed);
        self.bytes.fetch_sub(bytes, Ordering::Relaxed);
    }

    pub(crate) fn exceeds(&self, limits: &Limits) -> bool {
        self.rows.load(Ordering::Relaxed) > limits.pause_above_rows()
            || self.bytes.load(Ordering::Relaxed) > limits.pause_above_bytes()
    }

    /// Whether a paused lane may go on: at half of the bound, so that it does not flutter.
    pub(crate) fn has_room(&self, limits: &Limits) -> bool {
        self.rows.load(Ordering::Relaxed) <= limits.pause_above_rows() / 2
            && self.bytes.load(Ordering::Relaxed) <= limits.pause_above_bytes() / 2
    }
}

/// What is wished of the polling thread, by a lane or by who asks what is held.
#[derive(Debug)]
pub(crate) enum Command {
    /// Read a partition from another offset on.
    Seek { partition: i32, offset: i64 },
    /// Read nothing more of a partition: a storm holds it.
    Hold { partition: i32 },
    /// Read a partition on: nothing holds it any more.
    Release {
        partition: i32,
        standing: Box<Standing>,
    },
    /// A partition is loaded up to an offset: tell Kafka, for lag tools.
    Written { partition: i32, next: i64 },
}
