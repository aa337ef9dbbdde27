//! Which days are shown: the last ones, or months or years where days would show too little.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};

use super::scan::TableContents;

/// What one bar or line of a table stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Day,
    Month,
    Year,
}

/// Units with how many of them are shown at most, the finest first.
const UNITS: [(Unit, i32); 3] = [(Unit::Day, 31), (Unit::Month, 36), (Unit::Year, 120)];

/// A unit is fine enough if so many percent of all rows are in what is shown.
const SHOWN_MIN_PERCENT: i64 = 80;

/// What is shown begins with so many percent of the fullest day: encounters that were open at the
/// start have a long tail behind them.
const FIRST_MIN_PERCENT: i64 = 10;

/// Days, months or years without a gap.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Timeline {
    pub(super) unit: Unit,
    /// Number of the first one.
    first: i32,
    pub(super) count: usize,
    /// Rows before it.
    pub(super) left_out: i64,
}

impl Timeline {
    /// Of rows that have a day; none where there are no rows.
    pub(super) fn of(tables: &[&TableContents]) -> Option<Self> {
        let mut by_day = BTreeMap::<NaiveDate, i64>::new();
        for on_day in tables.iter().flat_map(|it| &it.days) {
            *by_day.entry(on_day.day).or_default() += on_day.rows;
        }
        let all: i64 = by_day.values().sum();
        let mut timelines = UNITS
            .iter()
            .filter_map(|(unit, most)| Self::in_unit(*unit, *most, &by_day));
        let is_fine = |it: &Timeline| 100 * (all - it.left_out) >= SHOWN_MIN_PERCENT * all;
        let finest = timelines.clone().find(is_fine);
        finest.or_else(|| timelines.next_back())
    }

    fn in_unit(unit: Unit, most: i32, by_day: &BTreeMap<NaiveDate, i64>) -> Option<Self> {
        let mut rows = BTreeMap::<i32, i64>::new();
        for (day, of_day) in by_day {
            *rows.entry(unit.number(*day)).or_default() += of_day;
        }
        let last = *rows.keys().next_back()?;
        let greatest = *rows.values().max()?;
        let is_first = |number: i32, of_number: i64| {
            number > last - most && 100 * of_number >= FIRST_MIN_PERCENT * greatest
        };
        let mut firsts = rows.iter().filter(|it| is_first(*it.0, *it.1));
        let first = firsts.next().map_or(last, |(number, _)| *number);
        Some(Self {
            unit,
            first,
            count: usize::try_from(last - first + 1).unwrap_or(1),
            left_out: rows.range(..first).map(|(_, rows)| rows).sum(),
        })
    }

    /// What each is called.
    pub(super) fn labels(&self) -> Vec<String> {
        let numbers = (self.first..).take(self.count);
        numbers.map(|number| self.unit.label(number)).collect()
    }

    /// The rows of a table in each.
    pub(super) fn rows(&self, table: &TableContents) -> Vec<i64> {
        let mut rows = vec![0; self.count];
        for on_day in &table.days {
            let place = usize::try_from(self.unit.number(on_day.day) - self.first);
            if let Some(of_place) = place.ok().and_then(|place| rows.get_mut(place)) {
                *of_place += on_day.rows;
            }
        }
        rows
    }

    /// What is not shown, if anything is not.
    pub(super) fn note(&self) -> Option<String> {
        let rows = chart::label::thousands(self.left_out.unsigned_abs());
        let earlier = format!(
            "{rows} rows of earlier {} are not shown",
            self.unit.plural()
        );
        (self.left_out > 0).then_some(earlier)
    }
}

impl Unit {
    fn number(self, day: NaiveDate) -> i32 {
        match self {
            Self::Day => day.num_days_from_ce(),
            Self::Month => day.year() * 12 + day.month0().cast_signed(),
            Self::Year => day.year(),
        }
    }

    fn label(self, number: i32) -> String {
        match self {
            Self::Day => NaiveDate::from_num_days_from_ce_opt(number)
                .map_or_else(String::new, |day| day.to_string()),
            Self::Month => format!("{}-{:02}", number.div_euclid(12), number.rem_euclid(12) + 1),
            Self::Year => number.to_string(),
        }
    }

    /// In a word.
    pub(super) const fn singular(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    const fn plural(self) -> &'static str {
        match self {
            Self::Day => "days",
            Self::Month => "months",
            Self::Year => "years",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::DayRows;

    fn table(days: &[(&str, i64)]) -> TableContents {
        let days = days.iter().map(|(day, rows)| DayRows {
            day: day.parse().unwrap(),
            rows: *rows,
        });
        TableContents {
            layer: "silver".to_owned(),
            name: "adt_record".to_owned(),
            rows: 0,
            days: days.collect(),
            columns: Vec::new(),
            latest_at: None,
        }
    }

    #[test]
    fn nine_days_are_shown_by_day_without_the_tail_before_them() {
        let table = table(&[
            ("2026-01-05", 3),
            ("2026-03-01", 9),
            ("2026-03-02", 100),
            ("2026-03-04", 80),
        ]);
        let timeline = Timeline::of(&[&table]).unwrap();
        assert_eq!(
            timeline.labels(),
            ["2026-03-02", "2026-03-03", "2026-03-04"]
        );
        assert_eq!(timeline.rows(&table), [100, 0, 80]);
        assert_eq!(
            timeline.note().unwrap(),
            "12 rows of earlier days are not shown"
        );
    }

    #[test]
    fn what_is_scattered_over_a_century_is_shown_by_year() {
        let years = (2100..2200).map(|year| format!("{year}-05-07"));
        let years: Vec<String> = years.collect();
        let days: Vec<_> = years.iter().map(|day| (&**day, 1)).collect();
        let table = table(&days);
        let timeline = Timeline::of(&[&table]).unwrap();
        assert_eq!((timeline.unit, timeline.count), (Unit::Year, 100));
        assert_eq!(timeline.note(), None);
    }

    #[test]
    fn one_day_is_one_day_and_nothing_is_nothing() {
        let one = table(&[("2026-03-02", 1)]);
        assert_eq!(Timeline::of(&[&one]).unwrap().labels(), ["2026-03-02"]);
        assert_eq!(Timeline::of(&[&table(&[])]), None);
    }
}
