//! Who is hired for which position, and who replaces them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use chrono::NaiveDate;
use domain::age::birthday;
use domain::network::Network;

use super::candidate::{Candidate, Candidates};
use super::employment::{Employment, Employments};
use super::member::STAFF_MAX;
use super::registration_number::Register;
use super::role::Role;
use super::roster::Roster;
use super::{StaffError, days_after, retirement};
use crate::population::Population;
use crate::random::{Purpose, SplitMix64};

/// Replacements are planned for so many years at most: staff are people who live at the start, and
/// they grow old.
const PLANNED_YEARS: i32 = 20;

/// A population that cannot replace everybody who leaves in the first year is too small.
const PLANNED_DAYS_MIN: i64 = 366;

/// Everybody works before the simulation warms up, which takes so many days at least, and before the
/// night in which that begins, which belongs to the day before.
const WARM_UP_DAYS_MIN: u16 = 60;
const NIGHT_BEFORE_DAYS: i64 = 1;

/// Who replaces somebody stays longer than so many years.
const STAYS_YEARS: i32 = 5;

/// And is hired at most so many days before the first day in the position.
const INDUCTION_DAYS: i64 = 30;

/// Fills all positions, and replaces who retires for as long as there are people.
pub(super) fn plan(
    population: &Population,
    network: &Network,
    roster: &Roster,
) -> Result<Employments, StaffError> {
    let mut hiring = Hiring::new(population, network, roster);
    let chosen = retirement::choose(population, network, roster);
    hiring.fill_positions(chosen)?;
    let planned_until = hiring.replace_who_retires();
    if planned_until < days_after(population.start(), PLANNED_DAYS_MIN) {
        return Err(hiring.too_few_people());
    }
    Ok(Employments {
        list: hiring.list,
        planned_until,
    })
}

struct Hiring<'a> {
    population: &'a Population,
    roster: &'a Roster,
    candidates: Candidates<'a>,
    registers: [Register; Role::ALL.len()],
    /// The latest first day of those who hold the positions at the start.
    started_by: NaiveDate,
    list: Vec<Employment>,
}

impl<'a> Hiring<'a> {
    fn new(population: &'a Population, network: &Network, roster: &'a Roster) -> Self {
        let warm_up_days = network.flow.as_ref().map_or(0, |flow| flow.warm_up_days);
        let warm_up_days = i64::from(warm_up_days.max(WARM_UP_DAYS_MIN));
        let before_days = warm_up_days + NIGHT_BEFORE_DAYS + 1;
        let started_by = days_after(population.start(), -before_days);
        Self {
            population,
            roster,
            candidates: Candidates::new(population, network, started_by),
            registers: Role::ALL.map(|role| Register::new(population.seed(), role)),
            started_by,
            list: Vec::new(),
        }
    }

    /// Hires for each position somebody who holds it since before the start; for some it is chosen.
    fn fill_positions(&mut self, mut chosen: Vec<(Candidate, usize)>) -> Result<(), StaffError> {
        for (candidate, _) in &chosen {
            self.candidates.take_out(candidate);
        }
        for position in 0..self.roster.positions().len() {
            let mut random = self.random(self.list.len());
            let candidate = match chosen.iter().position(|it| it.1 == position) {
                Some(place) => Some(chosen.swap_remove(place).0),
                None => self.candidate(position, &mut random, |_| true),
            };
            let candidate = candidate.ok_or_else(|| self.too_few_people())?;
            let hired_on = draw_date(candidate.of_age_on(), self.started_by, &mut random);
            let starts_on = draw_date(hired_on, self.started_by, &mut random);
            self.hire(candidate, position, (hired_on, starts_on), None)
                .ok_or_else(|| self.too_few_people())?;
        }
        Ok(())
    }

    /// Replaces who retires, day by day, and tells the first day for which nobody is left.
    fn replace_who_retires(&mut self) -> NaiveDate {
        let planned_until = birthday(self.population.start(), PLANNED_YEARS);
        let holders = self.list.iter().enumerate();
        let mut retirements: BinaryHeap<_> = holders
            .map(|(number, it)| Reverse((it.ends_on, it.position, number)))
            .collect();
        while let Some(Reverse((date, position, number))) = retirements.pop() {
            if date >= planned_until {
                break;
            }
            let Some(retires_on) = self.replace(number, date) else {
                return date;
            };
            retirements.push(Reverse((retires_on, position, self.list.len() - 1)));
        }
        planned_until
    }

    /// Hires who replaces somebody from a date on, and tells when they retire themselves.
    fn replace(&mut self, leaving: usize, date: NaiveDate) -> Option<NaiveDate> {
        let starting = self.list.len();
        let position = self.list[leaving].position;
        let mut random = self.random(starting);
        let stays_until = birthday(date, STAYS_YEARS);
        let suits = |it: &Candidate| it.retires_on() > stays_until;
        let candidate = self.candidate(position, &mut random, suits)?;
        let earliest = candidate.of_age_on().max(days_after(date, -INDUCTION_DAYS));
        let hired_on = draw_date(earliest, date, &mut random);
        self.hire(candidate, position, (hired_on, date), Some(leaving))?;
        self.list[leaving].replaced_by = Some(starting);
        Some(candidate.retires_on())
    }

    fn candidate(
        &mut self,
        position: usize,
        random: &mut SplitMix64,
        suits: impl Fn(&Candidate) -> bool,
    ) -> Option<Candidate> {
        let position = &self.roster.positions()[position];
        let is_female = random.percent(position.role.women_percent());
        self.candidates.take(position.hospital, is_female, suits)
    }

    /// `None` where no number is left.
    fn hire(
        &mut self,
        candidate: Candidate,
        position: usize,
        (hired_on, starts_on): (NaiveDate, NaiveDate),
        replaces: Option<usize>,
    ) -> Option<()> {
        if self.list.len() == STAFF_MAX {
            return None;
        }
        let role = self.roster.positions()[position].role;
        self.list.push(Employment {
            row: candidate.row,
            position,
            registration_number: self.registers[role as usize].next()?,
            hired_on,
            starts_on,
            ends_on: candidate.retires_on(),
            replaces,
            replaced_by: None,
        });
        Some(())
    }

    /// The stream of the member of staff of a number; the first draw is the sex.
    fn random(&self, number: usize) -> SplitMix64 {
        SplitMix64::of(self.population.seed(), Purpose::Staff, number as u64)
    }

    /// A quarter of all people are women of working age, and a quarter men, and some to spare; the
    /// numbers needed of both scatter.
    fn too_few_people(&self) -> StaffError {
        let positions = self.roster.positions();
        let is_woman =
            |(number, role): (usize, Role)| self.random(number).percent(role.women_percent());
        let roles = positions.iter().map(|it| it.role);
        let women = roles.enumerate().filter(|it| is_woman(*it)).count() as u64;
        let more = women.max(positions.len() as u64 - women);
        let with_replacements = more + more / 20 + 5 * more.isqrt() + 10;
        StaffError::TooFewPeople {
            positions: positions.len(),
            people: self.population.count(),
            needed: 4 * with_replacements,
        }
    }
}

/// A date from the earliest to the latest, which is not before it.
fn draw_date(earliest: NaiveDate, latest: NaiveDate, random: &mut SplitMix64) -> NaiveDate {
    let days = (latest - earliest).num_days().max(0);
    days_after(earliest, random.between(0, days))
}
