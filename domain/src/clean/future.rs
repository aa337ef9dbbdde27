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

/// A time that an extract tells of something else than a move: unknown where it was yet to come, as
/// another statement may tell it.
pub(super) fn told(
    at: Option<DateTime<Utc>>,
    extracted_at: DateTime<Utc>,
) -> Judged<Option<DateTime<Utc>>> {
    if at.is_some_and(|at| at > extracted_at) {
        return Judged::repaired(None, &FUTURE_TIME);
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

    #[test]
    fn what_an_extract_tells_was_not_yet_to_come() {
        let at = |micros| DateTime::from_timestamp_micros(micros).unwrap();
        assert_eq!(told(None, at(7)), Judged::good(None));
        assert_eq!(told(Some(at(7)), at(7)), Judged::good(Some(at(7))));
        assert_eq!(
            told(Some(at(8)), at(7)),
            Judged::repaired(None, &FUTURE_TIME)
        );
    }
}
