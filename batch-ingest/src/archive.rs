//! The archive: a compressed copy of each file that was taken. It is bronze: coordinates are a file and
//! a line, and whatever is to be read again is read from here.

use std::fs::{self, File, TryLockError};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::digest::hexadecimal;
use domain::extract::{Extract, Kind};
use sha2::{Digest as _, Sha256};

use crate::error::{IngestError, failed};
use crate::folder;

/// Quick, and half of what the best level saves.
const LEVEL: i32 = 3;

/// How much of the SHA-256 is part of a name.
const DIGITS: usize = 12;

/// The archive folder.
///
/// It is locked as long as anybody works with it: two ingesters of two warehouses would write over
/// each other.
#[derive(Debug, Clone)]
pub(crate) struct Archive {
    folder: PathBuf,
    _lock: Arc<File>,
}

/// A copy that is being written; dropped, it is gone.
pub(crate) struct Copy {
    out: Option<zstd::Encoder<'static, BufWriter<File>>>,
    partial: PathBuf,
}

impl Archive {
    /// Opens the folder, unless another ingester has it.
    pub(crate) fn open(folder: &Path) -> Result<Option<Self>, IngestError> {
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

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where files lie that were refused.
    pub(crate) fn refused(&self) -> PathBuf {
        self.folder.join("refused")
    }

    /// Where what is to be loaded of a file is staged.
    pub(crate) fn staging(&self) -> PathBuf {
        self.folder.join("staging")
    }

    /// The path of a file below the folder: a second content for a day has another.
    pub(crate) fn name(extract: &Extract, kind: &Kind, sha256: &[u8; 32]) -> String {
        let digits = &hexadecimal(sha256)[..DIGITS];
        let Extract {
            hospital_code,
            date,
            ..
        } = extract;
        format!("ehr/{date}/{hospital_code}/{}-{digits}.csv.zst", kind.name)
    }

    /// Begins a copy. One at a time: whoever ingests is alone.
    pub(crate) fn begin(&self) -> Result<Copy, IngestError> {
        let partial = self.folder.join("copy.partial");
        let file = BufWriter::new(folder::create(&partial)?);
        let out = zstd::Encoder::new(file, LEVEL).map_err(failed("compress into", &partial))?;
        Ok(Copy {
            out: Some(out),
            partial,
        })
    }

    /// Completes a copy under its name: on the disk before anything relies on it.
    pub(crate) fn keep(&self, mut copy: Copy, name: &str) -> Result<(), IngestError> {
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

    /// Keeps what a hospital says of the files of a day beside them; another word for the same day has
    /// another name.
    pub(crate) fn keep_manifest(&self, extract: &Extract, text: &[u8]) -> Result<(), IngestError> {
        let Extract {
            hospital_code,
            date,
            ..
        } = extract;
        let parent = self.folder.join(format!("ehr/{date}/{hospital_code}"));
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
    pub(crate) fn read(&self, name: &str) -> io::Result<impl Read + use<>> {
        let file = File::open(self.path(name))?;
        zstd::Decoder::with_buffer(BufReader::new(file))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(Path::new(name))
    }
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
