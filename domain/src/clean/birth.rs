use chrono::NaiveDate;

use super::repair::Judged;
use crate::age::full_years;
use crate::id_number::IdNumber;
use crate::rule::Rule;
use crate::rule::record::{
    AGE_ABOVE_100, AGE_ABOVE_120, BIRTH_CONTRADICTS_ID, BIRTH_MISSING, BORN_LATER,
};

/// The greatest age that counts as known, in years.
pub const AGE_YEARS_MAX: i32 = 120;

/// Above this age, in years, a birth date that the ID number contradicts is told as such an age.
const AGE_YEARS_USUAL_MAX: i32 = 100;

/// The birth date, as the ID number and the last day that the record states let it stand.
///
/// A repair derives it from the ID number: the one date with its six digits that makes the patient 0
/// to 99 years old on that day. Without a valid ID number it is unknown.
pub(super) fn date(
    sent: Option<NaiveDate>,
    id_number: Option<&IdNumber>,
    last_day: NaiveDate,
) -> Judged<Option<NaiveDate>> {
    let derived = id_number.and_then(|id_number| id_number.birth_date_by(last_day));
    let hit = match sent {
        None => missing(derived),
        Some(born_on) => {
            impossible(born_on, last_day).or_else(|| contradicting(born_on, id_number?, last_day))
        }
    };
    match hit {
        Some(rule) => Judged::repaired(derived, rule),
        None => Judged::good(sent),
    }
}

/// Whether a birth date that no rule hit on a former day is hit by none on this one. It takes an age
/// from which on age alone decides.
pub(super) fn is_of_usual_age(sent: Option<NaiveDate>, last_day: NaiveDate) -> bool {
    let is_usual = |born_on| (0..=AGE_YEARS_USUAL_MAX).contains(&full_years(born_on, last_day));
    sent.is_none_or(is_usual)
}

/// A birth date that is not stated, where the ID number tells it.
fn missing(derived: Option<NaiveDate>) -> Option<&'static Rule> {
    derived.map(|_| &BIRTH_MISSING)
}

/// A birth to come, or one longer ago than anybody lives.
fn impossible(born_on: NaiveDate, last_day: NaiveDate) -> Option<&'static Rule> {
    match full_years(born_on, last_day) {
        ..0 => Some(&BORN_LATER),
        0..=AGE_YEARS_MAX => None,
        _ => Some(&AGE_ABOVE_120),
    }
}

/// A birth date that is not the ID number's. Its century is in no ID number, so that somebody of 100
/// or more years contradicts nothing by that.
fn contradicting(
    born_on: NaiveDate,
    id_number: &IdNumber,
    last_day: NaiveDate,
) -> Option<&'static Rule> {
    if id_number.is_of_birth(born_on) {
        return None;
    }
    match full_years(born_on, last_day) {
        ..=AGE_YEARS_USUAL_MAX => Some(&BIRTH_CONTRADICTS_ID),
        _ => Some(&AGE_ABOVE_100),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn number(born_on: &str) -> IdNumber {
        IdNumber::compose(day(born_on), 5009, false)
    }

    /// What becomes of a birth date on 2 March 2026.
    fn judged(sent: &str, id_number: Option<&IdNumber>) -> Judged<Option<NaiveDate>> {
        date(Some(day(sent)), id_number, day("2026-03-02"))
    }

    #[test]
    fn without_an_id_number_ages_of_0_to_120_are_known() {
        let unknown = |rule| Judged::repaired(None, rule);
        let good = |sent| Judged::good(Some(day(sent)));
        for (sent, expected) in [
            ("2999-01-01", unknown(&BORN_LATER)),
            ("2026-03-03", unknown(&BORN_LATER)),
            ("2026-03-02", good("2026-03-02")),
            ("1925-03-02", good("1925-03-02")),
            ("1905-03-03", good("1905-03-03")),
            ("1905-03-02", unknown(&AGE_ABOVE_120)),
            ("1726-01-01", unknown(&AGE_ABOVE_120)),
        ] {
            assert_eq!(judged(sent, None), expected, "{sent}");
        }
        assert_eq!(date(None, None, day("2026-03-02")), Judged::good(None));
    }

    #[test]
    fn an_id_number_tells_the_birth_date_where_it_contradicts_or_is_missing() {
        let number = number("1980-01-01");
        let derived = |rule| Judged::repaired(Some(day("1980-01-01")), rule);
        for (sent, rule) in [
            ("2026-03-03", &BORN_LATER),
            ("1905-03-02", &AGE_ABOVE_120),
            ("1905-03-03", &AGE_ABOVE_100),
            ("1925-03-02", &AGE_ABOVE_100),
            ("1925-03-03", &BIRTH_CONTRADICTS_ID),
            ("1926-01-01", &BIRTH_CONTRADICTS_ID),
            ("1980-01-02", &BIRTH_CONTRADICTS_ID),
            ("1980-02-01", &BIRTH_CONTRADICTS_ID),
            ("1981-01-01", &BIRTH_CONTRADICTS_ID),
            ("2026-03-02", &BIRTH_CONTRADICTS_ID),
        ] {
            assert_eq!(judged(sent, Some(&number)), derived(rule), "{sent}");
        }
        let stated = judged("1980-01-01", Some(&number));
        assert_eq!(stated, Judged::good(Some(day("1980-01-01"))));
        let missing = date(None, Some(&number), day("2026-03-02"));
        assert_eq!(missing, derived(&BIRTH_MISSING));
    }

    #[test]
    fn ages_of_100_to_120_are_valid_where_the_id_number_agrees() {
        for sent in ["1926-03-02", "1925-03-02", "1905-03-03"] {
            let judged = judged(sent, Some(&number(sent)));
            assert_eq!(judged, Judged::good(Some(day(sent))), "{sent}");
        }
        // Above 120 its last two digits are those of somebody of 21, too.
        let judged = judged("1905-03-02", Some(&number("1905-03-02")));
        let expected = Judged::repaired(Some(day("2005-03-02")), &AGE_ABOVE_120);
        assert_eq!(judged, expected);
    }

    #[test]
    fn what_no_century_makes_a_date_of_somebody_below_100_is_unknown() {
        let number = number("2000-02-29");
        let judged = date(Some(day("2099-12-31")), Some(&number), day("2101-01-01"));
        assert_eq!(judged, Judged::repaired(None, &BIRTH_CONTRADICTS_ID));
        let missing = date(None, Some(&number), day("2101-01-01"));
        assert_eq!(missing, Judged::good(None));
    }

    proptest! {
        #[test]
        fn what_is_left_is_an_age_and_no_rule_hits_it_again(
            sent in proptest::option::of(-100_000_i32..100_000),
            number in proptest::option::of(-20_000_i32..30_000),
            last_day in -20_000_i32..120_000,
        ) {
            let on = |days| NaiveDate::from_epoch_days(days).unwrap();
            let number = number.map(|days| IdNumber::compose(on(days), 0, false));
            let judged = date(sent.map(on), number.as_ref(), on(last_day));
            if let Some(born_on) = judged.value {
                prop_assert!((0..=AGE_YEARS_MAX).contains(&full_years(born_on, on(last_day))));
                prop_assert!(number.as_ref().is_none_or(|number| number.is_of_birth(born_on)));
            }
            let again = date(judged.value, number.as_ref(), on(last_day));
            prop_assert_eq!(again, Judged::good(judged.value));
        }
    }
}
