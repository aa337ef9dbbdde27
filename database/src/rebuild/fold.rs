//! What follows from silver, portion by portion, into tables beside those of gold.

use std::collections::BTreeSet;

use domain::department::DepartmentCode;
use domain::dimension_key::unknown_member_key;
use domain::history::{Departments, history};
use tokio_postgres::{Row, Statement};
use uuid::Uuid;

use super::beside::Beside;
use super::empty::Empty;
use super::{Progress, Rebuild, failed};
use crate::file::clinical;
use crate::load::{
    DepartmentDimension, DerivedRows, Dimension, Patients as Keys, Session, StaffDimension,
};
use crate::rows::{
    AdmissionRow, DepartmentVersionRow, DerivedRow, FindingRow, LocationStayRow, PatientVersionRow,
    StaffVersionRow,
};
use crate::{DatabaseError, seed};

/// The most patients, or members of staff, who are held in memory at once.
const PORTION: usize = 2_000;

/// A patient and the hospital whose patient it is.
type Patient = (Uuid, String);

/// All patients of silver, as a temporary table of the transaction.
pub(super) struct Patients {
    count: u64,
    next: Statement,
}

impl Patients {
    /// Looks all of them up.
    pub(super) async fn of_silver(session: &Session<'_>) -> Result<Self, DatabaseError> {
        let transaction = session.transaction;
        for sql in [
            include_str!("../../sql/rebuild/whole.sql"),
            include_str!("../../sql/rebuild/make_patients.sql"),
            include_str!("../../sql/rebuild/probe.sql"),
        ] {
            transaction.batch_execute(sql).await.map_err(failed)?;
        }
        let count = include_str!("../../sql/rebuild/count_patients.sql");
        let counted = transaction.query_one(count, &[]).await.map_err(failed)?;
        let next = include_str!("../../sql/rebuild/patients.sql");
        Ok(Self {
            count: counted.get::<_, i64>("patients").unsigned_abs(),
            next: transaction.prepare(next).await.map_err(failed)?,
        })
    }

    /// The next ones after a patient, in the order of pseudonyms; none at the end.
    async fn after(
        &self,
        session: &Session<'_>,
        patient: Option<Uuid>,
        of: Which,
    ) -> Result<Vec<Patient>, DatabaseError> {
        let limit = i64::try_from(PORTION).unwrap_or(i64::MAX);
        let is_clinical = of == Which::Clinical;
        let rows = session
            .transaction
            .query(&self.next, &[&patient, &is_clinical, &limit])
            .await
            .map_err(failed)?;
        let patient = |row: &Row| (row.get("patient_pseudonym"), row.get("hospital_code"));
        Ok(rows.iter().map(patient).collect())
    }
}

/// Which patients are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    All,
    /// Those of whom clinical files have lines.
    Clinical,
}

/// A table beside another one, and the statement that adds rows.
struct Target(Beside, Statement);

impl Target {
    async fn of<R: DerivedRow>(
        session: &Session<'_>,
        table: &'static str,
        empty: &mut Empty,
    ) -> Result<Self, DatabaseError> {
        let beside = Beside::make_or_itself(session.transaction, table, empty).await?;
        let copy = beside.copy::<R>(session.transaction).await?;
        Ok(Self(beside, copy))
    }

    async fn add<R: DerivedRow>(
        &self,
        session: &Session<'_>,
        rows: &[R],
    ) -> Result<(), DatabaseError> {
        self.0.add(session, &self.1, rows).await
    }
}

