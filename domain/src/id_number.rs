//! South African identity numbers.
//!
//! Thirteen digits, `YYMMDD SSSS C A Z`: date of birth without its century, sequence (below 5000
//! female, otherwise male), citizenship (0 citizen, 1 permanent resident), 8 or 9, and a Luhn
//! check digit over the first twelve (Identification Act 68 of 1997; ISO/IEC 7812-1, annex B).

use std::fmt;

use chrono::{Datelike, NaiveDate};

use crate::age::full_years;

/// A valid identity number: its form, date and check digit are right.
///
/// `Debug` shows no digit, since the number is identity.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdNumber(String);

/// Why a text is no identity number. It tells the shape of the text, never the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdNumberError {
    /// Not thirteen ASCII digits.
    #[error("{characters} characters, {digits} of them digits; 13 digits are needed")]
    Form {
        /// How many characters there are.
        characters: usize,
        /// How many of them are digits.
        digits: usize,
    },
    /// The first six digits are no date in any century.
    #[error("the first six digits are no date")]
    Date,
    /// The eleventh digit is neither 0 nor 1, or the twelfth neither 8 nor 9.
    #[error("the citizenship digit must be 0 or 1 and the one after it 8 or 9")]
    Code,
    /// The last digit is not the check digit of the first twelve.
    #[error("the check digit is wrong")]
    CheckDigit,
}

impl IdNumber {
    /// Reads an identity number; blanks around it are not allowed.
    pub fn parse(text: &str) -> Result<Self, IdNumberError> {
        let digits: Vec<u8> = text
            .bytes()
            .filter(u8::is_ascii_digit)
            .map(|byte| byte - b'0')
            .collect();
        if digits.len() != 13 || text.len() != 13 {
            return Err(IdNumberError::Form {
                characters: text.chars().count(),
                digits: digits.len(),
            });
        }
        // 29 February is a date of 2000, though not of 1900: some century must fit.
        if date_in(1900, text)
            .or_else(|| date_in(2000, text))
            .is_none()
        {
            return Err(IdNumberError::Date);
        }
        if digits[10] > 1 || digits[11] < 8 {
            return Err(IdNumberError::Code);
        }
        if b'0' + luhn_check_digit(&text.as_bytes()[..12]) != text.as_bytes()[12] {
            return Err(IdNumberError::CheckDigit);
        }
        Ok(Self(text.to_owned()))
    }

    /// The identity number of a birth date, a sequence below 10,000 and a citizenship, with 8 as its
    /// twelfth digit.
    pub fn compose(born_on: NaiveDate, sequence: u16, permanent_resident: bool) -> Self {
        let mut date = *b"000000";
        for (digit, byte) in date
            .iter_mut()
            .zip(born_on.format("%y%m%d").to_string().bytes())
        {
            *digit = byte;
        }
        let digits = Self::digits(date, sequence, permanent_resident, b'8');
        Self(digits.into_iter().map(char::from).collect())
    }

    /// The thirteen ASCII digits of a birth date as `YYMMDD`, a sequence below 10,000, a citizenship
    /// and a twelfth digit, `8` or `9`: for whoever composes millions of them.
    pub fn digits(date: [u8; 6], sequence: u16, permanent_resident: bool, twelfth: u8) -> [u8; 13] {
        let mut digits = [b'0'; 13];
        digits[..6].copy_from_slice(&date);
        let mut rest = sequence;
        for digit in digits[6..10].iter_mut().rev() {
            *digit += u8::try_from(rest % 10).unwrap_or(0);
            rest /= 10;
        }
        digits[10] += u8::from(permanent_resident);
        digits[11] = twelfth;
        digits[12] += luhn_check_digit(&digits[..12]);
        digits
    }

    /// Whether its date is that of a birth, in whichever century.
    pub fn is_of_birth(&self, born_on: NaiveDate) -> bool {
        date_in(century(born_on), &self.0) == Some(born_on)
    }

    /// The birth date of somebody who is 0 to 99 years old on a day; at most one has its six digits.
    /// There is none where they are 29 February and the century lacks that day.
    pub fn birth_date_by(&self, day: NaiveDate) -> Option<NaiveDate> {
        let this = century(day);
        [this, this - 100]
            .into_iter()
            .filter_map(|century| date_in(century, &self.0))
            .find(|born_on| (0..100).contains(&full_years(*born_on, day)))
    }

    /// Whether it is a woman's: her sequence is below 5000.
    pub fn is_female(&self) -> bool {
        self.0.as_bytes()[6] < b'5'
    }

