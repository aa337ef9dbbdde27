//! An independent model of `domain::history`, written from `docs/history.md` alone.
//!
//! Every sentence of the specification becomes a search over the whole set of records, so that it
//! can be read beside it; nothing is sorted first, nothing is carried from one record to the next,
//! and speed does not matter. It needs nothing but `domain`, `chrono` and `uuid`, so that tests of
//! other crates can take it in by `#[path]` (its other files come along).

#[path = "model_encounter.rs"]
mod encounter;
#[path = "model_statement.rs"]
mod statement;

use std::collections::BTreeSet;

use domain::dimension_key::patient_version_key;
use domain::extract::snapshot::State;
use domain::extract::{EncounterExtract, PatientSnapshot};
use domain::history::{Departments, Finding, PatientHistory, PatientRecords, PatientVersion};
use domain::record::{AdtRecord, PatientAttributes};
use domain::rule::{Rule, history as rule};
use uuid::Uuid;

use encounter::Encounter;
use statement::{
    Stated, Statement, counting_events, counting_extracts, first, is_last_of_its_instant, last,
    only, stating_snapshots,
};

/// The history of all that silver holds of one patient, as the specification reads.
pub(super) fn model<'a>(
    records: impl Into<PatientRecords<'a>>,
    departments: &Departments,
) -> PatientHistory {
    let silver = records.into();
    let events = counting_events(&silver.events);
    let extracts = counting_extracts(&silver.encounters);
    let versions = versions(&events, &stating_snapshots(&silver.snapshots));
    let named_by_events = events.iter().filter_map(|r| r.encounter_key);
    let named_by_extracts = extracts.iter().map(|extract| extract.encounter_key);
    let keys: BTreeSet<Uuid> = named_by_events.chain(named_by_extracts).collect();
    let encounters: Vec<Encounter<'_>> = keys
        .into_iter()
        .map(|key| Encounter {
            key,
            records: only(&events, |record| record.encounter_key == Some(key)),
            extracts: only(&extracts, |extract| extract.encounter_key == key),
            versions: &versions,
            departments,
        })
        .collect();
    let mut findings = conflicting_events(&silver.events, &events);
    findings.extend(conflicting_extracts(&silver.encounters, &extracts));
    findings.extend(of_unknown_patient(&silver, &extracts));
    findings.extend(encounters.iter().flat_map(Encounter::findings));
    findings.sort_by_key(|finding| (finding.rule.code, finding.event_id));
    PatientHistory {
        admissions: encounters.iter().map(Encounter::admission).collect(),
        stays: encounters.iter().flat_map(Encounter::stays).collect(),
        findings,
        versions,
    }
}

/// `HIS-001`: a counting record with a record of the same event id and another content.
fn conflicting_events(records: &[&AdtRecord], counting: &[&AdtRecord]) -> Vec<Finding> {
    let conflicting = only(counting, |a| {
        let other = |b: &&AdtRecord| a.event_id == b.event_id && a.content_hash != b.content_hash;
        records.iter().any(other)
    });
    let statements = conflicting.into_iter().map(Statement::Event);
    let found = |it| finding(&rule::CONFLICTING_CONTENT, it);
    statements.map(found).collect()
}

/// `HIS-011`: a counting extract beside another content of its encounter on its day.
fn conflicting_extracts(
    extracts: &[&EncounterExtract],
    counting: &[&EncounterExtract],
) -> Vec<Finding> {
    let conflicting = only(counting, |a| {
        let other = |b: &&EncounterExtract| {
            (a.encounter_key, a.extract_date) == (b.encounter_key, b.extract_date)
                && a.content_hash != b.content_hash
        };
        extracts.iter().any(other)
    });
    let statements = conflicting.into_iter().map(Statement::Extract);
    let found = |it| finding(&rule::CONFLICTING_EXTRACT, it);
    statements.map(found).collect()
}

