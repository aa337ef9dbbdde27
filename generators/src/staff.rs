//! Who works where and when.
//!
//! A network's beds ask for positions, and at any date somebody holds each: a person who lives near
//! the hospital where there are enough, until the 65th birthday, and then another one. All of it is
//! planned at once, for years, so that who holds a position on a date, and under which number, does
//! not depend on how far a run looks.

mod candidate;
mod cover;
mod employment;
mod hiring;
mod member;
mod registration_number;
mod retirement;
mod role;
mod roster;
mod shift;
#[cfg(test)]
mod tests;

use chrono::{Days, NaiveDate};
use domain::network::Network;

use crate::population::Population;
use employment::Employments;

pub use member::{StaffId, StaffMember};
pub use role::Role;
pub use roster::{Position, Roster};
pub use shift::{Shift, ShiftPattern};

/// Staff that cannot be planned.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StaffError {
    /// A network of which nobody knows how many staff its beds need.
    #[error(
        "the network has no [flow], which says for how many beds a nurse or a doctor is there; add it, as \
         domain/networks/johannesburg.toml has it"
    )]
    NoFlow,
    /// The flow says nothing of a kind of department that has wards.
    #[error("the network's flow says nothing of departments of kind {0}; add [flow.kind.{0}]")]
    KindWithoutFlow(&'static str),
    /// Nobody is needed.
    #[error(
        "no department of the network has wards, so that nobody works there; add wards with beds"
    )]
    NoWards,
    /// More positions than numbers.
    #[error(
        "the network's beds need more than {} positions, more than there are numbers for; take beds away, or raise \
         beds_per_nurse_* and beds_per_doctor_*",
        roster::POSITIONS_MAX
    )]
    TooManyPositions,
    /// More positions than people of working age to hold them, and to replace who retires.
    #[error(
        "{people} people are too few for {positions} positions: make {needed} people or more (--people), or take beds away"
    )]
    TooFewPeople {
        /// How many positions there are.
        positions: usize,
        /// How many people there are.
        people: u64,
        /// How many are enough.
        needed: u64,
    },
    /// A run that is longer than staff are planned.
    #[error(
        "there are people for the network's positions until {planned_until}, and {days} days from the start are asked \
         for; ask for fewer days, or make more people"
    )]
    TooManyDays {
        /// How many days were asked for.
        days: u32,
        /// Who retires on that day or later is replaced by nobody.
        planned_until: NaiveDate,
    },
}

/// The staff of all hospitals of a network.
#[derive(Debug)]
pub struct Staff<'p> {
    population: &'p Population,
    network: &'p Network,
    roster: Roster,
    employments: Employments,
}

/// Somebody leaves, and somebody else starts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StaffChange<'s> {
    /// The first day of the one who starts, on which the other works no more.
    pub date: NaiveDate,
    /// Who leaves.
    pub leaves: StaffMember<'s>,
    /// Who starts, in the same position.
    pub starts: StaffMember<'s>,
}

impl<'p> Staff<'p> {
    /// Plans the staff, for twenty years from the start or for as long as there are people.
    pub fn new(population: &'p Population, network: &'p Network) -> Result<Self, StaffError> {
        let roster = Roster::new(network)?;
        Ok(Self {
            employments: hiring::plan(population, network, &roster)?,
            population,
            network,
            roster,
        })
    }

    /// All positions.
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// The day so many days after the start, if staff are planned until then: a year at least, and
    /// twenty at most. From then on the last holders stay in their positions.
    pub fn day_after(&self, days: u32) -> Result<NaiveDate, StaffError> {
        let day = days_after(self.population.start(), i64::from(days));
        let planned_until = self.employments.planned_until;
        if day > planned_until {
            return Err(StaffError::TooManyDays {
                days,
                planned_until,
            });
        }
        Ok(day)
    }

    /// How many start work before a date after the start. Their numbers are the first ones.
    pub fn count_before(&self, date: NaiveDate) -> usize {
        self.employments.count_before(date)
    }

    /// The member of staff of a number, of which there are `count_before(NaiveDate::MAX)`.
    pub fn member(&self, number: usize) -> StaffMember<'_> {
        StaffMember {
            staff: self,
            number,
        }
    }

    /// Who holds the position of a place in the roster on a date: any date, also before the start.
    pub fn holder(&self, position: usize, on: NaiveDate) -> StaffMember<'_> {
        self.member(self.employments.holder(position, on))
    }

    /// Everybody of a role who works a shift in a department, both by their places in the network
    /// file. Never nobody for doctors and nurses where there are wards.
    pub fn on_duty(
        &self,
        (hospital, department): (usize, usize),
        role: Role,
        shift: Shift,
    ) -> impl Iterator<Item = StaffMember<'_>> {
        let team = self.roster.team(hospital, department, role);
        let working = team.filter(move |it| self.roster.positions()[*it].works(shift));
        working.map(move |position| self.holder(position, shift.date))
    }

    /// A doctor who works a shift in a department, by any number; equal numbers mean the same one.
    /// `None` in departments without wards alone.
    pub fn doctor_on_duty(
        &self,
        hospital: usize,
        department: usize,
        shift: Shift,
        pick: u64,
    ) -> Option<StaffMember<'_>> {
        let doctors = || self.roster.team(hospital, department, Role::Doctor);
        let works = |it: &usize| self.roster.positions()[*it].works(shift);
        let there = doctors().filter(works).count() as u64;
        let place = usize::try_from(pick.checked_rem(there)?).ok()?;
        let position = doctors().filter(works).nth(place)?;
        Some(self.holder(position, shift.date))
    }

    /// Who leaves and who starts from a date, and before another, in the order of dates. Before the
    /// start, and where staff are planned no more, nobody does.
    pub fn changes(&self, from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = StaffChange<'_>> {
        let first = self.count_before(from);
        let starting = (first..self.count_before(to)).map(|number| self.member(number));
        starting.filter_map(|starts| {
            Some(StaffChange {
                date: starts.starts_on(),
                leaves: starts.replaces()?,
                starts,
            })
        })
    }
}

/// The day so many days after another, or before it; at the end of the calendar its last one.
fn days_after(date: NaiveDate, days: i64) -> NaiveDate {
    let by = Days::new(days.unsigned_abs());
    if days < 0 {
        date.checked_sub_days(by).unwrap_or(NaiveDate::MIN)
    } else {
        date.checked_add_days(by).unwrap_or(NaiveDate::MAX)
    }
}
