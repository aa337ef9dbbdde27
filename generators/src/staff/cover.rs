//! How many people a roster needs so that there are always enough.

use super::role::Role;
use super::shift::{ROSTER_DAYS, ShiftPattern};

/// Beds for which there is one position on the roll. `docs/flow-model.md`
/// gives shares of all staff (nurses 58, physiotherapists 2, pharmacists and assistants 4, clerks 10,
/// porters and ward helpers 7); the default network has 0.86 nurses a bed, and the rest follows.
const BEDS_PER_PHYSIOTHERAPIST: f64 = 34.0;
const BEDS_PER_PHARMACIST: f64 = 17.0;
const BEDS_PER_CLERK: f64 = 7.0;
const BEDS_PER_PORTER: f64 = 10.0;

/// Slots in which two who work days (or nights) follow each other: where one is off, the other works.
const PAIR: [u8; 2] = [0, 4];

/// Slots in which four who rotate follow each other: one works the day and one the night of any date.
const QUARTET: [u8; 4] = [0, 2, 4, 6];

/// One position's place in the roster.
pub(super) type Seat = (ShiftPattern, u8);

/// How many of a role are there in every shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cover {
    pub(super) day: u64,
    pub(super) night: u64,
}

impl Cover {
    /// What so many beds need, by the beds for which one is there.
    pub(super) fn of(beds: u64, beds_per_head_day: f64, beds_per_head_night: f64) -> Self {
        Self {
            day: heads(beds, beds_per_head_day),
            night: heads(beds, beds_per_head_night),
        }
    }

    /// The seats that give exactly this cover in each phase of the roster: 2 x (day + night) of them,
    /// however many rotate. Half of those who could do, so that nights do not fall to a few alone.
    /// Groups begin in different slots, so that not all change on one day.
    pub(super) fn seats(self) -> impl Iterator<Item = Seat> {
        let rotating = self.day.min(self.night) / 2;
        groups(ShiftPattern::Rotating, rotating, &QUARTET)
            .chain(groups(ShiftPattern::Day, self.day - rotating, &PAIR))
            .chain(groups(ShiftPattern::Night, self.night - rotating, &PAIR))
    }
}

/// The seats of a role that no minimum is asked of.
pub(super) fn proportional_seats(role: Role, beds: u64) -> impl Iterator<Item = Seat> {
    let (beds_per_head, pattern, group) = match role {
        Role::Physiotherapist => (BEDS_PER_PHYSIOTHERAPIST, ShiftPattern::Day, &PAIR[..]),
        Role::Pharmacist => (BEDS_PER_PHARMACIST, ShiftPattern::Day, &PAIR[..]),
        Role::Clerk => (BEDS_PER_CLERK, ShiftPattern::Rotating, &QUARTET[..]),
        Role::Porter => (BEDS_PER_PORTER, ShiftPattern::Rotating, &QUARTET[..]),
        Role::Doctor | Role::Nurse => (f64::INFINITY, ShiftPattern::Day, &PAIR[..]),
    };
    let heads = usize::try_from(heads(beds, beds_per_head)).unwrap_or(usize::MAX);
    groups(pattern, u64::MAX, group).take(heads)
}

/// So many groups of one pattern, each one slot later than the one before.
fn groups(pattern: ShiftPattern, count: u64, group: &[u8]) -> impl Iterator<Item = Seat> {
    // From there on the slots of a group are those of the first one again.
    let distinct = u64::from(ROSTER_DAYS) / group.len() as u64;
    (0..count).flat_map(move |number| {
        let later = u8::try_from(number % distinct).unwrap_or(0);
        group.iter().map(move |slot| (pattern, slot + later))
    })
}

/// `ceil(beds / beds_per_head)`.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "beds are fewer than 2^53; a cast of a float saturates"
)]
fn heads(beds: u64, beds_per_head: f64) -> u64 {
    (beds as f64 / beds_per_head).ceil() as u64
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use proptest::prelude::*;

    use super::*;
    use crate::staff::shift::Shift;

    proptest! {
        #[test]
        fn seats_hold_the_minimum_exactly_in_every_shift(day in 1_u64..60, night in 1_u64..60) {
            let seats: Vec<Seat> = Cover { day, night }.seats().collect();
            prop_assert!(seats.iter().all(|(_, slot)| *slot < ROSTER_DAYS));
            let first = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
            for date in first.iter_days().take(8) {
                for (is_night, needed) in [(false, day), (true, night)] {
                    let shift = Shift { date, is_night };
                    let there = seats.iter().filter(|(it, slot)| it.works(*slot, shift)).count();
                    prop_assert_eq!(there as u64, needed);
                }
            }
            prop_assert_eq!(seats.len() as u64, 2 * (day + night));
        }
    }

    #[test]
    fn some_work_days_some_nights_and_some_both() {
        let seats: Vec<Seat> = Cover { day: 8, night: 6 }.seats().collect();
        let of = |pattern| seats.iter().filter(|seat| seat.0 == pattern).count();
        assert_eq!(
            [
                ShiftPattern::Day,
                ShiftPattern::Night,
                ShiftPattern::Rotating
            ]
            .map(of),
            [10, 6, 12]
        );
    }

    #[test]
    fn a_part_of_a_head_is_a_head() {
        assert_eq!(Cover::of(12, 4.0, 5.0), Cover { day: 3, night: 3 });
        assert_eq!(Cover::of(13, 4.0, 1.5), Cover { day: 4, night: 9 });
        assert_eq!(Cover::of(1, 1000.0, 0.1), Cover { day: 1, night: 10 });
    }

    #[test]
    fn other_staff_are_in_proportion_to_beds() {
        let count = |role, beds| proportional_seats(role, beds).count();
        assert_eq!(Role::ALL.map(|role| count(role, 70)), [0, 0, 3, 5, 10, 7]);
        assert_eq!(count(Role::Pharmacist, 1), 1);
        assert_eq!(count(Role::Clerk, 0), 0);
    }
}
