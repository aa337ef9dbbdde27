//! The people: as many as one wishes, each computed from a number when asked for.
//!
//! Nothing is kept of them but how many are born on each day and live in each municipality. A
//! person's row is mapped by two permutations to a place in the order of births, which gives birth
//! date, sex and identity number, and to a place in the order of residences, which gives the
//! municipality; all else is drawn from the person's own stream. So people are independent of each
//! other and of who was asked for before, identity numbers are unique without a memory of them, and
//! who lives in a municipality can be listed.

mod address;
mod age_pyramid;
mod births;
mod language;
mod person;
mod residence;
mod table;
#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;

use chrono::{Datelike as _, NaiveDate};

use crate::permutation::Permutation;
use crate::random::{Purpose, SplitMix64};
use age_pyramid::AgePyramid;
use births::Births;
use language::Languages;
use residence::Residences;

pub(crate) use address::Address;
pub(crate) use age_pyramid::age_groups;
pub use person::Person;
pub(crate) use person::Phone;
pub use table::TableError;
pub(crate) use table::rows;

/// How many people in a hundred are permanent residents: `docs/population.md`.
const PERMANENT_RESIDENTS_PERCENT: f64 = 3.9;

/// The years in which people may live: as far as the warehouse's calendar reaches.
const START_YEARS: RangeInclusive<i32> = 1900..=2300;

/// A population that cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PopulationError {
    /// No people.
    #[error("a population of 0 people: give a count of 1 or more")]
    Empty,
    /// A day that files and ID numbers cannot tell.
    #[error("the start {start} is not in the years {} to {}", START_YEARS.start(), START_YEARS.end())]
    Start {
        /// The day that was asked for.
        start: NaiveDate,
    },
    /// More people of one birth date and sex than identity numbers.
    #[error(
        "{count} people are too many: a birth date and sex has {numbers} South African ID numbers, and \
         more than that would share one; give a count of {people_max} or less"
    )]
    IdNumbersUsedUp {
        /// How many were asked for.
        count: u64,
        /// How many identity numbers a birth date and sex has.
        numbers: u64,
        /// How many people are possible, a little less than the limit.
        people_max: u64,
    },
    /// An embedded table is damaged.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// The people of a seed, a day and a number of people.
#[derive(Debug)]
pub struct Population {
    seed: u64,
    start: NaiveDate,
    count: u64,
    births: Births,
    birth_order: Permutation,
    residences: Residences,
    residence_order: Permutation,
    languages: Languages,
    /// The province of each municipality.
    provinces: Vec<usize>,
}

impl Population {
    /// The people who live at the start: nobody is born later or older than 110 years.
    pub fn new(seed: u64, start: NaiveDate, count: u64) -> Result<Self, PopulationError> {
        if count == 0 {
            return Err(PopulationError::Empty);
        }
        if !START_YEARS.contains(&start.year()) {
            return Err(PopulationError::Start { start });
        }
        let pyramid = AgePyramid::embedded()?;
        let municipalities = residence::municipalities()?;
        let languages = Languages::embedded()?;
        let provinces = municipalities
            .iter()
            .map(|it| languages.province(&it.province));
        Ok(Self {
            seed,
            start,
            count,
            provinces: provinces.collect::<Result<_, _>>()?,
            births: Births::new(seed, start, count, &pyramid)?,
            birth_order: Permutation::new(seed, Purpose::BirthOrder, count),
            residences: Residences::new(seed, count, municipalities)?,
            residence_order: Permutation::new(seed, Purpose::ResidenceOrder, count),
            languages,
        })
    }

    /// How many people there are; rows are the numbers below.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The day on which they live.
    pub fn start(&self) -> NaiveDate {
        self.start
    }

    /// The person of a row, which is below the count.
    pub fn person(&self, row: u64) -> Person<'_> {
        let birth = self.births.at(self.birth_order.at(row));
        let home = self.residences.at(self.residence_order.at(row));
        let mut random = SplitMix64::of(self.seed, Purpose::Person, row);
        let is_permanent_resident = random.percent(PERMANENT_RESIDENTS_PERCENT);
        let (home_language, names) = self.languages.draw(self.provinces[home], &mut random);
        let (first_name, last_name) = names.draw(birth.is_female, &mut random);
        let municipality = &self.residences.municipalities()[home];
        Person {
            row,
            home,
            birth,
            is_permanent_resident,
            home_language,
            first_name,
            last_name,
            address: Address::draw(municipality, &mut random),
            contact: person::Contact::draw(self.start, &birth, &mut random),
        }
    }

    /// A municipality where anybody may live.
    pub(crate) fn draw_municipality(&self, random: &mut SplitMix64) -> usize {
        self.residences.at(random.below(self.count))
    }

    /// An address in a municipality.
    pub(crate) fn draw_address(&self, municipality: usize, random: &mut SplitMix64) -> Address<'_> {
        Address::draw(&self.residences.municipalities()[municipality], random)
    }

    /// The municipalities, as (name, province).
    pub(crate) fn municipalities(&self) -> impl Iterator<Item = (&str, &str)> {
        let municipalities = self.residences.municipalities().iter();
        municipalities.map(|it| (it.name.as_str(), it.province.as_str()))
    }

    /// How many people are born on a day, as (day, whether they are women, people).
    pub(crate) fn births(&self) -> impl Iterator<Item = (NaiveDate, bool, u64)> {
        self.births.counts()
    }

    /// The rows of the people who are born on a day.
    pub(crate) fn born_on(&self, date: NaiveDate) -> impl Iterator<Item = u64> {
        let places = self.births.places_of(date);
        places.map(|place| self.birth_order.inverse(place))
    }

    /// How many people live in a municipality.
    pub(crate) fn residents(&self, municipality: usize) -> u64 {
        let places = self.residences.places_of(municipality);
        places.end - places.start
    }

    /// The row of a resident of a municipality, by a number below [`Population::residents`].
    pub(crate) fn resident(&self, municipality: usize, number: u64) -> u64 {
        let places = self.residences.places_of(municipality);
        self.residence_order.inverse(places.start + number)
    }
}
