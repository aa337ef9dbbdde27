//! Short texts, numbers and dates, for whoever writes millions of them.

use chrono::{Datelike, NaiveDate};

/// A text of at most `N` bytes (and 255) that is written very often.
///
/// It is copied whole and cut off behind its end: a copy of a known length is a few instructions, one
/// of another length a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Text<const N: usize> {
    bytes: [u8; N],
    length: u8,
}

impl<const N: usize> Text<N> {
    /// The text, or none where it is too long.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let mut bytes = [0; N];
        bytes
            .get_mut(..text.len())?
            .copy_from_slice(text.as_bytes());
        let length = u8::try_from(text.len()).ok()?;
        Some(Self { bytes, length })
    }

    pub(crate) fn as_str(&self) -> &str {
        let text = self.bytes.get(..usize::from(self.length));
        std::str::from_utf8(text.unwrap_or_default()).unwrap_or_default()
    }

    /// Appends it.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let end = out.len() + usize::from(self.length);
        out.extend_from_slice(&self.bytes);
        out.truncate(end);
    }
}

/// Appends a number in decimal.
pub(crate) fn write_number(out: &mut Vec<u8>, number: u64) {
    let length = number.checked_ilog10().map_or(1, |log| log as usize + 1);
    let mut digits = [0; 20];
    let mut rest = number;
    for digit in digits[..length].iter_mut().rev() {
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
    }
    let end = out.len() + length;
    out.extend_from_slice(&digits);
    out.truncate(end);
}

/// Appends the last `N` digits of a number, with leading zeros.
pub(crate) fn write_digits<const N: usize>(out: &mut Vec<u8>, number: u64) {
    let mut digits = [b'0'; N];
    let mut rest = number;
    for digit in digits.iter_mut().rev() {
        *digit += u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
    }
    out.extend_from_slice(&digits);
}

/// Appends a date of the years 0 to 9999 as ISO 8601 has it.
pub(crate) fn write_date(out: &mut Vec<u8>, date: NaiveDate) {
    write_digits::<4>(out, u64::from(date.year().unsigned_abs()));
    out.push(b'-');
    write_digits::<2>(out, u64::from(date.month()));
    out.push(b'-');
    write_digits::<2>(out, u64::from(date.day()));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_number_is_written_as_display_writes_it(number: u64) {
            let mut out = Vec::new();
            write_number(&mut out, number);
            prop_assert_eq!(String::from_utf8(out).unwrap(), number.to_string());
        }

        #[test]
        fn a_text_is_written_as_it_is(text in "\\PC{0,8}") {
            let short = Text::<31>::new(&text);
            prop_assert_eq!(short.is_some(), text.len() <= 31);
            if let Some(short) = short {
                let mut out = b"before".to_vec();
                short.write(&mut out);
                prop_assert_eq!(String::from_utf8(out).unwrap(), format!("before{text}"));
                prop_assert_eq!(short.as_str(), text);
            }
        }

        #[test]
        fn a_date_is_written_as_display_writes_it(days in 0_i32..3_652_059) {
            let date = NaiveDate::from_num_days_from_ce_opt(days).unwrap();
            let mut out = Vec::new();
            write_date(&mut out, date);
            prop_assert_eq!(String::from_utf8(out).unwrap(), date.to_string());
        }

        #[test]
        fn leading_zeros_are_kept(number in 0_u64..10_000_000) {
            let mut out = Vec::new();
            write_digits::<7>(&mut out, number);
            prop_assert_eq!(String::from_utf8(out).unwrap(), format!("{number:07}"));
        }
    }
}
