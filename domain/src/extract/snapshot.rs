//! The canonical form of a hospital's daily snapshots: a row where a patient's state differs from
//! that of the preceding loaded day, absence included.
//!
//! The form is a function of the set of snapshots alone, so days may be loaded in any order: a day
//! that comes late is put in its place, and the day that follows it is mended. What a patient's
//! rows say of a day that is loaded is what the last row up to it says.

use chrono::NaiveDate;

/// What a snapshot says of a patient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State<R> {
    /// The patient is registered, like this.
    Registered(R),
    /// The patient is not registered.
    Absent,
    /// Nothing: the patient's line was quarantined, or a line of the file that may be the patient's.
    Unreadable,
}

/// A loaded snapshot of a hospital.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snapshot {
    /// Its day.
    pub date: NaiveDate,
    /// Whether it withdraws whom it does not name: not where a line's patient cannot be read.
    pub withdraws: bool,
}

impl Snapshot {
    /// What it says of a patient whom it does not name.
    fn unnamed<R>(self) -> State<R> {
        if self.withdraws {
            State::Absent
        } else {
            State::Unreadable
        }
    }
}

/// The rows of a patient after one more snapshot is loaded.
///
/// `rows` are the patient's before it, `snapshots` the hospital's that are loaded before it, both
/// in the order of their days, and `named` is what the new one says of the patient, if it names
/// the patient. A patient's rows begin with the first day that names the patient: before it a
/// snapshot says nothing of somebody of whom nobody has heard.
pub fn with<R: Clone + PartialEq>(
    rows: &[(NaiveDate, State<R>)],
    snapshots: &[Snapshot],
    new: Snapshot,
    named: Option<&State<R>>,
) -> Vec<(NaiveDate, State<R>)> {
    let first_row = rows.first().map(|(date, _)| *date);
    let named_on = named.map(|_| new.date);
    let Some(first) = first_row.into_iter().chain(named_on).min() else {
        return Vec::new();
    };
    let before = snapshots.iter().take_while(|it| it.date < new.date);
    let after = snapshots.iter().skip_while(|it| it.date <= new.date);
    let days = before.chain([&new]).chain(after);
    let mut canonical: Vec<(NaiveDate, State<R>)> = Vec::new();
    for day in days.skip_while(|day| day.date < first) {
        let state = if day.date == new.date {
            named.cloned().unwrap_or_else(|| new.unnamed())
        } else {
            stated(rows, day.date).unwrap_or_else(|| day.unnamed())
        };
        if canonical.last().is_none_or(|(_, last)| *last != state) {
            canonical.push((day.date, state));
        }
    }
    canonical
}

