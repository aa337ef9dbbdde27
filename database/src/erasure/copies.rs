//! What the archive holds of a patient: lines of the files that were taken and of those that were
//! refused.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::clean::LineReader;
use domain::extract::{Extract, Kind};
use tokio::time::{Instant, sleep};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::{Eraser, ErasureError, failed};
use crate::DatabaseError;
use crate::archive::framing::{Frame, Frames, layout, named};
use crate::archive::{self, Archive, folder};
use crate::file::{extract_of, kind_of};

/// How often it is looked whether an ingester has ended its round.
const LOOK_INTERVAL: Duration = Duration::from_millis(100);

/// What files hold of a patient, or held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Files {
    /// Lines that name the patient.
    pub lines: u64,
    /// Files that have any.
    pub files: u64,
    /// Refused files that nobody can read: they are removed whole.
    pub unreadable: u64,
}

/// The lines of a file that are to be erased.
#[derive(Default)]
struct Naming {
    lines: BTreeSet<i64>,
    /// Whether it has lines that are too long to be read: whoever they name, they are emptied.
    has_too_long: bool,
}

impl Naming {
    fn is_nothing(&self) -> bool {
        self.lines.is_empty() && !self.has_too_long
    }
}

impl Files {
    fn add(&mut self, naming: &Naming) {
        self.lines += naming.lines.len() as u64;
        self.files += u64::from(!naming.lines.is_empty());
    }
}

/// A file that was taken.
struct Taken {
    file_id: i64,
    kind: &'static Kind,
    schema_version: u32,
    extract: Extract,
    /// Of its copy, below the archive folder.
    path: String,
}

impl Eraser {
    /// What files hold of the patient, and those whose copies cannot be read.
    pub(super) async fn look_through_files(&self) -> Result<(Files, Vec<String>), ErasureError> {
        let (mut files, mut lost) = (Files::default(), Vec::new());
        let Some(archive) = self.archive().await? else {
            return Ok((files, lost));
        };
        let taken = self.taken().await?;
        for file in &taken {
            match self.lines_of(&archive, file) {
                Ok(naming) => files.add(&naming),
                Err(_) => lost.push(file.path.clone()),
            }
        }
        for path in self.others(&archive).await? {
            match self.lines_of_any(&path) {
                Ok(naming) => files.add(&naming),
                Err(_) => files.unreadable += 1,
            }
        }
        Ok((files, lost))
    }

    /// Takes the patient's lines out of the archive. Tells what there was, and the files whose copies
    /// cannot be read.
    pub(super) async fn erase_files(&mut self) -> Result<(Files, Vec<String>), ErasureError> {
        let (mut files, mut lost) = (Files::default(), Vec::new());
        let Some(archive) = self.archive().await? else {
            return Ok((files, lost));
        };
        archive.clear()?;
        // Only now: the round that was waited for may have taken more.
        let taken = self.taken().await?;
        for file in &taken {
            match self.lines_of(&archive, file) {
                Ok(naming) if naming.is_nothing() => {}
                Ok(naming) => {
                    self.replace_copy(&archive, file, &naming).await?;
                    files.add(&naming);
                }
                Err(_) => lost.push(file.path.clone()),
            }
        }
        for path in self.others(&archive).await? {
            match self.lines_of_any(&path) {
                Ok(naming) if naming.is_nothing() => {}
                Ok(naming) => {
                    archive.erase_from(&path, &naming.lines)?;
                    files.add(&naming);
                }
                Err(_) => {
                    fs::remove_file(&path).map_err(archive::failed("remove", &path))?;
                    files.unreadable += 1;
                }
            }
        }
        Ok((files, lost))
    }

    /// The archive, once nobody ingests files; `None` where there is none and nothing in it.
    async fn archive(&self) -> Result<Option<Archive>, ErasureError> {
        if !self.archive.is_dir() && self.taken().await?.is_empty() {
            return Ok(None);
        }
        let patience_until = Instant::now() + self.patience;
        let be_alone = include_str!("../../sql/file/be_alone.sql");
        let mut is_told = false;
        loop {
            if let Some(archive) = Archive::open(&self.archive)?
                && self
                    .query(be_alone, &[])
                    .await?
                    .iter()
                    .any(|row| row.get(0))
            {
                return Ok(Some(archive));
            }
            if Instant::now() >= patience_until {
                return Err(ErasureError::Busy);
            }
            if !is_told {
                tracing::info!("waiting for the end of batch-ingest's round");
                is_told = true;
            }
            sleep(LOOK_INTERVAL).await;
        }
    }

    /// The files that were taken of the hospital, and those of the network that name patients or people.
    async fn taken(&self) -> Result<Vec<Taken>, DatabaseError> {
        let hospital_code = &self.patient.hospital_code;
        let files = include_str!("../../sql/erase/files.sql");
        let rows = self.query(files, &[hospital_code]).await?;
        rows.iter().map(taken).collect()
    }

