//! Who is in a snapshot.

use std::ops::Range;

use super::journal::Journal;
use crate::random::{Purpose, SplitMix64};
use crate::registry::record;

/// How many records in a hundred are closed within the days below, for a while or for good:
/// assumptions.
const LEAVE_PERCENT: f64 = 2.0;
const LEAVE_WITHIN_DAYS: i64 = 20;
const COME_BACK_PERCENT: f64 = 50.0;
const AWAY_DAYS_MAX: i64 = 5;

/// When a patient is registered.
#[derive(Debug)]
pub(super) struct Presence {
    died_seconds: Option<i64>,
    /// When they first reached a bed of the hospital.
    treated_seconds: Option<i64>,
    /// Days, counted from 0, on which the record is closed.
    away: Range<i64>,
}

impl Presence {
    /// That of a patient of a hospital, who is the person of a row.
    pub(super) fn of(
        journal: &Journal,
        (seed, hospital, patient): (u64, usize, u64),
        row: u64,
    ) -> Self {
        Self {
            died_seconds: journal.deaths.get(&row).copied(),
            treated_seconds: journal.treated[hospital].get(&patient).copied(),
            away: away(seed, record(hospital, patient)),
        }
    }

    /// Whether they are registered at the end of a day, counted from 0. Whoever was treated by then
    /// does not leave but by death, and comes back where the record was closed.
    pub(super) fn is_registered(&self, (day, end_seconds): (i64, i64)) -> bool {
        let is_before_end = |at: Option<i64>| at.is_some_and(|at| at < end_seconds);
        let is_away = self.away.contains(&day);
        !is_before_end(self.died_seconds) && (!is_away || is_before_end(self.treated_seconds))
    }
}

/// The days on which a record is closed; none of most records.
fn away(seed: u64, record: u64) -> Range<i64> {
    let mut random = SplitMix64::of(seed, Purpose::Absence, record);
    if !random.percent(LEAVE_PERCENT) {
        return 0..0;
    }
    let leaves = random.between(1, LEAVE_WITHIN_DAYS);
    let comes_back = random.percent(COME_BACK_PERCENT);
    let days = random.between(1, AWAY_DAYS_MAX);
    leaves..if comes_back { leaves + days } else { i64::MAX }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_away_on_the_first_day_and_some_come_back() {
        let (mut left, mut back) = (0, 0);
        for record in 0..20_000 {
            let days: Vec<bool> = (0..9).map(|day| away(42, record).contains(&day)).collect();
            assert!(!days[0]);
            let was_away = days.contains(&true);
            left += u32::from(was_away);
            back += u32::from(was_away && !days[8]);
        }
        println!("{left} left, {back} of them came back");
        assert!(left > 100 && back > 20 && back < left);
    }
}
