use std::collections::{BTreeMap, HashMap};

use domain::record::CleanedEvent;
use domain::staff::CleanedStaff;
use uuid::Uuid;

use super::Step;
use super::prepared::{ENCOUNTERS_TO_VAULT, PATIENTS_TO_VAULT, STAFF_TO_VAULT};
use super::silver::Silver;
use crate::DatabaseError;
use crate::rows::{EncounterIdentityRow, PatientIdentityRow, StaffIdentityRow};

/// The identities that events state, each once, in the order of the keys: so two lanes that meet at a row of staff do not
/// deadlock.
pub(crate) struct Identities {
    /// As the last of them states each patient.
    pub(crate) patients: Vec<PatientIdentityRow>,
    pub(crate) encounters: Vec<EncounterIdentityRow>,
    /// By the number alone.
    pub(crate) staff: Vec<StaffIdentityRow>,
}

impl Identities {
    pub(crate) fn of<'e>(events: impl IntoIterator<Item = &'e CleanedEvent>) -> Self {
        let mut patients: HashMap<Uuid, &CleanedEvent> = HashMap::new();
        let mut encounters: HashMap<Uuid, EncounterIdentityRow> = HashMap::new();
        let mut staff: BTreeMap<Uuid, StaffIdentityRow> = BTreeMap::new();
        for event in events {
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
        let mut patients: Vec<_> = patients.into_values().map(PatientIdentityRow::of).collect();
        patients.sort_unstable_by_key(|row| row.patient_pseudonym);
        Self {
            patients,
            encounters: encounters.into_values().collect(),
            staff: staff.into_values().collect(),
        }
    }
}

/// Who members of staff are by statements about them, and who is named in these: each once, as last stated, in the order
/// of the keys.
pub(crate) fn stated_staff<'s>(
    statements: impl IntoIterator<Item = &'s CleanedStaff>,
) -> Vec<StaffIdentityRow> {
    let mut staff: BTreeMap<Uuid, StaffIdentityRow> = BTreeMap::new();
    let mut keep = |row: StaffIdentityRow| {
        let known = staff
            .entry(row.staff_pseudonym)
            .or_insert_with(|| row.clone());
        if known.rank() < row.rank() {
            *known = row;
        }
    };
    for stated in statements {
        keep(StaffIdentityRow::of(stated));
        let attributes = &stated.statement.statement.attributes;
        let replaced = attributes.replaces_staff_pseudonym;
        if let Some((pseudonym, id)) = replaced.zip(stated.replaces_staff_id.as_deref()) {
            keep(StaffIdentityRow::named(pseudonym, id));
        }
    }
    staff.into_values().collect()
}

impl Step<'_> {
    /// Keeps the identities that the new records state, apart from everything else.
    pub(super) async fn write_vault(&self, silver: &Silver<'_>) -> Result<(), DatabaseError> {
        let Identities {
            patients,
            encounters,
            staff,
        } = Identities::of(silver.new.iter().map(|(_, event)| *event));
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
