//! When people are born, of which sex, and the identity numbers that follow from it.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};
use domain::age::full_years;
use domain::id_number::IdNumber;

use super::PopulationError;
use super::age_pyramid::{AGE_MAX, AgePyramid};
use crate::random::{Purpose, SplitMix64, mix};

/// Sequences of one birth date and sex.
const SEQUENCES: u64 = 5_000;

/// Identity numbers of one date in six digits and one sex: each sequence with 8 and with 9 as the
/// twelfth digit. The citizenship digit depends on the person and so adds none.
const NUMBERS_MAX: u64 = 2 * SEQUENCES;

/// Has no divisor in common with the sequences, so that multiples of it meet all of them.
const STRIDE: u64 = 1_237;

/// The people of a population by birth date and sex: first all girls of the first day, then all
/// boys of it, and so on. A person's place in this order tells both.
///
/// No two people have one identity number: within a birth date and sex numbers are given by place,
/// and where six digits mean two dates, a century apart, the later one goes on where the earlier
/// one ends.
#[derive(Debug)]
pub(super) struct Births {
    days: Vec<Day>,
    /// Where each cell (day and sex) begins in the order, and the end of the last one.
    starts: Vec<u64>,
    /// The cell of each `GUIDE_STEP`-th place.
    guide: Vec<u32>,
}

const GUIDE_STEP: u64 = 64;

/// One birth date.
#[derive(Debug)]
struct Day {
    date: NaiveDate,
    /// `YYYY-MM-DD`.
    text: [u8; 10],
    /// The day that shares the six digits and lies a century before, where people of it live.
    century_before: Option<usize>,
}

/// One person's birth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Birth {
    pub(super) born_on: NaiveDate,
    pub(super) born_on_text: [u8; 10],
    pub(super) is_female: bool,
    sequence: u16,
    twelfth_digit: u8,
}

impl Births {
    /// Draws how many people are born on each day.
    pub(super) fn new(
        seed: u64,
        start: NaiveDate,
        count: u64,
        pyramid: &AgePyramid,
    ) -> Result<Self, PopulationError> {
        let days = days_before(start);
        let mut counts = vec![0_u64; 2 * days.len()];
        let day_of_age = days_by_age(&days, start);
        let mut random = SplitMix64::of(seed, Purpose::Births, 0);
        for _ in 0..count {
            let (age, is_male) = pyramid.draw(&mut random);
            let (first, length) = day_of_age[age];
            let day = first + random.place(length);
            counts[2 * day + usize::from(is_male)] += 1;
        }
        let mut starts = Vec::with_capacity(counts.len() + 1);
        let mut start_of_cell = 0;
        for count in &counts {
            starts.push(start_of_cell);
            start_of_cell += count;
        }
        starts.push(start_of_cell);
        let births = Self {
            guide: guide(&starts),
            days,
            starts,
        };
        births.check(count)?;
        Ok(births)
    }

    /// Whether every date and sex has identity numbers enough.
    fn check(&self, count: u64) -> Result<(), PopulationError> {
        let fullest = (0..self.starts.len() - 1)
            .map(|cell| self.numbers_before(cell) + self.people_of(cell))
            .max()
            .unwrap_or(0);
        if fullest <= NUMBERS_MAX {
            return Ok(());
        }
        // Rounded down generously: the fullest date of another count is another one.
        let at_most = u128::from(count) * u128::from(NUMBERS_MAX) / u128::from(fullest);
        Err(PopulationError::IdNumbersUsedUp {
            count,
            fullest,
            numbers: NUMBERS_MAX,
            at_most: u64::try_from(at_most / 100 * 98).unwrap_or(u64::MAX),
        })
    }

    fn people_of(&self, cell: usize) -> u64 {
        self.starts[cell + 1] - self.starts[cell]
    }

    /// How many numbers of the cell's six digits and sex people of the century before have.
    fn numbers_before(&self, cell: usize) -> u64 {
        let before = self.days[cell / 2].century_before;
        before.map_or(0, |day| self.people_of(2 * day + cell % 2))
    }

    /// The birth of the person at a place of the order, which is below the number of people.
    pub(super) fn at(&self, place: u64) -> Birth {
        let part = usize::try_from(place / GUIDE_STEP).unwrap_or(0);
        let mut cell = self.guide[part] as usize;
        while self.starts[cell + 1] <= place {
            cell += 1;
        }
        let day = &self.days[cell / 2];
        let number = self.numbers_before(cell) + place - self.starts[cell];
        let is_female = cell.is_multiple_of(2);
        let sequence = (number * STRIDE + first_sequence(&day.text)) % SEQUENCES;
        let sequence = if is_female {
            sequence
        } else {
            sequence + SEQUENCES
        };
        Birth {
            born_on: day.date,
            born_on_text: day.text,
            is_female,
            sequence: u16::try_from(sequence).unwrap_or(0),
            twelfth_digit: if number < SEQUENCES { b'8' } else { b'9' },
        }
    }
}

impl Birth {
    /// The identity number of who was born so.
    pub(super) fn id_number(&self, permanent_resident: bool) -> [u8; 13] {
        let [_, _, y1, y2, _, m1, m2, _, d1, d2] = self.born_on_text;
        let date = [y1, y2, m1, m2, d1, d2];
        IdNumber::digits(date, self.sequence, permanent_resident, self.twelfth_digit)
    }
}

/// A sequence to begin with that differs from date to date, and not between centuries.
fn first_sequence(date: &[u8; 10]) -> u64 {
    let digits = date[2..].iter();
    mix(digits.fold(0, |number, byte| number << 8 | u64::from(*byte))) % SEQUENCES
}

/// The birth dates of everybody who is at most [`AGE_MAX`] years old at the start, ascending.
fn days_before(start: NaiveDate) -> Vec<Day> {
    let mut dates: Vec<NaiveDate> = std::iter::successors(Some(start), NaiveDate::pred_opt)
        .take_while(|date| {
            usize::try_from(full_years(*date, start)).is_ok_and(|age| age <= AGE_MAX)
        })
        .collect();
    dates.reverse();
    let mut place_of = HashMap::new();
    let mut days: Vec<Day> = Vec::with_capacity(dates.len());
    for date in dates {
        let mut text = [b'-'; 10];
        for (place, byte) in text.iter_mut().zip(date.to_string().bytes()) {
            *place = byte;
        }
        let six_digits = (date.year() % 100, date.month(), date.day());
        let century_before = place_of.insert(six_digits, days.len());
        days.push(Day {
            date,
            text,
            century_before,
        });
    }
    days
}

/// For each age, the first of the days on which those of that age were born, and how many there are.
fn days_by_age(days: &[Day], start: NaiveDate) -> Vec<(usize, usize)> {
    let mut by_age = vec![(0, 0); AGE_MAX + 1];
    for (place, day) in days.iter().enumerate().rev() {
        if let Ok(age) = usize::try_from(full_years(day.date, start)) {
            by_age[age] = (place, by_age[age].1 + 1);
        }
    }
    by_age
}

/// The cell of each [`GUIDE_STEP`]-th place.
fn guide(starts: &[u64]) -> Vec<u32> {
    let people = starts.last().copied().unwrap_or(0);
    let mut cell = 0;
    let steps = 0..people.div_ceil(GUIDE_STEP);
    let guide = steps.map(|step| {
        while starts[cell + 1] <= step * GUIDE_STEP {
            cell += 1;
        }
        u32::try_from(cell).unwrap_or(0)
    });
    guide.collect()
}
