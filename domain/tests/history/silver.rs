use domain::extract::{EncounterExtract, PatientSnapshot};
use domain::history::PatientRecords;
use domain::record::AdtRecord;

/// All that silver holds of one patient. The tests of `database` take it in, too.
#[derive(Debug, Clone, Default)]
pub(crate) struct Silver {
    pub(crate) events: Vec<AdtRecord>,
    pub(crate) snapshots: Vec<PatientSnapshot>,
    pub(crate) encounters: Vec<EncounterExtract>,
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
