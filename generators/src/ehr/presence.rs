//! Who is in a snapshot.

use super::journal::Journal;
use crate::random::{Purpose, SplitMix64};
use crate::registry::record;

/// How many records in a hundred are closed within the days below, for a while or for good:
/// assumptions.
const LEAVE_PERCENT: f64 = 2.0;
const LEAVE_WITHIN_DAYS: i64 = 20;
const COME_BACK_PERCENT: f64 = 50.0;
const AWAY_DAYS_MAX: i64 = 5;

/// Whether a patient is registered at the end of a day, counted from 0. Whoever was
/// treated by then does not leave but by death, and comes back where the record was closed.
pub(super) fn is_registered(
    journal: &Journal,
    (seed, hospital, patient): (u64, usize, u64),
    row: u64,
    (day, end_seconds): (i64, i64),
) -> bool {
    if journal
        .deaths
        .get(&row)
        .is_some_and(|died| *died < end_seconds)
    {
        return false;
    }
    !is_away(seed, record(hospital, patient), day)
        || journal.treated[hospital]
            .get(&patient)
            .is_some_and(|first| *first < end_seconds)
}

/// Whether a record is closed on a day.
fn is_away(seed: u64, record: u64, day: i64) -> bool {
    let mut random = SplitMix64::of(seed, Purpose::Absence, record);
    if !random.percent(LEAVE_PERCENT) {
        return false;
    }
    let leaves = random.between(1, LEAVE_WITHIN_DAYS);
    let comes_back = random.percent(COME_BACK_PERCENT);
    let days = random.between(1, AWAY_DAYS_MAX);
    day >= leaves && !(comes_back && day >= leaves + days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_away_on_the_first_day_and_some_come_back() {
        let (mut left, mut back) = (0, 0);
        for record in 0..20_000 {
            let days: Vec<bool> = (0..9).map(|day| is_away(42, record, day)).collect();
            assert!(!days[0]);
            let was_away = days.contains(&true);
            left += u32::from(was_away);
            back += u32::from(was_away && !days[8]);
        }
        println!("{left} left, {back} of them came back");
        assert!(left > 100 && back > 20 && back < left);
    }
}
