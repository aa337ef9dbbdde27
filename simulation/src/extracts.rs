//! The hospitals' own systems: they make their daily extracts, and deliver each when its time has come.
//! What their network says of all of them is delivered first.
//!
//! All days of a run are made at once, into an outbox in the home, and moved to the landing folder as
//! simulated time passes. What is in the outbox is still to be delivered, also after a kill; what is
//! neither there nor in the landing folder nor in the warehouse's ledger is made again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use chrono::{DateTime, NaiveDate, Utc};
use database::report::{FileEntry, files};
use generators::dataset::{self, Contents};
use generators::flow::{Length, Simulation};
use generators::output::{Compression, Writing, Written};
use serde::Deserialize;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::addresses::Addresses;

/// What makes a delivery complete.
const MANIFEST: &str = "manifest.json";

/// The extracts of a run that are still to be delivered.
pub(crate) struct Extracts {
    outbox: PathBuf,
    landing: PathBuf,
    /// By the time of the extract and hospital; the network has no code.
    waiting: BTreeMap<(DateTime<Utc>, Option<String>), Delivery>,
    /// Files that the warehouse had taken: of this run, and of all.
    taken_before: (u64, u64),
}

/// What is delivered at once.
enum Delivery {
    /// The files beside the network's manifest.
    Network(Manifest),
    /// The folder of a day and hospital.
    Hospital { date: String, code: String },
}

/// What is read of a manifest here.
#[derive(Clone, Deserialize)]
struct Manifest {
    date: NaiveDate,
    hospital_code: Option<String>,
    extracted_at: DateTime<Utc>,
    files: Vec<ManifestFile>,
}

#[derive(Clone, Deserialize)]
struct ManifestFile {
    name: String,
    sha256: String,
}

/// Where a run's extracts go, and its report.
#[derive(Debug, Clone)]
pub(crate) struct Folders {
    /// What hospitals have not delivered yet.
    pub(crate) outbox: PathBuf,
    /// What has arrived.
    pub(crate) landing: PathBuf,
    /// What was taken.
    pub(crate) archive: PathBuf,
    /// What the run amounts to; it is made when it is asked for.
    pub(crate) report: PathBuf,
}

impl Folders {
    /// Those of a home.
    pub(crate) fn of(home: &Path) -> Self {
        Self {
            outbox: home.join("outbox"),
            landing: home.join("landing"),
            archive: home.join("archive"),
            report: home.join("report"),
        }
    }

