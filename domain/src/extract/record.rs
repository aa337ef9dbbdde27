use std::fmt;

use uuid::Uuid;

use super::line::Value;
use crate::rule::Rule;

/// Whom the records of a kind are about: what names a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A person, by the number in `person_id`.
    Person,
    /// A hospital's patient, by the numbers in `hospital_code` and `patient_id`.
    Patient,
}

/// A usable line of a kind whose lines are records, in its two halves. `Debug` prints no identity.
#[derive(Clone)]
pub struct RecordLine {
    /// The pseudonym of the person or patient.
    pub pseudonym: Uuid,
    /// Hash of all described fields as sent.
    pub content_hash: Uuid,
    /// What silver and gold keep beside, in the order of the description.
    pub values: Vec<Option<Value>>,
    /// The rules that repaired the line, in the order of their codes.
    pub repairs: Vec<&'static Rule>,
    /// What the vault keeps, as sent, in the order of the description.
    pub identity: Vec<Option<Value>>,
    /// Hospital and number of the patient, where it is one's record: they tell the shard. Identity.
    pub patient: Option<(String, String)>,
}

impl fmt::Debug for RecordLine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RecordLine")
            .field("pseudonym", &self.pseudonym)
            .finish_non_exhaustive()
    }
}
