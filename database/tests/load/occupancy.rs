//! Occupancy by the hour as docs/census.md defines it: every stay is laid over every closed hour.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use database::digest::copy_text::line;
use domain::history::LocationStay;
use uuid::Uuid;

type Time = DateTime<Utc>;

/// Hospital, begin of the hour, and version of the department: the key, in its order.
pub(crate) type Place = (String, Time, Uuid);

/// What an hour's row says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Hour {
    pub(crate) patients_at_start: i32,
    pub(crate) arrivals: i32,
    pub(crate) departures: i32,
    /// Shown in whole seconds.
    pub(crate) patient_time: TimeDelta,
}

/// When each patient's last record was, by hospital and patient.
pub(crate) type LastSeen = BTreeMap<(String, Uuid), Time>;

/// The hours in which somebody was there or moved; `version_at` is the version of a stay's
/// department at the begin of an hour.
pub(crate) fn occupancy<'a>(
    stays: impl Iterator<Item = &'a LocationStay>,
    last_seen: &LastSeen,
    version_at: impl Fn(&LocationStay, Time) -> Uuid,
) -> BTreeMap<Place, Hour> {
    let closed_until = closed_until(last_seen);
    let mut hours: BTreeMap<Place, Hour> = BTreeMap::new();
    for stay in stays {
        let Some(end) = closed_until.get(&stay.hospital_code) else {
            continue;
        };
        let mut starts_at = hour_of(stay.arrived_at);
        while starts_at < *end && stay.left_at.is_none_or(|left| starts_at <= left) {
            let ends_at = starts_at + TimeDelta::hours(1);
            let place = (
                stay.hospital_code.clone(),
                starts_at,
                version_at(stay, starts_at),
            );
            let hour = hours.entry(place).or_default();
            let is_over = stay.left_at.is_some_and(|left| left <= starts_at);
            hour.patients_at_start += i32::from(stay.arrived_at <= starts_at && !is_over);
            hour.arrivals += i32::from(stay.arrived_at >= starts_at);
            hour.departures += i32::from(stay.left_at.is_some_and(|left| left < ends_at));
            let left_at = stay.left_at.map_or(ends_at, |left| left.min(ends_at));
            hour.patient_time += left_at - stay.arrived_at.max(starts_at);
            starts_at = ends_at;
        }
    }
    hours
}

/// Up to when the hours of each hospital are closed: three patients have records at that time or
/// later.
fn closed_until(last_seen: &LastSeen) -> BTreeMap<String, Time> {
    let mut of_hospitals: BTreeMap<&str, Vec<Time>> = BTreeMap::new();
    for ((hospital, _), at) in last_seen {
        of_hospitals.entry(hospital).or_default().push(*at);
    }
    let mut closed_until = BTreeMap::new();
    for (hospital, mut times) in of_hospitals {
        times.sort_unstable();
        if let Some(third) = times.len().checked_sub(3) {
            closed_until.insert(hospital.to_owned(), hour_of(times[third]));
        }
    }
    closed_until
}

fn hour_of(at: Time) -> Time {
    let hour = at.timestamp().div_euclid(3_600);
    DateTime::from_timestamp(hour * 3_600, 0).unwrap()
}

/// A row as the digest has it.
pub(crate) fn digest_line(((hospital, starts_at, department), hour): (Place, Hour)) -> String {
    line(&[
        hospital.as_str().into(),
        starts_at.into(),
        department.into(),
        hour.patients_at_start.into(),
        hour.arrivals.into(),
        hour.departures.into(),
        hour.patient_time.num_seconds().into(),
    ])
}
