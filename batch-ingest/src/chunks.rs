//! The second phase's portions: what is staged, cut into chunks of one shard or dimension.

use std::collections::VecDeque;

use database::archive::Archive;
use database::archive::framing::with_fields;
use database::file::{Chunk, Content, Position, StatedPatient};
use domain::clean::LineReader;
use domain::extract::snapshot::State;
use domain::extract::{Line, Meaning};
use uuid::Uuid;

use crate::error::IngestError;
use crate::staging::{Ready, Staged, What};

/// How large a chunk is at most: its shard or dimension is locked for so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkLimits {
    /// Patients, or members of a dimension, at least 1.
    pub members_max: usize,
    /// Lines, but for those of one member.
    pub lines_max: usize,
}

impl Default for ChunkLimits {
    /// A shard is locked no longer than for a batch of events.
    fn default() -> Self {
        Self {
            members_max: 5_000,
            lines_max: 20_000,
        }
    }
}

/// The chunks of a file from a position on, in ascending order.
pub(crate) struct Chunks {
    ready: Ready,
    /// Held until what is staged is gone, wherever these chunks end: whoever comes next stages there.
    _archive: Archive,
    reader: LineReader,
    /// The parts that are still to be read, in ascending order.
    parts: VecDeque<u32>,
    /// What is staged of the part at hand, in the order of members and lines.
    staged: VecDeque<Staged>,
    position: Position,
    limits: ChunkLimits,
}

impl Chunks {
    pub(crate) fn new(
        (ready, archive): (Ready, Archive),
        reader: LineReader,
        from: Position,
        limits: ChunkLimits,
    ) -> Self {
        let first = from.member.unwrap_or_default();
        let first = ready.cut().part(from.shard.unsigned_abs(), first);
        let left = ready.parts().iter().filter(|part| **part >= first);
        Self {
            parts: left.copied().collect(),
            ready,
            _archive: archive,
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
        let (expected, mut taken) = (self.position, Taken::default());
        loop {
            taken.fill(&mut self.staged, self.limits);
            let is_full = !self.staged.is_empty();
            let is_whole = taken.last.is_some() && self.next_shard() != Some(self.position.shard);
            if is_full || is_whole || !self.read_part()? {
                break;
            }
        }
        let Some(last) = taken.last else {
            return Ok(None);
        };
        self.position.member = Some(last);
        Ok(Some(Chunk {
            expected,
            next: self.position,
            content: self.content(taken.staged)?,
        }))
    }

    /// The shard of the next part, if there is one: a chunk ends with its shard.
    fn next_shard(&self) -> Option<i32> {
        let next = self.parts.front();
        next.map(|part| self.ready.cut().shard(*part).cast_signed())
    }

    /// Reads what is left of the next part. False where there is none.
    fn read_part(&mut self) -> Result<bool, IngestError> {
        let (Some(shard), Some(part)) = (self.next_shard(), self.parts.pop_front()) else {
            return Ok(false);
        };
        let done = self.position;
        let is_new = |staged: &Staged| {
            let member = Some(staged.member);
            Position { shard, member } > done
        };
        self.staged = self.ready.read(part)?.into_iter().filter(is_new).collect();
        if !self.staged.is_empty() && shard != self.position.shard {
            self.position = Position {
                shard,
                member: None,
            };
        }
        Ok(true)
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
        let patient_pseudonym = staged.member;
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
                _ => of(None, None),
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

/// What a chunk takes of what is staged.
#[derive(Default)]
struct Taken {
    staged: Vec<Staged>,
    members: usize,
    last: Option<Uuid>,
}

impl Taken {
    /// Takes member after member, each whole, until it is full or there is no more.
    fn fill(&mut self, from: &mut VecDeque<Staged>, limits: ChunkLimits) {
        while let Some(staged) = from.front() {
            if self.last != Some(staged.member) {
                let is_full =
                    self.members >= limits.members_max || self.staged.len() >= limits.lines_max;
                if is_full && self.members > 0 {
                    break;
                }
                self.members += 1;
                self.last = Some(staged.member);
            }
            self.staged.extend(from.pop_front());
        }
    }
}
