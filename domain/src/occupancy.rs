//! Beds occupied by department and hour: `docs/census.md`, rule by rule.
//!
//! A span of hours is counted from the stays that touch it. The stays of a span that begins with a day are those that
//! were there at that midnight, and those that arrived since; so a long span may be counted in parts.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use uuid::Uuid;

const HOUR_SECONDS: i64 = 3_600;
const DAY_SECONDS: i64 = 24 * HOUR_SECONDS;

/// A stay at a hospital, as far as it is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stay {
    /// The encounter.
    pub encounter_key: Uuid,
    /// The version of the department that was valid at the arrival.
    pub department_key: Uuid,
    /// Begin, inclusive.
    pub arrived_at: DateTime<Utc>,
    /// End, exclusive; `None` while it lasts.
    pub left_at: Option<DateTime<Utc>>,
}

/// One row of `gold.fact_bed_occupancy`, but for the hospital.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occupancy {
    /// The version of the department that is valid when the hour begins.
    pub department_key: Uuid,
    /// Begin of the hour.
    pub hour_starts_at: DateTime<Utc>,
    /// Patients who are there when it begins.
    pub patients_at_start: i32,
    /// Stays that begin within it.
    pub arrivals: i32,
    /// Stays that end within it.
    pub departures: i32,
    /// What the stays have in common with it, rounded down.
    pub patient_seconds: i64,
}

/// Whole hours of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// The begin of a day, inclusive; `None` is the beginning of time.
    pub from: Option<DateTime<Utc>>,
    /// Exclusive.
    pub to: DateTime<Utc>,
}

/// A version of a department.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Version {
    department_key: Uuid,
    /// `None` is the beginning of time, also of the first version that says otherwise.
    valid_from: Option<DateTime<Utc>>,
    /// `None` is never.
    valid_to: Option<DateTime<Utc>>,
}

/// The versions of all departments: which of them belong together, and when each is valid.
#[derive(Debug, Clone, Default)]
pub struct Versions {
    departments: Vec<Vec<Version>>,
    of_key: HashMap<Uuid, usize>,
}

impl Versions {
    /// Adds a department with its versions: key, `valid_from` and `valid_to` of each, the first one first. The first
    /// stands for the time before it, too.
    pub fn add(
        &mut self,
        versions: impl IntoIterator<Item = (Uuid, Option<DateTime<Utc>>, Option<DateTime<Utc>>)>,
    ) {
        let mut department: Vec<Version> = versions
            .into_iter()
            .map(|(department_key, valid_from, valid_to)| Version {
                department_key,
                valid_from,
                valid_to,
            })
            .collect();
        if let Some(first) = department.first_mut() {
            first.valid_from = None;
        }
        let number = self.departments.len();
        let keys = department.iter().map(|version| version.department_key);
        self.of_key.extend(keys.map(|key| (key, number)));
        self.departments.push(department);
    }

    /// The key of a department at a time, unless it has ended by then.
    fn key_at(&self, department: usize, at: DateTime<Utc>) -> Option<Uuid> {
        let versions = &self.departments[department];
        let begun = versions.partition_point(|version| version.valid_from <= Some(at));
        let version = versions.get(begun.checked_sub(1)?)?;
        let lasts = version.valid_to.is_none_or(|end| end > at);
        lasts.then_some(version.department_key)
    }
}

/// What becomes another with an hour.
#[derive(Debug, Clone, Copy, Default)]
struct Change {
    /// How many more are there from its begin on.
    patients: i32,
    arrivals: i32,
    departures: i32,
    /// What those who come and go within it add to the time of those who were there.
    microseconds: i64,
}

