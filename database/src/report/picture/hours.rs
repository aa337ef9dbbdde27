//! Hours on an axis.

use chart::Axis;
use chrono::{NaiveDateTime, TimeDelta, Timelike as _};

use super::float;

/// A point in the middle of each hour; one hour alone is a line.
pub(super) fn steps(values: &[f64]) -> Vec<(f64, f64)> {
    if let [value] = values {
        return vec![(0.0, *value), (1.0, *value)];
    }
    let hours = values.iter().zip(0_u32..);
    hours
        .map(|(value, hour)| (f64::from(hour) + 0.5, *value))
        .collect()
}

/// Hours from a time, with the dates of some midnights.
pub(super) fn hours_axis(from: NaiveDateTime, hours: usize, ticks_max: usize) -> Axis {
    let is_midnight = |hour: &i64| (from + TimeDelta::hours(*hour)).hour() == 0;
    let hours = i64::try_from(hours).unwrap_or(0).max(1);
    let midnights: Vec<i64> = (0..hours).filter(is_midnight).collect();
    let step = midnights.len().div_ceil(ticks_max).max(1);
    let ticks = midnights.iter().step_by(step).map(|hour| {
        let date = (from + TimeDelta::hours(*hour)).format("%-d %b");
        (float(*hour), date.to_string())
    });
    Axis {
        range: 0.0..float(hours),
        ticks: ticks.collect(),
        title: "",
    }
}

/// The days of some hours.
pub(super) fn days(from: NaiveDateTime, hours: usize) -> String {
    let last = from + TimeDelta::hours(i64::try_from(hours).unwrap_or(1) - 1);
    let (first, last) = (from.format("%-d %B %Y"), last.format("%-d %B %Y"));
    let (first, last) = (first.to_string(), last.to_string());
    if first == last {
        first
    } else {
        format!("{first} to {last}")
    }
}
