use chrono::{DateTime, NaiveDate, Utc};

use super::Refusal;
use super::text::{self, shape, shortened};
use crate::rule::record::TIME_FORMAT;

/// A time of an event, RFC 3339, to the microsecond that the warehouse keeps.
pub(super) fn optional(
    field: &'static str,
    value: Option<&String>,
) -> Result<Option<DateTime<Utc>>, Refusal> {
    read(field, value, shortened)
}

/// A time that is identity: the message tells its shape only.
pub(super) fn identity(
    field: &'static str,
    value: Option<&String>,
) -> Result<Option<DateTime<Utc>>, Refusal> {
    read(field, value, shape)
}

fn read(
    field: &'static str,
    value: Option<&String>,
    told: fn(&str) -> String,
) -> Result<Option<DateTime<Utc>>, Refusal> {
    let Some(text) = text::optional(field, value)? else {
        return Ok(None);
    };
    // Through microseconds: so a leap second becomes the second that it stands for.
    DateTime::parse_from_rfc3339(&text)
        .ok()
        .and_then(|time| DateTime::from_timestamp_micros(time.timestamp_micros()))
        .map(Some)
        .ok_or_else(|| {
            let reason = format!(
                "{} is not RFC 3339, such as 2026-03-02T14:05:00+02:00",
                told(&text)
            );
            Refusal::of(&TIME_FORMAT, field, reason)
        })
}

/// A date that is identity.
pub(super) fn date(
    field: &'static str,
    value: Option<&String>,
) -> Result<Option<NaiveDate>, Refusal> {
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
