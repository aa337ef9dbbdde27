use std::collections::{BTreeMap, HashMap};

use domain::record::CleanedEvent;
use uuid::Uuid;

use super::Step;
use super::prepared::{ENCOUNTERS_TO_VAULT, PATIENTS_TO_VAULT, STAFF_TO_VAULT};
use super::silver::Silver;
use crate::DatabaseError;
use crate::rows::{EncounterIdentityRow, PatientIdentityRow, StaffIdentityRow};

impl Step<'_> {
    /// Keeps the identities that the new records state, apart from everything else.
    pub(super) async fn write_vault(&self, silver: &Silver<'_>) -> Result<(), DatabaseError> {
        let mut patients: HashMap<Uuid, &CleanedEvent> = HashMap::new();
        let mut encounters: HashMap<Uuid, EncounterIdentityRow> = HashMap::new();
        let mut staff: BTreeMap<Uuid, StaffIdentityRow> = BTreeMap::new();
        for (_, event) in &silver.new {
            let last = patients
                .entry(event.record.patient_pseudonym)
                .or_insert(event);
            if PatientIdentityRow::rank(event) > PatientIdentityRow::rank(last) {
                *last = event;
            }
            if let Some((encounter_key, row)) = encounter(event) {
                encounters.entry(encounter_key).or_insert(row);
            }
            staff.extend(attending_staff(event));
        }
        // In the order of the keys, so that two lanes that meet at a row of staff do not deadlock.
        let mut patients: Vec<_> = patients.into_values().map(PatientIdentityRow::of).collect();
        patients.sort_unstable_by_key(|row| row.patient_pseudonym);
        let encounters: Vec<_> = encounters.into_values().collect();
        if !patients.is_empty() {
            self.session
                .execute(PATIENTS_TO_VAULT, "write the vault", &[&patients])
                .await?;
        }
        if !encounters.is_empty() {
            self.session
                .execute(ENCOUNTERS_TO_VAULT, "write the vault", &[&encounters])
                .await?;
        }
        let staff: Vec<_> = staff.into_values().collect();
        if !staff.is_empty() {
            self.session
                .execute(STAFF_TO_VAULT, "write the vault", &[&staff])
                .await?;
        }
        Ok(())
    }
}

fn encounter(event: &CleanedEvent) -> Option<(Uuid, EncounterIdentityRow)> {
    let encounter_key = event.record.encounter_key?;
    let row = EncounterIdentityRow {
        encounter_key,
        patient_pseudonym: event.record.patient_pseudonym,
        encounter_id: event.encounter_id.clone()?,
    };
    Some((encounter_key, row))
}

fn attending_staff(event: &CleanedEvent) -> Option<(Uuid, StaffIdentityRow)> {
    let staff_pseudonym = event.record.attending_staff_pseudonym?;
    let staff_id = event.attending_staff_id.as_deref()?;
    Some((
        staff_pseudonym,
        StaffIdentityRow::named(staff_pseudonym, staff_id),
    ))
}
