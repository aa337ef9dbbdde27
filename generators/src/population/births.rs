//! When people are born, of which sex, and the identity numbers that follow from it.

use std::collections::HashMap;
use std::ops::Range;

use chrono::{Datelike, NaiveDate};
use domain::age::full_years;
use domain::id_number::IdNumber;

use super::PopulationError;
use super::age_pyramid::{AGE_MAX, AgePyramid};
use crate::float::{float, floor};
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
    /// The people of each day and sex, in this order, and a last one where there are none.
    cells: Vec<Cell>,
    /// The cell of each place that is a multiple of 2 to the power of `guide_bits`.
    guide: Vec<u32>,
    guide_bits: u32,
}

/// Places of the guide, which fit a processor's nearest cache together.
const GUIDE_MAX: u64 = 1 << 13;

/// The people of one birth date and sex.
#[derive(Debug, Clone, Copy)]
struct Cell {
    /// Where they begin in the order.
    start: u64,
    day: u32,
    /// How many numbers of the same six digits and sex people of the century before have.
    numbers_before: u16,
    first_sequence: u16,
}

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
#[derive(Clone, Copy, PartialEq, Eq)]
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
        let day_of_age = days_by_age(&days, start);
        let people_max = people_max(&days, start, pyramid, NUMBERS_MAX);
        let used_up = PopulationError::IdNumbersUsedUp {
            count,
            numbers: NUMBERS_MAX,
            people_max,
        };
        if count > people_max {
            return Err(used_up);
        }
        let mut counts = vec![0_u64; 2 * days.len()];
        let mut random = SplitMix64::of(seed, Purpose::Births, 0);
        for _ in 0..count {
            let (age, is_male) = pyramid.draw(&mut random);
            let (first, length) = day_of_age[age];
            let day = first + random.place(length);
            counts[2 * day + usize::from(is_male)] += 1;
        }
        let births = Self::of_counts(days, &counts);
        if births.numbers_used_max() > NUMBERS_MAX {
            return Err(used_up);
        }
        Ok(births)
    }

    /// How many numbers of one date in six digits and one sex are needed, at most.
    fn numbers_used_max(&self) -> u64 {
        let pairs = self.cells.iter().zip(&self.cells[1..]);
        let used =
            pairs.map(|(cell, next)| u64::from(cell.numbers_before) + next.start - cell.start);
        used.max().unwrap_or(0)
    }

    fn of_counts(days: Vec<Day>, counts: &[u64]) -> Self {
        let mut cells = Vec::with_capacity(counts.len() + 1);
        let mut start = 0;
        for (place, people) in counts.iter().enumerate() {
            let day = &days[place / 2];
            let before = day.century_before.map(|day| counts[2 * day + place % 2]);
            cells.push(Cell {
                start,
                day: u32::try_from(place / 2).unwrap_or(0),
                numbers_before: u16::try_from(before.unwrap_or(0)).unwrap_or(u16::MAX),
                first_sequence: first_sequence(&day.text),
            });
            start += people;
        }
        let end = Cell {
            start,
            day: 0,
            numbers_before: 0,
            first_sequence: 0,
        };
        cells.push(end);
        let guide_bits = (start / GUIDE_MAX).checked_ilog2().map_or(0, |it| it + 1);
        Self {
            guide: guide(&cells, guide_bits),
            guide_bits,
            days,
            cells,
        }
    }

    /// The places of those who are born on a day.
    pub(super) fn places_of(&self, date: NaiveDate) -> Range<u64> {
        let Ok(day) = self.days.binary_search_by_key(&date, |day| day.date) else {
            return 0..0;
        };
        self.cells[2 * day].start..self.cells[2 * day + 2].start
    }

    /// How many people are born on each day, by sex, as (day, whether they are women, people).
    pub(super) fn counts(&self) -> impl Iterator<Item = (NaiveDate, bool, u64)> {
        let cells = self.cells.windows(2).enumerate();
        cells.map(|(cell, bounds)| {
            let is_female = cell.is_multiple_of(2);
            let people = bounds[1].start - bounds[0].start;
            (self.days[cell / 2].date, is_female, people)
        })
    }

    /// The birth of the person at a place of the order, which is below the number of people.
    pub(super) fn at(&self, place: u64) -> Birth {
        let part = usize::try_from(place >> self.guide_bits).unwrap_or(0);
        let mut at = self.guide[part] as usize;
        while self.cells[at + 1].start <= place {
            at += 1;
        }
        let cell = self.cells[at];
        let day = &self.days[cell.day as usize];
        let number = u64::from(cell.numbers_before) + place - cell.start;
        let is_female = at.is_multiple_of(2);
        let (sequence, twelfth_digit) = sequence(number, cell.first_sequence);
        let of_sex = if is_female { 0 } else { SEQUENCES };
        Birth {
            born_on: day.date,
            born_on_text: day.text,
            is_female,
            sequence: u16::try_from(of_sex + sequence).unwrap_or(0),
            twelfth_digit,
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

/// The sequence and the twelfth digit of a number below [`NUMBERS_MAX`] of a birth date and sex.
fn sequence(number: u64, first: u16) -> (u64, u8) {
    let twelfth_digit = if number < SEQUENCES { b'8' } else { b'9' };
    (
        (number * STRIDE + u64::from(first)) % SEQUENCES,
        twelfth_digit,
    )
}

/// A sequence to begin with that differs from date to date, and not between centuries.
fn first_sequence(date: &[u8; 10]) -> u16 {
    let digits = date[2..].iter();
    let mixed = mix(digits.fold(0, |number, byte| number << 8 | u64::from(*byte)));
    u16::try_from(mixed % SEQUENCES).unwrap_or(0)
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

/// How many people there may be, so that it is next to certain that their identity numbers suffice.
///
/// The people of one birth date and sex are nearly Poisson-distributed about their expected number m.
/// With m + 5 sqrt(m) numbers, some date of the 80,000 runs out once in hundreds of draws.
fn people_max(days: &[Day], start: NaiveDate, pyramid: &AgePyramid, numbers: u64) -> u64 {
    let day_of_age = days_by_age(days, start);
    let share = |day: &Day, is_male| {
        let age = usize::try_from(full_years(day.date, start)).unwrap_or(0);
        pyramid.share(age, is_male) / float(day_of_age[age].1 as u64)
    };
    let of_six_digits = |day: &Day, is_male| {
        let before = day.century_before.map(|before| &days[before]);
        share(day, is_male) + before.map_or(0.0, |before| share(before, is_male))
    };
    let both = days.iter().flat_map(|day| [(day, false), (day, true)]);
    let fullest = both
        .map(|(day, is_male)| of_six_digits(day, is_male))
        .fold(f64::MIN_POSITIVE, f64::max);
    let root = (libm::sqrt(25.0 + 4.0 * float(numbers)) - 5.0) / 2.0;
    floor(root * root / fullest)
}

/// The cell of each place that is a multiple of 2 to the power of `bits`.
fn guide(cells: &[Cell], bits: u32) -> Vec<u32> {
    let people = cells.last().map_or(0, |end| end.start);
    let mut cell = 0;
    let steps = 0..people.div_ceil(1 << bits);
    let guide = steps.map(|step| {
        while cells[cell + 1].start <= step << bits {
            cell += 1;
        }
        u32::try_from(cell).unwrap_or(0)
    });
    guide.collect()
}

/// Shows nothing: it is identity.
impl std::fmt::Debug for Birth {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Birth(secret)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn every_number_of_a_date_and_sex_is_another() {
        let numbers = (0..NUMBERS_MAX).map(|number| sequence(number, 4_321));
        let distinct: std::collections::HashSet<(u64, u8)> = numbers.collect();
        assert_eq!(distinct.len() as u64, NUMBERS_MAX);
        assert!(distinct.iter().all(|(sequence, _)| *sequence < SEQUENCES));
    }

    /// With numbers enough for 100 instead of 10,000 people of a date and sex, so that it is quick.
    #[test]
    fn so_many_people_as_the_error_says_have_numbers_enough() {
        let pyramid = AgePyramid::embedded().unwrap();
        for (seed, start) in [(42, "2026-03-02"), (7, "2024-02-29")] {
            let start = day(start);
            let possible = people_max(&days_before(start), start, &pyramid, 100);
            let births = Births::new(seed, start, possible, &pyramid).unwrap();
            assert!(births.numbers_used_max() <= 100, "{possible}");
            // And not far fewer than possible.
            let births = Births::new(seed, start, 2 * possible, &pyramid).unwrap();
            assert!(births.numbers_used_max() > 100, "{possible}");
        }
    }

    #[test]
    fn who_is_of_an_age_was_born_on_one_of_its_days() {
        for start in [
            "2026-03-02",
            "2024-02-29",
            "2025-02-28",
            "1900-01-01",
            "2300-12-31",
        ] {
            let start = day(start);
            let days = days_before(start);
            let by_age = days_by_age(&days, start);
            assert_eq!(by_age.len(), AGE_MAX + 1);
            assert_eq!(
                by_age.iter().map(|(_, length)| length).sum::<usize>(),
                days.len()
            );
            for (age, (first, length)) in by_age.into_iter().enumerate() {
                assert!((365..=366).contains(&length), "{age}: {length}");
                for day in &days[first..first + length] {
                    assert_eq!(usize::try_from(full_years(day.date, start)), Ok(age));
                    assert_eq!(day.text, *day.date.to_string().as_bytes());
                }
            }
        }
    }
}
