use domain::extract::{EncounterExtract, PatientSnapshot};
use domain::history::PatientRecords;
use domain::record::AdtRecord;

/// All that silver holds of one patient.
#[derive(Debug, Clone, Default)]
pub(super) struct Silver {
    pub(super) events: Vec<AdtRecord>,
    pub(super) snapshots: Vec<PatientSnapshot>,
    pub(super) encounters: Vec<EncounterExtract>,
}

impl<'a> From<&'a Silver> for PatientRecords<'a> {
    fn from(silver: &'a Silver) -> Self {
        Self {
            events: silver.events.iter().collect(),
            snapshots: silver.snapshots.iter().collect(),
            encounters: silver.encounters.iter().collect(),
        }
    }
}
