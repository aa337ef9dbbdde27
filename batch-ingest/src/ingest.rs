//! The way of one file: read, judged, taken or refused, loaded in chunks, closed.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::Instant;

use chrono::Utc;
use database::file::{
    ChunkError, FileLoader, Known, LoadedChunk, NewFile, Position, RefusedFile, TakenFile,
    Unfinished,
};
use domain::clean::Cleaner;
use domain::digest::hexadecimal;
use domain::extract::{Extract, Kind, Meaning};
use domain::pseudonym::PseudonymKey;
use domain::rule::file::{BAD_LINES, DIFFERS, SECOND_FILE};
use domain::shard::shard_of;
use tokio_util::sync::CancellationToken;

use crate::archive::Archive;
use crate::chunks::Chunks;
use crate::delivery::Landed;
use crate::error::IngestError;
use crate::manifest::Entry;
use crate::reading::{Judged, Judging, judge};
use crate::source::Witness;
use crate::staging::{Staged, Staging, What};
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
    pub(crate) shutdown: CancellationToken,
}

/// A file that is to be taken.
pub(crate) struct Arrived<'f> {
    /// Day, hospital and name, as people call it.
    pub(crate) name: &'f str,
    pub(crate) kind: &'static Kind,
    pub(crate) schema_version: u32,
    pub(crate) extract: &'f Extract,
    pub(crate) entry: &'f Entry,
    pub(crate) landed: &'f Landed,
}

/// What became of a file.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// It is loaded to its end.
    Loaded(Tally),
    /// The same file was loaded before.
    Again,
    /// It is not what the manifest says, and may still be written.
    Differs(Refused),
    /// It is not loaded.
    Refused(Refused),
    /// There is a signal to end: it goes on at the next start.
    Interrupted,
}

/// What became of a file's lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) lines: u64,
    pub(crate) quarantined: u64,
    pub(crate) duplicates: u64,
    pub(crate) silver_rows: u64,
    pub(crate) derived_rows: u64,
}

impl Ingest {
    /// Takes a file that has landed, and loads it to its end.
    pub(crate) async fn take(&mut self, file: &Arrived<'_>) -> Result<Outcome, IngestError> {
        let Arrived { kind, extract, .. } = file;
        let known = self
            .loader
            .find(&extract.hospital_code, kind, extract.date)
            .await?;
        if let Some(known) = known.filter(|known| known.is_loaded) {
            return self.compare(file, &known).await;
        }
        let source = match file.landed.open() {
            Ok(source) => source,
            Err(error) => {
                let reason = format!("cannot be opened: {error}");
                let rule = &domain::rule::file::NO_FILE;
                return Ok(Outcome::Refused(Refused::by(rule, reason)));
            }
        };
        let begun = Instant::now();
        let copy = self.archive.begin()?;
        let version = (*kind, file.schema_version);
        let judged = self.judge(source, copy, version, extract).await?;
        let judged = match judged {
            Ok(judged) => judged,
            Err(refused) => return Ok(Outcome::Refused(refused)),
        };
        tracing::debug!(
            file = file.name,
            seconds = begun.elapsed().as_secs_f64(),
            "read"
        );
        if let Err(refused) = as_the_manifest_says(&judged, file.entry) {
            return Ok(Outcome::Differs(refused));
        }
        if let Err(refused) = self.few_bad_lines(&judged) {
            return Ok(Outcome::Refused(refused));
        }
        self.open_and_load(file, judged).await
    }

    /// A file of a day that is loaded: the same again, or another.
    async fn compare(&self, file: &Arrived<'_>, known: &Known) -> Result<Outcome, IngestError> {
        let landed = file.landed.clone();
        let hashed = blocking(move || {
            let mut witness = Witness::new(landed.open()?, io::sink());
            io::copy(&mut witness, &mut io::sink())?;
            io::Result::Ok(witness.finish().1)
        });
        let refuse = |reason: String| Ok(Outcome::Refused(Refused::by(&SECOND_FILE, reason)));
        match hashed.await? {
            Ok(sha256) if sha256.as_slice() == known.sha256 => Ok(Outcome::Again),
            Ok(_) => refuse(format!(
                "another file of this day is loaded, with SHA-256 {}",
                hexadecimal(&known.sha256)
            )),
            Err(error) => refuse(format!(
                "a file of this day is loaded, and this one cannot be read: {error}"
            )),
        }
    }

    /// Goes on with a file that was taken before, from the archive's copy.
    pub(crate) async fn go_on(&mut self, unfinished: &Unfinished) -> Result<Outcome, IngestError> {
        let Unfinished { file, path, .. } = unfinished;
        let damaged = || IngestError::Archive {
            path: path.clone(),
            sha256: hexadecimal(&unfinished.sha256),
        };
        let source = self.archive.open(path).map_err(|_| damaged())?;
        let version = (file.kind, file.schema_version);
        let judged = self
            .judge(source, io::sink(), version, &file.extract)
            .await?;
        let judged = judged.map_err(|_| damaged())?;
        if judged.sha256.as_slice() != unfinished.sha256 {
            return Err(damaged());
        }
        let tally = Tally::of(&judged);
        self.load(file, judged, unfinished.position, tally).await
    }

