//! Who comes: patients of a hospital who need what a department does, and are in no bed.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};
use domain::network::DepartmentKind;

use super::eligibility::{need, treats};
use super::pathway::Traits;
use crate::random::SplitMix64;
use crate::registry::Registry;

/// After so many draws nobody is looked for any more: nearly all of the hospital's patients who need
/// the department are in hospital, or dead.
const DRAWS_MAX: u64 = 300;

/// For so long it is known who left: longer than anybody waits at a door, a week with the longest
/// `diversion_hours` that make sense.
const LEFT_SECONDS: i64 = 7 * 24 * 3600;

/// The patients of a network, as far as they come and go.
#[derive(Debug)]
pub(super) struct Patients<'r> {
    registry: &'r Registry<'r>,
    start: DateTime<Utc>,
    /// Rows of people who are in a bed somewhere.
    in_hospital: HashSet<u64>,
    /// Who left a bed lately, and when: (seconds, row), in order of time.
    left: VecDeque<(i64, u64)>,
    /// Rows of people who have died.
    dead: HashSet<u64>,
    /// By hospital, who comes back and from when on: (seconds, number of the patient).
    returning: Vec<BinaryHeap<Reverse<(i64, u64)>>>,
}

impl<'r> Patients<'r> {
    pub(super) fn new(registry: &'r Registry<'r>, start: DateTime<Utc>) -> Self {
        Self {
            registry,
            start,
            in_hospital: HashSet::new(),
            left: VecDeque::new(),
            dead: HashSet::new(),
            returning: vec![BinaryHeap::new(); registry.hospitals()],
        }
    }

    /// A patient for a department, who came to the door then and is in hospital from now on: one who
    /// comes back, where that is due, or anybody who needs it.
    pub(super) fn admit(
        &mut self,
        hospital: usize,
        kind: DepartmentKind,
        arrived_seconds: i64,
        random: &mut SplitMix64,
    ) -> Option<(u64, Traits)> {
        let found = self
            .returns(hospital, kind, arrived_seconds)
            .or_else(|| self.draw(hospital, kind, arrived_seconds, random))?;
        let person = self.registry.person(hospital, found);
        self.in_hospital.insert(person.row());
        let traits = Traits {
            is_female: person.is_female(),
            born_on: person.born_on(),
        };
        Some((found, traits))
    }

    /// Who is due to come back to a hospital, and can be treated there.
    fn returns(&mut self, hospital: usize, kind: DepartmentKind, at_seconds: i64) -> Option<u64> {
        let Reverse((due_seconds, number)) = *self.returning[hospital].peek()?;
        if due_seconds > at_seconds {
            return None;
        }
        let person = self.registry.person(hospital, number);
        let age_years = person.age_years(self.date(at_seconds));
        if !treats(kind, person.is_female(), age_years) {
            return None;
        }
        self.returning[hospital].pop();
        // Whoever came in by another way, or died elsewhere, does not come again.
        (!self.is_away(person.row(), at_seconds)).then_some(number)
    }

    fn draw(
        &self,
        hospital: usize,
        kind: DepartmentKind,
        at_seconds: i64,
        random: &mut SplitMix64,
    ) -> Option<u64> {
        let today = self.date(at_seconds);
        let size = self.registry.size(hospital);
        if size == 0 {
            return None;
        }
        // Of few patients it is soon known that none is left.
        for _ in 0..DRAWS_MAX.min(size.saturating_mul(40)) {
            let number = random.below(size);
            let person = self.registry.person(hospital, number);
            let age_years = person.age_years(today);
            let is_born = person.born_on() < today;
            if is_born
                && random.fraction() < need(kind, person.is_female(), age_years)
                && !self.is_away(person.row(), at_seconds)
            {
                return Some(number);
            }
        }
        None
    }

    /// Whether somebody is dead, in a bed, or was in one at a time a while ago.
    fn is_away(&self, row: u64, at_seconds: i64) -> bool {
        let after = self
            .left
            .iter()
            .rev()
            .take_while(|(left, _)| *left >= at_seconds);
        self.in_hospital.contains(&row)
            || self.dead.contains(&row)
            || after.clone().any(|(_, other)| *other == row)
    }

    /// A patient has left, and comes back where that is said.
    pub(super) fn leave(
        &mut self,
        hospital: usize,
        number: u64,
        at_seconds: i64,
        back_seconds: Option<i64>,
    ) {
        let row = self.registry.person(hospital, number).row();
        self.in_hospital.remove(&row);
        self.left.push_back((at_seconds, row));
        // Nobody is at a door for longer.
        while self
            .left
            .front()
            .is_some_and(|(left, _)| left + LEFT_SECONDS < at_seconds)
        {
            self.left.pop_front();
        }
        if let Some(back_seconds) = back_seconds {
            self.returning[hospital].push(Reverse((back_seconds, number)));
        }
    }

    pub(super) fn die(&mut self, hospital: usize, number: u64) {
        let row = self.registry.person(hospital, number).row();
        self.in_hospital.remove(&row);
        self.dead.insert(row);
    }

    fn date(&self, at_seconds: i64) -> chrono::NaiveDate {
        (self.start + TimeDelta::seconds(at_seconds)).date_naive()
    }
}