/// The rows of the hours, by department and hour, from the stays that touch them.
pub fn occupancy(stays: &[Stay], versions: &Versions, hours: &Hours) -> Vec<Occupancy> {
    let first_hour = hours.from.map_or(i64::MIN, hour_of);
    let end_hour = hour_of(hours.to);
    // By the number of the hour since 1970.
    let mut changes: BTreeMap<(usize, i64), Change> = BTreeMap::new();
    for stay in stays {
        let Some(department) = versions.of_key.get(&stay.department_key) else {
            continue;
        };
        let left = stay.left_at.filter(|left_at| *left_at < hours.to);
        for (moved_at, patients) in [(Some(stay.arrived_at), 1), (left, -1)] {
            let Some(moved_at) = moved_at else { continue };
            let within = microseconds_into_the_hour(moved_at);
            let hour = hour_of(moved_at);
            // Whole hours begin to count with the movement or after it.
            let counts_from = if within == 0 { hour } else { hour + 1 };
            if hour >= first_hour {
                let change = changes.entry((*department, hour)).or_default();
                if patients > 0 {
                    change.arrivals += 1;
                } else {
                    change.departures += 1;
                }
                if counts_from > hour {
                    let rest = HOUR_SECONDS * 1_000_000 - within;
                    change.microseconds += i64::from(patients) * rest;
                }
            }
            if counts_from < end_hour {
                let place = (*department, counts_from.max(first_hour));
                changes.entry(place).or_default().patients += patients;
            }
        }
    }
    let mut rows = Vec::new();
    let mut changes = changes.into_iter().peekable();
    let (mut of, mut patients) = (usize::MAX, 0);
    while let Some(((department, hour), change)) = changes.next() {
        if department != of {
            (of, patients) = (department, 0);
        }
        patients += change.patients;
        let next = changes.peek().filter(|((other, _), _)| *other == of);
        let next_hour = next.map_or(end_hour, |((_, hour), _)| *hour);
        for each in hour..next_hour {
            // Those that follow are like it, up to the next in which anything changes.
            let change = if each == hour {
                change
            } else {
                Change::default()
            };
            if patients == 0 && change.arrivals == 0 && change.departures == 0 {
                break;
            }
            let Some(hour_starts_at) = time_of(each) else {
                break;
            };
            let Some(department_key) = versions.key_at(department, hour_starts_at) else {
                continue;
            };
            let whole = HOUR_SECONDS * i64::from(patients);
            rows.push(Occupancy {
                department_key,
                hour_starts_at,
                patients_at_start: patients,
                arrivals: change.arrivals,
                departures: change.departures,
                patient_seconds: whole + change.microseconds.div_euclid(1_000_000),
            });
        }
    }
    rows
}

/// The days that begin within the hours or with their end, and the encounters that are there at their begin, which have
/// arrived before it: in the order of their keys.
pub fn rosters(stays: &[Stay], hours: &Hours) -> BTreeMap<DateTime<Utc>, Vec<Uuid>> {
    let first_day = hours.from.map(day_of);
    let last_day = day_of(hours.to);
    let mut days: BTreeMap<i64, Vec<Uuid>> = BTreeMap::new();
    for stay in stays {
        let arrived_on = day_of(stay.arrived_at);
        let first = first_day.map_or(arrived_on, |day| day.max(arrived_on)) + 1;
        let last = stay.left_at.map_or(last_day, |at| day_of(at).min(last_day));
        for day in first..=last {
            days.entry(day).or_default().push(stay.encounter_key);
        }
    }
    let rosters = days.into_iter().filter_map(|(day, mut encounters)| {
        encounters.sort_unstable();
        Some((DateTime::from_timestamp(day * DAY_SECONDS, 0)?, encounters))
    });
    rosters.collect()
}

/// Hours since 1970.
fn hour_of(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(HOUR_SECONDS)
}

/// Days since 1970.
fn day_of(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(DAY_SECONDS)
}

fn time_of(hour: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(hour.checked_mul(HOUR_SECONDS)?, 0)
}

fn microseconds_into_the_hour(at: DateTime<Utc>) -> i64 {
    let seconds = at.timestamp().rem_euclid(HOUR_SECONDS);
    seconds * 1_000_000 + i64::from(at.timestamp_subsec_micros())
}

#[cfg(test)]
mod tests;
