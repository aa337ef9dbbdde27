use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::statement::last_of_each_instant;
use crate::dimension_key::{patient_version_key, unknown_member_key};
use crate::record::{AdtRecord, PatientAttributes};

/// A row of `gold.dim_patient`: one version of one hospital's patient record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatientVersion {
    /// Key of the version.
    pub patient_key: Uuid,
    /// The patient.
    pub patient_pseudonym: Uuid,
    /// The hospital whose patient it is.
    pub hospital_code: String,
    /// What holds while the version is valid.
    pub attributes: PatientAttributes,
    /// Inclusive.
    pub valid_from: DateTime<Utc>,
    /// Exclusive; `None` is `infinity`: the version is current.
    pub valid_to: Option<DateTime<Utc>>,
}

impl PatientVersion {
    /// Whether the version is the current one.
    pub fn is_current(&self) -> bool {
        self.valid_to.is_none()
    }
}

/// The versions that statements in order make: each change of an attribute begins one.
pub(super) fn versions(statements: &[&AdtRecord]) -> Vec<PatientVersion> {
    let mut versions: Vec<PatientVersion> = Vec::new();
    for statement in last_of_each_instant(statements.iter().copied()) {
        if let Some(last) = versions.last_mut() {
            if last.attributes == statement.patient {
                continue;
            }
            last.valid_to = Some(statement.occurred_at);
        }
        versions.push(PatientVersion {
            patient_key: patient_version_key(statement.patient_pseudonym, statement.occurred_at),
            patient_pseudonym: statement.patient_pseudonym,
            hospital_code: statement.hospital_code.clone(),
            attributes: statement.patient.clone(),
            valid_from: statement.occurred_at,
            valid_to: None,
        });
    }
    versions
}

/// The key of the version valid at a time; a time before the first version, or none at all, takes
/// the first.
pub(super) fn version_at(versions: &[PatientVersion], at: Option<DateTime<Utc>>) -> Uuid {
    let begun = at.map_or(0, |at| {
        versions.partition_point(|version| version.valid_from <= at)
    });
    versions.get(begun.saturating_sub(1)).map_or_else(
        || unknown_member_key("dim_patient"),
        |version| version.patient_key,
    )
}
