//! Who may be hired: people of working age, the nearest first, each once.

use std::collections::{HashMap, HashSet, VecDeque};

use chrono::NaiveDate;
use domain::age::birthday;
use domain::network::{Hospital, Network};

use crate::population::{Person, Population};
use crate::registry::distance;

/// Nobody is hired before the day on which they are so old.
pub(super) const HIRED_FROM_YEARS: i32 = 22;

/// Nobody works from the day on which they are so old.
pub(super) const RETIRED_FROM_YEARS: i32 = 65;

/// Somebody who may be hired.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) row: u64,
    pub(super) is_female: bool,
    pub(super) born_on: NaiveDate,
}

impl Candidate {
    pub(super) fn of(person: &Person<'_>) -> Self {
        Self {
            row: person.row(),
            is_female: person.is_female(),
            born_on: person.born_on(),
        }
    }

    /// The first day of working age.
    pub(super) fn of_age_on(&self) -> NaiveDate {
        birthday(self.born_on, HIRED_FROM_YEARS)
    }

    /// The first day on which they work no more.
    pub(super) fn retires_on(&self) -> NaiveDate {
        birthday(self.born_on, RETIRED_FROM_YEARS)
    }
}

/// The people of working age who were not hired yet.
#[derive(Debug)]
pub(super) struct Candidates<'p> {
    population: &'p Population,
    /// Of age on that day at the latest, so that they can begin then.
    of_age_by: NaiveDate,
    searches: Vec<Search>,
    /// Which search each hospital has: hospitals of one place share it.
    search_of: Vec<usize>,
    /// Rows.
    hired: HashSet<u64>,
}

/// A search through the people, municipality by municipality, away from a place.
#[derive(Debug)]
struct Search {
    /// Municipalities, the nearest last.
    municipalities: Vec<usize>,
    resident: u64,
    /// Who was met and not asked for yet: men, women.
    waiting: [VecDeque<Candidate>; 2],
}

impl<'p> Candidates<'p> {
    /// Everybody who is of working age on a day before the start and still at the start.
    pub(super) fn new(population: &'p Population, network: &Network, of_age_by: NaiveDate) -> Self {
        let mut known = HashMap::new();
        let mut searches = Vec::new();
        let search_of = network.hospitals.iter().map(|hospital| {
            let place = (
                hospital.municipality.as_deref(),
                hospital.province.as_deref(),
            );
            *known.entry(place).or_insert_with(|| {
                searches.push(Search::around(hospital, population));
                searches.len() - 1
            })
        });
        Self {
            population,
            of_age_by,
            search_of: search_of.collect(),
            searches,
            hired: HashSet::new(),
        }
    }

    /// Takes the nearest to a hospital who are of a sex and suit.
    pub(super) fn take(
        &mut self,
        hospital: usize,
        is_female: bool,
        suits: impl Fn(&Candidate) -> bool,
    ) -> Option<Candidate> {
        let search = &mut self.searches[self.search_of[hospital]];
        loop {
            while let Some(candidate) = search.waiting[usize::from(is_female)].pop_front() {
                if suits(&candidate) && self.hired.insert(candidate.row) {
                    return Some(candidate);
                }
            }
            let row = search.next_row(self.population)?;
            let candidate = Candidate::of(&self.population.person(row));
            let is_working = candidate.of_age_on() <= self.of_age_by
                && candidate.retires_on() > self.population.start();
            if is_working {
                search.waiting[usize::from(candidate.is_female)].push_back(candidate);
            }
        }
    }

    /// Takes somebody of one's own choice.
    pub(super) fn take_out(&mut self, candidate: &Candidate) {
        self.hired.insert(candidate.row);
    }
}

impl Search {
    fn around(hospital: &Hospital, population: &Population) -> Self {
        let mut municipalities: Vec<(usize, usize)> = population
            .municipalities()
            .enumerate()
            .map(|(municipality, place)| (distance(place, hospital), municipality))
            .collect();
        municipalities.sort_unstable_by(|one, other| other.cmp(one));
        Self {
            municipalities: municipalities.into_iter().map(|it| it.1).collect(),
            resident: 0,
            waiting: [VecDeque::new(), VecDeque::new()],
        }
    }

    /// The next person, who may have been hired from elsewhere.
    fn next_row(&mut self, population: &Population) -> Option<u64> {
        loop {
            let municipality = *self.municipalities.last()?;
            if self.resident < population.residents(municipality) {
                self.resident += 1;
                return Some(population.resident(municipality, self.resident - 1));
            }
            self.municipalities.pop();
            self.resident = 0;
        }
    }
}
