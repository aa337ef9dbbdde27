//! The days of a scenario, by the clocks of its hospitals.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use domain::network::{Network, TimeZone};

/// Seconds of a day on which clocks do not change.
pub(crate) const DAY_SECONDS: i64 = 24 * 3600;

/// The days of a scenario. Time is counted in seconds from its start: when the first day has begun at
/// every hospital. A day lasts from midnight to midnight of a hospital's own clock,
/// also where clocks change.
#[derive(Debug, Clone)]
pub(crate) struct Calendar {
    first_day: NaiveDate,
    start: DateTime<Utc>,
    /// By hospital.
    zones: Vec<TimeZone>,
}

impl Calendar {
    /// The calendar of a network's hospitals from a day on.
    pub(crate) fn new(first_day: NaiveDate, network: &Network) -> Self {
        let zones: Vec<TimeZone> = network.hospitals.iter().map(|it| it.time_zone).collect();
        let starts = zones.iter().map(|zone| zone.start_of(first_day));
        let start = starts.max();
        Self {
            first_day,
            start: start.unwrap_or_else(|| first_day.and_time(NaiveTime::MIN).and_utc()),
            zones,
        }
    }

    /// A moment so many seconds after the start.
    pub(crate) fn moment(&self, seconds: i64) -> DateTime<Utc> {
        self.start + TimeDelta::seconds(seconds)
    }

    /// What the clock of a hospital shows then.
    pub(crate) fn local(&self, hospital: usize, seconds: i64) -> NaiveDateTime {
        self.zones[hospital].local(self.moment(seconds))
    }

    /// The date at a hospital then.
    pub(crate) fn date(&self, hospital: usize, seconds: i64) -> NaiveDate {
        self.local(hospital, seconds).date()
    }

    /// The date of a day, counted from 0.
    pub(crate) fn date_of_day(&self, day: i64) -> NaiveDate {
        self.first_day + TimeDelta::days(day)
    }

    /// How many days a moment is after the first day, by a hospital's clock.
    pub(crate) fn day(&self, hospital: usize, seconds: i64) -> i64 {
        (self.date(hospital, seconds) - self.first_day).num_days()
    }

    /// When a date begins at a hospital, in seconds from the start.
    pub(crate) fn begins(&self, hospital: usize, date: NaiveDate) -> i64 {
        (self.zones[hospital].start_of(date) - self.start).num_seconds()
    }

    /// When the first day begins at a hospital, in seconds from the start.
    pub(crate) fn first_midnight(&self, hospital: usize) -> i64 {
        self.begins(hospital, self.first_day)
    }

    /// When so many days are over at every hospital, in seconds from the start.
    pub(crate) fn end_of(&self, days: u16) -> i64 {
        let date = self.date_of_day(days.into());
        let ends = (0..self.zones.len()).map(|hospital| self.begins(hospital, date));
        ends.max().unwrap_or(i64::from(days) * DAY_SECONDS)
    }
}

#[cfg(test)]
mod tests {
    use domain::network::JOHANNESBURG;

    use super::*;

    fn calendar(first_day: &str, zones: &[&str]) -> Calendar {
        let mut network = Network::parse(JOHANNESBURG).unwrap();
        network.hospitals.truncate(zones.len());
        for (hospital, zone) in network.hospitals.iter_mut().zip(zones) {
            hospital.time_zone = TimeZone::parse(zone).unwrap();
        }
        Calendar::new(first_day.parse().unwrap(), &network)
    }

    #[test]
    fn days_of_one_zone_without_changes_have_24_hours() {
        let calendar = calendar("2026-03-02", &["Africa/Johannesburg"]);
        assert_eq!(calendar.moment(0).to_rfc3339(), "2026-03-01T22:00:00+00:00");
        assert_eq!(calendar.first_midnight(0), 0);
        assert_eq!(calendar.end_of(9), 9 * DAY_SECONDS);
        assert_eq!(calendar.day(0, -1), -1);
        assert_eq!(calendar.day(0, DAY_SECONDS - 1), 0);
        assert_eq!(calendar.date(0, DAY_SECONDS), "2026-03-03".parse().unwrap());
    }

    #[test]
    fn clocks_that_change_make_days_of_23_and_25_hours() {
        let spring = calendar("2026-03-28", &["Europe/Berlin"]);
        assert_eq!(spring.end_of(2), 2 * DAY_SECONDS - 3600);
        let autumn = calendar("2026-10-24", &["Europe/Berlin"]);
        assert_eq!(autumn.end_of(2), 2 * DAY_SECONDS + 3600);
        assert_eq!(autumn.day(0, 2 * DAY_SECONDS), 1);
    }

    #[test]
    fn the_first_day_has_begun_everywhere_at_the_start_and_the_last_one_ends_everywhere() {
        let calendar = calendar(
            "2026-03-02",
            &["Africa/Johannesburg", "Atlantic/Cape_Verde", "Asia/Tokyo"],
        );
        assert_eq!(calendar.moment(0).to_rfc3339(), "2026-03-02T01:00:00+00:00");
        assert_eq!(calendar.first_midnight(0), -3 * 3600);
        assert_eq!(calendar.first_midnight(1), 0);
        assert_eq!(calendar.first_midnight(2), -10 * 3600);
        assert_eq!(calendar.end_of(1), DAY_SECONDS);
        assert_eq!(calendar.day(1, -1), -1);
        assert_eq!(calendar.day(2, -1), 0);
    }
}
