//! The polling thread's end of a lane.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use crate::limits::Limits;
use crate::link::{ToLane, Waiting};

/// How long all lanes wait for one that is full before its partitions are paused: a few batches. librdkafka throws away
/// what it has fetched of a partition that is paused, so that each pause has it fetched again; on the other hand a lane
/// whose database hangs must not hold up the others.
const PATIENCE: Duration = Duration::from_secs(1);

/// The polling thread's end of a lane.
#[derive(Debug)]
pub(crate) struct LaneEnd {
    pub(crate) inbox: mpsc::UnboundedSender<ToLane>,
    pub(crate) waiting: Arc<Waiting>,
    full_since: Option<Instant>,
    is_paused: bool,
}

impl LaneEnd {
    pub(crate) fn new(inbox: mpsc::UnboundedSender<ToLane>, waiting: Arc<Waiting>) -> Self {
        Self {
            inbox,
            waiting,
            full_since: None,
            is_paused: false,
        }
    }

    /// Whether its partitions are paused.
    pub(crate) fn is_paused(&self) -> bool {
        self.is_paused
    }

    /// Whether it holds as much as it may, and its partitions are not paused: nothing more may be polled.
    pub(crate) fn is_full(&mut self, limits: &Limits) -> bool {
        let is_full = if self.is_paused {
            // To resume costs much: half of the bound, so that it does not flutter.
            !self.waiting.has_room(limits)
        } else {
            self.waiting.exceeds(limits)
        };
        if is_full {
            self.full_since.get_or_insert_with(Instant::now);
        } else {
            self.full_since = None;
        }
        is_full && !self.is_paused
    }

    /// Whether its partitions are to be paused from now on, or not any more; `None` where nothing changes.
    pub(crate) fn turn(&mut self, limits: &Limits) -> Option<bool> {
        self.is_full(limits);
        let is_stuck = |since: Instant| since.elapsed() >= PATIENCE;
        let is_to_pause = self.full_since.is_some_and(is_stuck);
        let changes = self.is_paused != is_to_pause;
        self.is_paused = is_to_pause;
        changes.then_some(is_to_pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_lane_is_waited_for_then_paused_and_goes_on_with_half_of_its_room() {
        let limits = Limits {
            batch_rows: 1_000,
            ..Limits::default()
        };
        let (inbox, _lane) = mpsc::unbounded_channel();
        let mut lane = LaneEnd::new(inbox, Arc::default());
        (0..2_000).for_each(|_| lane.waiting.add(1));
        assert_eq!((lane.is_full(&limits), lane.turn(&limits)), (false, None));
        lane.waiting.add(1);
        assert_eq!((lane.is_full(&limits), lane.turn(&limits)), (true, None));

        // One that was waited for goes on with any room.
        lane.waiting.take(1, 1);
        assert_eq!((lane.is_full(&limits), lane.turn(&limits)), (false, None));
        lane.waiting.add(1);
        assert_eq!((lane.is_full(&limits), lane.turn(&limits)), (true, None));

        lane.full_since = Instant::now().checked_sub(PATIENCE);
        assert_eq!(lane.turn(&limits), Some(true));
        assert_eq!((lane.is_full(&limits), lane.turn(&limits)), (false, None));
        assert!(lane.is_paused());

        lane.waiting.take(1_000, 1_000);
        assert_eq!(lane.turn(&limits), None);
        lane.waiting.take(1, 1);
        assert_eq!(lane.turn(&limits), Some(false));
        assert_eq!((lane.is_full(&limits), lane.turn(&limits)), (false, None));
    }
}
