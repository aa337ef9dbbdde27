//! How days and kinds are told.

use chart::label::spoken;
use chrono::{Datelike as _, Days, NaiveDate};
use domain::network::DepartmentKind;

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

/// A kind of department as people write it.
pub(super) fn kind(kind: DepartmentKind) -> String {
    spoken(kind.as_str())
}
