//! Times that are wrong, or written wrong.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

use crate::random::SplitMix64;

/// Forms in which other systems write times: none is RFC 3339, and none needs quotes in a CSV file.
const OTHER_FORMS: [&str; 3] = [
    "%d/%m/%Y %H:%M",
    // HL7 v2's own.
    "%Y%m%d%H%M%S",
    "%Y-%m-%d %H:%M:%S",
];

/// Minutes by which a clock is ahead: an hour to 400 days.
const AHEAD_MINUTES: (i64, i64) = (60, 400 * 24 * 60);

/// Minutes by which a discharge comes before the admission.
const BEFORE_MINUTES: (i64, i64) = (1, 48 * 60);

/// The moment of a time as text.
pub(super) fn read(text: &str) -> Option<DateTime<Utc>> {
    text.parse().ok()
}

/// The same moment in another form.
pub(super) fn in_other_form(text: &str, random: &mut SplitMix64) -> Option<String> {
    let moment = read(text)?;
    Some(moment.format(random.pick(&OTHER_FORMS)).to_string())
}

/// A moment after another one.
pub(super) fn after(moment: DateTime<Utc>, random: &mut SplitMix64) -> String {
    let (least, most) = AHEAD_MINUTES;
    write(moment + TimeDelta::minutes(random.between(least, most)))
}

/// A moment before another one.
pub(super) fn before(moment: DateTime<Utc>, random: &mut SplitMix64) -> String {
    let (least, most) = BEFORE_MINUTES;
    write(moment - TimeDelta::minutes(random.between(least, most)))
}

fn write(moment: DateTime<Utc>) -> String {
    moment.to_rfc3339_opts(SecondsFormat::Secs, true)
}
