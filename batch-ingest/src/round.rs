//! One round: what was begun is loaded to its end, then what has arrived.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use database::file::RefusedFile;
use domain::extract::{Extract, Kind};
use domain::rule::file::MANIFEST;

use crate::delivery::{Delivery, Found};
use crate::error::{IngestError, failed};
use crate::folder;
use crate::ingest::{Arrived, Ingest, Outcome, Tally, below};
use crate::manifest::Manifest;
use crate::verdict::Refused;

/// What the rounds have done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that were loaded to their end.
    pub files: u64,
    /// Files, or folders with a bad manifest, that were refused.
    pub refused: u64,
    /// Files that were loaded before.
    pub again: u64,
    /// Files that a manifest names and that are not there.
    pub missing: u64,
    /// Lines of the loaded files.
    pub lines: u64,
    /// Lines that a rule refused.
    pub quarantined: u64,
    /// Lines that repeat what is there already.
    pub duplicates: u64,
    /// Rows of gold and findings that were inserted, changed or deleted.
    pub derived_rows: u64,
}

impl Summary {
    /// For programs.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "files": self.files,
            "refused": self.refused,
            "again": self.again,
            "missing": self.missing,
            "lines": self.lines,
            "quarantined": self.quarantined,
            "duplicates": self.duplicates,
            "derived_rows": self.derived_rows,
        })
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            files,
            refused,
            again,
            missing,
            lines,
            quarantined,
            duplicates,
            derived_rows,
        } = self;
        write!(
            formatter,
            "{files} files with {lines} lines loaded: {quarantined} lines quarantined, {duplicates} \
             duplicates, {derived_rows} rows of gold; {again} files were loaded before, {refused} \
             refused, {missing} are missing"
        )
    }
}

impl std::ops::AddAssign for Summary {
    fn add_assign(&mut self, other: Self) {
        self.files += other.files;
        self.refused += other.refused;
        self.again += other.again;
        self.missing += other.missing;
        self.lines += other.lines;
        self.quarantined += other.quarantined;
        self.duplicates += other.duplicates;
        self.derived_rows += other.derived_rows;
    }
}

/// What a round goes by.
pub(crate) struct Round<'r> {
    pub(crate) ingest: &'r mut Ingest,
    pub(crate) landing: &'r Path,
    /// How long a file that differs from its manifest may still be written.
    pub(crate) settle: Duration,
    /// Leaves files where they are.
    pub(crate) keep: bool,
    pub(crate) summary: &'r mut Summary,
}

