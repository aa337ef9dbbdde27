//! The way of one file: read, judged, taken or refused, loaded in chunks, closed.

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::Instant;

use chrono::Utc;
use database::archive::{Archive, Copy};
use database::file::{
    ChunkError, FileLoader, Known, LoadedChunk, NewFile, Position, RefusedFile, TakenFile,
    Unfinished,
};
use domain::clean::Cleaner;
use domain::digest::hexadecimal;
use domain::extract::{Extract, Kind, Meaning};
use domain::pseudonym::PseudonymKey;
use domain::rule::file::{BAD_LINES, DIFFERS, NO_FILE, SECOND_FILE};
use domain::shard::shard_of;
use tokio_util::sync::CancellationToken;

use crate::ahead::Ahead;
use crate::chunks::{ChunkLimits, Chunks};
use crate::delivery::Landed;
use crate::error::IngestError;
use crate::manifest::Entry;
use crate::metrics;
use crate::patients::Patients;
use crate::progress::Summary;
use crate::reading::{Former, Judged, Judging, judge, unreadable};
use crate::source::Witness;
use crate::staging::{Cut, Staged, Staging, What};
use crate::verdict::Refused;

/// Fewer bad lines than this are no reason to refuse a file.
const BAD_LINES_MIN: usize = 10;

/// Takes files into a warehouse.
pub(crate) struct Ingest {
    pub(crate) loader: FileLoader,
    pub(crate) archive: Archive,
    pub(crate) key: PseudonymKey,
    /// The share of bad lines from which a file is refused.
    pub(crate) bad_share_max: f64,
    pub(crate) limits: ChunkLimits,
    pub(crate) shutdown: CancellationToken,
}

/// A file that is to be taken.
pub(crate) struct Arrived<'f> {
    /// Sender, day and name, as people call it.
    pub(crate) name: &'f str,
    pub(crate) kind: &'static Kind,
    pub(crate) schema_version: u32,
    pub(crate) extract: &'f Extract,
    pub(crate) entry: &'f Entry,
    pub(crate) landed: &'f Landed,
    /// The file of its day that was taken before, and whose copy in the archive is lost.
    pub(crate) begun: Option<&'f Unfinished>,
}

/// What became of a file.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It is loaded to its end.
    Loaded(Tally),
    /// The same file, with this SHA-256, was loaded before.
    Again([u8; 32]),
    /// It is not loaded.
    Refused(Refused),
    /// There is a signal to end: it goes on at the next start.
    Interrupted,
}

/// What became of a file's lines, since it was taken or taken up again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) lines: u64,
    pub(crate) quarantined: u64,
    pub(crate) duplicates: u64,
    pub(crate) erased: u64,
    pub(crate) silver_rows: u64,
    pub(crate) derived_rows: u64,
}

impl Ingest {
    /// Takes a file that has landed, and loads it to its end. The summary learns of each chunk, so
    /// that it is right whatever ends the work.
    pub(crate) async fn take(
        &mut self,
        file: &Arrived<'_>,
        summary: &mut Summary,
    ) -> Result<Outcome, IngestError> {
        let Arrived { kind, extract, .. } = file;
        let known = self.loader.find(extract, kind).await?;
        if let Some(known) = known.filter(|known| known.is_loaded) {
            return self.compare(file, &known).await;
        }
        let source = match file.landed.open() {
            // What is longer than the manifest says is not read on and on.
            Ok(source) => source.take(file.entry.bytes.saturating_add(1)),
            Err(error) => {
                let reason = format!("cannot be opened: {error}");
                return Ok(Outcome::Refused(Refused::by(&NO_FILE, reason)));
            }
        };
        let begun_at = Instant::now();
        let copy = self.archive.begin()?;
        let version = (*kind, file.schema_version);
        let judged = self
            .judge(
                source,
                copy,
                version,
                extract,
                (self.bad_lines_max(file.entry), Former::default()),
            )
            .await?;
        let judged = match judged {
            Ok(judged) => judged,
            Err(refused) => return Ok(Outcome::Refused(refused)),
        };
        tracing::debug!(
            file = file.name,
            lines = judged.lines,
            seconds = begun_at.elapsed().as_secs_f64(),
            "read"
        );
        let columns = judged.reader.layout().unknown_columns();
        if columns > 0 {
            tracing::info!(
                file = file.name,
                columns,
                "columns that nobody described are not read"
            );
        }
        let wanted = as_the_manifest_says(&judged, file.entry)
            .and_then(|()| self.few_bad_lines(&judged, file.entry))
            .and_then(|()| as_it_was_begun(&judged, file.begun));
        match (wanted, file.begun) {
            (Err(refused), _) => Ok(Outcome::Refused(refused.of(judged.sha256))),
            (Ok(()), None) => self.open_and_load(file, judged, summary).await,
            (Ok(()), Some(begun)) => {
                let judged = self.replace_copy(file, judged, begun).await?;
                self.load(&begun.file, judged, begun.position, summary)
                    .await
            }
        }
    }

