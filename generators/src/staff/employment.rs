//! From when to when each member of staff holds which position.

use chrono::NaiveDate;

use super::registration_number::RegistrationNumber;

/// One member of staff's work: in one position, from one day until the 65th birthday.
#[derive(Debug, Clone, Copy)]
pub(super) struct Employment {
    /// Row in `people.csv`, from 0.
    pub(super) row: u64,
    /// Place in the roster.
    pub(super) position: usize,
    pub(super) registration_number: RegistrationNumber,
    pub(super) hired_on: NaiveDate,
    pub(super) starts_on: NaiveDate,
    /// Exclusive.
    pub(super) ends_on: NaiveDate,
    /// Who held the position before, by number.
    pub(super) replaces: Option<usize>,
    /// Who holds it afterwards.
    pub(super) replaced_by: Option<usize>,
}

/// All employments, as far as they are planned.
#[derive(Debug)]
pub(super) struct Employments {
    /// First whoever holds each position at the start, in the order of positions; then who replaces
    /// them, by date and position. So a number does not depend on how far one looks.
    pub(super) list: Vec<Employment>,
    /// Who retires on that day or later is replaced by nobody.
    pub(super) planned_until: NaiveDate,
}

impl Employments {
    /// The number of who holds a position on a date: before the first one's first day the first one,
    /// and where the plan ends the last one.
    pub(super) fn holder(&self, position: usize, on: NaiveDate) -> usize {
        let mut holder = position;
        while self.list[holder].ends_on <= on {
            match self.list[holder].replaced_by {
                Some(next) => holder = next,
                None => break,
            }
        }
        holder
    }

    /// How many start before a date; they are the first ones. The date is after the start.
    pub(super) fn count_before(&self, date: NaiveDate) -> usize {
        let initial = |it: &Employment| it.replaces.is_none();
        self.list
            .partition_point(|it| initial(it) || it.starts_on < date)
    }
}
