//! Who is to be forgotten, as whoever loads needs to know it.

use std::collections::HashMap;

use uuid::Uuid;

/// Patients who are to be forgotten, by their pseudonyms, and by those of the words that name them
/// where their own number is missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erased(HashMap<Uuid, Uuid>);

impl Erased {
    /// The patients, and words with the patient whom each names.
    pub fn new(
        patients: impl IntoIterator<Item = Uuid>,
        words: impl IntoIterator<Item = (Uuid, Uuid)>,
    ) -> Self {
        let patients = patients.into_iter().map(|patient| (patient, patient));
        Self(patients.chain(words).collect())
    }

    /// Whether nobody is to be forgotten.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a patient is to be forgotten.
    pub fn has(&self, patient_pseudonym: Uuid) -> bool {
        self.0.contains_key(&patient_pseudonym)
    }

    /// Whom the pseudonym of a patient or of a word means.
    pub(crate) fn named_by(&self, pseudonym: Uuid) -> Option<Uuid> {
        self.0.get(&pseudonym).copied()
    }
}
