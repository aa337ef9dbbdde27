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

use chrono::NaiveDate;

use crate::permutation::Permutation;
use crate::random::{Purpose, SplitMix64};
use age_pyramid::AgePyramid;
use births::Births;
use language::{Languages, Spoken};
use residence::Residences;

pub(crate) use address::Address;
pub use person::Person;
pub(crate) use person::Phone;
pub use table::TableError;
pub(crate) use table::rows;

/// How many people in a hundred are permanent residents: `generators/data/SOURCES.md`.
const PERMANENT_RESIDENTS_PERCENT: f64 = 3.9;

/// More people than this are refused at once; no network needs them.
const PEOPLE_MAX: u64 = 1_000_000_000;

/// A population that cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PopulationError {
    /// No people.
    #[error("a population of 0 people: give a count of 1 or more")]
    Empty,
    /// More people than rows are counted.
    #[error("{count} people are too many: at most {PEOPLE_MAX} are possible")]
    TooMany {
        /// How many were asked for.
        count: u64,
    },
    /// More people of one birth date and sex than identity numbers.
    #[error(
        "{count} people are too many: {fullest} of one sex would be born on one day, and there are \
         {numbers} South African ID numbers for them; at most {at_most} people are possible"
    )]
    IdNumbersUsedUp {
        /// How many were asked for.
        count: u64,
        /// How many of them share birth date and sex, at most.
        fullest: u64,
        /// How many identity numbers a birth date and sex has.
        numbers: u64,
        /// How many people are possible, a little less than the limit.
        at_most: u64,
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
    /// What is spoken in each municipality.
    spoken: Vec<Spoken>,
}

impl Population {
    /// The people who live at the start: nobody is born later or older than 110 years.
    pub fn new(seed: u64, start: NaiveDate, count: u64) -> Result<Self, PopulationError> {
        if count == 0 {
            return Err(PopulationError::Empty);
        }
        if count > PEOPLE_MAX {
            return Err(PopulationError::TooMany { count });
        }
        let pyramid = AgePyramid::embedded()?;
        let municipalities = residence::municipalities()?;
        let languages = Languages::embedded()?;
        let spoken = municipalities
            .iter()
            .map(|it| languages.of(&it.province).cloned());
        Ok(Self {
            seed,
            start,
            count,
            spoken: spoken.collect::<Result<_, _>>()?,
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
        let (home_language, names) = self.languages.draw(&self.spoken[home], &mut random);
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

    /// An address where anybody may live.
    pub(crate) fn draw_address(&self, random: &mut SplitMix64) -> Address<'_> {
        let home = self.residences.at(random.below(self.count));
        Address::draw(&self.residences.municipalities()[home], random)
    }

    /// Another address in the municipality of a person.
    pub(crate) fn draw_address_near(
        &self,
        person: &Person<'_>,
        random: &mut SplitMix64,
    ) -> Address<'_> {
        Address::draw(&self.residences.municipalities()[person.home], random)
    }

    /// The municipalities, as (name, province).
    pub(crate) fn municipalities(&self) -> impl Iterator<Item = (&str, &str)> {
        let municipalities = self.residences.municipalities().iter();
        municipalities.map(|it| (it.name.as_str(), it.province.as_str()))
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
