//! One round: what was begun is loaded to its end, then what has arrived.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use database::archive::folder;
use database::file::{RefusedFile, Unfinished};
use domain::extract::{Extract, Kind, sent_by};
use domain::network::TimeZone;
use domain::rule::file::{MANIFEST, NO_FILE};

use crate::days::Days;
use crate::delivery::{Delivery, Landed, Whose};
use crate::due::Due;
use crate::error::IngestError;
use crate::ingest::{Arrived, Ingest, Outcome, Tally, below};
use crate::manifest::{Entry, Manifest};
use crate::metrics;
use crate::progress::Progress;
use crate::verdict::Refused;

/// What a round goes by.
pub(crate) struct Round<'r> {
    pub(crate) ingest: &'r mut Ingest,
    pub(crate) landing: &'r Path,
    /// How long a file that differs from its manifest may still be written.
    pub(crate) settle: Duration,
    /// Leaves files where they are.
    pub(crate) keep: bool,
    pub(crate) due: Due,
    pub(crate) progress: &'r mut Progress,
    pub(crate) days: Days,
    /// Files that were begun and whose copies are lost.
    pub(crate) lost: Vec<Unfinished>,
}

/// A delivery whose manifest was read.
struct Opened<'d> {
    delivery: &'d Delivery,
    manifest: Manifest,
    extract: Extract,
}

/// Whether there is anything more to do for a file or delivery.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Done,
    /// Something is awaited: it is looked at again in the next round.
    Waits,
    Interrupted,
}