/// `HIS-012`: a counting extract of somebody of whom neither an event nor a row of snapshots other than
/// unreadable ones tells.
fn of_unknown_patient(silver: &PatientRecords<'_>, counting: &[&EncounterExtract]) -> Vec<Finding> {
    let telling = only(&silver.snapshots, |it| it.state != State::Unreadable);
    let unknown = only(counting, |_| silver.events.is_empty() && telling.is_empty());
    let statements = unknown.into_iter().map(Statement::Extract);
    let found = |it| finding(&rule::UNKNOWN_PATIENT, it);
    statements.map(found).collect()
}

/// A finding of a record or an extract.
fn finding(rule: &'static Rule, statement: Statement<'_>) -> Finding {
    let (patient_pseudonym, event_id, encounter_key) = match statement {
        Statement::Event(it) => (it.patient_pseudonym, it.event_id, it.encounter_key),
        Statement::Extract(it) => {
            let key = Some(it.encounter_key);
            (it.patient_pseudonym, it.statement_id(), key)
        }
        Statement::Snapshot(_) => unreachable!("no finding is of a snapshot"),
    };
    Finding {
        patient_pseudonym,
        rule,
        event_id,
        encounter_key,
    }
}

/// Attributes, and whether the patient is registered.
type Known = (PatientAttributes, Option<bool>);

/// What holds after a statement: of each attribute what the last one up to it that states it says.
fn known_after(statement: &Statement<'_>, statements: &[&Statement<'_>]) -> Known {
    let so_far = only(statements, |it| it.order() <= statement.order());
    let event = last(&only(&so_far, |it| matches!(it, Statement::Event(_))));
    let snapshot = last(&only(&so_far, |it| matches!(it, Statement::Snapshot(_))));
    let describing = last(&only(&so_far, |it| described(it).is_some()));
    let creed = event.and_then(described).unwrap_or_default();
    let attributes = PatientAttributes {
        religion: creed.religion,
        ethnicity: creed.ethnicity,
        ..describing.and_then(described).unwrap_or_default()
    };
    let is_registered = snapshot.map(|it| described(it).is_some());
    (attributes, is_registered)
}

/// The attributes that a statement states, religion and ethnicity of an event alone.
fn described(statement: &Statement<'_>) -> Option<PatientAttributes> {
    match statement {
        Statement::Event(record) => Some(record.patient.clone()),
        Statement::Snapshot(row) => match &row.state {
            State::Registered(registered) => Some(registered.patient.clone()),
            State::Absent | State::Unreadable => None,
        },
        Statement::Extract(_) => None,
    }
}

fn versions(events: &[&AdtRecord], snapshots: &[&PatientSnapshot]) -> Vec<PatientVersion> {
    let events = events.iter().copied().map(Statement::Event);
    let snapshots = snapshots.iter().copied().map(Statement::Snapshot);
    let all: Vec<Statement<'_>> = events.chain(snapshots).collect();
    let all: Vec<&Statement<'_>> = all.iter().collect();
    let lasting = only(&all, |statement| is_last_of_its_instant(statement, &all));
    let begins = only(&lasting, |statement| {
        let before = last(&only(&lasting, |it| it.at() < statement.at()));
        before.is_none_or(|before| known_after(before, &all) != known_after(statement, &all))
    });
    let mut versions: Vec<PatientVersion> = begins
        .iter()
        .map(|begin| {
            let (patient_pseudonym, hospital_code) = whose(begin);
            let (attributes, is_registered) = known_after(begin, &all);
            let next = first(&only(&begins, |it| it.at() > begin.at()));
            PatientVersion {
                patient_key: patient_version_key(patient_pseudonym, begin.at()),
                patient_pseudonym,
                hospital_code: hospital_code.to_owned(),
                attributes,
                is_registered,
                valid_from: begin.at(),
                valid_to: next.map(Stated::at),
            }
        })
        .collect();
    versions.sort_by_key(|version| version.valid_from);
    versions
}

/// The patient and the hospital of a statement.
fn whose<'a>(statement: &Statement<'a>) -> (Uuid, &'a str) {
    match *statement {
        Statement::Event(it) => (it.patient_pseudonym, &it.hospital_code),
        Statement::Snapshot(it) => (it.patient_pseudonym, &it.hospital_code),
        Statement::Extract(it) => (it.patient_pseudonym, &it.hospital_code),
    }
}