impl Round<'_> {
    /// Loads what was begun and what has arrived. False where a signal ended it.
    pub(crate) async fn run(&mut self) -> Result<bool, IngestError> {
        for unfinished in self.ingest.loader.unfinished().await? {
            tracing::info!(
                file = unfinished.path,
                "going on with a file that was begun"
            );
            match self.ingest.go_on(&unfinished).await? {
                Outcome::Loaded(tally) => self.tell_loaded(&unfinished.path, tally),
                _ => return Ok(false),
            }
        }
        for delivery in Delivery::all(self.landing)? {
            if !self.take(&delivery).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    async fn take(&mut self, delivery: &Delivery) -> Result<bool, IngestError> {
        let text = match delivery.read_manifest() {
            Ok(text) => text,
            Err(refused) => return self.refuse_delivery(delivery, &refused).await,
        };
        let folder = (&*delivery.date, &*delivery.hospital_code);
        let read = Manifest::read(&text, folder)
            .and_then(|manifest| Ok((self.extract(&manifest, delivery)?, manifest)));
        let (extract, manifest) = match read {
            Ok(read) => read,
            Err(refused) => return self.refuse_delivery(delivery, &refused).await,
        };
        if manifest.unknown() > 0 {
            let (delivery, files) = (delivery.name(), manifest.unknown());
            tracing::warn!(
                delivery,
                files,
                "the manifest names files of unknown kinds: they are left"
            );
        }
        let mut is_done = true;
        for (kind, entry) in manifest.known() {
            let name = format!("{}/{}", delivery.name(), kind.name);
            let landed = match delivery.find(kind) {
                Ok(Found::File(landed)) => landed,
                Ok(Found::Missing) => {
                    is_done &= self.is_loaded(&extract, kind, &name).await?;
                    continue;
                }
                Err(refused) => {
                    let path = delivery.folder.join(format!("{}.csv", kind.name));
                    self.refuse_file((&extract, kind), &path, &refused).await?;
                    continue;
                }
            };
            let file = Arrived {
                name: &name,
                kind,
                schema_version: manifest.schema_version,
                extract: &extract,
                entry,
                landed: &landed,
            };
            match self.ingest.take(&file).await? {
                Outcome::Loaded(tally) => {
                    self.tell_loaded(&name, tally);
                    self.remove(&landed.path)?;
                }
                Outcome::Again => {
                    tracing::info!(file = name, "loaded before: the same file again");
                    self.summary.again += 1;
                    self.remove(&landed.path)?;
                }
                Outcome::Differs(_) if !delivery.has_settled(self.settle)? => {
                    tracing::info!(
                        file = name,
                        "not what the manifest says, and still being written"
                    );
                    is_done = false;
                }
                Outcome::Differs(refused) | Outcome::Refused(refused) => {
                    let of = (&extract, kind);
                    self.refuse_file(of, &landed.path, &refused).await?;
                }
                Outcome::Interrupted => return Ok(false),
            }
        }
        if is_done && !self.keep {
            self.ingest.archive.keep_manifest(&extract, &text)?;
            clear(delivery)?;
        }
        Ok(true)
    }

    fn extract(&self, manifest: &Manifest, delivery: &Delivery) -> Result<Extract, Refused> {
        let hospitals = &self.ingest.loader.reference().hospitals;
        let found = hospitals
            .iter()
            .find(|(code, _)| *code == delivery.hospital_code);
        let (_, time_zone) = found.ok_or_else(|| {
            let reason = "its folder is of no hospital of the network";
            Refused::by(&MANIFEST, reason)
        })?;
        manifest.extract(*time_zone)
    }

    /// Whether a file that is not there was loaded before.
    async fn is_loaded(
        &mut self,
        extract: &Extract,
        kind: &'static Kind,
        name: &str,
    ) -> Result<bool, IngestError> {
        let hospital_code = &extract.hospital_code;
        let loader = &self.ingest.loader;
        let known = loader.find(hospital_code, kind, extract.date).await?;
        if known.is_some() {
            return Ok(true);
        }
        tracing::warn!(
            file = name,
            "the manifest names it, but it is not there: waiting for it"
        );
        self.summary.missing += 1;
        Ok(false)
    }

    fn tell_loaded(&mut self, name: &str, tally: Tally) {
        let Tally {
            lines,
            quarantined,
            duplicates,
            silver_rows,
            derived_rows,
        } = tally;
        tracing::info!(
            file = name,
            lines,
            quarantined,
            duplicates,
            silver_rows,
            derived_rows,
            "loaded"
        );
        self.summary.files += 1;
        self.summary.lines += lines;
        self.summary.quarantined += quarantined;
        self.summary.duplicates += duplicates;
        self.summary.derived_rows += derived_rows;
    }

    async fn refuse_file(
        &mut self,
        (extract, kind): (&Extract, &'static Kind),
        path: &Path,
        refused: &Refused,
    ) -> Result<(), IngestError> {
        let file = RefusedFile {
            path: &below(self.landing, path),
            hospital_code: Some(&extract.hospital_code),
            kind: Some(kind),
            date: Some(extract.date),
            sha256: None,
            rule: refused.rule,
            reason: &refused.reason,
        };
        self.put_aside(&file, path).await
    }

    /// Refuses all of a folder, unless it may still be written.
    async fn refuse_delivery(
        &mut self,
        delivery: &Delivery,
        refused: &Refused,
    ) -> Result<bool, IngestError> {
        if !delivery.has_settled(self.settle)? {
            let delivery = delivery.name();
            tracing::info!(delivery, "its manifest is still being written");
            return Ok(true);
        }
        let file = RefusedFile {
            path: &below(self.landing, &delivery.folder),
            hospital_code: None,
            kind: None,
            date: delivery.date.parse().ok(),
            sha256: None,
            rule: refused.rule,
            reason: &refused.reason,
        };
        self.put_aside(&file, &delivery.folder).await?;
        Ok(true)
    }

    async fn put_aside(&mut self, file: &RefusedFile<'_>, path: &Path) -> Result<(), IngestError> {
        self.summary.refused += 1;
        self.ingest.refuse(file).await?;
        let to: PathBuf = self.ingest.archive.refused().join(file.path);
        let lies_in = if self.keep {
            path.to_owned()
        } else {
            folder::put_aside(path, &to)?
        };
        tracing::warn!(
            file = file.path,
            rule = file.rule.code,
            reason = file.reason,
            lies_in = %lies_in.display(),
            "refused"
        );
        Ok(())
    }

    fn remove(&self, path: &Path) -> Result<(), IngestError> {
        if self.keep {
            return Ok(());
        }
        fs::remove_file(path).map_err(failed("remove", path))
    }
}

/// Removes what is left of a delivery: the manifest, and folders that are empty now.
fn clear(delivery: &Delivery) -> Result<(), IngestError> {
    let path = delivery.manifest_path();
    fs::remove_file(&path).map_err(failed("remove", &path))?;
    // Others may have put something beside it, or write the next hospital's.
    if fs::remove_dir(&delivery.folder).is_ok()
        && let Some(day) = delivery.folder.parent()
    {
        let _ = fs::remove_dir(day);
    }
    Ok(())
}
