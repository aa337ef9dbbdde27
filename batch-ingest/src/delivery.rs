//! What has arrived in the landing folder: a folder a day and hospital, complete with its manifest.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use domain::extract::{ALL, Kind};
use domain::rule::file::{MANIFEST, NO_FILE};

use crate::error::{IngestError, failed};
use crate::manifest;
use crate::verdict::Refused;

/// The folder of a day and hospital.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Delivery {
    pub(crate) date: String,
    pub(crate) hospital_code: String,
    pub(crate) folder: PathBuf,
}

/// A file of a delivery.
pub(crate) enum Found {
    /// It is there, plain or compressed.
    File(Landed),
    /// It has not come, or is gone.
    Missing,
}

/// A file that has landed.
#[derive(Debug, Clone)]
pub(crate) struct Landed {
    pub(crate) path: PathBuf,
    is_compressed: bool,
}

impl Delivery {
    /// The complete deliveries in a folder, by day and hospital. `generators` writes below `ehr`.
    pub(crate) fn all(landing: &Path) -> Result<Vec<Self>, IngestError> {
        let mut all = Vec::new();
        for root in [landing.to_owned(), landing.join("ehr")] {
            for date in folders(&root)? {
                if date.parse::<chrono::NaiveDate>().is_err() {
                    continue;
                }
                for hospital_code in folders(&root.join(&date))? {
                    let folder = root.join(&date).join(&hospital_code);
                    let delivery = Self {
                        date: date.clone(),
                        hospital_code,
                        folder,
                    };
                    if delivery.manifest_path().symlink_metadata().is_ok() {
                        all.push(delivery);
                    }
                }
            }
        }
        all.sort();
        Ok(all)
    }

    /// What people call it.
    pub(crate) fn name(&self) -> String {
        format!("{}/{}", self.date, self.hospital_code)
    }

    pub(crate) fn manifest_path(&self) -> PathBuf {
        self.folder.join(manifest::NAME)
    }

    /// The bytes of the manifest.
    pub(crate) fn read_manifest(&self) -> Result<Vec<u8>, Refused> {
        let path = self.manifest_path();
        let refuse = |reason: String| Refused::by(&MANIFEST, reason);
        let metadata = path.symlink_metadata();
        let metadata = metadata.map_err(|error| refuse(format!("{}: {error}", manifest::NAME)))?;
        if !metadata.is_file() || metadata.len() > manifest::BYTES_MAX {
            let reason = format!("{} is no file of at most 1 MiB", manifest::NAME);
            return Err(refuse(reason));
        }
        fs::read(&path).map_err(|error| refuse(format!("{}: {error}", manifest::NAME)))
    }

    /// The file of a kind.
    pub(crate) fn find(&self, kind: &Kind) -> Result<Found, Refused> {
        for (ending, is_compressed) in [("csv", false), ("csv.zst", true)] {
            let path = self.folder.join(format!("{}.{ending}", kind.name));
            match path.symlink_metadata() {
                Ok(metadata) if metadata.is_file() => {
                    return Ok(Found::File(Landed {
                        path,
                        is_compressed,
                    }));
                }
                Ok(_) => {
                    let reason = "a folder, link or device stands in its place";
                    return Err(Refused::by(&NO_FILE, reason));
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => {
                    let reason = format!("cannot be looked at: {error}");
                    return Err(Refused::by(&NO_FILE, reason));
                }
            }
        }
        Ok(Found::Missing)
    }

    /// How many files of known kinds are there.
    pub(crate) fn files(&self) -> usize {
        let is_there = |kind: &&&Kind| matches!(self.find(kind), Ok(Found::File(_)));
        ALL.iter().filter(is_there).count()
    }

    /// Whether nothing in the folder has changed for so long.
    pub(crate) fn has_settled(&self, settle: Duration) -> Result<bool, IngestError> {
        let entries = fs::read_dir(&self.folder).map_err(failed("read", &self.folder))?;
        let now = SystemTime::now();
        for entry in entries.flatten() {
            let changed = entry.metadata().and_then(|metadata| metadata.modified());
            let is_young = |at: SystemTime| now.duration_since(at).is_ok_and(|age| age < settle);
            if changed.is_ok_and(is_young) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Landed {
    /// Opens the file, to be read uncompressed.
    pub(crate) fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        let file = File::open(&self.path)?;
        if self.is_compressed {
            return Ok(Box::new(zstd::Decoder::with_buffer(BufReader::new(file))?));
        }
        Ok(Box::new(file))
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
