//! Keys of dimension rows: derived from what they name, so that every load makes the same.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::digest::first_uuid;

/// The key of one version of a dimension's member: the UUID of the first 16 bytes of SHA-256 over
/// `dimension|natural key|valid from`, the time in microseconds since 1970 or `-infinity`.
pub fn version_key(dimension: &str, natural_key: &str, valid_from: Option<DateTime<Utc>>) -> Uuid {
    let mut text = format!("{dimension}|{natural_key}|");
    match valid_from {
        Some(at) => write!(text, "{}", at.timestamp_micros()).unwrap_or_default(),
        None => text.push_str("-infinity"),
    }
    first_uuid(&Sha256::digest(text.as_bytes()).into())
}

/// The key of one version of a patient's record.
pub fn patient_version_key(patient_pseudonym: Uuid, valid_from: DateTime<Utc>) -> Uuid {
    version_key(
        "dim_patient",
        &patient_pseudonym.to_string(),
        Some(valid_from),
    )
}

/// The key of one version of a member of staff.
pub fn staff_version_key(staff_pseudonym: Uuid, valid_from: Option<DateTime<Utc>>) -> Uuid {
    version_key("dim_staff", &staff_pseudonym.to_string(), valid_from)
}

/// The key of one version of a department.
pub fn department_version_key(
    hospital_code: &str,
    department_code: &str,
    valid_from: Option<DateTime<Utc>>,
) -> Uuid {
    let natural_key = format!("{hospital_code}/{department_code}");
    version_key("dim_department", &natural_key, valid_from)
}

/// The key of a department's first version, valid from the beginning of time.
pub fn department_key(hospital_code: &str, department_code: &str) -> Uuid {
    department_version_key(hospital_code, department_code, None)
}

/// The key of a hospital.
pub fn hospital_key(hospital_code: &str) -> Uuid {
    version_key("dim_hospital", hospital_code, None)
}

/// The key of a dimension's unknown member.
pub fn unknown_member_key(dimension: &str) -> Uuid {
    version_key(dimension, "unknown", None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_what_sha256sum_says_of_its_text() {
        // printf 'dim_hospital|BIDMC|-infinity' | sha256sum | cut -c1-32
        assert_eq!(
            hospital_key("BIDMC").simple().to_string(),
            "2dc5229994e1761bc01725a6c4ca2538"
        );
    }
}
