//! The first phase: a file is read to its end without any lock, judged, and what is new is staged.

use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, Read, Write};

use database::archive::Archive;
use database::archive::framing::{self, Frame, Frames, with_fields};
use database::file::{ErasedLine, QuarantinedLine};
use domain::clean::{Cleaner, LineReader, Refusal};
use domain::erased::Erased;
use domain::extract::{Extract, Kind, Line, Meaning};
use domain::rule::file::{COMPRESSION, HEADER, NO_FILE};
use domain::rule::line::{SAID_TWICE, UNREADABLE};
use domain::shard::shard_of;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::error::{IngestError, failed};
use crate::patients::{Naming, Patients, Unnamed, Unreadable};
use crate::source::{NotItsFault, Witness};
use crate::staging::{Staged, Staging, What};
use crate::verdict::Refused;

/// How much is read at once.
const BUFFER_BYTES: usize = 256 * 1024;

/// What is known of a file from its first reading.
pub(crate) struct Former {
    /// Lines that were erased from the copy that is read.
    pub(crate) erased_lines: BTreeSet<i64>,
    /// Whether it withdraws patients whom it does not name: an erased line may have told otherwise.
    pub(crate) withdraws: bool,
}

impl Default for Former {
    /// That of a file that is read first.
    fn default() -> Self {
        Self {
            erased_lines: BTreeSet::new(),
            withdraws: true,
        }
    }
}

/// What a file is judged by.
pub(crate) struct Judging {
    pub(crate) cleaner: Cleaner,
    pub(crate) extract: Extract,
    pub(crate) kind: &'static Kind,
    pub(crate) schema_version: u32,
    pub(crate) shards: u32,
    /// Of a snapshot what the former ones say.
    pub(crate) patients: Patients,
    pub(crate) staging: Staging,
    /// Patients of whom nothing is kept, and what names them.
    pub(crate) erased: Erased,
    /// What is known of a file that is read again.
    pub(crate) former: Former,
    /// So many bad lines are kept at most; of more the number alone is known.
    pub(crate) bad_lines_kept: usize,
    /// Held while the file is read.
    pub(crate) archive: Archive,
    pub(crate) shutdown: CancellationToken,
}

/// A file that was read to its end.
pub(crate) struct Judged<W> {
    pub(crate) sha256: [u8; 32],
    pub(crate) bytes: u64,
    pub(crate) lines: u64,
    /// How many lines are bad.
    pub(crate) bad_lines: u64,
    pub(crate) quarantined: Vec<QuarantinedLine>,
    pub(crate) duplicates: Vec<i64>,
    /// Lines of erased patients, but for those that were erased already.
    pub(crate) erased: Vec<ErasedLine>,
    pub(crate) withdraws: bool,
    /// Patients of whom the file says something new by not naming them.
    pub(crate) unnamed: Vec<Uuid>,
    pub(crate) staging: Staging,
    pub(crate) reader: LineReader,
    pub(crate) copy: W,
}

impl<W> Judged<W> {
    /// The copy, and all else.
    pub(crate) fn without_copy(self) -> (W, Judged<()>) {
        let rest = Judged {
            sha256: self.sha256,
            bytes: self.bytes,
            lines: self.lines,
            bad_lines: self.bad_lines,
            quarantined: self.quarantined,
            duplicates: self.duplicates,
            erased: self.erased,
            withdraws: self.withdraws,
            unnamed: self.unnamed,
            staging: self.staging,
            reader: self.reader,
            copy: (),
        };
        (self.copy, rest)
    }
}

/// Reads a file to its end; the outer error is of this installation, the inner one of the file.
pub(crate) fn judge<R: Read, W: Write>(
    source: R,
    copy: W,
    judging: Judging,
) -> Result<Result<Judged<W>, Refused>, IngestError> {
    let archive = judging.archive.clone();
    let witness = Witness::new(source, copy, judging.shutdown.clone());
    let mut frames = Frames::new(BufReader::with_capacity(BUFFER_BYTES, witness));
    let refused = match judge_lines(&mut frames, judging) {
        Ok(Ok(bench)) => {
            let (copy, sha256, bytes) = frames.into_inner().into_inner().finish();
            return bench.finish(copy, sha256, bytes).map(Ok);
        }
        Ok(Err(refused)) => refused,
        Err(error) => return unreadable(error, &archive).map(Err),
    };
    // Whether it is what the manifest says is known at its end.
    let mut rest = frames.into_inner();
    match io::copy(&mut rest, &mut io::sink()) {
        Ok(_) => Ok(Err(refused.of(rest.into_inner().finish().1))),
        Err(error) => unreadable(error, &archive).map(Err),
    }
}

