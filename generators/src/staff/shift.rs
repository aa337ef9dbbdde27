//! Shifts, and who works which of them: the roster of `docs/files.md`.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

/// Local hours at which shifts change.
const DAY_FROM_HOUR: u32 = 7;
const NIGHT_FROM_HOUR: u32 = 19;

/// The roster repeats after so many days.
pub(super) const ROSTER_DAYS: u8 = 8;

/// 1970-01-01 as [`Datelike::num_days_from_ce`] counts it.
const EPOCH_DAYS_FROM_CE: i32 = 719_163;

/// One shift of twelve hours, from 07:00 or 19:00 local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shift {
    /// The local date on which it begins.
    pub date: NaiveDate,
    /// Whether it begins at 19:00.
    pub is_night: bool,
}

impl Shift {
    /// The shift of a moment in a hospital's local time: before 07:00 the night of the day before.
    pub fn at(local: NaiveDateTime) -> Self {
        let (date, hour) = (local.date(), local.hour());
        let began_on = if hour < DAY_FROM_HOUR {
            date.pred_opt().unwrap_or(date)
        } else {
            date
        };
        Self {
            date: began_on,
            is_night: !(DAY_FROM_HOUR..NIGHT_FROM_HOUR).contains(&hour),
        }
    }
}

/// Which shifts somebody works. Each pattern has four days of eight off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ShiftPattern {
    /// Four days.
    Day,
    /// Four nights.
    Night,
    /// Two days, then two nights.
    Rotating,
}

impl ShiftPattern {
    /// The name in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Night => "night",
            Self::Rotating => "rotating",
        }
    }

    /// Whether who has that place in the roster (0 to 7) works a shift.
    pub fn works(self, roster_slot: u8, shift: Shift) -> bool {
        let is_night_due = match (self, phase(shift.date, roster_slot)) {
            (Self::Day, 0..4) | (Self::Rotating, 0..2) => false,
            (Self::Night, 0..4) | (Self::Rotating, 2..4) => true,
            _ => return false,
        };
        is_night_due == shift.is_night
    }
}

/// Where in the roster, 0 to 7, a slot is on a date.
fn phase(date: NaiveDate, roster_slot: u8) -> i32 {
    let days_since_epoch = date.num_days_from_ce() - EPOCH_DAYS_FROM_CE;
    (days_since_epoch + i32::from(roster_slot)).rem_euclid(i32::from(ROSTER_DAYS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(local: &str) -> (String, bool) {
        let shift = Shift::at(local.parse().unwrap());
        (shift.date.to_string(), shift.is_night)
    }

    #[test]
    fn a_night_belongs_to_the_date_on_which_it_begins() {
        assert_eq!(at("2026-03-02T06:59:59"), ("2026-03-01".into(), true));
        assert_eq!(at("2026-03-02T07:00:00"), ("2026-03-02".into(), false));
        assert_eq!(at("2026-03-02T18:59:59"), ("2026-03-02".into(), false));
        assert_eq!(at("2026-03-02T19:00:00"), ("2026-03-02".into(), true));
        assert_eq!(at("2026-03-01T00:00:00"), ("2026-02-28".into(), true));
    }

    /// The shifts of eight days from 1970-01-01, when slot 0 is in phase 0.
    fn week(pattern: ShiftPattern, roster_slot: u8) -> String {
        let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        let letter = |date| {
            let works = |is_night| pattern.works(roster_slot, Shift { date, is_night });
            match (works(false), works(true)) {
                (true, true) => '!',
                (true, false) => 'D',
                (false, true) => 'N',
                (false, false) => '-',
            }
        };
        epoch.iter_days().take(8).map(letter).collect()
    }

    #[test]
    fn patterns_are_those_of_the_description() {
        assert_eq!(week(ShiftPattern::Day, 0), "DDDD----");
        assert_eq!(week(ShiftPattern::Night, 0), "NNNN----");
        assert_eq!(week(ShiftPattern::Rotating, 0), "DDNN----");
        assert_eq!(week(ShiftPattern::Rotating, 3), "N----DDN");
    }

    #[test]
    fn the_roster_goes_on_before_1970() {
        let day = |text: &str| Shift {
            date: text.parse().unwrap(),
            is_night: false,
        };
        assert!(ShiftPattern::Day.works(1, day("1969-12-31")));
        assert!(!ShiftPattern::Day.works(0, day("1969-12-31")));
    }
}
