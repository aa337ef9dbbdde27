//! An independent model of `domain::history`, written from `docs/history.md` alone.
//!
//! Every sentence of the specification becomes a search over the whole set of records, so that it
//! can be read beside it; nothing is sorted first, nothing is carried from one record to the next,
//! and speed does not matter. It needs nothing but `domain`, `chrono` and `uuid`, so that tests of
//! other crates can take it in by `#[path]` (its half for encounters comes along).

#[path = "model_encounter.rs"]
mod encounter;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::dimension_key::patient_version_key;
use domain::history::{Departments, Finding, PatientHistory, PatientVersion};
use domain::record::AdtRecord;
use domain::rule::{Rule, history as rule};
use uuid::Uuid;

use encounter::Encounter;

type Time = DateTime<Utc>;

/// The history of one patient's records, as the specification reads.
pub(super) fn model(records: &[AdtRecord], departments: &Departments) -> PatientHistory {
    let counting = counting(records);
    let versions = versions(&counting);
    let keys: BTreeSet<Uuid> = counting.iter().filter_map(|r| r.encounter_key).collect();
    let encounters: Vec<Encounter<'_>> = keys
        .into_iter()
        .map(|key| Encounter {
            key,
            records: only(&counting, |record| record.encounter_key == Some(key)),
            versions: &versions,
            departments,
        })
        .collect();
    let mut findings = conflicts(records, &counting);
    findings.extend(encounters.iter().flat_map(Encounter::findings));
    findings.sort_by_key(|finding| (finding.rule.code, finding.event_id));
    PatientHistory {
        admissions: encounters.iter().map(Encounter::admission).collect(),
        stays: encounters.iter().flat_map(Encounter::stays).collect(),
        findings,
        versions,
    }
}

fn only<'a>(records: &[&'a AdtRecord], test: impl Fn(&AdtRecord) -> bool) -> Vec<&'a AdtRecord> {
    records.iter().copied().filter(|r| test(r)).collect()
}

/// One record for each event id: the one with the greatest (`recorded_at`, `content_hash`).
fn counting(records: &[AdtRecord]) -> Vec<&AdtRecord> {
    let ids: BTreeSet<Uuid> = records.iter().map(|record| record.event_id).collect();
    ids.into_iter()
        .filter_map(|id| {
            let contents = records.iter().filter(|record| record.event_id == id);
            contents.max_by_key(|record| (record.recorded_at, record.content_hash.into_bytes()))
        })
        .collect()
}

/// `HIS-001`: a counting record with a record of the same event id and another content.
fn conflicts(records: &[AdtRecord], counting: &[&AdtRecord]) -> Vec<Finding> {
    let conflicting = only(counting, |a| {
        let other = |b: &AdtRecord| a.event_id == b.event_id && a.content_hash != b.content_hash;
        records.iter().any(other)
    });
    let found = |record: &AdtRecord| finding(&rule::CONFLICTING_CONTENT, record);
    conflicting.into_iter().map(found).collect()
}

fn finding(rule: &'static Rule, record: &AdtRecord) -> Finding {
    Finding {
        patient_pseudonym: record.patient_pseudonym,
        rule,
        event_id: record.event_id,
        encounter_key: record.encounter_key,
    }
}

/// A record's place in the total order. `None` is less than `Some`: a missing sequence is first.
fn order(record: &AdtRecord) -> (Time, Option<i64>, Time, [u8; 16], [u8; 16]) {
    (
        record.occurred_at,
        record.sequence,
        record.recorded_at,
        record.content_hash.into_bytes(),
        record.event_id.into_bytes(),
    )
}

fn first<'a>(records: &[&'a AdtRecord]) -> Option<&'a AdtRecord> {
    records.iter().copied().min_by_key(|record| order(record))
}

fn last<'a>(records: &[&'a AdtRecord]) -> Option<&'a AdtRecord> {
    records.iter().copied().max_by_key(|record| order(record))
}

/// Whether no other record at the same instant is later in the total order.
fn is_last_of_its_instant(record: &AdtRecord, records: &[&AdtRecord]) -> bool {
    let tied = only(records, |other| other.occurred_at == record.occurred_at);
    last(&tied) == Some(record)
}

fn versions(counting: &[&AdtRecord]) -> Vec<PatientVersion> {
    let statements = only(counting, |r| is_last_of_its_instant(r, counting));
    let begins: Vec<&AdtRecord> = only(&statements, |statement| {
        let before = last(&only(&statements, |s| {
            s.occurred_at < statement.occurred_at
        }));
        before.is_none_or(|before| before.patient != statement.patient)
    });
    let mut versions: Vec<PatientVersion> = begins
        .iter()
        .map(|begin| PatientVersion {
            patient_key: patient_version_key(begin.patient_pseudonym, begin.occurred_at),
            patient_pseudonym: begin.patient_pseudonym,
            hospital_code: begin.hospital_code.clone(),
            attributes: begin.patient.clone(),
            is_registered: None,
            valid_from: begin.occurred_at,
            valid_to: first(&only(&begins, |b| b.occurred_at > begin.occurred_at))
                .map(|next| next.occurred_at),
        })
        .collect();
    versions.sort_by_key(|version| version.valid_from);
    versions
}
