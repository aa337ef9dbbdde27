//! Birth dates that cannot be.

use chrono::{Datelike, NaiveDate, TimeDelta};

use crate::random::SplitMix64;

/// Years from the year of birth to that of the day, so that the age is one of 101 to 119, in whatever
/// time zone the day is read.
const OLD_YEARS: (i64, i64) = (103, 118);

/// The same for ages of 121 to 150, which nobody reaches.
const IMPOSSIBLE_YEARS: (i64, i64) = (123, 150);

/// Days to a birth to come: two or more, so that it is to come in every time zone.
const UNBORN_DAYS: (i64, i64) = (2, 400);

/// A birth after the day, or more than 120 years before it; each half of the time.
pub(super) fn invalid(born_on: NaiveDate, day: NaiveDate, random: &mut SplitMix64) -> NaiveDate {
    if random.percent(50.0) {
        let days = random.between(UNBORN_DAYS.0, UNBORN_DAYS.1);
        return day + TimeDelta::days(days);
    }
    let years = random.between(IMPOSSIBLE_YEARS.0, IMPOSSIBLE_YEARS.1);
    in_year(born_on, day, years)
}

/// A birth 101 to 119 years before the day. Month and day stay as they are; the last two digits of the
/// year, which the ID number begins with, do not.
pub(super) fn over_100(born_on: NaiveDate, day: NaiveDate, random: &mut SplitMix64) -> NaiveDate {
    let (least, most) = OLD_YEARS;
    let years = random.between(least, most);
    let drawn = in_year(born_on, day, years);
    if drawn.year().rem_euclid(100) != born_on.year().rem_euclid(100) {
        return drawn;
    }
    in_year(born_on, day, if years == most { least } else { years + 1 })
}

/// The same month and day so many years before the year of a day; 29 February becomes the 28th.
fn in_year(born_on: NaiveDate, day: NaiveDate, years: i64) -> NaiveDate {
    let year = day.year() - i32::try_from(years).unwrap_or(0);
    let same = born_on.with_year(year);
    same.or_else(|| born_on.with_day(28)?.with_year(year))
        .unwrap_or(born_on)
}

#[cfg(test)]
mod tests {
    use domain::age::full_years;
    use proptest::prelude::*;

    use super::*;

    fn date(days: i32) -> NaiveDate {
        NaiveDate::from_epoch_days(days).unwrap()
    }

    proptest! {
        #[test]
        fn ages_are_what_they_are_called(seed: u64, born in -40_000_i32..20_000, lived in 0_i32..40_000) {
            let mut random = SplitMix64::new(seed);
            let (born_on, day) = (date(born), date(born + lived));
            let old = over_100(born_on, day, &mut random);
            prop_assert!((101..=119).contains(&full_years(old, day)));
            prop_assert_ne!(old.year().rem_euclid(100), born_on.year().rem_euclid(100));
            let invalid = invalid(born_on, day, &mut random);
            let is_unborn = invalid > day + TimeDelta::days(1);
            prop_assert!(is_unborn || (121..=150).contains(&full_years(invalid, day)));
        }
    }
}
