use domain::extract::snapshot::State;
use domain::extract::{Line, PatientLine};
use uuid::Uuid;

use crate::DatabaseError;

/// How far a file is loaded: all lower shards, and of this one all patients up to this one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The shard.
    pub shard: i32,
    /// The last patient of it that is loaded; `None` where none is.
    pub patient: Option<Uuid>,
}

/// A part of a file: patients of one shard, in ascending order, and all lines of theirs.
#[derive(Debug)]
pub struct Chunk {
    /// Where the file stands before it.
    pub expected: Position,
    /// Where it stands after it, in the shard of its patients.
    pub next: Position,
    /// What it holds.
    pub content: Content,
}

/// What a chunk holds, by the meaning of its kind.
#[derive(Debug)]
pub enum Content {
    /// Patients of whom a snapshot says something new.
    Patients(Vec<StatedPatient>),
    /// Lines of the other kinds, each with its number in the file.
    Lines(Vec<(i64, Line)>),
}

/// What a snapshot says of a patient.
#[derive(Debug)]
pub struct StatedPatient {
    /// The patient.
    pub patient_pseudonym: Uuid,
    /// What it says: a usable line with its number, or an unreadable one; `None` where it does not
    /// name the patient.
    pub named: Option<State<(i64, Box<PatientLine>)>>,
    /// The hospital's number of the patient, where a line tells it. Identity.
    pub patient_id: Option<String>,
}

/// What a chunk wrote.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LoadedChunk {
    /// Rows of silver that came, changed or went.
    pub silver_rows: u64,
    /// Lines whose content silver held already.
    pub duplicates: u64,
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
    /// Departments changed: the loader has read them anew, so try again.
    #[error("the reference data has changed since the chunk was begun")]
    ReferenceChanged,
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}
