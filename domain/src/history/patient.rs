use std::borrow::Cow;

use chrono::{DateTime, Datelike, Utc};
use uuid::Uuid;

use super::statement::{Order, event_order};
use crate::dimension_key::{patient_version_key, unknown_member_key};
use crate::extract::PatientSnapshot;
use crate::extract::snapshot::State;
use crate::record::{AdtRecord, PatientAttributes};

/// A row of `gold.dim_patient`: one version of one hospital's patient record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatientVersion {
    /// Key of the version.
    pub patient_key: Uuid,
    /// The patient.
    pub patient_pseudonym: Uuid,
    /// The hospital whose patient it is.
    pub hospital_code: String,
    /// What holds while the version is valid.
    pub attributes: PatientAttributes,
    /// Whether the hospital's last snapshot has the patient; `None` before the first.
    pub is_registered: Option<bool>,
    /// Inclusive.
    pub valid_from: DateTime<Utc>,
    /// Exclusive; `None` is `infinity`: the version is current.
    pub valid_to: Option<DateTime<Utc>>,
}

impl PatientVersion {
    /// Whether the version is the current one.
    pub fn is_current(&self) -> bool {
        self.valid_to.is_none()
    }
}

/// What is known of a patient from an instant on.
#[derive(Clone, Copy, Default)]
struct Known<'a> {
    /// But for religion and ethnicity.
    attributes: Option<&'a PatientAttributes>,
    religion: Option<&'a str>,
    ethnicity: Option<&'a str>,
    is_registered: Option<bool>,
}

impl<'a> Known<'a> {
    /// An event tells everything but whether the patient is registered.
    fn hear(&mut self, event: &'a AdtRecord) {
        self.attributes = Some(&event.patient);
        self.religion = event.patient.religion.as_deref();
        self.ethnicity = event.patient.ethnicity.as_deref();
    }

    /// A snapshot tells everything but religion and ethnicity; of who is absent, only that.
    fn see(&mut self, snapshot: &'a PatientSnapshot) {
        if let State::Registered(registered) = &snapshot.state {
            self.attributes = Some(&registered.patient);
        }
        self.is_registered = Some(snapshot.state != State::Absent);
    }

    /// After an event they are the event's own: most say again what is known, and nothing is copied of those.
    fn attributes(&self) -> Cow<'a, PatientAttributes> {
        let attributes = self.attributes.map(Cow::Borrowed).unwrap_or_default();
        let told = (
            attributes.religion.as_deref(),
            attributes.ethnicity.as_deref(),
        );
        if told == (self.religion, self.ethnicity) {
            return attributes;
        }
        Cow::Owned(PatientAttributes {
            religion: self.religion.map(str::to_owned),
            ethnicity: self.ethnicity.map(str::to_owned),
            ..attributes.into_owned()
        })
    }
}

/// The versions that statements make: each change of what is known begins one.
pub(super) fn versions(
    events: &[&AdtRecord],
    snapshots: &[&PatientSnapshot],
) -> Vec<PatientVersion> {
    let heard = events
        .iter()
        .map(|it| (event_order(it), Statement::Event(it)));
    let seen = snapshots.iter();
    let seen = seen.map(|it| (snapshot_order(it), Statement::Snapshot(it)));
    let mut statements: Vec<_> = heard.chain(seen).collect();
    // Events come in their order: nothing is to be done where they are alone.
    statements.sort_by_key(|(order, _)| *order);
    let mut versions: Vec<PatientVersion> = Vec::new();
    let mut known = Known::default();
    for (index, ((at, ..), statement)) in statements.iter().enumerate() {
        match statement {
            Statement::Event(event) => known.hear(event),
            Statement::Snapshot(snapshot) => known.see(snapshot),
        }
        // Of several statements at one instant the last makes the version.
        let is_last = statements
            .get(index + 1)
            .is_none_or(|((next, ..), _)| next != at);
        if !is_last {
            continue;
        }
        let attributes = known.attributes();
        if let Some(last) = versions.last_mut() {
            if last.attributes == *attributes && last.is_registered == known.is_registered {
                continue;
            }
            last.valid_to = Some(*at);
        }
        let (patient_pseudonym, hospital_code) = statement.whose();
        versions.push(PatientVersion {
            patient_key: patient_version_key(patient_pseudonym, *at),
            patient_pseudonym,
            hospital_code: hospital_code.to_owned(),
            attributes: attributes.into_owned(),
            is_registered: known.is_registered,
            valid_from: *at,
            valid_to: None,
        });
    }
    versions
}

/// Whoever says something of the patient.
enum Statement<'a> {
    Event(&'a AdtRecord),
    Snapshot(&'a PatientSnapshot),
}

impl Statement<'_> {
    fn whose(&self) -> (Uuid, &str) {
        match self {
            Self::Event(event) => (event.patient_pseudonym, &event.hospital_code),
            Self::Snapshot(snapshot) => (snapshot.patient_pseudonym, &snapshot.hospital_code),
        }
    }
}

/// A snapshot has no sequence and is entered when it is taken; who is absent has no content, and the
/// day decides where two were taken at one instant.
fn snapshot_order(snapshot: &PatientSnapshot) -> Order {
    let at = snapshot.extracted_at;
    let content_hash = match &snapshot.state {
        State::Registered(registered) => registered.content_hash,
        State::Absent | State::Unreadable => Uuid::nil(),
    };
    let day = u128::from(snapshot.extract_date.num_days_from_ce().unsigned_abs());
    (at, None, at, content_hash, Uuid::from_u128(day))
}

/// The key of the version valid at a time; a time before the first version, or none at all, takes
/// the first.
pub(super) fn version_at(versions: &[PatientVersion], at: Option<DateTime<Utc>>) -> Uuid {
    let begun = at.map_or(0, |at| {
        versions.partition_point(|version| version.valid_from <= at)
    });
    versions.get(begun.saturating_sub(1)).map_or_else(
        || unknown_member_key("dim_patient"),
        |version| version.patient_key,
    )
}
