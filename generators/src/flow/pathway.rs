//! How long a patient stays in a department, and where the way leads from there.

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use domain::network::{DepartmentKind, Flow, Kind, Next};

use super::eligibility::treats;
use crate::calendar::{Calendar, DAY_SECONDS};
use crate::distribution::{exponential, log_normal, seconds};
use crate::random::SplitMix64;
use crate::weighted::Weighted;

/// Nobody is in a department for less.
const STAY_SECONDS_MIN: i64 = 15 * 60;

/// Discharges from wards are set to a usual hour of the day, not so soon after the arrival.
const DISCHARGE_AFTER_SECONDS_MIN: i64 = 2 * 3600;

/// Who comes back later is no readmission.
const READMISSION_DAYS_MAX: f64 = 30.0;

/// How often a time within it is tried for.
const DRAWS_MAX: usize = 100;

/// The pathways of a network.
#[derive(Debug)]
pub(super) struct Pathways<'r> {
    flow: Flow,
    calendar: &'r Calendar,
    discharge_hours: Option<Weighted>,
}

/// A patient, as far as pathways depend on who it is.
#[derive(Clone, Copy)]
pub(super) struct Traits {
    pub(super) is_female: bool,
    pub(super) born_on: NaiveDate,
}

/// What will become of a patient in a department.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) ends_seconds: i64,
    pub(super) next: Next,
}

impl<'r> Pathways<'r> {
    pub(super) fn new(flow: &Flow, calendar: &'r Calendar) -> Self {
        Self {
            flow: flow.clone(),
            calendar,
            discharge_hours: Weighted::new(&flow.discharge_hours),
        }
    }

    fn kind(&self, kind: DepartmentKind) -> Option<&Kind> {
        self.flow.kinds.get(&kind)
    }

    /// The plan of a patient who enters a department of a hospital.
    pub(super) fn plan(
        &self,
        (hospital, kind): (usize, DepartmentKind),
        patient: Traits,
        at_seconds: i64,
        random: &mut SplitMix64,
    ) -> Plan {
        let Some(rules) = self.kind(kind) else {
            return Plan {
                ends_seconds: at_seconds + DAY_SECONDS,
                next: Next::Home,
            };
        };
        let stay = seconds(log_normal(rules.stay_hours, random)).max(STAY_SECONDS_MIN);
        let today = self.calendar.date(hospital, at_seconds);
        let next = match draw_next(&rules.next, patient, today, random) {
            // Who is where they belong already is well.
            Next::Department(to) if to == kind => Next::Home,
            next => next,
        };
        let leaves = matches!(next, Next::Home | Next::OtherHospital);
        let is_ward = !matches!(
            kind,
            DepartmentKind::Emergency | DepartmentKind::IntensiveCare
        );
        let ends_seconds = if leaves && is_ward {
            self.usual_hour(hospital, at_seconds, at_seconds + stay, random)
        } else {
            at_seconds + stay
        };
        Plan { ends_seconds, next }
    }

    /// A time at a usual hour of the day on which a stay ends, or of the next day where that would be
    /// too soon. Short stays become longer by that.
    fn usual_hour(
        &self,
        hospital: usize,
        from_seconds: i64,
        ends_seconds: i64,
        random: &mut SplitMix64,
    ) -> i64 {
        let Some(hours) = &self.discharge_hours else {
            return ends_seconds;
        };
        let today = self.calendar.date(hospital, ends_seconds);
        let hour = i64::try_from(hours.draw(random)).unwrap_or(12);
        let after_midnight = hour * 3600 + random.between(0, 3599);
        let at = self.calendar.begins(hospital, today) + after_midnight;
        if at >= from_seconds + DISCHARGE_AFTER_SECONDS_MIN {
            at
        } else {
            let tomorrow = today + TimeDelta::days(1);
            self.calendar.begins(hospital, tomorrow) + after_midnight
        }
    }

    /// When a patient is next to move to another bed of the department, if ever.
    pub(super) fn next_move(
        &self,
        kind: DepartmentKind,
        at_seconds: i64,
        random: &mut SplitMix64,
    ) -> Option<i64> {
        let per_day = self.kind(kind)?.moves_per_day;
        (per_day > 0.0).then(|| at_seconds + seconds(exponential(24.0 / per_day, random)).max(60))
    }

    /// When a patient who was discharged home comes back, if that is within 30 days.
    pub(super) fn readmission(
        &self,
        kind: DepartmentKind,
        at_seconds: i64,
        random: &mut SplitMix64,
    ) -> Option<i64> {
        let percent = self.kind(kind)?.readmission_percent;
        if !random.percent(percent) {
            return None;
        }
        let drawn = std::iter::repeat_with(|| log_normal(self.flow.readmission_days, random));
        let mut within = drawn
            .take(DRAWS_MAX)
            .filter(|days| *days < READMISSION_DAYS_MAX);
        within.next().map(|days| at_seconds + seconds(24.0 * days))
    }
}

/// Where a patient goes. Who does not belong into the department that was drawn goes to that for
/// children or to medicine, so that departments get as many patients as the network file says.
fn draw_next(
    ways: &BTreeMap<Next, f64>,
    patient: Traits,
    today: NaiveDate,
    random: &mut SplitMix64,
) -> Next {
    let mut drawn = random.fraction() * ways.values().sum::<f64>();
    let found = ways.iter().find(|(_, percent)| {
        drawn -= **percent;
        drawn < 0.0
    });
    let Some((Next::Department(kind), _)) = found else {
        return found.map_or(Next::Home, |(next, _)| *next);
    };
    let age_years = domain::age::full_years(patient.born_on, today);
    let kinds = [*kind, DepartmentKind::Paediatrics, DepartmentKind::Medicine];
    let mut fitting = kinds
        .into_iter()
        .filter(|kind| treats(*kind, patient.is_female, age_years));
    fitting.next().map_or(Next::Home, Next::Department)
}

/// Shows nothing: it is identity.
impl std::fmt::Debug for Traits {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Traits(secret)")
    }
}
