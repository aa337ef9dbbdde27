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
    let Some(text) = text::borrowed(field, value)? else {
        return Ok(None);
    };
    let time = DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|time| time.to_utc())
        .filter(|time| !is_leap_second(*time) || (time.hour(), time.minute()) == (23, 59))
        // A leap second becomes the second that it stands for.
        .and_then(|time| DateTime::from_timestamp_micros(time.timestamp_micros()))
        .ok_or_else(|| {
            let reason = format!(
                "{} is not RFC 3339, such as 2026-03-02T14:05:00+02:00",
                told(text)
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
    let Some(text) = text::borrowed(field, value)? else {
        return Ok(None);
    };
    day(text).map(Some).ok_or_else(|| {
        Refusal::of(
            &TIME_FORMAT,
            field,
            format!("{} is not YYYY-MM-DD", shape(text)),
        )
    })
}

/// The day that four, two and two digits with hyphens between tell. Files have several a line, and
/// chrono would also take blanks, signs and years of five digits.
fn day(text: &str) -> Option<NaiveDate> {
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = text.as_bytes() else {
        return None;
    };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0, |number: u32, digit| {
            let is_digit = digit.is_ascii_digit();
            is_digit.then(|| number * 10 + u32::from(digit - b'0'))
        })
    };
    let year = number(&[*y0, *y1, *y2, *y3])?.cast_signed();
    NaiveDate::from_ymd_opt(year, number(&[*m0, *m1])?, number(&[*d0, *d1])?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_day_is_read_as_it_is_written(days in -719_528_i32..=2_932_896) {
            let written = NaiveDate::from_epoch_days(days).unwrap();
            prop_assert_eq!(day(&written.to_string()), Some(written));
        }

        #[test]
        fn nothing_else_is_a_day(text in "[ +0-9-]{8,11}|[0-9]{4}-[01][0-9]-[0-3][0-9]") {
            let read = NaiveDate::parse_from_str(&text, "%Y-%m-%d").ok();
            let read = read.filter(|read| read.to_string() == text);
            prop_assert_eq!(day(&text), read);
        }
    }
}
