//! One row as PostgreSQL's COPY writes it in text format, under the settings of the digest (UTC,
//! ISO dates): for digests of a model in memory.
//!
//! Source: PostgreSQL 15 manual, "COPY", "Text Format", and `src/backend/utils/adt/datetime.c`,
//! `EncodeDateTime`.

use std::fmt::Write as _;

use chrono::{DateTime, Datelike as _, NaiveDate, Timelike as _, Utc};
use uuid::Uuid;

/// A moment of a `timestamptz` column, which has more than a clock shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// Before all others.
    NegativeInfinity,
    /// A time; digits below the microsecond are cut off.
    At(DateTime<Utc>),
    /// After all others.
    Infinity,
}

/// A column's value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Field<'a> {
    /// NULL of any type.
    Null,
    /// `text`.
    Text(&'a str),
    /// `uuid`.
    Uuid(Uuid),
    /// `boolean`.
    Bool(bool),
    /// `smallint`, `integer` or `bigint`.
    Int(i64),
    /// `date`.
    Date(NaiveDate),
    /// `timestamptz`.
    Time(Moment),
}

impl<'a> From<&'a str> for Field<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl From<Uuid> for Field<'_> {
    fn from(uuid: Uuid) -> Self {
        Self::Uuid(uuid)
    }
}

impl From<bool> for Field<'_> {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<i64> for Field<'_> {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<i32> for Field<'_> {
    fn from(number: i32) -> Self {
        Self::Int(number.into())
    }
}

impl From<NaiveDate> for Field<'_> {
    fn from(date: NaiveDate) -> Self {
        Self::Date(date)
    }
}

impl From<Moment> for Field<'_> {
    fn from(moment: Moment) -> Self {
        Self::Time(moment)
    }
}

impl From<DateTime<Utc>> for Field<'_> {
    fn from(time: DateTime<Utc>) -> Self {
        Self::Time(Moment::At(time))
    }
}

impl<'a, Value: Into<Field<'a>>> From<Option<Value>> for Field<'a> {
    fn from(value: Option<Value>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The row as COPY writes it, with its newline.
pub fn line(fields: &[Field<'_>]) -> String {
    let mut line = String::new();
    for (position, field) in fields.iter().enumerate() {
        if position > 0 {
            line.push('\t');
        }
        push_field(&mut line, *field);
    }
    line.push('\n');
    line
}

fn push_field(line: &mut String, field: Field<'_>) {
    match field {
        Field::Null => line.push_str("\\N"),
        Field::Text(text) => push_text(line, text),
        Field::Uuid(uuid) => write!(line, "{uuid}").unwrap_or_default(),
        Field::Bool(truth) => line.push(if truth { 't' } else { 'f' }),
        Field::Int(number) => write!(line, "{number}").unwrap_or_default(),
        Field::Date(date) => {
            push_day(line, date);
            push_era(line, date);
        }
        Field::Time(Moment::NegativeInfinity) => line.push_str("-infinity"),
        Field::Time(Moment::Infinity) => line.push_str("infinity"),
        Field::Time(Moment::At(time)) => push_time(line, time),
    }
}

fn push_text(line: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '\\' => line.push_str("\\\\"),
            '\u{8}' => line.push_str("\\b"),
            '\u{c}' => line.push_str("\\f"),
            '\n' => line.push_str("\\n"),
            '\r' => line.push_str("\\r"),
            '\t' => line.push_str("\\t"),
            '\u{b}' => line.push_str("\\v"),
            other => line.push(other),
        }
    }
}

fn push_time(line: &mut String, time: DateTime<Utc>) {
    let (date, clock) = (time.date_naive(), time.time());
    push_day(line, date);
    let (hour, minute, second) = (clock.hour(), clock.minute(), clock.second());
    write!(line, " {hour:02}:{minute:02}:{second:02}").unwrap_or_default();
    let micros = clock.nanosecond() % 1_000_000_000 / 1_000;
    if micros > 0 {
        let digits = format!("{micros:06}");
        write!(line, ".{}", digits.trim_end_matches('0')).unwrap_or_default();
    }
    line.push_str("+00");
    push_era(line, date);
}

/// Year, month and day; the year by its era, in which no year 0 is.
fn push_day(line: &mut String, date: NaiveDate) {
    let (_, year) = date.year_ce();
    let (month, day) = (date.month(), date.day());
    write!(line, "{year:04}-{month:02}-{day:02}").unwrap_or_default();
}

fn push_era(line: &mut String, date: NaiveDate) {
    if !date.year_ce().0 {
        line.push_str(" BC");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_every_kind_of_value() {
        let time = DateTime::from_timestamp_micros(1_772_438_400_120_000).unwrap();
        let fields = [
            Field::Null,
            "a\tb\\c\nd".into(),
            Uuid::nil().into(),
            true.into(),
            Field::from(Some(-7_i64)),
            Field::from(None::<i64>),
            NaiveDate::from_ymd_opt(1900, 1, 2).unwrap().into(),
            Moment::NegativeInfinity.into(),
            time.into(),
        ];
        assert_eq!(
            line(&fields),
            "\\N\ta\\tb\\\\c\\nd\t00000000-0000-0000-0000-000000000000\tt\t-7\t\\N\t1900-01-02\t\
             -infinity\t2026-03-02 08:00:00.12+00\n"
        );
    }

    #[test]
    fn years_before_christ_have_their_era_and_long_years_all_digits() {
        let caesar = NaiveDate::from_ymd_opt(-43, 3, 15).unwrap();
        assert_eq!(line(&[caesar.into()]), "0044-03-15 BC\n");
        let far = NaiveDate::from_ymd_opt(12_345, 6, 7).unwrap();
        assert_eq!(line(&[far.into()]), "12345-06-07\n");
        let noon = caesar.and_hms_opt(12, 0, 0).unwrap().and_utc();
        assert_eq!(line(&[noon.into()]), "0044-03-15 12:00:00+00 BC\n");
    }
}
