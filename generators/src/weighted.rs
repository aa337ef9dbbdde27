//! Draws from lists whose entries are not equally likely.

use crate::float::floor;
use crate::random::SplitMix64;

const TWO_TO_64: f64 = 18_446_744_073_709_551_616.0;

/// A list of weights, prepared so that a draw takes a step or two.
#[derive(Debug, Clone)]
pub(crate) struct Weighted {
    /// Where the share of each entry ends, as a part of 2^64, up to the last one that weighs
    /// anything, which ends at the whole.
    ends: Vec<u64>,
    /// For each equal part of 2^64, the entry in which it begins.
    guide: Vec<u32>,
    shift: u32,
}

impl Weighted {
    /// A list of weights, none below 0 and one at least above 0; `None` for any other.
    pub(crate) fn new(weights: &[f64]) -> Option<Self> {
        let total: f64 = weights.iter().sum();
        let are_good = weights.iter().all(|weight| *weight >= 0.0);
        if !are_good || !total.is_finite() || total <= 0.0 || weights.len() > 1 << 24 {
            return None;
        }
        let last = weights.iter().rposition(|weight| *weight > 0.0)?;
        let mut sum = 0.0;
        let mut ends = Vec::with_capacity(last + 1);
        for (place, weight) in weights[..=last].iter().enumerate() {
            sum += weight;
            ends.push(if place < last {
                floor(sum / total * TWO_TO_64)
            } else {
                u64::MAX
            });
        }
        let bits = (4 * ends.len()).next_power_of_two().ilog2().max(1);
        let shift = u64::BITS - bits;
        let mut entry = 0;
        let guide = (0..1_u64 << bits).map(|part| {
            while ends[entry] <= part << shift && entry < last {
                entry += 1;
            }
            u32::try_from(entry).unwrap_or(0)
        });
        Some(Self {
            guide: guide.collect(),
            ends,
            shift,
        })
    }

    /// The place of a drawn entry.
    pub(crate) fn draw(&self, random: &mut SplitMix64) -> usize {
        self.at(random.next())
    }

    /// The entry of 64 random bits.
    fn at(&self, drawn: u64) -> usize {
        let part = usize::try_from(drawn >> self.shift).unwrap_or(0);
        let mut entry = self.guide[part] as usize;
        while self.ends[entry] <= drawn && entry + 1 < self.ends.len() {
            entry += 1;
        }
        entry
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The guide only shortens the search.
        #[test]
        fn the_entry_is_the_first_that_ends_beyond(
            weights in prop::collection::vec(0_u8..5, 1..40), drawn: u64,
        ) {
            let weights: Vec<f64> = weights.into_iter().map(f64::from).collect();
            let Some(list) = Weighted::new(&weights) else {
                prop_assert!(weights.iter().all(|weight| *weight == 0.0));
                return Ok(());
            };
            let entry = list.at(drawn);
            prop_assert!(weights[entry] > 0.0);
            let first = list.ends.iter().position(|end| drawn < *end);
            prop_assert_eq!(Some(entry), first.or(weights.iter().rposition(|it| *it > 0.0)));
        }
    }

    #[test]
    fn entries_come_as_often_as_they_weigh() {
        let list = Weighted::new(&[1.0, 0.0, 3.0]).unwrap();
        let mut random = SplitMix64::new(1);
        let mut counts = [0_i32; 3];
        for _ in 0..40_000 {
            counts[list.draw(&mut random)] += 1;
        }
        assert_eq!(counts[1], 0);
        // Five standard deviations are 433.
        assert!((counts[0] - 10_000).abs() < 433, "{counts:?}");
    }

    #[test]
    fn what_weighs_nothing_is_not_drawn_at_either_end() {
        let list = Weighted::new(&[0.0, 2.0, 0.0, 1.0, 0.0]).unwrap();
        assert_eq!((list.at(0), list.at(u64::MAX)), (1, 3));
    }

    #[test]
    fn weights_of_nothing_are_none() {
        assert!(Weighted::new(&[]).is_none());
        assert!(Weighted::new(&[0.0]).is_none());
        assert!(Weighted::new(&[1.0, -1.0]).is_none());
        assert!(Weighted::new(&[f64::NAN]).is_none());
    }
}
