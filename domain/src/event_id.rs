//! Event identifiers: time-ordered UUIDs that a replay repeats.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The event id of a natural key.
///
/// The form is UUID version 7 (RFC 9562, section 5.7): 48 bits of Unix milliseconds of
/// `occurred_at`, and in place of the ten bytes of random bits the first ten of SHA-256 over the
/// parts of the natural key, each led by its length as 64 bits (version and variant overwrite six
/// of the 80 bits). So ids sort by time, and the same content gives the same
/// id on every machine. A time before 1970 or beyond the year 10889 is taken as the nearest that
/// 48 bits hold.
pub fn event_id(occurred_at: DateTime<Utc>, natural_key: &[&str]) -> Uuid {
    let mut hasher = Sha256::new();
    for part in natural_key {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    let digest = hasher.finalize();
    let millis = u64::try_from(occurred_at.timestamp_millis())
        .unwrap_or(0)
        .min((1 << 48) - 1);
    let mut rest = [0_u8; 10];
    rest.copy_from_slice(&digest[..10]);
    uuid::Builder::from_unix_timestamp_millis(millis, &rest).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_same_key_gives_the_same_id_and_later_times_sort_later() {
        let first = event_id(at("2164-10-23T21:10:15Z"), &["BIDMC", "142345", "A01"]);
        assert_eq!(
            first,
            event_id(at("2164-10-23T21:10:15Z"), &["BIDMC", "142345", "A01"])
        );
        assert_eq!(first.to_string(), "05975f33-8ed8-71cb-90d5-20101c929c43");
        let later = event_id(at("2164-10-23T21:10:16Z"), &["BIDMC", "142345", "A01"]);
        assert!(first < later);
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        let at = at("2026-03-02T00:00:00Z");
        assert_ne!(event_id(at, &["ab", "c"]), event_id(at, &["a", "bc"]));
    }

    #[test]
    fn a_time_before_1970_has_an_id() {
        assert_eq!(
            event_id(at("1901-01-01T00:00:00Z"), &["x"]).get_version_num(),
            7
        );
    }
}