impl<Tell: FnMut(Progress)> Rebuild<'_, Tell> {
    /// All versions of departments.
    pub(super) async fn departments(&self) -> Result<Vec<DepartmentVersionRow>, DatabaseError> {
        let sql = include_str!("../../sql/rebuild/departments.sql");
        let code = |row: &Row| DepartmentCode {
            hospital_code: row.get("hospital_code"),
            department_code: row.get("department_code"),
        };
        self.versions::<DepartmentDimension>(sql, code).await
    }

    /// All versions of members of staff.
    pub(super) async fn staff(&self) -> Result<Vec<StaffVersionRow>, DatabaseError> {
        let sql = include_str!("../../sql/rebuild/staff.sql");
        self.versions::<StaffDimension>(sql, |row| row.get("staff_pseudonym"))
            .await
    }

    async fn versions<D: Dimension>(
        &self,
        members: &str,
        member: impl Fn(&Row) -> D::Member,
    ) -> Result<Vec<D::Version>, DatabaseError> {
        let rows = self.session.transaction.query(members, &[]).await;
        let rows = rows.map_err(failed)?;
        let mut versions = Vec::new();
        for some in rows.chunks(PORTION) {
            let members: BTreeSet<D::Member> = some.iter().map(&member).collect();
            versions.extend(self.session.versions::<D>(members).await?);
        }
        Ok(versions)
    }

    /// Folds all patients, and gives the tables that follow their rows.
    pub(super) async fn fold(
        &mut self,
        patients: &Patients,
        departments: &Departments,
    ) -> Result<(), DatabaseError> {
        let (session, empty) = (&self.session, &mut self.empty);
        let versions = Target::of::<PatientVersionRow>(session, "gold.dim_patient", empty).await?;
        let admissions = Target::of::<AdmissionRow>(session, "gold.fact_admission", empty).await?;
        let stays =
            Target::of::<LocationStayRow>(session, "gold.fact_location_stay", empty).await?;
        let findings = Target::of::<FindingRow>(session, "silver.finding", empty).await?;
        let mut last = None;
        loop {
            (self.tell)(Progress::Folding {
                patients: self.rebuilt.patients,
                of: patients.count,
            });
            let some = patients.after(session, last, Which::All).await?;
            let Some((patient, _)) = some.last() else {
                break;
            };
            last = Some(*patient);
            self.rebuilt.patients += some.len() as u64;
            let rows = derive(session, &some, departments).await?;
            versions.add(session, &rows.versions).await?;
            admissions.add(session, &rows.admissions).await?;
            stays.add(session, &rows.stays).await?;
            findings.add(session, &rows.findings).await?;
        }
        for Target(beside, _) in [versions, admissions, stays, findings] {
            beside.finish(self.session.transaction).await?;
            let drop = beside.drop();
            self.take_over(beside).await?;
            self.set(&drop).await?;
        }
        Ok(())
    }

    /// The clinical facts, keyed by the versions of patients, which gold has by now.
    pub(super) async fn facts(&mut self, patients: &Patients) -> Result<(), DatabaseError> {
        let unknown = unknown_member_key("dim_patient");
        for table in &clinical::TABLES {
            let transaction = self.session.transaction;
            let beside = Beside::make(transaction, table.fact).await?;
            // What the loader's statement looks for is not there.
            beside.key(transaction).await?;
            let write = beside.prepare(transaction, table.facts).await?;
            let mut last = None;
            loop {
                let some = patients.after(&self.session, last, Which::Clinical).await?;
                let Some((patient, _)) = some.last() else {
                    break;
                };
                last = Some(*patient);
                let keys: Vec<Uuid> = some.iter().map(|(patient, _)| *patient).collect();
                let written = transaction.execute(&write, &[&keys, &unknown]).await;
                written.map_err(failed)?;
            }
            self.take_over(beside).await?;
        }
        Ok(())
    }

    /// People, whose patients they are, and the days of the calendar.
    pub(super) async fn people_and_days(&mut self) -> Result<(), DatabaseError> {
        let unknown = unknown_member_key("dim_person");
        for (table, sql) in [
            (
                "gold.dim_person",
                include_str!("../../sql/rebuild/dim_person.sql"),
            ),
            (
                "gold.fact_registration",
                include_str!("../../sql/rebuild/fact_registration.sql"),
            ),
        ] {
            let transaction = self.session.transaction;
            let beside = Beside::make(transaction, table).await?;
            self.read_whole().await?;
            let filled = transaction.execute(sql, &[&unknown]).await;
            filled.map_err(failed)?;
            beside.finish(transaction).await?;
            self.take_over(beside).await?;
        }
        let transaction = self.session.transaction;
        let days = Beside::make(transaction, "gold.dim_date").await?;
        days.key(transaction).await?;
        let filled = transaction.execute(&days.instead(seed::DATES), &[]).await;
        filled.map_err(failed)?;
        self.take_over(days).await?;
        Ok(())
    }
}

/// What follows from all that silver holds of some patients.
async fn derive(
    session: &Session<'_>,
    patients: &[Patient],
    departments: &Departments,
) -> Result<DerivedRows, DatabaseError> {
    let keys = Keys::of(patients.iter().map(|(patient, code)| (*patient, &**code)));
    let mut rows = DerivedRows::default();
    for held in session.read_silver(&keys).await?.values() {
        rows.add(history(held.records(), departments));
    }
    Ok(rows)
}