    /// The lines of a taken file that name the patient.
    fn lines_of(&self, archive: &Archive, file: &Taken) -> io::Result<Naming> {
        let mut frames = Frames::new(BufReader::new(archive.read(&file.path)?));
        let mut record = Vec::new();
        frames.next(&mut record)?;
        let layout = layout(&record, file.kind, file.schema_version).map_err(io::Error::other)?;
        let reader = LineReader::new(&self.cleaner, &file.extract, layout)
            .map_err(|refusal| io::Error::other(refusal.reason))?;
        let is_named = |record: &[u8]| named(&reader, &self.erased, record).is_some();
        naming(frames, 1, is_named)
    }

    /// The lines of a file that name the patient, whatever it is.
    fn lines_of_any(&self, path: &Path) -> io::Result<Naming> {
        let file = BufReader::new(File::open(path)?);
        let file: Box<dyn Read> = if archive::is_compressed(path) {
            Box::new(zstd::Decoder::with_buffer(file)?)
        } else {
            Box::new(file)
        };
        let hospital_code = &self.patient.hospital_code;
        naming(Frames::new(BufReader::new(file)), 0, |record| {
            let named = self
                .cleaner
                .mentioned_at(hospital_code, &self.erased, record);
            named.is_some()
        })
    }

    /// Writes the copy of a file again. It has another name, so that the ledger tells at every moment
    /// which of the two counts.
    async fn replace_copy(
        &mut self,
        archive: &Archive,
        file: &Taken,
        naming: &Naming,
    ) -> Result<(), ErasureError> {
        let former = archive.path(&file.path);
        let (copy, sha256) = archive.rewrite(&former, &naming.lines)?;
        let path = Archive::name(&file.extract, file.kind, &sha256);
        archive.keep(copy, &path)?;
        let failed = |error: tokio_postgres::Error| failed(&error);
        let lines: Vec<i64> = naming.lines.iter().copied().collect();
        let patient = self.patient.pseudonym;
        let transaction = self.client.transaction().await.map_err(failed)?;
        let steps: [(&str, &[&(dyn ToSql + Sync)]); 2] = [
            (
                include_str!("../../sql/erase/erase_lines.sql"),
                &[&file.file_id, &lines, &patient],
            ),
            (
                include_str!("../../sql/file/keep_copy.sql"),
                &[&file.file_id, &path, &sha256.as_slice()],
            ),
        ];
        for (sql, parameters) in steps {
            transaction.execute(sql, parameters).await.map_err(failed)?;
        }
        transaction.commit().await.map_err(failed)?;
        if archive.path(&path) != former {
            fs::remove_file(&former).map_err(archive::failed("remove", &former))?;
        }
        Ok(())
    }

    /// Files in the archive that the ledger does not name and that are not another hospital's: those
    /// that were refused, and copies that were left behind.
    async fn others(&self, archive: &Archive) -> Result<Vec<PathBuf>, ErasureError> {
        // Where all copies lie now: one that was replaced and not removed is none of them.
        let copies = self
            .query(include_str!("../../sql/erase/copies.sql"), &[])
            .await?;
        let copies = copies.iter().map(|row| archive.path(row.get("path")));
        let known: BTreeSet<PathBuf> = copies.collect();
        let hospitals = self.reference.hospitals.iter();
        let others = hospitals.filter(|(code, _)| *code != self.patient.hospital_code);
        let others: BTreeSet<&str> = others.map(|(code, _)| &**code).collect();
        let is_of_another = |path: &Path| {
            let below = path.strip_prefix(archive.folder()).unwrap_or(path);
            let mut parts = below.iter().filter_map(|part| part.to_str());
            parts.any(|part| others.contains(part))
        };
        let mut found = Vec::new();
        for root in [
            archive.refused(),
            archive.path("ehr"),
            archive.path("network"),
        ] {
            found.extend(folder::files(&root)?);
        }
        found.retain(|path| !known.contains(path) && !is_of_another(path));
        Ok(found)
    }
}

fn naming<R: io::BufRead>(
    mut frames: Frames<R>,
    lines_read: i64,
    is_named: impl Fn(&[u8]) -> bool,
) -> io::Result<Naming> {
    let (mut naming, mut record, mut line) = (Naming::default(), Vec::new(), lines_read);
    while let Some(frame) = frames.next(&mut record)? {
        line += 1;
        naming.has_too_long |= frame == Frame::TooLong;
        if is_named(&record) {
            naming.lines.insert(line);
        }
    }
    Ok(naming)
}

fn taken(row: &Row) -> Result<Taken, DatabaseError> {
    Ok(Taken {
        file_id: row.get("file_id"),
        kind: kind_of(row)?,
        schema_version: row.get::<_, i32>("schema_version").cast_unsigned(),
        extract: extract_of(row),
        path: row.get("path"),
    })
}
