//! What has arrived in the landing folder: a folder a day and hospital, complete with its manifest, and
//! what the network sends, which lies in the landing folder itself.

use std::fs::{self, DirEntry, File, Metadata, OpenOptions};
use std::io::{self, BufReader, Read};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use domain::extract::{Kind, Sender, sent_by};
use domain::rule::file::{MANIFEST, NO_FILE};
use rustix::fs::OFlags;
use rustix::io::Errno;

use crate::error::{IngestError, failed};
use crate::manifest;
use crate::verdict::Refused;

const NOT_A_FILE: &str = "a folder, link or device stands in its place";

/// Whose delivery it is, as its place says. The network's come first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Whose {
    /// The network's, in the landing folder itself.
    Network,
    /// A hospital's of a day, in a folder of its own.
    Hospital { date: String, code: String },
}

impl Whose {
    /// Who sends what it holds.
    pub(crate) fn sender(&self) -> Sender {
        match self {
            Self::Network => Sender::Network,
            Self::Hospital { .. } => Sender::Hospital,
        }
    }
}

/// A folder with a manifest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Delivery {
    pub(crate) whose: Whose,
    pub(crate) folder: PathBuf,
}

/// A file that has landed.
#[derive(Debug, Clone)]
pub(crate) struct Landed {
    pub(crate) path: PathBuf,
    is_compressed: bool,
    stamp: Stamp,
}

/// What a file was when it was looked at: whoever replaces it or writes to it changes that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Stamp {
    place: (u64, u64),
    bytes: u64,
    modified: (i64, i64),
}

impl Stamp {
    /// Of what is there.
    pub(crate) fn of_path(path: &Path) -> Option<Self> {
        path.symlink_metadata().ok().as_ref().map(Self::of)
    }

    fn of(metadata: &Metadata) -> Self {
        Self {
            place: (metadata.dev(), metadata.ino()),
            bytes: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
        }
    }
}

impl Delivery {
    /// The complete deliveries in a folder: the network's, then by day and hospital. `generators` writes
    /// those below `ehr`.
    pub(crate) fn all(landing: &Path) -> Result<Vec<Self>, IngestError> {
        let mut all = vec![Self {
            whose: Whose::Network,
            folder: landing.to_owned(),
        }];
        for root in [landing.to_owned(), landing.join("ehr")] {
            for date in folders(&root)? {
                if date.parse::<chrono::NaiveDate>().is_err() {
                    continue;
                }
                let hospitals = folders(&root.join(&date)).unwrap_or_else(|error| {
                    tracing::warn!(%error, "a day is left out");
                    Vec::new()
                });
                for code in hospitals {
                    let folder = root.join(&date).join(&code);
                    let date = date.clone();
                    let whose = Whose::Hospital { date, code };
                    all.push(Self { whose, folder });
                }
            }
        }
        all.retain(|it| it.manifest_path().symlink_metadata().is_ok());
        all.sort();
        Ok(all)
    }

    /// What people call it.
    pub(crate) fn name(&self) -> String {
        match &self.whose {
            Whose::Network => "network".to_owned(),
            Whose::Hospital { date, code } => format!("{date}/{code}"),
        }
    }

    pub(crate) fn manifest_path(&self) -> PathBuf {
        self.folder.join(manifest::NAME)
    }

    /// The bytes of the manifest.
    pub(crate) fn read_manifest(&self) -> Result<Vec<u8>, Refused> {
        let path = self.manifest_path();
        let refuse = |reason: String| Refused::by(&MANIFEST, reason);
        let opened = open_file(&path);
        let (file, metadata) =
            opened.map_err(|error| refuse(format!("{}: {error}", manifest::NAME)))?;
        if metadata.len() > manifest::BYTES_MAX {
            let reason = format!("{} is longer than 1 MiB", manifest::NAME);
            return Err(refuse(reason));
        }
        let mut bytes = Vec::new();
        file.take(manifest::BYTES_MAX)
            .read_to_end(&mut bytes)
            .map_err(|error| refuse(format!("{}: {error}", manifest::NAME)))?;
        Ok(bytes)
    }

    /// The files of a kind: none, or a plain one, a compressed one, or both; and what stands in the
    /// place of one, with the reason why it is none.
    pub(crate) fn find(&self, kind: &Kind) -> Vec<Result<Landed, (PathBuf, Refused)>> {
        let mut found = Vec::new();
        for (ending, is_compressed) in [("csv", false), ("csv.zst", true)] {
            let path = self.folder.join(format!("{}.{ending}", kind.name));
            match path.symlink_metadata() {
                Ok(metadata) if metadata.is_file() => found.push(Ok(Landed {
                    path,
                    is_compressed,
                    stamp: Stamp::of(&metadata),
                })),
                Ok(_) => found.push(Err((path, Refused::by(&NO_FILE, NOT_A_FILE)))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => {
                    let reason = format!("cannot be looked at: {error}");
                    found.push(Err((path, Refused::by(&NO_FILE, reason))));
                }
            }
        }
        found
    }

    /// The files of known kinds that are there, and what they were when they were looked at.
    pub(crate) fn files(&self) -> impl Iterator<Item = (PathBuf, Stamp)> {
        let kinds = sent_by(self.whose.sender());
        let found = kinds.flat_map(|kind| self.find(kind)).flatten();
        found.map(|landed| (landed.path, landed.stamp))
    }

    /// Whether nothing in the folder has changed for so long. Folders in the landing folder are others'
    /// deliveries.
    pub(crate) fn has_settled(&self, settle: Duration) -> bool {
        let now = SystemTime::now();
        let is_young = |entry: DirEntry| {
            let metadata = entry.metadata();
            let is_own = |it: &Metadata| self.whose != Whose::Network || !it.is_dir();
            let changed = metadata.and_then(|it| it.modified().map(|at| (is_own(&it), at)));
            changed.is_ok_and(|(is_own, at)| {
                is_own && now.duration_since(at).is_ok_and(|age| age < settle)
            })
        };
        let mut entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        !entries.any(is_young)
    }
}

impl Landed {
    /// Opens the file, to be read uncompressed.
    pub(crate) fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        let (file, metadata) = open_file(&self.path)?;
        if Stamp::of(&metadata) != self.stamp {
            return Err(io::Error::other("it was replaced a moment ago"));
        }
        if self.is_compressed {
            return Ok(Box::new(zstd::Decoder::with_buffer(BufReader::new(file))?));
        }
        Ok(Box::new(file))
    }

    /// Whether it is still what was looked at.
    pub(crate) fn is_unchanged(&self) -> bool {
        let metadata = self.path.symlink_metadata();
        metadata.is_ok_and(|metadata| Stamp::of(&metadata) == self.stamp)
    }
}

/// Opens a file, and nothing else: no link to one, and no pipe that would be waited for.
fn open_file(path: &Path) -> io::Result<(File, Metadata)> {
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let opened = OpenOptions::new()
        .read(true)
        .custom_flags(flags.bits().cast_signed())
        .open(path)
        .and_then(|file| Ok((file.metadata()?, file)));
    match opened {
        Ok((metadata, file)) if metadata.is_file() => Ok((file, metadata)),
        Err(error) if error.raw_os_error() != Some(Errno::LOOP.raw_os_error()) => Err(error),
        _ => Err(io::Error::other(NOT_A_FILE)),
    }
}

/// The names of the folders in a folder; of one that is not there, none.
fn folders(parent: &Path) -> Result<Vec<String>, IngestError> {
    let entries = match fs::read_dir(parent) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed("read", parent)(error)),
    };
    let folders = entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|it| it.is_dir()));
    Ok(folders
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect())
}
