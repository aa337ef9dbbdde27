use std::collections::{BTreeMap, BTreeSet};

use domain::history::{Departments, PatientHistory, PatientRecords, history};
use uuid::Uuid;

use super::Session;
use crate::DatabaseError;
use crate::rows::{
    AdmissionRow, DerivedRow, Differences, Existing, FindingRow, LocationStayRow, PatientVersionRow,
};

/// The rows that follow from the records of patients.
#[derive(Default)]
pub(crate) struct DerivedRows {
    pub(crate) versions: Vec<PatientVersionRow>,
    pub(crate) admissions: Vec<AdmissionRow>,
    pub(crate) stays: Vec<LocationStayRow>,
    pub(crate) findings: Vec<FindingRow>,
}

impl DerivedRows {
    /// Adds those of one patient.
    pub(crate) fn add(&mut self, history: PatientHistory) {
        let PatientHistory {
            versions,
            admissions,
            stays,
            findings,
        } = history;
        self.versions.extend(versions.into_iter().map(Into::into));
        self.admissions
            .extend(admissions.into_iter().map(Into::into));
        self.stays.extend(stays.into_iter().map(Into::into));
        self.findings.extend(findings.into_iter().map(Into::into));
    }
}

/// All that the records of the touched patients make.
#[derive(Default)]
struct Derived {
    patients: Vec<Uuid>,
    encounters: Vec<Uuid>,
    rows: DerivedRows,
}

impl Session<'_> {
    /// Folds patients, each of whom is given with all that silver holds, and writes only what
    /// differs. Of whom silver knew nothing before, gold has nothing, and is not asked. Returns the
    /// number of rows written.
    pub(crate) async fn fold(
        &self,
        patients: BTreeMap<Uuid, PatientRecords<'_>>,
        was_known: impl Fn(Uuid) -> bool,
        departments: &Departments,
    ) -> Result<u64, DatabaseError> {
        let mut derived = Derived::default();
        for (patient, records) in patients {
            if was_known(patient) {
                derived.patients.push(patient);
                // Of all records, also of those that do not count: an encounter that only such a one
                // names may have rows from before.
                let of_events = records.events.iter().filter_map(|it| it.encounter_key);
                let of_extracts = records.encounters.iter().map(|it| it.encounter_key);
                let named: BTreeSet<Uuid> = of_events.chain(of_extracts).collect();
                derived.encounters.extend(named);
            }
            derived.rows.add(history(records, departments));
        }
        self.write_derived(derived).await
    }

    /// Takes all that follows of patients from gold whom silver does not hold any more, nor their
    /// encounters. Clinical facts are not among it.
    pub(crate) async fn forget(
        &self,
        patients: Vec<Uuid>,
        encounters: Vec<Uuid>,
    ) -> Result<u64, DatabaseError> {
        self.write_derived(Derived {
            patients,
            encounters,
            ..Derived::default()
        })
        .await
    }

    async fn write_derived(&self, derived: Derived) -> Result<u64, DatabaseError> {
        let (versions, admissions, stays, findings) = tokio::try_join!(
            self.existing::<PatientVersionRow>(&derived.patients),
            self.existing::<AdmissionRow>(&derived.encounters),
            self.existing::<LocationStayRow>(&derived.encounters),
            self.existing::<FindingRow>(&derived.patients),
        )?;
        let versions = versions.differences(derived.rows.versions);
        let keyed_anew: BTreeSet<Uuid> = versions.all().map(|it| it.patient_pseudonym).collect();
        let keyed_anew: Vec<Uuid> = keyed_anew.into_iter().collect();
        let stays = stays.differences(derived.rows.stays);
        self.write_census_todo(&stays).await?;
        Ok(self.write(&versions).await?
            + self.key_clinical_facts(&keyed_anew).await?
            + self
                .write(&admissions.differences(derived.rows.admissions))
                .await?
            + self.write(&stays).await?
            + self
                .write(&findings.differences(derived.rows.findings))
                .await?)
    }

    /// The rows of gold that stand under some keys.
    pub(crate) async fn existing<R: DerivedRow>(
        &self,
        keys: &[Uuid],
    ) -> Result<Existing<R>, DatabaseError> {
        if keys.is_empty() {
            return Ok(Existing::of([]));
        }
        let doing = "read the rows of the touched patients";
        let rows = self.query(R::SQL.read, doing, &[&keys]).await?;
        Existing::read(&rows).map_err(|error| DatabaseError::while_doing(doing, &error))
    }

    /// Closes and corrects first, then inserts: so an inserted version finds its neighbours in
    /// their final state.
    pub(crate) async fn write<R>(&self, differences: &Differences<R>) -> Result<u64, DatabaseError>
    where
        R: DerivedRow + tokio_postgres::types::ToSql + std::fmt::Debug,
    {
        let mut written = 0;
        if !differences.gone.is_empty() {
            let gone = &differences.gone;
            written += self
                .execute(R::SQL.delete, "delete derived rows", &[gone])
                .await?;
        }
        if !differences.changed.is_empty() {
            let changed = &differences.changed;
            written += self
                .execute(R::SQL.update, "update derived rows", &[changed])
                .await?;
        }
        let new = differences.new.iter();
        let inserted = self
            .copy(R::SQL.copy, "insert derived rows", R::TYPES, new, |row| {
                row.values()
            })
            .await?;
        Ok(written + inserted)
    }
}
