use std::collections::{BTreeMap, HashSet};

use domain::extract::Line;
use uuid::Uuid;

use super::loader::Step;
use super::statement::{
    KEPT_IN_VAULT, LISTED_STAFF_TO_VAULT, PATIENTS_IN_VAULT, PATIENTS_TO_VAULT,
};
use crate::DatabaseError;
use crate::load::{ENCOUNTERS_TO_VAULT, STAFF_TO_VAULT};
use crate::rows::{EncounterIdentityRow, ListedStaffRow, RegisteredPatientRow, StaffIdentityRow};

const DOING: &str = "write the vault";

impl Step<'_> {
    /// Keeps who the patients are, each of whom is given once; whoever is only named keeps what is known.
    pub(super) async fn write_registered(
        &self,
        rows: Vec<RegisteredPatientRow>,
    ) -> Result<(), DatabaseError> {
        if rows.is_empty() {
            return Ok(());
        }
        let patients: Vec<Uuid> = rows.iter().map(|row| row.patient_pseudonym).collect();
        let kept = self
            .session
            .query(KEPT_IN_VAULT, DOING, &[&patients])
            .await?;
        let kept: HashSet<Uuid> = kept.iter().map(|row| row.get(0)).collect();
        let is_kept = |row: &RegisteredPatientRow| kept.contains(&row.patient_pseudonym);
        let (mut kept, new): (Vec<_>, Vec<_>) = rows.into_iter().partition(is_kept);
        kept.retain(RegisteredPatientRow::is_stated);
        self.copy_registered(&new).await?;
        self.correct_registered(&kept).await
    }

    /// Keeps who the patients are of whom nothing is kept.
    pub(super) async fn copy_registered(
        &self,
        rows: &[RegisteredPatientRow],
    ) -> Result<(), DatabaseError> {
        let types = &RegisteredPatientRow::TYPES;
        self.session
            .copy(PATIENTS_TO_VAULT, DOING, types, rows.iter(), |row| {
                row.values()
            })
            .await?;
        Ok(())
    }

    /// Corrects who the patients are of whom something is kept, and all of whom a snapshot states.
    pub(super) async fn correct_registered(
        &self,
        rows: &[RegisteredPatientRow],
    ) -> Result<(), DatabaseError> {
        if !rows.is_empty() {
            self.session
                .execute(PATIENTS_IN_VAULT, DOING, &[&rows])
                .await?;
        }
        Ok(())
    }

    /// Keeps the numbers that lines name, of patients, encounters and staff.
    pub(super) async fn write_named(&self, lines: &[&Line]) -> Result<(), DatabaseError> {
        let hospital_code = self.hospital_code();
        // In the order of the keys, so that two loaders that meet at a row of staff do not deadlock.
        let mut patients: BTreeMap<Uuid, RegisteredPatientRow> = BTreeMap::new();
        let mut encounters: BTreeMap<Uuid, EncounterIdentityRow> = BTreeMap::new();
        let mut staff: BTreeMap<Uuid, StaffIdentityRow> = BTreeMap::new();
        for line in lines {
            let Some(id) = line.patient_id() else {
                continue;
            };
            let patient = line.member();
            let row = || RegisteredPatientRow::named(patient, hospital_code, id);
            patients.entry(patient).or_insert_with(row);
            let (encounter, named) = match line {
                Line::Patient(_)
                | Line::Department(_)
                | Line::Staff(_)
                | Line::Assignment(_)
                | Line::Record(_) => continue,
                Line::Encounter(line) => {
                    let extract = &line.extract;
                    let doctor = extract.attending_staff_pseudonym;
                    let doctor = doctor.zip(line.attending_staff_id.clone());
                    let encounter = (extract.encounter_key, &line.encounter_id);
                    (encounter, doctor.into_iter().collect())
                }
                Line::Clinical(line) => {
                    ((line.encounter_key, &line.encounter_id), line.staff.clone())
                }
            };
            let (encounter_key, encounter_id) = encounter;
            encounters
                .entry(encounter_key)
                .or_insert_with(|| EncounterIdentityRow {
                    encounter_key,
                    patient_pseudonym: patient,
                    encounter_id: encounter_id.clone(),
                });
            for (staff_pseudonym, staff_id) in named {
                let row = StaffIdentityRow::named(staff_pseudonym, &staff_id);
                staff.entry(staff_pseudonym).or_insert(row);
            }
        }
        let patients: Vec<_> = patients.into_values().collect();
        self.write_registered(patients).await?;
        let encounters: Vec<_> = encounters.into_values().collect();
        if !encounters.is_empty() {
            self.session
                .execute(ENCOUNTERS_TO_VAULT, DOING, &[&encounters])
                .await?;
        }
        self.write_named_staff(staff).await
    }

    /// Keeps the numbers of staff.
    pub(super) async fn write_named_staff(
        &self,
        staff: BTreeMap<Uuid, StaffIdentityRow>,
    ) -> Result<(), DatabaseError> {
        let staff: Vec<_> = staff.into_values().collect();
        if !staff.is_empty() {
            self.session
                .execute(STAFF_TO_VAULT, DOING, &[&staff])
                .await?;
        }
        Ok(())
    }

    /// Keeps who the members of staff are whom a file lists.
    pub(super) async fn write_listed_staff(
        &self,
        staff: BTreeMap<Uuid, ListedStaffRow>,
    ) -> Result<(), DatabaseError> {
        let staff: Vec<_> = staff.into_values().collect();
        if !staff.is_empty() {
            self.session
                .execute(LISTED_STAFF_TO_VAULT, DOING, &[&staff])
                .await?;
        }
        Ok(())
    }
}