    /// Makes those of extracts, for this user alone: what lies in them is identity.
    fn make(&self) -> anyhow::Result<()> {
        for folder in [&self.outbox, &self.landing, &self.archive] {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)
                .with_context(|| format!("cannot make {}", folder.display()))?;
        }
        Ok(())
    }

    /// Bytes of all files in them.
    pub(crate) fn bytes(&self) -> u64 {
        [&self.outbox, &self.landing, &self.archive]
            .into_iter()
            .map(|folder| bytes_below(folder))
            .sum()
    }

    /// How many files of extracts have arrived and were not taken yet.
    pub(crate) fn waiting(&self) -> u64 {
        let folders = folders_of_days(&self.landing).unwrap_or_default();
        let files = folders.iter().flat_map(|(date, hospital_code)| {
            names(&self.landing.join(date).join(hospital_code)).unwrap_or_default()
        });
        let of_network = names(&self.landing).unwrap_or_default();
        files
            .chain(of_network)
            .filter(|name| name.contains(".csv"))
            .count() as u64
    }

    /// Deletes all of them. One that is another disk's root, or in a folder of somebody else's, stays and is empty.
    pub(crate) fn delete(&self) -> anyhow::Result<()> {
        for folder in [&self.outbox, &self.landing, &self.archive, &self.report] {
            match fs::remove_dir_all(folder) {
                Err(error) if error.kind() != io::ErrorKind::NotFound && !is_empty(folder) => {
                    return Err(error).context(format!("cannot delete {}", folder.display()));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

impl Extracts {
    /// Makes what is still to be delivered of a simulation's days.
    pub(crate) async fn prepare(
        simulation: &Simulation,
        days: u16,
        folders: &Folders,
        addresses: &Addresses,
        shutdown: &CancellationToken,
    ) -> anyhow::Result<Self> {
        folders.make()?;
        let mut extracts = Self {
            outbox: outbox_of(simulation, days, folders),
            landing: folders.landing.clone(),
            waiting: BTreeMap::new(),
            taken_before: (0, 0),
        };
        let ledger = Ledger::read(addresses).await?;
        let wanted = wanted(simulation, days)?;
        let of_network = (day_0(simulation), None);
        let of_hospitals = wanted
            .iter()
            .map(|(date, code)| (*date, Some(code.clone())));
        extracts.taken_before = ledger.count(of_hospitals.chain([of_network]));
        let is_complete = extracts.outbox.join(dataset::SUMMARY).exists();
        let is_gone = |(date, hospital_code): &(NaiveDate, String)| {
            let folder = format!("{date}/{hospital_code}");
            !extracts.outbox.join("ehr").join(&folder).exists()
                && !extracts.landing.join(&folder).exists()
                && !ledger.has(*date, Some(hospital_code))
        };
        let is_network_gone = !extracts.outbox.join(MANIFEST).exists()
            && !extracts.landing.join(MANIFEST).exists()
            && !ledger.has(day_0(simulation), None);
        if !is_complete || is_network_gone || wanted.iter().any(is_gone) {
            make(simulation, days, &extracts.outbox, shutdown)?;
        }
        extracts.find_waiting(&ledger)?;
        Ok(extracts)
    }

    /// Finds what waits in the outbox and is not loaded yet.
    fn find_waiting(&mut self, ledger: &Ledger) -> anyhow::Result<()> {
        let mut others = BTreeSet::new();
        let mut found = Vec::new();
        if self.outbox.join(MANIFEST).exists() {
            let manifest = read_manifest(&self.outbox)?;
            found.push((manifest.clone(), Delivery::Network(manifest)));
        }
        for (date, code) in folders_of_days(&self.outbox.join("ehr"))? {
            let manifest = read_manifest(&self.outbox.join("ehr").join(&date).join(&code))?;
            found.push((manifest, Delivery::Hospital { date, code }));
        }
        for (manifest, delivery) in found {
            match ledger.compare(&manifest) {
                Comparison::Loaded => {}
                Comparison::Other => {
                    others.insert(manifest.date);
                }
                Comparison::New => {
                    let key = (manifest.extracted_at, manifest.hospital_code);
                    self.waiting.insert(key, delivery);
                }
            }
        }
        if let Some(first) = others.first() {
            tracing::warn!(
                days = others.len(),
                %first,
                "the warehouse has the extracts of another run of these days: those of this run are not \
                 delivered; `simulation run --fresh` begins anew"
            );
        }
        Ok(())
    }

    /// When each of the extracts that are to be delivered is due.
    pub(crate) fn due(&self) -> impl Iterator<Item = DateTime<Utc>> {
        let of_hospitals = self
            .waiting
            .keys()
            .filter(|(_, hospital)| hospital.is_some());
        of_hospitals.map(|(at, _)| *at)
    }

    /// How many files the warehouse had taken before: of this run, and of all.
    pub(crate) fn taken_before(&self) -> (u64, u64) {
        self.taken_before
    }

    /// Delivers what the network sends, each extract when simulated time has come to it, and what is
    /// left when it ends.
    pub(crate) async fn deliver(
        mut self,
        mut clock: watch::Receiver<Option<DateTime<Utc>>>,
        ended: CancellationToken,
    ) -> anyhow::Result<()> {
        loop {
            let now = *clock.borrow_and_update();
            let is_over = ended.is_cancelled();
            while let Some(next) = self.waiting.first_entry()
                && (is_over || next.key().1.is_none() || now.is_some_and(|now| next.key().0 <= now))
            {
                match next.remove() {
                    Delivery::Network(manifest) => self.move_files(&manifest)?,
                    Delivery::Hospital { date, code } => self.move_folder(&date, &code)?,
                }
            }
            if is_over || self.waiting.is_empty() {
                return Ok(());
            }
            tokio::select! {
                () = ended.cancelled() => {}
                changed = clock.changed() => if changed.is_err() {
                    // Nobody tells the time any more: whoever sent events has ended.
                    ended.cancelled().await;
                },
            }
        }
    }

    /// A folder that is moved appears whole.
    fn move_folder(&self, date: &str, code: &str) -> anyhow::Result<()> {
        let below = Path::new(date).join(code);
        let (from, to) = (
            self.outbox.join("ehr").join(&below),
            self.landing.join(&below),
        );
        rename(&from, &to)
    }

    /// Files appear one by one, and their manifest last. What is gone was moved before a kill.
    fn move_files(&self, manifest: &Manifest) -> anyhow::Result<()> {
        let files = manifest.files.iter().map(|file| &*file.name);
        for name in files.chain([MANIFEST]) {
            let from = self.outbox.join(name);
            if from.exists() {
                rename(&from, &self.landing.join(name))?;
            }
        }
        Ok(())
    }
}

/// What cannot be read is of no size.
fn bytes_below(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let bytes = entries.map(|entry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => bytes_below(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    });
    bytes.sum()
}

/// The outbox of a run: what is made for it, and the ground truth, stays when all is delivered.
pub(crate) fn outbox_of(simulation: &Simulation, days: u16, folders: &Folders) -> PathBuf {
    let name = simulation.scenario().flow_name().replace(':', "_");
    folders.outbox.join(format!("{name}_days={days}"))
}

fn read_manifest(folder: &Path) -> anyhow::Result<Manifest> {
    let path = folder.join(MANIFEST);
    let text = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is no manifest", path.display()))
}

fn rename(from: &Path, to: &Path) -> anyhow::Result<()> {
    let moved = to
        .parent()
        .map_or(Ok(()), fs::create_dir_all)
        .and_then(|()| fs::rename(from, to));
    moved.with_context(|| format!("cannot move {} to {}", from.display(), to.display()))
}

/// Makes the files of all days anew.
pub(crate) fn make(
    simulation: &Simulation,
    days: u16,
    outbox: &Path,
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    if outbox.exists() {
        fs::remove_dir_all(outbox).with_context(|| format!("cannot clear {}", outbox.display()))?;
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let writing = Writing::new(threads, Compression::None, shutdown.clone());
    let what = (Contents::All, days);
    dataset::write(simulation, what, &writing, outbox, &mut Silent)?;
    Ok(())
}

/// Extracts are made in seconds.
struct Silent;

impl dataset::Progress for Silent {
    fn begin(&mut self, _: u64) {}
    fn add(&mut self, _: u64) {}
    fn end(&mut self, _: &[Written]) {}
}

/// The day of which the network sends what there is at the start.
pub(crate) fn day_0(simulation: &Simulation) -> NaiveDate {
    simulation.scenario().start.pred_opt().unwrap_or_default()
}

/// The days and hospitals of a simulation.
pub(crate) fn wanted(
    simulation: &Simulation,
    days: u16,
) -> anyhow::Result<Vec<(NaiveDate, String)>> {
    let scenario = simulation.scenario();
    let mut wanted = Vec::new();
    for day in scenario.start.iter_days().take(days.into()) {
        for hospital in &scenario.network.hospitals {
            wanted.push((day, hospital.code.clone()));
        }
    }
    if wanted.is_empty() {
        bail!("the network has no hospital");
    }
    Ok(wanted)
}

/// How many days of extracts belong to a run; none to one of so many events.
pub(crate) fn days(length: Length) -> Option<u16> {
    match length {
        Length::Days(days) => Some(days),
        Length::Events(_) => None,
    }
}

/// The folders of days and hospitals below a folder; of one that is not there, none.
fn folders_of_days(root: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for date in names(root)? {
        // Files of the network lie beside the days.
        if !root.join(&date).is_dir() {
            continue;
        }
        for hospital_code in names(&root.join(&date))? {
            found.push((date.clone(), hospital_code));
        }
    }
    Ok(found)
}

fn names(folder: &Path) -> anyhow::Result<Vec<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).context(format!("cannot read {}", folder.display())),
    };
    let names = entries.map(|entry| entry.map(|it| it.file_name().into_string()));
    let names: Vec<_> = names.collect::<Result<_, _>>()?;
    Ok(names.into_iter().filter_map(Result::ok).collect())
}

/// The files that the warehouse has taken.
struct Ledger(BTreeMap<(NaiveDate, Option<String>), Vec<FileEntry>>);

/// What the ledger says of a delivery.
enum Comparison {
    /// All of its files are there.
    Loaded,
    /// Others of the same day are there.
    Other,
    /// Not all of them are there.
    New,
}

impl Ledger {
    async fn read(addresses: &Addresses) -> anyhow::Result<Self> {
        let client = database::connect(&addresses.loader_url, "wardflow simulation").await?;
        let mut ledger = BTreeMap::<_, Vec<_>>::new();
        for file in files(&client).await? {
            let of = (file.extract_date, file.hospital_code.clone());
            ledger.entry(of).or_default().push(file);
        }
        Ok(Self(ledger))
    }

    /// The files of some deliveries, and all files.
    fn count(&self, of: impl Iterator<Item = (NaiveDate, Option<String>)>) -> (u64, u64) {
        let files = of.filter_map(|it| self.0.get(&it)).map(Vec::len);
        let all = self.0.values().map(Vec::len);
        (files.sum::<usize>() as u64, all.sum::<usize>() as u64)
    }

    fn has(&self, date: NaiveDate, hospital_code: Option<&str>) -> bool {
        self.0
            .contains_key(&(date, hospital_code.map(str::to_owned)))
    }

    fn compare(&self, manifest: &Manifest) -> Comparison {
        let of = (manifest.date, manifest.hospital_code.clone());
        let Some(taken) = self.0.get(&of) else {
            return Comparison::New;
        };
        let mut is_loaded = true;
        for file in &manifest.files {
            let of_kind = |it: &&FileEntry| file.name == format!("{}.csv", it.kind);
            match taken.iter().find(of_kind) {
                Some(it) if it.sha256 == file.sha256 => {}
                Some(_) => return Comparison::Other,
                None => is_loaded = false,
            }
        }
        if is_loaded {
            Comparison::Loaded
        } else {
            Comparison::New
        }
    }
}