fn judge_lines<R: BufRead>(
    frames: &mut Frames<R>,
    judging: Judging,
) -> io::Result<Result<Bench, Refused>> {
    let mut record = Vec::new();
    let reader = match header(frames, &mut record, &judging)? {
        Ok(reader) => reader,
        Err(refused) => return Ok(Err(refused)),
    };
    let mut bench = Bench::new(judging, reader);
    while let Some(frame) = frames.next(&mut record)? {
        bench.judge(&frame, &record).map_err(io::Error::other)?;
    }
    Ok(Ok(bench))
}

/// Whose fault it is that a file cannot be read.
pub(crate) fn unreadable(error: io::Error, archive: &Archive) -> Result<Refused, IngestError> {
    let error = match error.downcast::<NotItsFault>() {
        Ok(NotItsFault::Shutdown) => return Err(IngestError::Interrupted),
        Ok(NotItsFault::Copy(error)) => return Err(failed("write to", archive.folder())(error)),
        Err(error) => error,
    };
    match error.downcast::<IngestError>() {
        Ok(error) => Err(error),
        Err(error) if is_of_decoder(&error) => Ok(Refused::by(
            &COMPRESSION,
            format!("cannot be unpacked: {error}"),
        )),
        Err(error) => Ok(Refused::by(&NO_FILE, format!("cannot be read: {error}"))),
    }
}

/// The operating system gives its errors numbers; a decoder has words alone.
fn is_of_decoder(error: &io::Error) -> bool {
    error.raw_os_error().is_none()
}

fn header<R: BufRead>(
    frames: &mut Frames<R>,
    record: &mut Vec<u8>,
    judging: &Judging,
) -> io::Result<Result<LineReader, Refused>> {
    let refuse = |reason: &str| Ok(Err(Refused::by(&HEADER, reason)));
    match frames.next(record)? {
        None => return refuse("the file is empty: the header is missing"),
        Some(Frame::Record) => {}
        Some(Frame::TooLong | Frame::OpenQuote) => return refuse("line 1 is no header"),
    }
    let layout = match framing::layout(record, judging.kind, judging.schema_version) {
        Ok(layout) => layout,
        Err(reason) => return refuse(&reason),
    };
    Ok(LineReader::new(&judging.cleaner, &judging.extract, layout)
        .map_err(|refusal| Refused::by(refusal.rule, refusal.reason)))
}

/// Where lines are judged.
struct Bench {
    reader: LineReader,
    shards: u32,
    staging: Staging,
    lines: i64,
    bad_lines: u64,
    bad_lines_kept: usize,
    quarantined: Vec<QuarantinedLine>,
    duplicates: Vec<i64>,
    erased_patients: Erased,
    erased_lines: BTreeSet<i64>,
    erased: Vec<ErasedLine>,
    withdraws: bool,
    is_snapshot: bool,
    /// Whether nothing is known of anybody from former snapshots.
    is_first: bool,
    patients: Patients,
}

impl Bench {
    fn new(judging: Judging, reader: LineReader) -> Self {
        Self {
            reader,
            shards: judging.shards,
            staging: judging.staging,
            lines: 0,
            bad_lines: 0,
            bad_lines_kept: judging.bad_lines_kept,
            quarantined: Vec::new(),
            duplicates: Vec::new(),
            erased_patients: judging.erased,
            erased_lines: judging.former.erased_lines,
            erased: Vec::new(),
            withdraws: judging.former.withdraws,
            is_snapshot: judging.kind.meaning == Meaning::Snapshot,
            is_first: judging.patients.is_empty(),
            patients: judging.patients,
        }
    }

    fn judge(&mut self, frame: &Frame, record: &[u8]) -> Result<(), IngestError> {
        self.lines += 1;
        if self.erased_lines.contains(&self.number()) {
            return Ok(());
        }
        let text = match frame {
            Frame::Record => std::str::from_utf8(record).map_err(|error| {
                format!("no UTF-8 from byte {} of it on", error.valid_up_to() + 1)
            }),
            Frame::TooLong => Err("longer than 1 MiB".to_owned()),
            Frame::OpenQuote => Err("a quote that nobody closes".to_owned()),
        };
        match text {
            Ok(text) => with_fields(text, |fields| self.judge_fields(text, fields)),
            Err(reason) => {
                self.withdraws = false;
                let refusal = Refusal {
                    rule: &UNREADABLE,
                    field: None,
                    reason,
                };
                self.refuse(refusal, record);
                Ok(())
            }
        }
    }

