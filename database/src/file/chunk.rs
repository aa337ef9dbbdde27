use domain::erased::Erased;
use domain::extract::snapshot::State;
use domain::extract::{Line, PatientLine};
use uuid::Uuid;

use super::ledger::ErasedLine;
use crate::DatabaseError;

/// How far a file is loaded: all lower shards, and of this one all patients up to this one. A file of a
/// dimension is loaded as if its members were the patients of shard 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The shard.
    pub shard: i32,
    /// The last patient or member that is loaded; `None` where none is.
    pub member: Option<Uuid>,
}

/// A part of a file: patients of one shard, or members of a dimension, in ascending order, and all
/// lines of theirs.
#[derive(Debug)]
pub struct Chunk {
    /// Where the file stands before it.
    pub expected: Position,
    /// Where it stands after it.
    pub next: Position,
    /// What it holds.
    pub content: Content,
}

/// What a chunk holds, by the meaning of its kind.
#[derive(Debug, Clone)]
pub enum Content {
    /// Patients of whom a snapshot says something new.
    Patients(Vec<StatedPatient>),
    /// Lines of the other kinds, each with its number in the file.
    Lines(Vec<(i64, Line)>),
}

impl Content {
    /// The same without erased patients, and their lines.
    pub(super) fn without(&self, erased: &Erased) -> (Self, Vec<ErasedLine>) {
        let mut lines_of_them = Vec::new();
        let mut is_kept = |patient_pseudonym: Uuid, line: Option<i64>| {
            let is_kept = !erased.has(patient_pseudonym);
            let line = line.filter(|_| !is_kept);
            lines_of_them.extend(line.map(|line| ErasedLine {
                line,
                patient_pseudonym,
            }));
            is_kept
        };
        let mut kept = self.clone();
        match &mut kept {
            Self::Patients(stated) => {
                stated.retain(|it| is_kept(it.patient_pseudonym, it.line()));
            }
            Self::Lines(lines) => {
                lines.retain(|(number, it)| is_kept(it.member(), Some(*number)));
            }
        }
        (kept, lines_of_them)
    }

    /// Whether it has anything of erased patients.
    pub(super) fn names(&self, erased: &Erased) -> bool {
        let is_of = |patient: Uuid| erased.has(patient);
        match self {
            Self::Patients(stated) => stated.iter().any(|it| is_of(it.patient_pseudonym)),
            Self::Lines(lines) => lines.iter().any(|(_, it)| is_of(it.member())),
        }
    }
}

/// What a snapshot says of a patient.
#[derive(Debug, Clone)]
pub struct StatedPatient {
    /// The patient.
    pub patient_pseudonym: Uuid,
    /// What it says: a usable line with its number, or an unreadable one; `None` where it does not
    /// name the patient.
    pub named: Option<State<(i64, Box<PatientLine>)>>,
    /// The hospital's number of the patient, where a line tells it. Identity.
    pub patient_id: Option<String>,
}

impl StatedPatient {
    /// The number of the usable line.
    fn line(&self) -> Option<i64> {
        match &self.named {
            Some(State::Registered((number, _))) => Some(*number),
            _ => None,
        }
    }
}

/// What a chunk wrote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LoadedChunk {
    /// Rows of silver that came, changed or went.
    pub silver_rows: u64,
    /// Lines whose content silver held already.
    pub duplicates: u64,
    /// Lines of patients who were erased while the file was being loaded.
    pub erased: u64,
    /// Rows of gold and findings that were inserted, changed or deleted.
    pub derived_rows: u64,
}

/// Why a chunk was not written.
#[derive(Debug, thiserror::Error)]
pub enum ChunkError {
    /// Another loader moved the file on, or this one did and did not hear of it: read the progress
    /// again.
    #[error("the file does not stand where the chunk begins")]
    ProgressMoved,
    /// Departments or erasures changed: the loader has read them anew, so try again.
    #[error("the reference data has changed since the chunk was begun")]
    ReferenceChanged,
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}