/// What rows say of a day that was loaded when they were made.
fn stated<R: Clone>(rows: &[(NaiveDate, State<R>)], date: NaiveDate) -> Option<State<R>> {
    let begun = rows.partition_point(|(of, _)| *of <= date);
    let last = begun.checked_sub(1)?;
    Some(rows[last].1.clone())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::State::{Absent, Registered, Unreadable};
    use super::*;

    type Rows = Vec<(NaiveDate, State<char>)>;

    fn day(number: u8) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, number.into()).unwrap()
    }

    /// A day's snapshot: what it says of the patient, if it names the patient, and whether it
    /// withdraws.
    type Day = (Option<State<char>>, bool);

    /// The rows after the days were loaded in an order, each numbered from 1.
    fn loaded(days: &[Day], order: &[usize]) -> Rows {
        let (mut rows, mut snapshots) = (Rows::new(), Vec::new());
        for &number in order {
            let (named, withdraws) = &days[number];
            let new = Snapshot {
                date: day(u8::try_from(number + 1).unwrap()),
                withdraws: *withdraws,
            };
            rows = with(&rows, &snapshots, new, named.as_ref());
            snapshots.push(new);
            snapshots.sort_by_key(|it| it.date);
        }
        rows
    }

    /// The definition: a row where the state differs from that of the day before, from the first
    /// day on that names the patient.
    fn model(days: &[Day]) -> Rows {
        let states: BTreeMap<usize, State<char>> = (0..days.len())
            .filter(|number| days[..=*number].iter().any(|(named, _)| named.is_some()))
            .map(|number| {
                let (named, withdraws) = &days[number];
                let unnamed = if *withdraws { Absent } else { Unreadable };
                (number, named.clone().unwrap_or(unnamed))
            })
            .collect();
        let differs = |number: &usize| {
            let before = number.checked_sub(1).and_then(|it| states.get(&it));
            before != states.get(number)
        };
        let numbers = states.keys().filter(|number| differs(number));
        numbers
            .map(|number| {
                let date = day(u8::try_from(number + 1).unwrap());
                (date, states[number].clone())
            })
            .collect()
    }

    fn orders(of: usize) -> Vec<Vec<usize>> {
        if of == 0 {
            return vec![Vec::new()];
        }
        let mut all = Vec::new();
        for shorter in orders(of - 1) {
            for place in 0..of {
                let mut order = shorter.clone();
                order.insert(place, of - 1);
                all.push(order);
            }
        }
        all
    }

    #[test]
    fn all_orders_of_a_b_a_absent_give_the_same_rows() {
        let days = ['A', 'B', 'A'].map(|it| (Some(Registered(it)), true));
        let days = [days.as_slice(), &[(None, true)]].concat();
        let expected = vec![
            (day(1), Registered('A')),
            (day(2), Registered('B')),
            (day(3), Registered('A')),
            (day(4), Absent),
        ];
        let orders = orders(4);
        assert_eq!(orders.len(), 24);
        for order in orders {
            assert_eq!(loaded(&days, &order), expected, "{order:?}");
        }
    }

    #[test]
    fn a_day_that_comes_late_mends_the_following_one() {
        let days = ['A', 'B', 'B'].map(|it| (Some(Registered(it)), true));
        let before = loaded(&days, &[0, 2]);
        assert_eq!(
            before,
            [(day(1), Registered('A')), (day(3), Registered('B'))]
        );
        let after = loaded(&days, &[0, 2, 1]);
        assert_eq!(
            after,
            [(day(1), Registered('A')), (day(2), Registered('B'))]
        );

        let days = ['A', 'B', 'A'].map(|it| (Some(Registered(it)), true));
        assert_eq!(loaded(&days, &[0, 2]), [(day(1), Registered('A'))]);
        assert_eq!(loaded(&days, &[0, 2, 1]).len(), 3);
    }

    #[test]
    fn a_quarantined_line_is_no_absence() {
        let days = [
            (Some(Registered('A')), true),
            (Some(Unreadable), true),
            (None, false),
            (None, true),
        ];
        for order in orders(4) {
            let rows = loaded(&days, &order);
            let expected = [
                (day(1), Registered('A')),
                (day(2), Unreadable),
                (day(4), Absent),
            ];
            assert_eq!(rows, expected, "{order:?}");
        }
    }

    #[test]
    fn nobody_is_withdrawn_who_was_never_named() {
        for withdraws in [true, false] {
            let days = vec![(None, withdraws); 3];
            assert_eq!(loaded(&days, &[2, 0, 1]), Rows::new());
        }
    }

    fn days() -> impl Strategy<Value = Vec<Day>> {
        let named = prop_oneof![
            2 => Just(None),
            4 => prop_oneof![Just('A'), Just('B')].prop_map(|it| Some(Registered(it))),
            1 => Just(Some(Unreadable)),
        ];
        prop::collection::vec((named, prop::bool::weighted(0.8)), 1..8)
    }

    proptest! {
        #[test]
        fn rows_are_those_of_the_definition_in_any_order(
            (days, order) in days().prop_flat_map(|days| {
                let order: Vec<usize> = (0..days.len()).collect();
                (Just(days), Just(order).prop_shuffle())
            })
        ) {
            prop_assert_eq!(loaded(&days, &order), model(&days));
        }

        #[test]
        fn a_snapshot_loaded_again_changes_nothing(
            (days, again) in days().prop_flat_map(|days| {
                let again = 0..days.len();
                (Just(days), again)
            })
        ) {
            let order: Vec<usize> = (0..days.len()).collect();
            let rows = loaded(&days, &order);
            let snapshot = |(number, (_, withdraws)): (usize, &Day)| Snapshot {
                date: day(u8::try_from(number + 1).unwrap()),
                withdraws: *withdraws,
            };
            let snapshots: Vec<Snapshot> = days.iter().enumerate().map(snapshot).collect();
            let named = days[again].0.as_ref();
            prop_assert_eq!(with(&rows, &snapshots, snapshots[again], named), rows);
        }
    }
}