    /// The thirteen digits. Identity: never for a log, an error text or a report.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for IdNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("IdNumber(13 digits)")
    }
}

/// The first year of a day's century: 1900 of 1980.
fn century(day: NaiveDate) -> i32 {
    day.year().div_euclid(100) * 100
}

/// The date that the first six of a number's ASCII digits are in a century.
fn date_in(century: i32, number: &str) -> Option<NaiveDate> {
    let digit = |at: usize| u32::from(number.as_bytes()[at] - b'0');
    let two = |at| digit(at) * 10 + digit(at + 1);
    let year = century + i32::try_from(two(0)).ok()?;
    NaiveDate::from_ymd_opt(year, two(2), two(4))
}

/// What a digit counts where it is doubled: the sum of the digits of its double.
const DOUBLED: [u8; 10] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];

/// The Luhn check digit of a body of ASCII digits: every second digit from its right end is doubled.
fn luhn_check_digit(body: &[u8]) -> u8 {
    let mut sum = 0;
    for (place, byte) in body.iter().rev().enumerate() {
        let digit = byte - b'0';
        sum += if place % 2 == 0 {
            DOUBLED[usize::from(digit)]
        } else {
            digit
        };
    }
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_published_specimen_is_valid() {
        // The number that published explanations of the format use.
        assert!(IdNumber::parse("8001015009087").is_ok());
    }

    #[test]
    fn each_fault_has_its_own_error() {
        use IdNumberError::{CheckDigit, Code, Date, Form};
        let error = |text: &str| IdNumber::parse(text).unwrap_err();
        assert_eq!(
            error("800101500908"),
            Form {
                characters: 12,
                digits: 12
            }
        );
        assert_eq!(
            error("80010150090x7"),
            Form {
                characters: 13,
                digits: 12
            }
        );
        assert_eq!(error("8013015009087"), Date);
        assert_eq!(error("8001015009287"), Code);
        assert_eq!(error("8001015009088"), CheckDigit);
    }

    #[test]
    fn the_century_is_that_of_somebody_below_100() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let born_by = |born_on, on| {
            let number = IdNumber::compose(day(born_on), 0, false);
            number.birth_date_by(day(on))
        };
        for (born_on, on, expected) in [
            ("1980-01-01", "2026-03-02", Some("1980-01-01")),
            ("1926-03-02", "2026-03-01", Some("1926-03-02")),
            ("1926-03-02", "2026-03-02", Some("2026-03-02")),
            ("1926-03-02", "2125-03-02", Some("2026-03-02")),
            ("2000-02-29", "2000-02-28", None),
            ("2000-02-29", "2000-02-29", Some("2000-02-29")),
            ("2000-02-29", "2100-02-28", Some("2000-02-29")),
            ("2000-02-29", "2100-03-01", None),
        ] {
            assert_eq!(born_by(born_on, on), expected.map(day), "{born_on} {on}");
        }
    }

    #[test]
    fn a_date_and_a_sex_are_in_it() {
        let number = IdNumber::parse("8001015009087").unwrap();
        let is_of = |text: &str| number.is_of_birth(text.parse().unwrap());
        assert!(is_of("1980-01-01") && is_of("2080-01-01") && is_of("-0020-01-01"));
        assert!(!is_of("1980-01-02") && !is_of("1980-02-01") && !is_of("1981-01-01"));
        let is_female = |sequence| IdNumber::compose(NaiveDate::MIN, sequence, false).is_female();
        assert!(!number.is_female() && is_female(4999) && !is_female(5000));
    }

    #[test]
    fn debug_shows_no_digit_of_it() {
        let number = IdNumber::parse("8001015009087").unwrap();
        assert_eq!(format!("{number:?}"), "IdNumber(13 digits)");
    }

    proptest! {
        #[test]
        fn what_is_composed_can_be_read(days in 0_i32..40_000, sequence in 0_u16..10_000, resident: bool) {
            let born_on = NaiveDate::from_ymd_opt(1910, 1, 1).unwrap()
                + chrono::Duration::days(i64::from(days));
            let number = IdNumber::compose(born_on, sequence, resident);
            prop_assert_eq!(IdNumber::parse(number.as_str()), Ok(number.clone()));
        }

        #[test]
        fn one_wrong_digit_is_noticed(at in 0_usize..13, by in 1_u8..10) {
            let mut digits = *b"8001015009087";
            digits[at] = b'0' + (digits[at] - b'0' + by) % 10;
            prop_assert!(IdNumber::parse(std::str::from_utf8(&digits).unwrap()).is_err());
        }
    }
}
