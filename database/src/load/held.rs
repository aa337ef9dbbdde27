//! What silver holds of patients.

use std::collections::{BTreeMap, HashMap};

use domain::extract::{EncounterExtract, PatientSnapshot};
use domain::history::PatientRecords;
use domain::record::AdtRecord;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::prepared::{READ_ENCOUNTERS, READ_SILVER};
use super::{Session, silver};
use crate::DatabaseError;
use crate::rows::{DerivedRow, EncounterRow, SnapshotRow};

/// Patients to look up, each once, with their hospitals.
#[derive(Default)]
pub(crate) struct Patients {
    hospital_codes: Vec<String>,
    pseudonyms: Vec<Uuid>,
}

impl Patients {
    pub(crate) fn of<'p>(patients: impl IntoIterator<Item = (Uuid, &'p str)>) -> Self {
        let mut all = Self::default();
        // By hospital and pseudonym, as the key of silver.patients has them.
        let each: HashMap<Uuid, &str> = patients.into_iter().collect();
        let mut each: Vec<_> = each.into_iter().collect();
        each.sort_unstable_by_key(|(patient, hospital_code)| (*hospital_code, *patient));
        for (patient, hospital_code) in each {
            all.pseudonyms.push(patient);
            all.hospital_codes.push(hospital_code.to_owned());
        }
        all
    }
}

/// All that silver holds of a patient.
#[derive(Default)]
pub(crate) struct Held {
    pub(crate) events: Vec<AdtRecord>,
    pub(crate) snapshots: Vec<PatientSnapshot>,
    pub(crate) encounters: Vec<EncounterExtract>,
}

impl Held {
    pub(crate) fn records(&self) -> PatientRecords<'_> {
        PatientRecords {
            events: self.events.iter().collect(),
            snapshots: self.snapshots.iter().collect(),
            encounters: self.encounters.iter().collect(),
        }
    }
}

impl Session<'_> {
    /// All that silver holds of patients.
    pub(crate) async fn read_silver(
        &self,
        patients: &Patients,
    ) -> Result<BTreeMap<Uuid, Held>, DatabaseError> {
        let (mut held, snapshots) = tokio::try_join!(
            self.read_events_and_encounters(patients),
            self.read_snapshots(patients),
        )?;
        for row in snapshots {
            let of_patient = held.entry(row.patient_pseudonym).or_default();
            of_patient.snapshots.push(row.snapshot()?);
        }
        Ok(held)
    }

    /// What silver holds of patients beside their snapshots.
    pub(crate) async fn read_events_and_encounters(
        &self,
        patients: &Patients,
    ) -> Result<BTreeMap<Uuid, Held>, DatabaseError> {
        let mut held: BTreeMap<Uuid, Held> = BTreeMap::new();
        if patients.pseudonyms.is_empty() {
            return Ok(held);
        }
        let (doing, keys): (_, [&(dyn ToSql + Sync); 1]) = ("read silver", [&patients.pseudonyms]);
        let (events, encounters) = tokio::try_join!(
            self.query(READ_SILVER, doing, &keys),
            self.query(READ_ENCOUNTERS, doing, &keys),
        )?;
        for row in events {
            let record = silver::read(&row)?;
            let of_patient = held.entry(record.patient_pseudonym).or_default();
            of_patient.events.push(record);
        }
        for row in encounters {
            let extract = EncounterRow::read(&row)?;
            let of_patient = held.entry(extract.patient_pseudonym).or_default();
            of_patient.encounters.push(extract);
        }
        Ok(held)
    }

    /// The rows of snapshots of patients.
    pub(crate) async fn read_snapshots(
        &self,
        patients: &Patients,
    ) -> Result<Vec<SnapshotRow>, DatabaseError> {
        if patients.pseudonyms.is_empty() {
            return Ok(Vec::new());
        }
        let doing = "read silver";
        let keys = (&patients.hospital_codes, &patients.pseudonyms);
        let rows = self
            .query(SnapshotRow::SQL.read, doing, &[keys.0, keys.1])
            .await?;
        rows.iter()
            .map(SnapshotRow::read)
            .collect::<Result<_, _>>()
            .map_err(|error| DatabaseError::while_doing(doing, &error))
    }
}
