//! Who comes: patients of a hospital who need what a department does, and are in no bed.

use std::collections::{BTreeMap, HashSet, VecDeque};

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
    /// Rows of people who are in a bed somewhere.
    in_hospital: HashSet<u64>,
    /// Who left a bed lately, and when: (seconds, row), in order of time.
    left: VecDeque<(i64, u64)>,
    /// Rows of people who have died.
    dead: HashSet<u64>,
    /// By hospital, who comes back, from when on, and where they were: by (seconds, number of the
    /// patient).
    returning: Vec<BTreeMap<(i64, u64), DepartmentKind>>,
}

impl<'r> Patients<'r> {
    pub(super) fn new(registry: &'r Registry<'r>) -> Self {
        Self {
            registry,
            in_hospital: HashSet::new(),
            left: VecDeque::new(),
            dead: HashSet::new(),
            returning: vec![BTreeMap::new(); registry.hospitals()],
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

    /// Who has been due longest to come back to a hospital: in an emergency, or to a department such as
    /// that which they left.
    fn returns(&mut self, hospital: usize, kind: DepartmentKind, at_seconds: i64) -> Option<u64> {
        let today = self.registry.calendar().date(hospital, at_seconds);
        let comes = |number, left: DepartmentKind| {
            let person = self.registry.person(hospital, number);
            let is_way = kind == DepartmentKind::Emergency || kind == left;
            is_way && treats(kind, person.is_female(), person.age_years(today))
        };
        let mut due = self.returning[hospital].range(..=(at_seconds, u64::MAX));
        let (&entry, _) = due.find(|&(&(_, number), &left)| comes(number, left))?;
        self.returning[hospital].remove(&entry);
        // Whoever came in by another way, or died elsewhere, does not come again.
        let (_, number) = entry;
        let row = self.registry.person(hospital, number).row();
        (!self.is_away(row, at_seconds)).then_some(number)
    }

    fn draw(
        &self,
        hospital: usize,
        kind: DepartmentKind,
        at_seconds: i64,
        random: &mut SplitMix64,
    ) -> Option<u64> {
        let today = self.registry.calendar().date(hospital, at_seconds);
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

    /// A patient has left a department of a kind, and comes back where that is said.
    pub(super) fn leave(
        &mut self,
        (hospital, kind): (usize, DepartmentKind),
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
            self.returning[hospital].insert((back_seconds, number), kind);
        }
    }

    pub(super) fn die(&mut self, hospital: usize, number: u64) {
        let row = self.registry.person(hospital, number).row();
        self.in_hospital.remove(&row);
        self.dead.insert(row);
    }
}

#[cfg(test)]
mod tests {
    use domain::network::{JOHANNESBURG, Network};

    use super::*;
    use crate::population::Population;
    use crate::random::Purpose;

    /// Who left maternity is due, and before her a man who left medicine.
    #[test]
    fn who_comes_back_comes_in_an_emergency_or_to_where_they_were() {
        let start = "2026-03-02".parse().unwrap();
        let population = Population::new(42, start, 20_000).unwrap();
        let network = Network::parse(JOHANNESBURG).unwrap();
        let registry = Registry::new(&population, &network, 8_000).unwrap();
        let find = |kind, is_female| {
            let mut numbers = 0..registry.size(0);
            let fits = |number: &u64| {
                let person = registry.person(0, *number);
                person.is_female() == is_female && treats(kind, is_female, person.age_years(start))
            };
            numbers.find(fits).unwrap()
        };
        let (man, woman) = (
            find(DepartmentKind::Medicine, false),
            find(DepartmentKind::Maternity, true),
        );
        let comes = |kind, at_seconds| {
            let mut patients = Patients::new(&registry);
            patients.leave((0, DepartmentKind::Medicine), man, 0, Some(100));
            patients.leave((0, DepartmentKind::Maternity), woman, 0, Some(200));
            patients.returns(0, kind, at_seconds)
        };
        assert_eq!(comes(DepartmentKind::Maternity, 300), Some(woman));
        assert_eq!(comes(DepartmentKind::Emergency, 300), Some(man));
        assert_eq!(comes(DepartmentKind::Medicine, 300), Some(man));
        assert_eq!(comes(DepartmentKind::Surgery, 300), None);
        assert_eq!(comes(DepartmentKind::Maternity, 150), None);

        let mut patients = Patients::new(&registry);
        patients.leave((0, DepartmentKind::Maternity), woman, 0, Some(200));
        let random = &mut SplitMix64::of(1, Purpose::Flow, 0);
        let admitted = patients.admit(0, DepartmentKind::Emergency, 300, random);
        assert_eq!(admitted.unwrap().0, woman);
        assert_eq!(patients.returns(0, DepartmentKind::Emergency, 300), None);
    }
}