    /// Reads a file to its end, beside the threads that wait.
    async fn judge<R, W>(
        &self,
        source: R,
        copy: W,
        (kind, schema_version): (&'static Kind, u32),
        extract: &Extract,
    ) -> Result<Result<Judged<W>, Refused>, IngestError>
    where
        R: Read + Send + 'static,
        W: Write + Send + 'static,
    {
        let states = match kind.meaning {
            Meaning::Snapshot => {
                self.loader
                    .last_states(&extract.hospital_code, extract.date)
                    .await?
            }
            Meaning::Encounters | Meaning::Clinical => HashMap::new(),
        };
        let shards = self.loader.shards();
        let hospitals = self.loader.reference().hospitals.clone();
        let judging = Judging {
            cleaner: Cleaner::new(self.key.clone(), hospitals),
            extract: extract.clone(),
            kind,
            schema_version,
            shards,
            states,
            staging: Staging::begin(&self.archive.staging(), shards)?,
        };
        blocking(move || judge(source, copy, judging)).await?
    }

    fn few_bad_lines<W>(&self, judged: &Judged<W>) -> Result<(), Refused> {
        let bad = judged.quarantined.len();
        #[allow(clippy::cast_precision_loss, reason = "a share, not a count")]
        let share = bad as f64 / judged.lines.max(1) as f64;
        if bad < BAD_LINES_MIN || share <= self.bad_share_max {
            return Ok(());
        }
        let first = &judged.quarantined[0];
        let reason = format!(
            "{bad} of {} lines are bad, more than {:.0} %; the first: line {}, {}",
            judged.lines,
            self.bad_share_max * 100.0,
            first.line,
            first.refusal
        );
        Err(Refused::by(&BAD_LINES, reason))
    }

    async fn open_and_load(
        &mut self,
        file: &Arrived<'_>,
        judged: Judged<crate::archive::Copy>,
    ) -> Result<Outcome, IngestError> {
        let path = Archive::name(file.extract, file.kind, &judged.sha256);
        let tally = Tally::of(&judged);
        let (copy, judged) = judged.without_copy();
        self.archive.keep(copy, &path)?;
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
        };
        let Some(taken) = self.loader.open(&new, Utc::now()).await? else {
            return Err(IngestError::Busy);
        };
        self.load(&taken, judged, Position::default(), tally).await
    }

    /// The second phase: chunk after chunk, and the ledger is closed.
    async fn load<W>(
        &mut self,
        file: &TakenFile,
        mut judged: Judged<W>,
        from: Position,
        mut tally: Tally,
    ) -> Result<Outcome, IngestError> {
        self.stage_unnamed(file, &mut judged).await?;
        let mut chunks = Chunks::new(judged.staging.finish()?, judged.reader, from);
        while let Some(chunk) = chunks.next()? {
            loop {
                if self.shutdown.is_cancelled() {
                    return Ok(Outcome::Interrupted);
                }
                match self.loader.load(file, &chunk).await {
                    Ok(loaded) => break tally.add(loaded),
                    Err(ChunkError::ReferenceChanged) => {}
                    Err(ChunkError::ProgressMoved) => return Err(IngestError::Busy),
                    Err(ChunkError::Database(error)) => return Err(error.into()),
                }
            }
        }
        if !self.loader.close(file.file_id, chunks.position()).await? {
            return Err(IngestError::Busy);
        }
        Ok(Outcome::Loaded(tally))
    }

    /// Stages whom a snapshot does not name: the vault knows their numbers, and so their shards.
    async fn stage_unnamed<W>(
        &self,
        file: &TakenFile,
        judged: &mut Judged<W>,
    ) -> Result<(), IngestError> {
        for patients in std::mem::take(&mut judged.unnamed).chunks(10_000) {
            for (patient, patient_id) in self.loader.patient_ids(patients).await? {
                let hospital_code = &file.extract.hospital_code;
                let shard = shard_of(hospital_code, &patient_id, self.loader.shards());
                let staged = Staged {
                    patient,
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
            ..Self::default()
        }
    }

    fn add(&mut self, loaded: LoadedChunk) {
        self.duplicates += loaded.duplicates;
        self.silver_rows += loaded.silver_rows;
        self.derived_rows += loaded.derived_rows;
    }
}

fn as_the_manifest_says<W>(judged: &Judged<W>, entry: &Entry) -> Result<(), Refused> {
    let refuse = |reason: String| Err(Refused::by(&DIFFERS, reason));
    if judged.bytes != entry.bytes {
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