    /// A file of a day that is loaded: the same again, or another.
    async fn compare(&self, file: &Arrived<'_>, known: &Known) -> Result<Outcome, IngestError> {
        let (landed, shutdown) = (file.landed.clone(), self.shutdown.clone());
        let hashed = blocking(move || {
            let mut witness = Witness::new(landed.open()?, io::sink(), shutdown);
            io::copy(&mut witness, &mut io::sink())?;
            io::Result::Ok(witness.finish().1)
        });
        Ok(match hashed.await? {
            Ok(sha256) if sha256.as_slice() == known.sha256 => Outcome::Again(sha256),
            Ok(sha256) => {
                let loaded = hexadecimal(&known.sha256);
                let reason = format!("another file of this day is loaded, with SHA-256 {loaded}");
                Outcome::Refused(Refused::by(&SECOND_FILE, reason).of(sha256))
            }
            Err(error) => Outcome::Refused(unreadable(error, &self.archive)?),
        })
    }

    /// Goes on with a file that was taken before, from the archive's copy.
    pub(crate) async fn go_on(
        &mut self,
        unfinished: &Unfinished,
        summary: &mut Summary,
    ) -> Result<Outcome, IngestError> {
        let Unfinished { file, path, .. } = unfinished;
        let damaged = || IngestError::Archive {
            path: path.clone(),
            sha256: hexadecimal(&unfinished.sha256),
        };
        let source = self.archive.read(path).map_err(|_| damaged())?;
        let former = Former {
            erased_lines: self.loader.erased_lines(file.file_id).await?,
            withdraws: file.withdraws,
        };
        let version = (file.kind, file.schema_version);
        let judged = self
            .judge(
                source,
                io::sink(),
                version,
                &file.extract,
                (usize::MAX, former),
            )
            .await?;
        let judged = judged.map_err(|_| damaged())?;
        if judged.sha256.as_slice() != unfinished.copy_sha256 {
            return Err(damaged());
        }
        self.load(file, judged, unfinished.position, summary).await
    }