impl Round<'_> {
    /// Loads what was begun and what has arrived. False where a signal ended it.
    pub(crate) async fn run(&mut self) -> Result<bool, IngestError> {
        if !self.go_on().await? {
            return Ok(false);
        }
        let (due, deliveries) = (self.due, Delivery::all(self.landing)?);
        for delivery in deliveries.into_iter().filter(|it| due.has_come(it)) {
            if self.take(&delivery).await? == Fate::Interrupted {
                return Ok(false);
            }
        }
        self.progress.tell_missing(&self.days);
        Ok(true)
    }

    /// Loads what was begun to its end.
    async fn go_on(&mut self) -> Result<bool, IngestError> {
        for unfinished in self.ingest.loader.unfinished().await? {
            let file = &unfinished.path;
            tracing::info!(file, "going on with a file that was begun");
            let summary = &mut self.progress.summary;
            let begun_at = Instant::now();
            match self.ingest.go_on(&unfinished, summary).await {
                Ok(Outcome::Loaded(tally)) => {
                    metrics::file_loaded(unfinished.file.kind, &tally, begun_at.elapsed());
                    tell_loaded(file, tally);
                    self.progress.finish(&unfinished.sha256);
                }
                Ok(_) => return Ok(false),
                Err(error @ IngestError::Archive { .. }) => {
                    tracing::error!("{error}");
                    self.progress.summary.stuck += 1;
                    self.lost.push(unfinished);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    async fn take(&mut self, delivery: &Delivery) -> Result<Fate, IngestError> {
        let text = match delivery.read_manifest() {
            Ok(text) => text,
            Err(refused) => return self.refuse_delivery(delivery, &refused).await,
        };
        let read = Manifest::read(&text, &delivery.whose)
            .and_then(|manifest| Ok((self.extract(&manifest, delivery)?, manifest)));
        let (extract, manifest) = match read {
            Ok(read) => read,
            Err(refused) => return self.refuse_delivery(delivery, &refused).await,
        };
        let sender = delivery.whose.sender();
        let files = manifest.unknown(sender);
        if files > 0 {
            let delivery = delivery.name();
            tracing::warn!(
                delivery,
                files,
                "the manifest names files of unknown kinds: they are left"
            );
        }
        let opened = Opened {
            delivery,
            manifest,
            extract,
        };
        let mut fate = Fate::Done;
        for kind in sent_by(sender) {
            match self.take_kind(&opened, kind).await? {
                Fate::Done => {}
                Fate::Waits => fate = Fate::Waits,
                Fate::Interrupted => return Ok(Fate::Interrupted),
            }
        }
        if fate == Fate::Done && !self.keep {
            let archive = &self.ingest.archive;
            archive.keep_manifest(&opened.extract, &text)?;
            clear(delivery, &text);
        }
        Ok(fate)
    }

    /// Takes the files of a kind: one, or none, or a plain one beside a compressed one.
    async fn take_kind(
        &mut self,
        opened: &Opened<'_>,
        kind: &'static Kind,
    ) -> Result<Fate, IngestError> {
        let name = format!("{}/{}", opened.delivery.name(), kind.name);
        let entry = opened.manifest.entry(kind);
        let found = opened.delivery.find(kind);
        if entry.is_some() && found.is_empty() {
            return self.is_loaded(&opened.extract, kind, &name).await;
        }
        let manifest = opened.delivery.manifest_path();
        let mut fate = Fate::Done;
        for found in found {
            let is_done = |path: &Path| self.progress.is_done(path, &manifest);
            let of_this = match (found, entry) {
                (Ok(landed), Some(entry)) if !is_done(&landed.path) => {
                    self.take_file(opened, (kind, &name), entry, &landed)
                        .await?
                }
                (Ok(landed), None) => {
                    let refused = Refused::by(&NO_FILE, "its manifest does not name it");
                    let of = (&*landed.path, None);
                    self.refuse_file(opened, kind, of, &refused).await?
                }
                (Err((path, refused)), Some(_)) => {
                    self.refuse_file(opened, kind, (&path, entry), &refused)
                        .await?
                }
                (Ok(_), Some(_)) | (Err(_), None) => continue,
            };
            match of_this {
                Fate::Done => {}
                Fate::Waits => fate = Fate::Waits,
                Fate::Interrupted => return Ok(Fate::Interrupted),
            }
        }
        Ok(fate)
    }

    async fn take_file(
        &mut self,
        opened: &Opened<'_>,
        (kind, name): (&'static Kind, &str),
        entry: &Entry,
        landed: &Landed,
    ) -> Result<Fate, IngestError> {
        let extract = &opened.extract;
        let is_of_kind = |it: &&Unfinished| {
            it.file.kind == kind && it.file.extract.hospital_code == extract.hospital_code
        };
        let lost = self.lost.iter().position(|it| is_of_kind(&it));
        let begun = lost.map(|place| &self.lost[place]);
        if begun.is_some_and(|begun| begun.file.extract.date != extract.date) {
            tracing::warn!(file = name, "waits for the file that was begun before it");
            self.progress.summary.waiting += 1;
            return Ok(Fate::Waits);
        }
        let file = Arrived {
            name,
            kind,
            schema_version: opened.manifest.schema_version,
            extract,
            entry,
            landed,
            begun,
        };
        let begun_at = Instant::now();
        let taken = self.ingest.take(&file, &mut self.progress.summary).await?;
        match taken {
            Outcome::Loaded(tally) => {
                metrics::file_loaded(kind, &tally, begun_at.elapsed());
                tell_loaded(name, tally);
                if let Some(place) = lost {
                    self.lost.remove(place);
                    self.progress.summary.stuck -= 1;
                }
                self.progress.tell_late(&mut self.days, extract, name);
                Ok(self.remove(landed, &opened.delivery.manifest_path()))
            }
            Outcome::Again(sha256) => {
                metrics::file(Some(kind), "again");
                self.progress.tell_again(name, &sha256);
                Ok(self.remove(landed, &opened.delivery.manifest_path()))
            }
            Outcome::Refused(refused) => {
                let of = (&*landed.path, Some(entry));
                self.refuse_file(opened, kind, of, &refused).await
            }
            Outcome::Interrupted => Ok(Fate::Interrupted),
        }
    }

    fn extract(&self, manifest: &Manifest, delivery: &Delivery) -> Result<Extract, Refused> {
        let is_of = |hospital: &str| match &delivery.whose {
            Whose::Network => true,
            Whose::Hospital { code, .. } => hospital == code,
        };
        let hospitals = self.ingest.loader.reference().hospitals.iter();
        let time_zones: Vec<TimeZone> = hospitals
            .filter_map(|(code, time_zone)| is_of(code).then_some(*time_zone))
            .collect();
        if time_zones.is_empty() {
            let reason = "its folder is of no hospital of the network: add that to the network file, \
                          run `database seed`, and put the folder back";
            return Err(Refused::by(&MANIFEST, reason));
        }
        manifest.extract(&time_zones)
    }

    /// Whether a file that is not there was loaded before.
    async fn is_loaded(
        &mut self,
        extract: &Extract,
        kind: &'static Kind,
        name: &str,
    ) -> Result<Fate, IngestError> {
        let known = self.ingest.loader.find(extract, kind).await?;
        if known.is_some_and(|known| known.is_loaded) {
            return Ok(Fate::Done);
        }
        tracing::warn!(
            file = name,
            "the manifest names it, but it is not there: waiting for it"
        );
        self.progress.summary.missing += 1;
        Ok(Fate::Waits)
    }

    /// Refuses a file, unless it is not what the manifest says, and may still be written.
    async fn refuse_file(
        &mut self,
        opened: &Opened<'_>,
        kind: &'static Kind,
        (path, entry): (&Path, Option<&Entry>),
        refused: &Refused,
    ) -> Result<Fate, IngestError> {
        let manifest = opened.delivery.manifest_path();
        if self.progress.is_done(path, &manifest) {
            return Ok(Fate::Done);
        }
        let is_complete = entry.is_some_and(|entry| refused.sha256 == Some(entry.sha256));
        if !is_complete && !opened.delivery.has_settled(self.settle) {
            tracing::info!(
                file = below(self.landing, path),
                "not what the manifest says, and perhaps still being written"
            );
            self.progress.summary.waiting += 1;
            return Ok(Fate::Waits);
        }
        let file = RefusedFile {
            path: &below(self.landing, path),
            hospital_code: opened.extract.hospital_code.as_deref(),
            kind: Some(kind),
            date: Some(opened.extract.date),
            sha256: refused.sha256,
            rule: refused.rule,
            reason: &refused.reason,
        };
        self.put_aside(&file, (path, &manifest)).await?;
        Ok(Fate::Done)
    }

    /// Refuses all of a folder, unless it may still be written. The landing folder is everybody's: of the
    /// network's delivery the manifest goes, and what lies there waits for another one.
    async fn refuse_delivery(
        &mut self,
        delivery: &Delivery,
        refused: &Refused,
    ) -> Result<Fate, IngestError> {
        let (path, date) = match &delivery.whose {
            Whose::Network => (delivery.manifest_path(), None),
            Whose::Hospital { date, .. } => (delivery.folder.clone(), date.parse().ok()),
        };
        let manifest = delivery.manifest_path();
        if self.progress.is_done(&path, &manifest) {
            return Ok(Fate::Done);
        }
        if !delivery.has_settled(self.settle) {
            let delivery = delivery.name();
            tracing::info!(delivery, "its manifest is perhaps still being written");
            self.progress.summary.waiting += 1;
            return Ok(Fate::Waits);
        }
        let file = RefusedFile {
            path: &below(self.landing, &path),
            hospital_code: None,
            kind: None,
            date,
            sha256: None,
            rule: refused.rule,
            reason: &refused.reason,
        };
        self.put_aside(&file, (&path, &manifest)).await?;
        Ok(Fate::Done)
    }

    async fn put_aside(
        &mut self,
        file: &RefusedFile<'_>,
        (path, manifest): (&Path, &Path),
    ) -> Result<(), IngestError> {
        self.ingest.refuse(file).await?;
        metrics::file(file.kind, "refused");
        self.progress.summary.refused += 1;
        self.progress.done(path);
        let mut lies_in = path.to_owned();
        if self.keep {
            self.progress.keep(path, manifest);
        } else {
            let to = self.ingest.archive.refused().join(file.path);
            match folder::put_aside(path, &to) {
                Ok(to) => lies_in = to,
                Err(error) => tracing::error!(%error, "what is refused stays where it is"),
            }
        }
        tracing::warn!(
            file = file.path,
            rule = file.rule.code,
            reason = file.reason,
            ?lies_in,
            "refused"
        );
        Ok(())
    }

    /// Removes a file that is loaded; what somebody put in its place meanwhile stays.
    fn remove(&mut self, landed: &Landed, manifest: &Path) -> Fate {
        let path = &landed.path;
        if self.keep {
            self.progress.keep(path, manifest);
            return Fate::Done;
        }
        if !landed.is_unchanged() {
            let file = below(self.landing, path);
            tracing::info!(
                file,
                "replaced while it was loaded: left for the next round"
            );
            return Fate::Waits;
        }
        if let Err(error) = fs::remove_file(path) {
            let file = below(self.landing, path);
            tracing::error!(
                file,
                %error,
                "loaded, and cannot be removed: let this user write to its folder, or use --keep"
            );
            self.progress.done(path);
            return Fate::Waits;
        }
        Fate::Done
    }
}

fn tell_loaded(name: &str, tally: Tally) {
    let Tally {
        lines,
        quarantined,
        duplicates,
        erased,
        silver_rows,
        derived_rows,
    } = tally;
    tracing::info!(
        file = name,
        lines,
        quarantined,
        duplicates,
        erased,
        silver_rows,
        derived_rows,
        "loaded"
    );
}

/// Removes what is left of a delivery: the manifest, unless another has come meanwhile, and folders
/// that are empty now.
fn clear(delivery: &Delivery, text: &[u8]) {
    let path = delivery.manifest_path();
    if delivery.read_manifest().is_ok_and(|now| now == text)
        && let Err(error) = fs::remove_file(&path)
    {
        tracing::error!(path = ?path, %error, "cannot be removed");
    }
    // Others may have put something beside it, or write the next hospital's. The landing folder stays.
    if delivery.whose != Whose::Network
        && fs::remove_dir(&delivery.folder).is_ok()
        && let Some(day) = delivery.folder.parent()
    {
        let _ = fs::remove_dir(day);
    }
}
