//! Ages: in full years, and in bands for analysis.

use chrono::{Datelike, NaiveDate};

/// Full years from a birth date to a day; negative before the birth. Who was born on 29 February
/// turns a year older on 1 March in other years.
pub fn full_years(born_on: NaiveDate, on: NaiveDate) -> i32 {
    let had_birthday = (on.month(), on.day()) >= (born_on.month(), born_on.day());
    on.year() - born_on.year() - i32::from(!had_birthday)
}

/// The day on which somebody is that many full years old; for those born on 29 February 1 March in
/// years without one. The end of the calendar where it is beyond it.
pub fn birthday(born_on: NaiveDate, years: i32) -> NaiveDate {
    let year = born_on.year().saturating_add(years);
    let same_day = born_on.with_year(year);
    same_day
        .or_else(|| NaiveDate::from_ymd_opt(year, 3, 1))
        .unwrap_or(NaiveDate::MAX)
}

/// A band of ages, as public statistics cut them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgeBand(&'static str);

impl AgeBand {
    /// The upper ages, inclusive, and names of the bands.
    const BANDS: [(i32, &'static str); 7] = [
        (4, "0-4"),
        (14, "5-14"),
        (24, "15-24"),
        (44, "25-44"),
        (64, "45-64"),
        (74, "65-74"),
        (84, "75-84"),
    ];

    /// The band of an age in full years; an age that is missing or negative is unknown.
    pub fn of(age_years: Option<i32>) -> Self {
        let Some(age) = age_years.filter(|age| *age >= 0) else {
            return Self("unknown");
        };
        let band = Self::BANDS.iter().find(|(to, _)| age <= *to);
        Self(band.map_or("85+", |(_, name)| name))
    }

    /// The band's name.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_year_is_full_on_the_birthday() {
        assert_eq!(full_years(day("2000-05-10"), day("2026-05-09")), 25);
        assert_eq!(full_years(day("2000-05-10"), day("2026-05-10")), 26);
        assert_eq!(full_years(day("2000-02-29"), day("2026-02-28")), 25);
        assert_eq!(full_years(day("2000-02-29"), day("2026-03-01")), 26);
        assert_eq!(full_years(day("2000-02-29"), day("1999-12-31")), -1);
    }

    #[test]
    fn a_birthday_is_the_first_day_of_an_age() {
        assert_eq!(birthday(day("1964-02-29"), 65), day("2029-03-01"));
        assert_eq!(birthday(day("1964-02-29"), 64), day("2028-02-29"));
        let births = NaiveDate::iter_days(&day("1959-12-25")).take(1500);
        for (born_on, years) in births.flat_map(|it| [(it, 22), (it, 65)]) {
            let birthday = birthday(born_on, years);
            assert_eq!(full_years(born_on, birthday), years);
            assert_eq!(full_years(born_on, birthday.pred_opt().unwrap()), years - 1);
        }
        assert_eq!(birthday(NaiveDate::MAX, 1), NaiveDate::MAX);
    }

    #[test]
    fn bands_meet_without_a_gap() {
        let names: Vec<_> = [0, 4, 5, 14, 15, 24, 25, 44, 45, 64, 65, 74, 75, 84, 85, 120]
            .map(|age| AgeBand::of(Some(age)).as_str())
            .into();
        assert_eq!(
            names,
            [
                "0-4", "0-4", "5-14", "5-14", "15-24", "15-24", "25-44", "25-44", "45-64", "45-64",
                "65-74", "65-74", "75-84", "75-84", "85+", "85+"
            ]
        );
        assert_eq!(AgeBand::of(None).as_str(), "unknown");
        assert_eq!(AgeBand::of(Some(-1)).as_str(), "unknown");
    }
}
