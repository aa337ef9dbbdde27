//! A file that is being written.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::num::NonZero;
use std::ops::Range;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use domain::digest::hexadecimal;
use rustix::fs::OFlags;
use rustix::fs::{Advice, fadvise};
use sha2::{Digest, Sha256};

use super::error::failed;
use super::staging::sync_folder;
use super::{Chunk, Compression, OutputError, Writing, Written, or_current};

/// A file under a name of its own, which is removed where it is not finished.
#[derive(Debug)]
pub(super) struct UnfinishedFile {
    file: File,
    partial: PathBuf,
    path: PathBuf,
    name: String,
    hasher: Sha256,
    rows: u64,
    bytes: u64,
    /// Bytes of the file that the disk has not been told of.
    unflushed: Range<u64>,
    is_finished: bool,
}

/// The disk is told of so many bytes at once.
const FLUSH_BYTES: u64 = 16 << 20;

impl UnfinishedFile {
    pub(super) fn create(
        writing: &Writing,
        folder: &Path,
        name: &str,
    ) -> Result<Self, OutputError> {
        let mut path = folder.join(name).into_os_string();
        if writing.compression == Compression::Zstd {
            path.push(".zst");
        }
        let mut partial: OsString = path.clone();
        partial.push(".partial");
        let (partial, path) = (PathBuf::from(partial), PathBuf::from(path));
        refuse_all_but_files(&path)?;
        Ok(Self {
            file: open_partial(&partial, &path)?,
            partial,
            path,
            name: name.to_owned(),
            hasher: Sha256::new(),
            rows: 0,
            bytes: 0,
            unflushed: 0..0,
            is_finished: false,
        })
    }

    pub(super) fn append(&mut self, chunk: &Chunk, writing: &Writing) -> Result<(), OutputError> {
        if writing.shutdown.is_cancelled() {
            let path = self.path.clone();
            return Err(OutputError::Interrupted { path });
        }
        if let Some(failure) = &chunk.failure {
            return Err(failed("compress", &self.path)(failure.kind().into()));
        }
        self.hasher.update(&chunk.plain);
        self.bytes += chunk.plain.len() as u64;
        self.rows += chunk.rows;
        self.file
            .write_all(chunk.bytes(writing.compression))
            .map_err(failed("write", &self.path))?;
        self.unflushed.end += chunk.bytes(writing.compression).len() as u64;
        self.begin_to_flush();
        Ok(())
    }

    /// Lets the disk begin while rows are still being made, so that there is little left to wait for at
    /// the end: a tenth of the wall time. Linux does so where it is told that written pages are not
    /// needed; where that is refused, nothing is lost.
    fn begin_to_flush(&mut self) {
        let Range { start, end } = self.unflushed;
        if end - start >= FLUSH_BYTES {
            let _ = fadvise(
                &self.file,
                start,
                NonZero::new(end - start),
                Advice::DontNeed,
            );
            self.unflushed.start = end;
        }
    }

    /// How many rows it has so far.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// Gives the file its name, once it is on the disk, or hands it to whoever waits for that.
    pub(super) fn finish(mut self, writing: &Writing) -> Result<Written, OutputError> {
        if let Some(flusher) = &writing.flusher {
            self.take_name()?;
            let file = self.file.try_clone();
            flusher.hand_in(file.map_err(failed("write", &self.path))?, &self.path)?;
        } else {
            self.file.sync_all().map_err(failed("write", &self.path))?;
            self.take_name()?;
            sync_folder(or_current(self.path.parent().unwrap_or("".as_ref())))?;
        }
        Ok(Written {
            name: std::mem::take(&mut self.name),
            rows: self.rows,
            bytes: self.bytes,
            sha256: hexadecimal(&self.hasher.finalize_reset()),
        })
    }

    fn take_name(&mut self) -> Result<(), OutputError> {
        fs::rename(&self.partial, &self.path).map_err(failed("name", &self.path))?;
        self.is_finished = true;
        Ok(())
    }
}

impl Drop for UnfinishedFile {
    fn drop(&mut self) {
        if !self.is_finished {
            // Its name says what it is, where even that fails.
            let _ = fs::remove_file(&self.partial);
        }
    }
}

/// Opens the unfinished file, empty, and keeps others from writing it. A kill leaves one behind, which
/// is taken over.
fn open_partial(partial: &Path, path: &Path) -> Result<File, OutputError> {
    loop {
        let mut options = File::options();
        // Whoever laid a link there does not decide which file is written.
        let flags = OFlags::NOFOLLOW.bits().cast_signed();
        let options = options.write(true).create(true).truncate(false);
        let options = options.custom_flags(flags);
        let file = options.open(partial).map_err(failed("create", partial))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let path = path.to_owned();
                return Err(OutputError::Busy { path });
            }
            // A file system without locks: it is for the user not to write a file twice at once.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(failed("lock", partial)(error)),
        }
        // Whoever held the lock may have given the file its name, or removed it.
        if is_named(&file, partial).map_err(failed("create", partial))? {
            file.set_len(0).map_err(failed("create", partial))?;
            return Ok(file);
        }
    }
}

/// Whether an open file stands under a name.
fn is_named(file: &File, name: &Path) -> io::Result<bool> {
    let open = file.metadata()?;
    match fs::metadata(name) {
        Ok(named) => Ok((named.dev(), named.ino()) == (open.dev(), open.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Renaming would put a file in the place of a device (`--out /dev/null`, as root) or a pipe.
fn refuse_all_but_files(path: &Path) -> Result<(), OutputError> {
    let what = match fs::metadata(path) {
        Ok(found) if found.is_dir() => "folder",
        Ok(found) if !found.is_file() => "device or pipe",
        _ => return Ok(()),
    };
    let path = path.to_owned();
    Err(OutputError::NoFile { path, what })
}
