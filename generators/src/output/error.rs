//! Why a file was not written.

use std::io;
use std::path::{Path, PathBuf};

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OutputError {
    /// The operating system refuses.
    #[error("cannot {action} {}: {source}{}", .path.display(), remedy(.source))]
    File {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// There is too little space for what would be written.
    #[error(
        "the file system of {} has {} MB free, and {} MB are needed: free some, name another folder, write less (--count, \
         --scale quick) or compress (--compress zstd)",
        .path.display(), .free_bytes / 1_000_000, .needed_bytes.div_ceil(1_000_000)
    )]
    Space {
        /// The folder.
        path: PathBuf,
        /// What the file system has.
        free_bytes: u64,
        /// What is needed.
        needed_bytes: u64,
    },
    /// What stands there is no file, and a file in its place would break whoever uses it.
    #[error("{} is a {what}, no file: name another one", .path.display())]
    NoFile {
        /// Where.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// Another process writes the same file.
    #[error("another process is writing {}: wait for it, or name another file", .path.display())]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// A folder that no other can replace.
    #[error("{} is a {what}: name a new folder, such as {}", .path.display(), .path.join("wardflow").display())]
    NotReplaceable {
        /// The folder.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// A folder with files of somebody's.
    #[error("{} is not empty: name a new folder, or remove it first", .path.display())]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// The process was asked to end.
    #[error("interrupted: {} is not written, and what was begun of it is removed", .path.display())]
    Interrupted {
        /// The file.
        path: PathBuf,
    },
}

fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "; free some space or name another folder, and run it again"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "; name a folder that you may write to"
        }
        io::ErrorKind::NotFound => "; make the folder, or name another one",
        io::ErrorKind::AlreadyExists => "; a file has this name: name a folder",
        io::ErrorKind::NotADirectory => "; a part of the path is a file: name a folder",
        io::ErrorKind::FileTooLarge => {
            "; the file system, or a limit of this process (ulimit -f), allows no larger file"
        }
        _ => "",
    }
}

/// The error of an action on a path.
pub(super) fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> OutputError {
    let path = path.to_owned();
    move |source| OutputError::File {
        action,
        path,
        source,
    }
}
