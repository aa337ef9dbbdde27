use chrono::NaiveDate;

use super::repair::Judged;
use crate::age::full_years;
use crate::rule::record::{AGE_ABOVE_120, BORN_LATER};

/// The greatest age that counts as known, in years.
pub const AGE_YEARS_MAX: i32 = 120;

/// The birth date, unless it makes the patient unborn or older than anybody on the last day that the
/// record states.
pub(super) fn date(sent: Option<NaiveDate>, last_day: NaiveDate) -> Judged<Option<NaiveDate>> {
    let Some(born_on) = sent else {
        return Judged::good(None);
    };
    match full_years(born_on, last_day) {
        ..0 => Judged::repaired(None, &BORN_LATER),
        0..=AGE_YEARS_MAX => Judged::good(Some(born_on)),
        _ => Judged::repaired(None, &AGE_ABOVE_120),
    }
}
