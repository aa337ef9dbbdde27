//! How numbers, days and names are told.

use chrono::{Datelike as _, Days, NaiveDate};
use domain::network::DepartmentKind;

use crate::float::floor;
use crate::scenario::Scenario;

/// Days that a picture shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Period {
    pub(super) start: NaiveDate,
    pub(super) days: u16,
    pub(super) with_surge: bool,
}

impl Period {
    pub(super) fn of(scenario: &Scenario, days: u16) -> Self {
        Self {
            start: scenario.start,
            days,
            with_surge: scenario.with_surge,
        }
    }

    /// The date of a day, from 0. The years in which people may live are far from the calendar's end.
    pub(super) fn date(self, day: u16) -> NaiveDate {
        let date = self.start.checked_add_days(Days::new(day.into()));
        date.unwrap_or(NaiveDate::MAX)
    }

    /// Such as `2 March to 10 March 2026, with the surge`.
    pub(super) fn tell(self) -> String {
        let last = self.date(self.days.saturating_sub(1));
        let surge = if self.with_surge {
            ", with the surge"
        } else {
            ""
        };
        let last_day = last.format("%-d %B %Y");
        if last == self.start {
            return format!("{last_day}{surge}");
        }
        let first = if last.year() == self.start.year() {
            self.start.format("%-d %B")
        } else {
            self.start.format("%-d %B %Y")
        };
        format!("{first} to {last_day}{surge}")
    }
}

/// A whole number with commas between thousands.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number that is not below 0, with one decimal place where it is below ten.
pub(super) fn rounded(number: f64) -> String {
    if number < 9.95 {
        format!("{number:.1}")
    } else {
        thousands(floor(number + 0.5))
    }
}

/// A number of hours in the unit in which people think of it.
pub(super) fn duration(hours: f64) -> String {
    if hours < 48.0 {
        format!("{} h", rounded(hours))
    } else {
        format!("{} d", rounded(hours / 24.0))
    }
}

/// A name of a file as people write it: `intensive_care` is "Intensive care".
pub(super) fn spoken(name: &str) -> String {
    // A character that XML does not know would spoil the picture.
    let name = name.replace('_', " ").replace(char::is_control, "");
    let mut characters = name.chars();
    let first = characters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(characters).collect()
}

/// A kind of department as people write it.
pub(super) fn kind(kind: DepartmentKind) -> String {
    spoken(kind.as_str())
}
