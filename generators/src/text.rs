//! Numbers and dates as text, for whoever writes millions of them.

use chrono::{Datelike, NaiveDate};

/// Appends a number in decimal.
pub(crate) fn write_number(out: &mut Vec<u8>, number: u64) {
    let mut digits = [0; 20];
    let mut first = digits.len();
    let mut rest = number;
    loop {
        first -= 1;
        digits[first] = b'0' + u8::try_from(rest % 10).unwrap_or(0);
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[first..]);
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
