use uuid::Uuid;

use crate::extract::EncounterExtract;
use crate::record::AdtRecord;
use crate::rule::Rule;

/// A row of `silver.finding`: something odd about a patient's records that a rule names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The patient.
    pub patient_pseudonym: Uuid,
    /// The rule, one of [`crate::rule::history`].
    pub rule: &'static Rule,
    /// The event it concerns, or the statement of an extract.
    pub event_id: Uuid,
    /// The encounter of that event or statement, where it names one.
    pub encounter_key: Option<Uuid>,
}

impl Finding {
    pub(super) fn of(rule: &'static Rule, record: &AdtRecord) -> Self {
        Self {
            patient_pseudonym: record.patient_pseudonym,
            rule,
            event_id: record.event_id,
            encounter_key: record.encounter_key,
        }
    }

    pub(super) fn of_extract(rule: &'static Rule, extract: &EncounterExtract) -> Self {
        Self {
            patient_pseudonym: extract.patient_pseudonym,
            rule,
            event_id: extract.statement_id(),
            encounter_key: Some(extract.encounter_key),
        }
    }

    /// What identifies the finding among those of its patient.
    pub fn key(&self) -> (&'static str, Uuid) {
        (self.rule.code, self.event_id)
    }
}
