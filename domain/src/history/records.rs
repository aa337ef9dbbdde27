use crate::extract::{EncounterExtract, PatientSnapshot};
use crate::record::AdtRecord;

/// All that silver holds of one patient, in no order.
#[derive(Debug, Clone, Default)]
pub struct PatientRecords<'a> {
    /// Of events.
    pub events: Vec<&'a AdtRecord>,
    /// Of the hospital's snapshots, in their canonical form.
    pub snapshots: Vec<&'a PatientSnapshot>,
    /// Of the encounters in its extracts.
    pub encounters: Vec<&'a EncounterExtract>,
}

impl<'a, I: IntoIterator<Item = &'a AdtRecord>> From<I> for PatientRecords<'a> {
    fn from(events: I) -> Self {
        Self {
            events: events.into_iter().collect(),
            ..Self::default()
        }
    }
}
