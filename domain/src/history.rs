//! The history of a patient: gold as a pure function of silver.
//!
//! [`history`] takes all that silver holds of one patient, events and extracts, and gives that
//! patient's rows of gold and the findings. It is a set: no order of arrival, no duplicate and no
//! batch size shows in the result. `docs/history.md` is the specification, rule by rule.

mod department;
mod encounter;
mod finding;
mod patient;
mod records;
mod statement;

pub use department::{DepartmentVersion, Departments};
pub use encounter::{Admission, LocationStay};
pub use finding::Finding;
pub use patient::PatientVersion;
pub use records::PatientRecords;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use encounter::Encounter;
use statement::Statements;

/// A patient's rows of gold and findings, each list in the order of its key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PatientHistory {
    /// Rows of `gold.dim_patient`, by `valid_from`.
    pub versions: Vec<PatientVersion>,
    /// Rows of `gold.fact_admission`, by `encounter_key`.
    pub admissions: Vec<Admission>,
    /// Rows of `gold.fact_location_stay`, by (`encounter_key`, `arrived_at`).
    pub stays: Vec<LocationStay>,
    /// Rows of `silver.finding`, by (rule, `event_id`).
    pub findings: Vec<Finding>,
}

impl PatientHistory {
    /// The key of the patient's version at a time, as facts of that time have it.
    pub fn version_at(&self, at: DateTime<Utc>) -> Uuid {
        patient::version_at(&self.versions, Some(at))
    }
}

/// Folds all that silver holds of one patient into that patient's rows of gold.
///
/// `records` may be in any order and hold copies, but are all of one patient; of none, the history
/// is empty.
pub fn history<'a>(
    records: impl Into<PatientRecords<'a>>,
    departments: &Departments,
) -> PatientHistory {
    let records = records.into();
    let statements = Statements::of(&records);
    let mut history = PatientHistory {
        versions: patient::versions(&statements.in_order, &statements.snapshots),
        findings: statements.conflicts(),
        ..PatientHistory::default()
    };
    if history.versions.is_empty() {
        history.findings.extend(statements.of_unknown_patient());
    }
    for encounter in Encounter::group(&statements) {
        history
            .admissions
            .push(encounter.admission(&history.versions, departments));
        encounter.stays(&history.versions, departments, &mut history.stays);
        encounter.findings(departments, &mut history.findings);
    }
    history.findings.sort_unstable_by_key(Finding::key);
    history
}
