//! Random numbers that are the same on every machine.

use crate::float::float;

/// What random numbers are drawn for. Each thing draws from a stream of its own, so that no draw
/// moves another: a person is the same whoever else was asked for before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub(crate) enum Purpose {
    Births = 1,
    Residences,
    BirthOrder,
    ResidenceOrder,
    Person,
    Health,
    Registration,
    PatientOrder,
    Change,
    Arrivals,
    Flow,
    Absence,
    Clinical,
    Register,
    Staff,
    StaffRegistration,
    Fault,
    FileFault,
}

/// `SplitMix64` (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014; the
/// constants are those of <https://prng.di.unimi.it/splitmix64.c>).
#[derive(Debug, Clone)]
pub(crate) struct SplitMix64(u64);

impl SplitMix64 {
    #[cfg(test)]
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The stream of one thing: always the same for a seed, a purpose and a number.
    pub(crate) fn of(seed: u64, purpose: Purpose, number: u64) -> Self {
        let keyed = mix(seed ^ (purpose as u64).wrapping_mul(GOLDEN));
        Self(mix(keyed ^ number.wrapping_mul(GOLDEN)))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// A number below `bound` (which is above 0). Its bias, below `bound` / 2^64, shows nowhere.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        scale(self.next(), bound)
    }

    /// A number from 0 to below 1, a multiple of 2^-53.
    pub(crate) fn fraction(&mut self) -> f64 {
        float(self.next() >> 11) / TWO_TO_53
    }

    /// A number of a range, its ends included.
    pub(crate) fn between(&mut self, least: i64, most: i64) -> i64 {
        let width = most.abs_diff(least).saturating_add(1);
        least.saturating_add_unsigned(self.below(width))
    }

    /// Whether something happens that happens so many times in a hundred.
    pub(crate) fn percent(&mut self, times: f64) -> bool {
        self.fraction() * 100.0 < times
    }

    /// A place in a list of that length, which is above 0.
    pub(crate) fn place(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }

    /// One of a list, which is not empty.
    pub(crate) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.place(list.len())]
    }
}

const TWO_TO_53: f64 = 9_007_199_254_740_992.0;

/// 2^64 divided by the golden ratio, made odd.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// A bijection of 64 bits in which every bit depends on every other.
pub(crate) const fn mix(number: u64) -> u64 {
    let mut mixed = number;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Maps 64 random bits to a number below `bound`.
pub(crate) fn scale(random: u64, bound: u64) -> u64 {
    let product = u128::from(random) * u128::from(bound);
    u64::try_from(product >> 64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_sequence_is_drawn() {
        // The first numbers of seed 1234567, as many implementations publish them.
        let mut random = SplitMix64::new(1_234_567);
        assert_eq!(random.next(), 6_457_827_717_110_365_317);
        assert_eq!(random.next(), 3_203_168_211_198_807_973);
        assert_eq!(random.next(), 9_817_491_932_198_370_423);
    }

    #[test]
    fn numbers_keep_to_their_range_and_reach_its_ends() {
        let mut random = SplitMix64::new(1);
        let drawn: Vec<i64> = (0..200).map(|_| random.between(-2, 2)).collect();
        assert_eq!(
            (drawn.iter().min(), drawn.iter().max()),
            (Some(&-2), Some(&2))
        );
        assert!((0..1000).all(|_| (0.0..1.0).contains(&random.fraction())));
    }

    #[test]
    fn streams_are_apart_by_seed_purpose_and_number() {
        let first = |seed, purpose, number| SplitMix64::of(seed, purpose, number).next();
        let all = [
            first(1, Purpose::Births, 1),
            first(2, Purpose::Births, 1),
            first(1, Purpose::Person, 1),
            first(1, Purpose::Births, 2),
        ];
        let distinct: std::collections::HashSet<u64> = all.into_iter().collect();
        assert_eq!(distinct.len(), all.len());
        assert_eq!(first(1, Purpose::Births, 1), all[0]);
    }
}
