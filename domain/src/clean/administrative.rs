//! The administrative times of an encounter, as one record states them.

use chrono::{DateTime, Utc};

use super::repair::Judged;
use crate::record::Trigger;
use crate::rule::record::{ADMISSION_TIME, DISCHARGE_BEFORE_ADMISSION};

/// The time of admission, which an admission states.
pub(super) fn admission(
    trigger: Trigger,
    admitted_at: Option<DateTime<Utc>>,
) -> Judged<Option<DateTime<Utc>>> {
    if trigger == Trigger::Admit && admitted_at.is_none() {
        return Judged::repaired(None, &ADMISSION_TIME);
    }
    Judged::good(admitted_at)
}

/// The time of discharge, unless it is before that of admission.
pub(super) fn discharge(
    admitted_at: Option<DateTime<Utc>>,
    discharged_at: Option<DateTime<Utc>>,
) -> Judged<Option<DateTime<Utc>>> {
    let stated = admitted_at.zip(discharged_at);
    if stated.is_some_and(|(admitted_at, discharged_at)| discharged_at < admitted_at) {
        return Judged::repaired(None, &DISCHARGE_BEFORE_ADMISSION);
    }
    Judged::good(discharged_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(micros: i64) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp_micros(micros)
    }

    #[test]
    fn only_an_admission_must_tell_its_time() {
        for trigger in Trigger::ALL {
            assert_eq!(admission(trigger, at(7)), Judged::good(at(7)));
            let expected = match trigger {
                Trigger::Admit => Judged::repaired(None, &ADMISSION_TIME),
                _ => Judged::good(None),
            };
            assert_eq!(admission(trigger, None), expected, "{trigger}");
        }
    }

    #[test]
    fn a_discharge_may_fall_on_the_admission_but_not_before_it() {
        let hit = Judged::repaired(None, &DISCHARGE_BEFORE_ADMISSION);
        for (admitted_at, discharged_at, expected) in [
            (at(7), at(6), hit),
            (at(7), at(7), Judged::good(at(7))),
            (at(7), at(8), Judged::good(at(8))),
            (None, at(6), Judged::good(at(6))),
            (at(7), None, Judged::good(None)),
            (None, None, Judged::good(None)),
        ] {
            assert_eq!(discharge(admitted_at, discharged_at), expected);
            let again = discharge(admitted_at, expected.value);
            assert_eq!(again.repair, None, "what is repaired is good");
        }
    }
}
