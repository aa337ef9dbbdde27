//! The second phase's portions: what is staged, cut into chunks of one shard.

use std::collections::VecDeque;

use database::archive::framing::with_fields;
use database::file::{Chunk, Content, Position, StatedPatient};
use domain::clean::LineReader;
use domain::extract::snapshot::State;
use domain::extract::{Line, Meaning};
use uuid::Uuid;

use crate::error::IngestError;
use crate::staging::{Ready, Staged, What};

/// How large a chunk is at most: its shard is locked for so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkLimits {
    /// Patients, at least 1.
    pub patients_max: usize,
    /// Lines, but for those of one patient.
    pub lines_max: usize,
}

impl Default for ChunkLimits {
    /// A shard is locked no longer than for a batch of events.
    fn default() -> Self {
        Self {
            patients_max: 5_000,
            lines_max: 20_000,
        }
    }
}

/// The chunks of a file from a position on, in ascending order.
pub(crate) struct Chunks {
    ready: Ready,
    reader: LineReader,
    shards: VecDeque<u32>,
    /// What is staged of the shard at hand, in the order of patients and lines.
    staged: VecDeque<Staged>,
    position: Position,
    limits: ChunkLimits,
}

impl Chunks {
    pub(crate) fn new(
        ready: Ready,
        reader: LineReader,
        from: Position,
        limits: ChunkLimits,
    ) -> Self {
        let begun = |shard: &&u32| shard_number(**shard) >= from.shard;
        Self {
            shards: ready.shards().iter().filter(begun).copied().collect(),
            ready,
            reader,
            staged: VecDeque::new(),
            position: from,
            limits,
        }
    }

    /// Where the file stands after the last chunk that was given.
    pub(crate) fn position(&self) -> Position {
        self.position
    }

    /// The next chunk, which begins where the one before it ended.
    pub(crate) fn next(&mut self) -> Result<Option<Chunk>, IngestError> {
        while self.staged.is_empty() {
            let Some(shard) = self.shards.pop_front() else {
                return Ok(None);
            };
            let done = self.position;
            let is_new = |staged: &Staged| {
                let at = Position {
                    shard: shard_number(shard),
                    patient: Some(staged.patient),
                };
                at > done
            };
            self.staged = self.ready.read(shard)?.into_iter().filter(is_new).collect();
            if !self.staged.is_empty() && self.position.shard != shard_number(shard) {
                return self.cut(shard_number(shard)).map(Some);
            }
        }
        self.cut(self.position.shard).map(Some)
    }

    fn cut(&mut self, shard: i32) -> Result<Chunk, IngestError> {
        let (mut taken, mut patients) = (Vec::new(), 0);
        let mut last: Option<Uuid> = None;
        while let Some(staged) = self.staged.front() {
            if last != Some(staged.patient) {
                let is_full =
                    patients >= self.limits.patients_max || taken.len() >= self.limits.lines_max;
                if is_full && patients > 0 {
                    break;
                }
                patients += 1;
                last = Some(staged.patient);
            }
            taken.extend(self.staged.pop_front());
        }
        let expected = self.position;
        self.position = Position {
            shard,
            patient: last,
        };
        Ok(Chunk {
            expected,
            next: self.position,
            content: self.content(taken)?,
        })
    }

    fn content(&self, staged: Vec<Staged>) -> Result<Content, IngestError> {
        if self.reader.layout().kind().meaning == Meaning::Snapshot {
            let patients = staged.into_iter().map(|it| self.patient(it));
            return patients.collect::<Result<_, _>>().map(Content::Patients);
        }
        let lines = staged
            .iter()
            .map(|it| self.line(&it.text).map(|line| (it.line, line)));
        lines.collect::<Result<_, _>>().map(Content::Lines)
    }

    fn patient(&self, staged: Staged) -> Result<StatedPatient, IngestError> {
        let patient_pseudonym = staged.patient;
        let of = |named, patient_id| StatedPatient {
            patient_pseudonym,
            named,
            patient_id,
        };
        Ok(match staged.what {
            What::Unnamed => of(None, None),
            What::Unreadable => of(Some(State::Unreadable), Some(staged.text)),
            What::Line => match self.line(&staged.text)? {
                Line::Patient(line) => of(Some(State::Registered((staged.line, line))), None),
                Line::Encounter(_) | Line::Clinical(_) => of(None, None),
            },
        })
    }

    /// Reads a line again that was found usable.
    fn line(&self, text: &str) -> Result<Line, IngestError> {
        with_fields(text, |fields| self.reader.read(fields)).map_err(|refusal| {
            IngestError::Ended(format!("what was staged reads otherwise: {refusal}"))
        })
    }
}

fn shard_number(shard: u32) -> i32 {
    i32::try_from(shard).unwrap_or(i32::MAX)
}