    /// Reads a file to its end, beside the threads that wait.
    async fn judge<R, W>(
        &self,
        source: R,
        copy: W,
        (kind, schema_version): (&'static Kind, u32),
        extract: &Extract,
        (bad_lines_kept, former): (usize, Former),
    ) -> Result<Result<Judged<W>, Refused>, IngestError>
    where
        R: Read + Send + 'static,
        W: Write + Send + 'static,
    {
        let mut patients = Patients::default();
        if kind.meaning == Meaning::Snapshot {
            let hospital_code = extract.hospital_code.as_deref().unwrap_or_default();
            let know = |patient, state| patients.know(patient, state);
            self.loader
                .states(hospital_code, extract.date, know)
                .await?;
        }
        let shards = self.loader.shards();
        let hospitals = self.loader.reference().hospitals.clone();
        let judging = Judging {
            cleaner: Cleaner::new(self.key.clone(), hospitals),
            extract: extract.clone(),
            kind,
            schema_version,
            shards,
            patients,
            staging: Staging::begin(&self.archive.staging(), Cut::of(kind.meaning, shards))?,
            erased: self.loader.reference().erased.clone(),
            former,
            bad_lines_kept,
            archive: self.archive.clone(),
            shutdown: self.shutdown.clone(),
        };
        blocking(move || judge(source, copy, judging)).await?
    }

    /// How many lines of a file may be bad.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share, not a count"
    )]
    fn bad_lines_max(&self, entry: &Entry) -> usize {
        let share = (entry.rows as f64 * self.bad_share_max) as usize;
        share.max(BAD_LINES_MIN - 1)
    }

    fn few_bad_lines<W>(&self, judged: &Judged<W>, entry: &Entry) -> Result<(), Refused> {
        let max = self.bad_lines_max(entry);
        let first = judged.quarantined.first();
        let Some(first) = first.filter(|_| judged.bad_lines > max as u64) else {
            return Ok(());
        };
        let reason = format!(
            "{} of {} lines are bad, and {max} may be; the first: line {}, {}",
            judged.bad_lines, judged.lines, first.line, first.refusal
        );
        Err(Refused::by(&BAD_LINES, reason))
    }

    async fn open_and_load(
        &mut self,
        file: &Arrived<'_>,
        judged: Judged<Copy>,
        summary: &mut Summary,
    ) -> Result<Outcome, IngestError> {
        let (copy, judged) = judged.without_copy();
        let erased: BTreeSet<i64> = judged.erased.iter().map(|it| it.line).collect();
        let of = (file.extract, file.kind, &judged.sha256);
        let (path, copy_sha256) = self.archive.keep_without(copy, &erased, of)?;
        let new = NewFile {
            file: TakenFile {
                file_id: 0,
                kind: file.kind,
                schema_version: file.schema_version,
                extract: file.extract.clone(),
                withdraws: judged.withdraws,
            },
            sha256: judged.sha256,
            bytes: judged.bytes,
            lines: judged.lines,
            path: &path,
            quarantined: &judged.quarantined,
            duplicates: &judged.duplicates,
            erased: &judged.erased,
            copy_sha256,
        };
        let Some(taken) = self.loader.open(&new, Utc::now()).await? else {
            return Err(IngestError::Busy);
        };
        self.load(&taken, judged, Position::default(), summary)
            .await
    }

    /// Takes a file again whose copy was lost, and of which lines may have been erased.
    async fn replace_copy(
        &mut self,
        file: &Arrived<'_>,
        judged: Judged<Copy>,
        begun: &Unfinished,
    ) -> Result<Judged<()>, IngestError> {
        let file_id = begun.file.file_id;
        let (copy, mut judged) = judged.without_copy();
        let erased: BTreeSet<i64> = judged.erased.iter().map(|it| it.line).collect();
        let of = (file.extract, file.kind, &judged.sha256);
        let (path, copy_sha256) = self.archive.keep_without(copy, &erased, of)?;
        if let Some(sha256) = &copy_sha256 {
            let erased = std::mem::take(&mut judged.erased);
            self.loader
                .replace_copy(file_id, (&path, sha256), &erased)
                .await?;
        }
        Ok(judged)
    }

    /// The second phase: chunk after chunk, and the ledger is closed.
    async fn load<W>(
        &mut self,
        file: &TakenFile,
        mut judged: Judged<W>,
        from: Position,
        summary: &mut Summary,
    ) -> Result<Outcome, IngestError> {
        let begun_at = Instant::now();
        let mut tally = Tally::of(&judged);
        self.stage_unnamed(file, &mut judged).await?;
        let staged = (judged.staging.finish()?, self.archive.clone());
        let mut chunks = Ahead::of(Chunks::new(staged, judged.reader, from, self.limits));
        let written = self.write(file, &mut chunks, &mut tally, summary).await;
        let position = chunks.end().await;
        if !written? {
            return Ok(Outcome::Interrupted);
        }
        if !self.loader.close(file.file_id, position).await? {
            return Err(IngestError::Busy);
        }
        for line in &judged.quarantined {
            metrics::line_refused(file.kind, line.refusal.rule.code);
        }
        summary.files += 1;
        summary.lines += judged.lines;
        summary.quarantined += judged.quarantined.len() as u64;
        summary.duplicates += judged.duplicates.len() as u64;
        summary.erased += tally.erased;
        tracing::debug!(
            kind = file.kind.name,
            seconds = begun_at.elapsed().as_secs_f64(),
            "written"
        );
        Ok(Outcome::Loaded(tally))
    }

    /// Writes chunk after chunk. False where a signal ended it.
    async fn write(
        &mut self,
        file: &TakenFile,
        chunks: &mut Ahead,
        tally: &mut Tally,
        summary: &mut Summary,
    ) -> Result<bool, IngestError> {
        while let Some(chunk) = chunks.next().await? {
            loop {
                if self.shutdown.is_cancelled() {
                    return Ok(false);
                }
                match self.loader.load(file, &chunk).await {
                    Ok(loaded) => {
                        tally.add(loaded);
                        summary.duplicates += loaded.duplicates;
                        summary.derived_rows += loaded.derived_rows;
                        break;
                    }
                    Err(ChunkError::ReferenceChanged) => {}
                    Err(ChunkError::ProgressMoved) => return Err(IngestError::Busy),
                    Err(ChunkError::Database(error)) => return Err(error.into()),
                }
            }
        }
        Ok(true)
    }

    /// Stages whom a snapshot does not name: the vault knows their numbers, and so their shards.
    async fn stage_unnamed<W>(
        &self,
        file: &TakenFile,
        judged: &mut Judged<W>,
    ) -> Result<(), IngestError> {
        let hospital_code = file.extract.hospital_code.as_deref().unwrap_or_default();
        for patients in std::mem::take(&mut judged.unnamed).chunks(10_000) {
            for (member, patient_id) in self.loader.patient_ids(patients).await? {
                let shard = shard_of(hospital_code, &patient_id, self.loader.shards());
                let staged = Staged {
                    member,
                    line: 0,
                    what: What::Unnamed,
                    text: patient_id,
                };
                judged.staging.add(shard, &staged)?;
            }
        }
        Ok(())
    }

    /// Notes that a file is not loaded.
    pub(crate) async fn refuse(&self, file: &RefusedFile<'_>) -> Result<(), IngestError> {
        Ok(self.loader.refuse(file, Utc::now()).await?)
    }
}

