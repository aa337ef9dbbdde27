//! The archive: a compressed copy of each file that was taken. It is bronze: coordinates are a file and
//! a line, and whatever is to be read again is read from here. The lines of a patient who is erased are
//! empty ones from then on, so that all others keep their numbers.

pub mod folder;
pub mod framing;

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::digest::hexadecimal;
use domain::extract::{Extract, Kind};
use sha2::{Digest as _, Sha256};

use framing::{Frame, Frames};

/// Level 3 takes a third more time, and saves an eighth.
const LEVEL: i32 = 1;

/// How much of the SHA-256 is part of a name.
const DIGITS: usize = 12;

/// A copy of which lines are to be erased before anything relies on it.
const WHOLE: &str = "whole.partial";

/// An error of a folder or file of this installation.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} {path}: {source}")]
pub struct FolderError {
    /// What was tried.
    pub doing: &'static str,
    /// Where.
    pub path: PathBuf,
    /// The operating system's word.
    pub source: io::Error,
}

/// What the operating system says of a folder or file.
pub fn failed<'p>(
    doing: &'static str,
    path: &'p Path,
) -> impl FnOnce(io::Error) -> FolderError + 'p {
    move |source| FolderError {
        doing,
        path: path.to_owned(),
        source,
    }
}

/// The archive folder.
///
/// It is locked as long as anybody works with it: two ingesters of two warehouses would write over
/// each other.
#[derive(Debug, Clone)]
pub struct Archive {
    folder: PathBuf,
    _lock: Arc<File>,
}

/// A copy that is being written; dropped, it is gone.
pub struct Copy {
    out: Option<zstd::Encoder<'static, BufWriter<File>>>,
    partial: PathBuf,
}

