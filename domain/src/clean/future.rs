use chrono::{DateTime, Utc};

use super::repair::Judged;
use crate::rule::record::FUTURE_TIME;

/// When something happened that was entered at a time: not after it.
///
/// It is for times at which somebody moved, which nobody enters before. Administrative times of an
/// event are not among them: in MIMIC-III they lie up to four weeks after the move that it tells.
pub(super) fn happened(at: DateTime<Utc>, entered_at: DateTime<Utc>) -> Judged<DateTime<Utc>> {
    if at > entered_at {
        return Judged::repaired(entered_at, &FUTURE_TIME);
    }
    Judged::good(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_entered_has_happened() {
        let at = |micros| DateTime::from_timestamp_micros(micros).unwrap();
        assert_eq!(happened(at(6), at(7)), Judged::good(at(6)));
        assert_eq!(happened(at(7), at(7)), Judged::good(at(7)));
        let repaired = Judged::repaired(at(7), &FUTURE_TIME);
        assert_eq!(happened(at(8), at(7)), repaired);
        assert_eq!(happened(repaired.value, at(7)).repair, None);
    }
}
