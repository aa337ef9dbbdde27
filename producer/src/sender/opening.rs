//! When a partition may be handed the next event.
//!
//! The broker refuses a request that does not follow the one before, so that a partition gets a
//! prefix of what it was handed, whatever fails in between. But of a producer that it does not know
//! in a partition it takes *any* request (`checkSequence` of Kafka's `ProducerAppendInfo`): were the
//! first one refused for a moment and the second, already on its way, taken, there would be a gap.
//! So the first event of a partition goes alone, and the next one follows its acknowledgement.

use std::time::{Duration, Instant};

/// After so long the broker may have forgotten a producer in a partition where it was silent
/// (`producer.id.expiration.ms`, a day where nobody changed it).
const FORGOTTEN_AFTER: Duration = Duration::from_hours(1);

/// What a partition was handed.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Opening {
    /// Events handed over.
    handed: u64,
    /// Events of which the acknowledgement must be there before the next is handed over.
    needed: u64,
    last_at: Option<Instant>,
}

impl Opening {
    /// Whether the partition may be handed an event now, so many being acknowledged.
    pub(super) fn may_hand(&self, acknowledged: u64, now: Instant) -> bool {
        let needed = if self.is_unknown(now) {
            self.handed
        } else {
            self.needed
        };
        acknowledged >= needed
    }

    /// Notes that it was handed one.
    pub(super) fn hand(&mut self, now: Instant) {
        let is_first = self.is_unknown(now);
        self.handed += 1;
        self.last_at = Some(now);
        if is_first {
            self.needed = self.handed;
        }
    }

    /// Whether the broker may not know this producer in the partition.
    fn is_unknown(&self, now: Instant) -> bool {
        self.last_at
            .is_none_or(|last_at| now.saturating_duration_since(last_at) >= FORGOTTEN_AFTER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_event_goes_alone_and_the_others_do_not_wait() {
        let now = Instant::now();
        let mut opening = Opening::default();
        assert!(opening.may_hand(0, now));
        opening.hand(now);
        assert!(!opening.may_hand(0, now));
        for _ in 0..5 {
            assert!(opening.may_hand(1, now));
            opening.hand(now);
        }
    }

    #[test]
    fn after_a_long_silence_all_is_waited_for_and_the_next_goes_alone() {
        let start = Instant::now();
        let later = start + FORGOTTEN_AFTER;
        let mut opening = Opening::default();
        opening.hand(start);
        opening.hand(start);
        assert!(opening.may_hand(1, start));
        assert!(!opening.may_hand(1, later), "one is still in flight");
        assert!(opening.may_hand(2, later));
        opening.hand(later);
        assert!(!opening.may_hand(2, later));
        assert!(opening.may_hand(3, later));
    }
}