impl Archive {
    /// Opens the folder, unless another ingester has it.
    pub fn open(folder: &Path) -> Result<Option<Self>, FolderError> {
        folder::make(folder)?;
        let path = folder.join("lock");
        let lock = folder::create(&path)?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self {
                folder: folder.to_owned(),
                _lock: lock.into(),
            })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(failed("lock", &path)(error)),
        }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where files lie that were refused.
    pub fn refused(&self) -> PathBuf {
        self.folder.join("refused")
    }

    /// Where what is to be loaded of a file is staged.
    pub fn staging(&self) -> PathBuf {
        self.folder.join("staging")
    }

    /// The path of a file below the folder: a second content for a day has another.
    pub fn name(extract: &Extract, kind: &Kind, sha256: &[u8; 32]) -> String {
        let digits = &hexadecimal(sha256)[..DIGITS];
        format!("{}/{}-{digits}.csv.zst", folder_of(extract), kind.name)
    }

    /// Begins a copy. One at a time: whoever ingests is alone.
    pub fn begin(&self) -> Result<Copy, FolderError> {
        let partial = self.folder.join("copy.partial");
        let file = BufWriter::new(folder::create(&partial)?);
        let out = zstd::Encoder::new(file, LEVEL).map_err(failed("compress into", &partial))?;
        Ok(Copy {
            out: Some(out),
            partial,
        })
    }

    /// Completes a copy under its name: on the disk before anything relies on it.
    pub fn keep(&self, mut copy: Copy, name: &str) -> Result<(), FolderError> {
        let path = self.folder.join(name);
        if let Some(parent) = path.parent() {
            folder::make(parent)?;
        }
        let Some(out) = copy.out.take() else {
            return Ok(());
        };
        let sync = || {
            let file = out.finish()?.into_inner()?;
            file.sync_all()?;
            fs::rename(&copy.partial, &path)?;
            path.parent()
                .map_or(Ok(()), |it| File::open(it)?.sync_all())
        };
        sync().map_err(failed("complete", &path))
    }

    /// Completes a copy without some of its lines. Returns its path, and its SHA-256 where it is not
    /// the file as it came, whose SHA-256 is given.
    pub fn keep_without(
        &self,
        copy: Copy,
        lines: &BTreeSet<i64>,
        (extract, kind, sha256): (&Extract, &Kind, &[u8; 32]),
    ) -> Result<(String, Option<[u8; 32]>), FolderError> {
        if lines.is_empty() {
            let path = Self::name(extract, kind, sha256);
            self.keep(copy, &path)?;
            return Ok((path, None));
        }
        self.keep(copy, WHOLE)?;
        let whole = self.path(WHOLE);
        let (copy, sha256) = self.rewrite(&whole, lines)?;
        let path = Self::name(extract, kind, &sha256);
        self.keep(copy, &path)?;
        fs::remove_file(&whole).map_err(failed("remove", &whole))?;
        Ok((path, Some(sha256)))
    }

    /// Begins a copy of another that is without some of its lines. Returns it with its SHA-256.
    pub fn rewrite(
        &self,
        path: &Path,
        lines: &BTreeSet<i64>,
    ) -> Result<(Copy, [u8; 32]), FolderError> {
        let mut copy = self.begin()?;
        let written = File::open(path).and_then(|file| {
            let file = zstd::Decoder::new(file)?;
            without(file, lines, &mut copy)
        });
        Ok((copy, written.map_err(failed("rewrite", path))?))
    }

    /// Writes a file of the folder again without some of its lines.
    pub fn erase_from(&self, path: &Path, lines: &BTreeSet<i64>) -> Result<(), FolderError> {
        if is_compressed(path) {
            let (copy, _) = self.rewrite(path, lines)?;
            let below = path.strip_prefix(&self.folder).unwrap_or(path);
            return self.keep(copy, &below.to_string_lossy());
        }
        let partial = self.folder.join("erased.partial");
        let mut out = BufWriter::new(folder::create(&partial)?);
        File::open(path)
            .and_then(|file| without(file, lines, &mut out))
            .and_then(|_| out.into_inner()?.sync_all())
            .and_then(|()| fs::rename(&partial, path))
            .map_err(failed("rewrite", path))
    }

    /// Removes what was not completed.
    pub fn clear(&self) -> Result<(), FolderError> {
        let staging = self.staging();
        if staging.exists() {
            fs::remove_dir_all(&staging).map_err(failed("clear", &staging))?;
        }
        let at_top = |path: &PathBuf| path.parent() == Some(&self.folder);
        for path in folder::files(&self.folder)?.into_iter().filter(at_top) {
            if path.extension().is_some_and(|it| it == "partial") {
                fs::remove_file(&path).map_err(failed("remove", &path))?;
            }
        }
        Ok(())
    }

    /// Keeps what a sender says of the files of a day beside them; another word for the same day has
    /// another name.
    pub fn keep_manifest(&self, extract: &Extract, text: &[u8]) -> Result<(), FolderError> {
        let parent = self.folder.join(folder_of(extract));
        folder::make(&parent)?;
        let sha256 = hexadecimal(&Sha256::digest(text));
        let path = parent.join(format!("manifest-{}.json", &sha256[..DIGITS]));
        let partial = self.folder.join("manifest.partial");
        let mut file = folder::create(&partial)?;
        file.write_all(text)
            .and_then(|()| file.sync_all())
            .and_then(|()| fs::rename(&partial, &path))
            .map_err(failed("write", &path))
    }

    /// Reads a copy, uncompressed.
    pub fn read(&self, name: &str) -> io::Result<impl Read + use<>> {
        let file = File::open(self.path(name))?;
        zstd::Decoder::with_buffer(BufReader::new(file))
    }

    /// Where a copy lies.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(Path::new(name))
    }
}

/// Whether a file is compressed, by its name; where that was taken a number follows.
pub fn is_compressed(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.contains(".csv.zst")
}

/// Writes a file again without some of its lines, by their numbers: in the place of each stands an
/// empty one, as in that of a line that is too long to be read. Returns the SHA-256 of what it
/// wrote.
pub fn without(
    file: impl Read,
    lines: &BTreeSet<i64>,
    mut out: impl Write,
) -> io::Result<[u8; 32]> {
    let mut frames = Frames::new(BufReader::new(file));
    let (mut record, mut hasher) = (Vec::new(), Sha256::new());
    let mut number = 0;
    while let Some(frame) = frames.next(&mut record)? {
        number += 1;
        if frame == Frame::TooLong || lines.contains(&number) {
            record.clear();
        }
        record.push(b'\n');
        hasher.update(&record);
        out.write_all(&record)?;
    }
    Ok(hasher.finalize().into())
}

impl Write for Copy {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.out {
            Some(out) => out.write(bytes),
            None => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        // Once it is complete it has another name.
        let _ = fs::remove_file(&self.partial);
    }
}

/// Where the files of an extract lie below the folder.
fn folder_of(extract: &Extract) -> String {
    let date = extract.date;
    match &extract.hospital_code {
        Some(hospital_code) => format!("ehr/{date}/{hospital_code}"),
        None => format!("network/{date}"),
    }
}
