//! When patients come from outside.

use std::ops::Range;

use chrono::{Datelike, Timelike};
use domain::network::{Flow, Profile, Surge};

use crate::calendar::Calendar;
use crate::distribution::exponential;
use crate::float::float;
use crate::incident;
use crate::random::{Purpose, SplitMix64};

/// The arrivals at one department: a Poisson process whose rate follows hour and weekday.
///
/// It draws from a stream of its own, so that who comes, and whether there is a bed, changes nothing
/// about when the next one comes.
#[derive(Debug)]
pub(super) struct Arrivals<'r> {
    calendar: &'r Calendar,
    pub(super) hospital: usize,
    pub(super) department: usize,
    profile: Profile,
    /// Factors by day from the first.
    surge: Vec<f64>,
    /// Arrivals a second where all factors are 1.
    rate: f64,
    /// The greatest product of factors.
    factor_max: f64,
    /// When anybody comes, in seconds from the start.
    period: Range<i64>,
    random: SplitMix64,
}

impl<'r> Arrivals<'r> {
    /// The arrivals of a department with so many a day; `None` where nobody comes.
    pub(super) fn new(
        seed: u64,
        (hospital, department): (usize, usize),
        calendar: &'r Calendar,
        (flow, profile, per_day): (&Flow, &str, f64),
        surge: Option<&Surge>,
    ) -> Option<Self> {
        let found = flow.profiles.get(profile)?;
        let profile_name = profile;
        let profile = Profile {
            hours: relative(found.hours),
            weekdays: relative(found.weekdays),
        };
        let surge = surge.filter(|it| it.profile == profile_name);
        let surge = surge.map_or_else(Vec::new, |it| it.factors.clone());
        let factor_max =
            greatest(&profile.hours) * greatest(&profile.weekdays) * greatest(&surge).max(1.0);
        let number = (hospital as u64) << 16 | department as u64;
        (per_day > 0.0).then(|| Self {
            calendar,
            hospital,
            department,
            profile,
            surge,
            rate: per_day / 86_400.0,
            factor_max,
            period: i64::MIN..i64::MAX,
            random: SplitMix64::of(seed, Purpose::Arrivals, number),
        })
    }

    /// Those who come besides in a surge. They draw from a stream of their own, so that who comes
    /// without the surge comes with it, too.
    pub(super) fn besides(
        &self,
        seed: u64,
        calendar: &'r Calendar,
        (number, surge): (usize, &incident::Surge),
    ) -> Option<Self> {
        let (hospital, department) = (self.hospital, self.department);
        let is_meant = surge.hospital.is_none_or(|it| it == hospital);
        let stream = (number as u64 + 1) << 32 | (hospital as u64) << 16 | department as u64;
        is_meant.then(|| Self {
            calendar,
            hospital,
            department,
            profile: self.profile.clone(),
            surge: self.surge.clone(),
            rate: self.rate * (surge.factor - 1.0),
            factor_max: self.factor_max,
            period: surge.period.at(hospital, calendar),
            random: SplitMix64::of(seed, Purpose::Arrivals, stream),
        })
    }

    /// When the next one comes, in seconds from the start: candidates come at the greatest rate, and
    /// each is taken with the part of it that holds at its time ("thinning", Lewis and Shedler, 1979).
    /// `None` where nobody comes any more.
    pub(super) fn next(&mut self, after_seconds: i64) -> Option<i64> {
        let mut at = after_seconds.max(self.period.start);
        while at < self.period.end {
            let wait = exponential(1.0 / (self.rate * self.factor_max), &mut self.random);
            at = at.saturating_add(seconds_of(wait));
            if self.random.fraction() * self.factor_max < self.factor(at) {
                return Some(at);
            }
        }
        None
    }

    /// How many come on a day, counted from the first, whatever weekday it is.
    pub(super) fn expected_on(&self, day: u16) -> f64 {
        let date = |day: i64| {
            self.calendar
                .begins(self.hospital, self.calendar.date_of_day(day))
        };
        let (begins, ends) = (date(day.into()), date(i64::from(day) + 1));
        let seconds = ends.min(self.period.end) - begins.max(self.period.start);
        let factor = self.surge.get(usize::from(day)).unwrap_or(&1.0);
        self.rate * float(seconds.max(0).unsigned_abs()) * factor
    }

    /// How many come in an hour at the rate of a time.
    pub(super) fn expected_per_hour(&self, at_seconds: i64) -> f64 {
        3600.0 * self.rate * self.factor(at_seconds)
    }

    /// By how much more come at a time than on average.
    pub(super) fn factor(&self, at_seconds: i64) -> f64 {
        if !self.period.contains(&at_seconds) {
            return 0.0;
        }
        let local = self.calendar.local(self.hospital, at_seconds);
        let hour = self.profile.hours[local.hour() as usize];
        let weekday = self.profile.weekdays[local.weekday().num_days_from_monday() as usize];
        let surge = if self.surge.is_empty() {
            None
        } else {
            let day = usize::try_from(self.calendar.day(self.hospital, at_seconds));
            day.ok().and_then(|day| self.surge.get(day))
        };
        hour * weekday * surge.unwrap_or(&1.0)
    }
}

/// Numbers whose mean is 1, in the proportions of others.
fn relative<const N: usize>(numbers: [f64; N]) -> [f64; N] {
    let mean = numbers.iter().sum::<f64>() / f64::from(u32::try_from(N).unwrap_or(1));
    numbers.map(|number| number / mean)
}

fn greatest(numbers: &[f64]) -> f64 {
    numbers.iter().copied().fold(0.0, f64::max)
}

/// Whole seconds; at least one, so that no two come at once.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast of a float saturates"
)]
fn seconds_of(wait: f64) -> i64 {
    (wait.ceil() as i64).max(1)
}