impl Tally {
    fn of<W>(judged: &Judged<W>) -> Self {
        Self {
            lines: judged.lines,
            quarantined: judged.quarantined.len() as u64,
            duplicates: judged.duplicates.len() as u64,
            erased: judged.erased.len() as u64,
            ..Self::default()
        }
    }

    fn add(&mut self, loaded: LoadedChunk) {
        self.duplicates += loaded.duplicates;
        self.erased += loaded.erased;
        self.silver_rows += loaded.silver_rows;
        self.derived_rows += loaded.derived_rows;
    }
}

fn as_the_manifest_says<W>(judged: &Judged<W>, entry: &Entry) -> Result<(), Refused> {
    let refuse = |reason: String| Err(Refused::by(&DIFFERS, reason));
    if judged.bytes > entry.bytes {
        return refuse(format!(
            "more than the {} bytes that the manifest says",
            entry.bytes
        ));
    }
    if judged.bytes < entry.bytes {
        let (there, said) = (judged.bytes, entry.bytes);
        return refuse(format!("{there} bytes where the manifest says {said}"));
    }
    if judged.sha256 != entry.sha256 {
        let (there, said) = (hexadecimal(&judged.sha256), hexadecimal(&entry.sha256));
        return refuse(format!("SHA-256 {there} where the manifest says {said}"));
    }
    if judged.lines != entry.rows {
        let (there, said) = (judged.lines, entry.rows);
        return refuse(format!("{there} lines where the manifest says {said}"));
    }
    Ok(())
}

/// Whether a file is the one of its day that was taken before.
fn as_it_was_begun<W>(judged: &Judged<W>, begun: Option<&Unfinished>) -> Result<(), Refused> {
    match begun.filter(|begun| judged.sha256.as_slice() != begun.sha256) {
        None => Ok(()),
        Some(begun) => {
            let sha256 = hexadecimal(&begun.sha256);
            let reason =
                format!("another file of this day is loaded in part, with SHA-256 {sha256}");
            Err(Refused::by(&SECOND_FILE, reason))
        }
    }
}

/// Runs what does not wait beside what does.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, IngestError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|join| IngestError::Ended(join.to_string()))
}

/// The path of a file below the landing folder, as the ledger of refusals has it.
pub(crate) fn below(landing: &Path, path: &Path) -> String {
    let below = path.strip_prefix(landing).unwrap_or(path);
    below.to_string_lossy().into_owned()
}