    fn judge_fields(&mut self, text: &str, fields: &[&str]) -> Result<(), IngestError> {
        if self.is_snapshot && self.says_the_same(fields) {
            return Ok(());
        }
        match self.reader.read(fields) {
            Ok(line) if self.erased_patients.has(line.member()) => {
                self.erase(line.member());
                Ok(())
            }
            Ok(line) if self.is_snapshot => self.name(&line, text),
            Ok(line) => self.stage(&line, text),
            Err(refusal) => {
                let is_kept = self.refuse(refusal, text.as_bytes());
                // A line that is nobody's for sure withdraws nobody, whoever it is that it names.
                if self.is_snapshot && (is_kept || self.reader.patient_of(fields).is_none()) {
                    self.leave_open(fields);
                }
                Ok(())
            }
        }
    }

    /// Whether a line of a snapshot says what is known of its patient.
    fn says_the_same(&mut self, fields: &[&str]) -> bool {
        // Of a first snapshot none does.
        if self.is_first {
            return false;
        }
        let unjudged = self.reader.unjudged(fields);
        unjudged.is_some_and(|(patient, content_hash)| self.patients.confirm(patient, content_hash))
    }

    /// The line's number: the header is 1.
    fn number(&self) -> i64 {
        self.lines + 1
    }

    /// A line that cannot be used is in quarantine, unless it names an erased patient. Tells whether.
    fn refuse(&mut self, refusal: Refusal, record: &[u8]) -> bool {
        let patients = &self.erased_patients;
        let erased = if patients.is_empty() {
            None
        } else {
            framing::named(&self.reader, patients, record)
        };
        match erased {
            Some(patient) => self.erase(patient),
            None => self.quarantine(refusal),
        }
        erased.is_none()
    }

    fn erase(&mut self, patient_pseudonym: Uuid) {
        self.erased.push(ErasedLine {
            line: self.number(),
            patient_pseudonym,
        });
    }

    fn quarantine(&mut self, refusal: Refusal) {
        self.bad_lines += 1;
        if self.quarantined.len() == self.bad_lines_kept {
            return;
        }
        self.quarantined.push(QuarantinedLine {
            line: self.number(),
            refusal,
        });
    }

    /// A snapshot names a patient: it is staged where that says something new.
    fn name(&mut self, line: &Line, text: &str) -> Result<(), IngestError> {
        match self.patients.name(line.member(), line.content_hash()) {
            Naming::New => return self.stage(line, text),
            Naming::Known => {}
            Naming::Again => self.duplicates.push(self.number()),
            Naming::Contradicting => self.quarantine(Refusal {
                rule: &SAID_TWICE,
                field: None,
                reason: "another line of the same patient comes before it".to_owned(),
            }),
        }
        Ok(())
    }

    /// A line of a snapshot cannot be used: its patient is not absent, nor perhaps anybody.
    fn leave_open(&mut self, fields: &[&str]) {
        let Some((patient, patient_id)) = self.reader.patient_of(fields) else {
            self.withdraws = false;
            return;
        };
        let line = self.number();
        let unreadable = Unreadable { line, patient_id };
        self.patients.leave_open(patient, unreadable);
    }

    fn stage(&mut self, line: &Line, text: &str) -> Result<(), IngestError> {
        let staged = Staged {
            member: line.member(),
            line: self.number(),
            what: What::Line,
            text: text.to_owned(),
        };
        let shard = match (line.hospital_code(), line.patient_id()) {
            (Some(hospital_code), Some(id)) => shard_of(hospital_code, id, self.shards),
            (None, Some(id)) => self.shard_of(id),
            (_, None) => 0,
        };
        self.staging.add(shard, &staged)
    }

    fn shard_of(&self, patient_id: &str) -> u32 {
        let hospital_code = self.reader.extract().hospital_code.as_deref();
        shard_of(hospital_code.unwrap_or_default(), patient_id, self.shards)
    }

    fn finish<W>(
        mut self,
        copy: W,
        sha256: [u8; 32],
        bytes: u64,
    ) -> Result<Judged<W>, IngestError> {
        let mut missing = Vec::new();
        for (patient, unnamed) in std::mem::take(&mut self.patients).unnamed(self.withdraws) {
            match unnamed {
                Unnamed::Missing => missing.push(patient),
                Unnamed::Open(Unreadable { line, patient_id }) => {
                    let staged = Staged {
                        member: patient,
                        line,
                        what: What::Unreadable,
                        text: patient_id,
                    };
                    self.staging.add(self.shard_of(&staged.text), &staged)?;
                }
            }
        }
        Ok(Judged {
            sha256,
            bytes,
            lines: self.lines.unsigned_abs(),
            bad_lines: self.bad_lines,
            quarantined: self.quarantined,
            duplicates: self.duplicates,
            erased: self.erased,
            withdraws: self.withdraws,
            unnamed: missing,
            staging: self.staging,
            reader: self.reader,
            copy,
        })
    }
}
