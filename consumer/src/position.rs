use std::collections::HashMap;

/// Which offset a lane takes next of each partition that it owns.
///
/// After a failed compare-and-swap the position is what the warehouse says; records that were on
/// their way before the seek are passed over until the one at the position comes.
#[derive(Debug, Default)]
pub(crate) struct Positions(HashMap<i32, Position>);

#[derive(Debug, Clone, Copy)]
struct Position {
    next: i64,
    seeking: bool,
}

impl Positions {
    /// The partition is this lane's from an offset on.
    pub(crate) fn assign(&mut self, partition: i32, next: i64) {
        self.0.insert(
            partition,
            Position {
                next,
                seeking: false,
            },
        );
    }

    /// The partition is another's.
    pub(crate) fn revoke(&mut self, partition: i32) {
        self.0.remove(&partition);
    }

    /// The partition goes on at another offset, once Kafka has been told.
    pub(crate) fn seek(&mut self, partition: i32, next: i64) {
        if let Some(position) = self.0.get_mut(&partition) {
            *position = Position {
                next,
                seeking: true,
            };
        }
    }

    /// Takes a record if it is the next of its partition; then the position moves behind it.
    pub(crate) fn take(&mut self, partition: i32, offset: i64) -> Taken {
        let Some(position) = self.0.get_mut(&partition) else {
            return Taken::PassedOver;
        };
        let next = position.next;
        if offset == next {
            *position = Position {
                next: next + 1,
                seeking: false,
            };
            return Taken::Next(next);
        }
        if offset < next || position.seeking {
            return Taken::PassedOver;
        }
        // The topics are neither compacted nor written in transactions, so offsets have no holes.
        Taken::Gap { next }
    }
}

/// What becomes of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It is the next one; the warehouse must hold this offset for it.
    Next(i64),
    /// It is another's, was there already, or was on its way before a seek.
    PassedOver,
    /// Records from `next` on are missing before it.
    Gap { next: i64 },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_taken_once_and_in_order() {
        let mut positions = Positions::default();
        assert_eq!(positions.take(0, 5), Taken::PassedOver, "not ours");
        positions.assign(0, 5);
        assert_eq!(positions.take(0, 5), Taken::Next(5));
        assert_eq!(positions.take(0, 5), Taken::PassedOver, "twice");
        assert_eq!(positions.take(0, 6), Taken::Next(6));
        assert_eq!(positions.take(0, 9), Taken::Gap { next: 7 });
        positions.revoke(0);
        assert_eq!(positions.take(0, 7), Taken::PassedOver);
    }

    #[test]
    fn after_a_seek_what_was_on_its_way_is_passed_over() {
        let mut positions = Positions::default();
        positions.assign(0, 5);
        positions.seek(0, 3);
        assert_eq!(positions.take(0, 5), Taken::PassedOver);
        assert_eq!(positions.take(0, 3), Taken::Next(3));
        assert_eq!(positions.take(0, 4), Taken::Next(4));
    }
}
