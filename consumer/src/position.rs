use std::collections::HashMap;

/// Which offset comes next of each partition that a lane owns.
///
/// After a failed compare-and-swap a lane gives the partition up until the polling thread has
/// sought to the stored offset and assigns it anew: what was on its way before is passed over.
#[derive(Debug, Default)]
pub(crate) struct Positions(HashMap<i32, i64>);

impl Positions {
    /// The partition is this lane's from an offset on.
    pub(crate) fn assign(&mut self, partition: i32, next: i64) {
        self.0.insert(partition, next);
    }

    /// The partition is another's, or not to be read on before it is assigned again.
    pub(crate) fn revoke(&mut self, partition: i32) {
        self.0.remove(&partition);
    }

    /// Takes a record if it is the next of its partition; then the position moves behind it.
    pub(crate) fn take(&mut self, partition: i32, offset: i64) -> Taken {
        match self.0.get_mut(&partition) {
            Some(next) if *next <= offset => {
                let expected = std::mem::replace(next, offset + 1);
                Taken::Next { expected }
            }
            _ => Taken::PassedOver,
        }
    }
}

/// What becomes of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It is the next one. The offset that was to come, `expected`, is its own, or the first of a
    /// hole before it.
    Next { expected: i64 },
    /// It is another's or was there already.
    PassedOver,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_taken_once_and_in_order() {
        let mut positions = Positions::default();
        assert_eq!(positions.take(0, 5), Taken::PassedOver, "not ours");
        positions.assign(0, 5);
        assert_eq!(positions.take(0, 5), Taken::Next { expected: 5 });
        assert_eq!(positions.take(0, 5), Taken::PassedOver, "twice");
        assert_eq!(positions.take(0, 6), Taken::Next { expected: 6 });
        assert_eq!(positions.take(0, 9), Taken::Next { expected: 7 }, "a hole");
        positions.revoke(0);
        assert_eq!(positions.take(0, 10), Taken::PassedOver);
    }
}
