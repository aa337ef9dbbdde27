use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike as _, NaiveDate, Timelike as _, Utc};

use super::Refusal;
use super::text;
use crate::rule::Rule;
use crate::rule::record::{TIME_FORMAT, TIME_RANGE};
use crate::shape::{form, shape};

/// Years of UTC whose days `gold.dim_date` (1900 to 2300) has in every zone.
const YEARS: RangeInclusive<i32> = 1901..=2299;

/// A time of an event, RFC 3339, to the microsecond that the warehouse keeps.
pub(super) fn optional(
    field: &'static str,
    value: Option<&str>,
) -> Result<Option<DateTime<Utc>>, Refusal> {
    read(field, value, form)
}

/// A time without which a record has no place; `missing` is the rule that says so.
pub(super) fn required(
    field: &'static str,
    missing: &'static Rule,
    value: Option<&str>,
) -> Result<DateTime<Utc>, Refusal> {
    optional(field, value)?.ok_or_else(|| Refusal::of(missing, field, "is missing"))
}

/// A time that is identity: the message tells its shape only.
pub(super) fn identity(
    field: &'static str,
    value: Option<&str>,
) -> Result<Option<DateTime<Utc>>, Refusal> {
    read(field, value, shape)
}

fn read(
    field: &'static str,
    value: Option<&str>,
    told: fn(&str) -> String,
) -> Result<Option<DateTime<Utc>>, Refusal> {
    let Some(text) = text::optional(field, value)? else {
        return Ok(None);
    };
    let time = DateTime::parse_from_rfc3339(&text)
        .ok()
        .map(|time| time.to_utc())
        .filter(|time| !is_leap_second(*time) || (time.hour(), time.minute()) == (23, 59))
        // A leap second becomes the second that it stands for.
        .and_then(|time| DateTime::from_timestamp_micros(time.timestamp_micros()))
        .ok_or_else(|| {
            let reason = format!(
                "{} is not RFC 3339, such as 2026-03-02T14:05:00+02:00",
                told(&text)
            );
            Refusal::of(&TIME_FORMAT, field, reason)
        })?;
    in_range(field, time).map(Some)
}

/// chrono takes second 60 in any minute; leap seconds end a day of UTC.
fn is_leap_second(time: DateTime<Utc>) -> bool {
    time.nanosecond() >= 1_000_000_000
}

/// Whether a time is on a day of the warehouse.
pub(super) fn in_range(field: &'static str, time: DateTime<Utc>) -> Result<DateTime<Utc>, Refusal> {
    if !YEARS.contains(&time.year()) {
        let (first, last) = (YEARS.start(), YEARS.end());
        let reason = format!("lies outside of the years {first} to {last}");
        return Err(Refusal::of(&TIME_RANGE, field, reason));
    }
    Ok(time)
}

/// A date that is identity.
pub(super) fn date(field: &'static str, value: Option<&str>) -> Result<Option<NaiveDate>, Refusal> {
    let Some(text) = text::optional(field, value)? else {
        return Ok(None);
    };
    // chrono would also take blanks, signs and years of five digits.
    let date = if has_form(&text) {
        NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok()
    } else {
        None
    };
    date.map(Some).ok_or_else(|| {
        Refusal::of(
            &TIME_FORMAT,
            field,
            format!("{} is not YYYY-MM-DD", shape(&text)),
        )
    })
}

/// Whether a text is four, two and two digits with hyphens between.
fn has_form(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}
