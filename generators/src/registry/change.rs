//! What changes in a patient's record, and when.

use std::ops::RangeInclusive;

use crate::random::{Purpose, SplitMix64};

/// How many records in a hundred change on a day.
const CHANGES_A_DAY_PERCENT: f64 = 2.0;

/// Records are changed while offices are open: from 07:00 to 21:00.
const OFFICE_SECONDS: (i64, i64) = (7 * 3600, 21 * 3600);

/// A change of a record.
#[derive(Debug, Clone)]
pub(super) struct Change {
    /// Seconds from the start, or from the midnight of the day.
    pub(super) at_seconds: i64,
    /// The day, from 0.
    pub(super) day: i64,
    pub(super) what: What,
    /// For what is new.
    pub(super) random: SplitMix64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Address,
    Phone,
    MedicalScheme,
    MaritalStatus,
    Conditions,
}

/// What changes, and how many changes in a hundred are of it: assumptions.
const KINDS: [(What, u64); 5] = [
    (What::Address, 35),
    (What::Phone, 30),
    (What::MedicalScheme, 15),
    (What::MaritalStatus, 8),
    (What::Conditions, 12),
];

/// The changes of a record on some days, in order; `at_seconds` counts from the midnight of the day.
///
/// There are none before day 0: what a record says then is what it says first.
pub(super) fn changes(
    seed: u64,
    record: u64,
    days: RangeInclusive<i64>,
) -> impl Iterator<Item = Change> {
    let days = (*days.start()).max(0)..=*days.end();
    days.filter_map(move |day| change_of_day(seed, record, day))
}

/// The change of a record on a day, counted from 0.
fn change_of_day(seed: u64, record: u64, day: i64) -> Option<Change> {
    let number = record << 16 ^ day.cast_unsigned();
    let mut random = SplitMix64::of(seed, Purpose::Change, number);
    if !random.percent(CHANGES_A_DAY_PERCENT) {
        return None;
    }
    let (opens, closes) = OFFICE_SECONDS;
    let at_seconds = random.between(opens, closes);
    let mut drawn = random.below(100);
    let found = KINDS.into_iter().find(|(_, percent)| {
        let is_it = drawn < *percent;
        drawn = drawn.saturating_sub(*percent);
        is_it
    });
    let what = found.map_or(What::Address, |(what, _)| what);
    Some(Change {
        at_seconds,
        day,
        what,
        random,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_in_a_hundred_change_on_a_day_and_each_once() {
        let mut count = 0;
        for record in 0..10_000 {
            let nine_days: Vec<Change> = changes(42, record, 0..=8).collect();
            assert!(nine_days.is_sorted_by(|one, next| one.day < next.day));
            count += nine_days.len();
        }
        // 1,800 are expected; five standard deviations are 210.
        assert!((1590..2010).contains(&count), "{count}");
    }

    #[test]
    fn a_span_is_the_sum_of_its_parts() {
        let days = |from, to| -> Vec<(i64, i64)> {
            let changes = changes(7, 3, from..=to);
            changes.map(|it| (it.day, it.at_seconds)).collect()
        };
        let whole = days(-1000, 400);
        assert!(!whole.is_empty() && whole.iter().all(|(day, _)| *day >= 0));
        for cut in [-1, 0, 9, whole[0].0 - 1, whole[0].0] {
            let mut parts = days(-1000, cut);
            parts.extend(days(cut + 1, 400));
            assert_eq!(parts, whole);
        }
    }
}
