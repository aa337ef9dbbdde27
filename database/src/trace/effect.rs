//! What of a patient's gold depends on one record: the fold with it and without it.

use chrono::{DateTime, Utc};
use domain::history::{Departments, PatientHistory, PatientRecords, history};
use uuid::Uuid;

use super::failed;
use super::row::{Change, Columns, Difference, Shown};
use crate::DatabaseError;
use crate::load::{Held, Hours, Patients, Session, touched};
use crate::rows::{
    AdmissionRow, Differences, Existing, FindingRow, LocationStayRow, PatientVersionRow,
};

/// What a record does.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Effect {
    /// The rows of gold, and the findings, that depend on it.
    pub changes: Vec<Change>,
    /// The hours whose occupied beds depend on it: from, and to where they end.
    pub hours: Vec<(DateTime<Utc>, Option<DateTime<Utc>>)>,
    /// Codes of the history rules that find something about the record itself.
    pub findings: Vec<&'static str>,
    /// Whether gold holds what the fold gives; it does not while changed departments are taken up.
    pub is_in_gold: bool,
}

/// A patient with all that silver holds.
pub(super) struct Patient {
    held: Held,
    departments: Departments,
}

impl Patient {
    /// Reads a patient of a hospital.
    pub(super) async fn read(
        session: &Session<'_>,
        patient: Uuid,
        hospital_code: &str,
    ) -> Result<Self, DatabaseError> {
        let departments = crate::reference::reference(session.transaction)
            .await?
            .departments;
        let patients = Patients::of([(patient, hospital_code)]);
        let held = session.read_silver(&patients).await?.remove(&patient);
        Ok(Self {
            held: held.unwrap_or_default(),
            departments,
        })
    }

    /// All records, as the fold takes them.
    pub(super) fn records(&self) -> PatientRecords<'_> {
        self.held.records()
    }

    /// What depends on what `leave_out` leaves out; `event_id` is its id among findings.
    pub(super) async fn effect(
        &self,
        session: &Session<'_>,
        patient: Uuid,
        event_id: Option<Uuid>,
        leave_out: impl FnOnce(&mut PatientRecords<'_>),
    ) -> Result<Effect, DatabaseError> {
        let with = history(self.records(), &self.departments);
        let mut others = self.records();
        leave_out(&mut others);
        let without = history(others, &self.departments);
        let about_it = with
            .findings
            .iter()
            .filter(|it| Some(it.event_id) == event_id);
        let mut effect = Effect {
            findings: about_it.map(|it| it.rule.code).collect(),
            is_in_gold: self.is_in_gold(session, patient, &with).await?,
            ..Effect::default()
        };
        let facts = clinical(session, patient, &without, &with).await?;
        let (without, with) = (Rows::of(without), Rows::of(with));
        let transaction = session.transaction;
        let changes = &mut effect.changes;
        let versions = Existing::of(without.versions).differences(with.versions);
        show(transaction, versions, changes).await?;
        let admissions = Existing::of(without.admissions).differences(with.admissions);
        show(transaction, admissions, changes).await?;
        let stays = Existing::of(without.stays).differences(with.stays);
        effect.hours = hours(&stays);
        show(transaction, stays, changes).await?;
        changes.extend(facts);
        let findings = Existing::of(without.findings).differences(with.findings);
        show(transaction, findings, changes).await?;
        Ok(effect)
    }

    async fn is_in_gold(
        &self,
        session: &Session<'_>,
        patient: Uuid,
        history: &PatientHistory,
    ) -> Result<bool, DatabaseError> {
        let records = self.records();
        let of_events = records.events.iter().filter_map(|it| it.encounter_key);
        let of_extracts = records.encounters.iter().map(|it| it.encounter_key);
        let encounters: Vec<Uuid> = of_events.chain(of_extracts).collect();
        let rows = Rows::of(history.clone());
        let versions = session.existing::<PatientVersionRow>(&[patient]).await?;
        let admissions = session.existing::<AdmissionRow>(&encounters).await?;
        let stays = session.existing::<LocationStayRow>(&encounters).await?;
        let findings = session.existing::<FindingRow>(&[patient]).await?;
        Ok(versions.differences(rows.versions).is_empty()
            && admissions.differences(rows.admissions).is_empty()
            && stays.differences(rows.stays).is_empty()
            && findings.differences(rows.findings).is_empty())
    }
}

/// A history as rows.
struct Rows {
    versions: Vec<PatientVersionRow>,
    admissions: Vec<AdmissionRow>,
    stays: Vec<LocationStayRow>,
    findings: Vec<FindingRow>,
}

impl Rows {
    fn of(history: PatientHistory) -> Self {
        Self {
            versions: history.versions.into_iter().map(Into::into).collect(),
            admissions: history.admissions.into_iter().map(Into::into).collect(),
            stays: history.stays.into_iter().map(Into::into).collect(),
            findings: history.findings.into_iter().map(Into::into).collect(),
        }
    }
}

fn hours(stays: &Differences<LocationStayRow>) -> Vec<(DateTime<Utc>, Option<DateTime<Utc>>)> {
    let touched = touched(stays).into_iter();
    touched.map(|Hours { from, to, .. }| (from, to)).collect()
}

/// Shows the rows that differ.
async fn show<R: Shown>(
    transaction: &tokio_postgres::Transaction<'_>,
    differences: Differences<R>,
    changes: &mut Vec<Change>,
) -> Result<(), DatabaseError> {
    let mut add = |difference| {
        changes.push(Change {
            table: R::TABLE,
            key: R::KEY,
            difference,
        });
    };
    for row in &differences.new {
        add(Difference::Made(row.columns(transaction).await?));
    }
    for (before, after) in differences.before.iter().zip(&differences.changed) {
        let without = before.columns(transaction).await?;
        add(Difference::Changed(
            without,
            after.columns(transaction).await?,
        ));
    }
    for row in &differences.gone {
        add(Difference::Prevented(row.columns(transaction).await?));
    }
    Ok(())
}

/// The clinical facts that point to another version of the patient.
async fn clinical(
    session: &Session<'_>,
    patient: Uuid,
    without: &PatientHistory,
    with: &PatientHistory,
) -> Result<Vec<Change>, DatabaseError> {
    const KEY: &[&str] = &["encounter_key", "line_number"];
    if without.versions == with.versions {
        return Ok(Vec::new());
    }
    let sql = include_str!("../../sql/trace/clinical_times.sql");
    let rows = session.transaction.query(sql, &[&patient]).await;
    let mut changes = Vec::new();
    for row in rows.map_err(|error| failed(&error))? {
        let at: DateTime<Utc> = row.get("at");
        let keyed = |history: &PatientHistory| {
            let (encounter_key, line_number): (Uuid, i32) =
                (row.get("encounter_key"), row.get("line_number"));
            Columns(vec![
                ("encounter_key".into(), encounter_key.to_string().into()),
                ("line_number".into(), line_number.into()),
                (
                    "patient_key".into(),
                    history.version_at(at).to_string().into(),
                ),
            ])
        };
        let (before, after) = (keyed(without), keyed(with));
        if before != after {
            changes.push(Change {
                table: fact(row.get("fact"))?,
                key: KEY,
                difference: Difference::Changed(before, after),
            });
        }
    }
    Ok(changes)
}

/// The table of clinical facts of this name.
fn fact(name: &str) -> Result<&'static str, DatabaseError> {
    let unknown = || DatabaseError::State(format!("{name} is no table of facts: a defect"));
    super::kind::stated(name).ok_or_else(unknown)
}
