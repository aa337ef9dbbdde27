//! A warehouse, a landing folder and an archive of one test's own.

use std::path::{Path, PathBuf};
use std::time::Duration;

use batch_ingest::{ChunkLimits, Settings, Summary, once};
use domain::pseudonym::PseudonymKey;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::contents::Contents;
use crate::data::{Data, FileName};
use crate::landing::deliver;
use crate::warehouse::{Role, Warehouse};

pub(crate) const SHARDS: u32 = 6;

/// The key of demonstrations and tests.
pub(crate) fn key() -> PseudonymKey {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../demo-pseudonym.key");
    let file = platform::configuration::PseudonymKeyArgs {
        pseudonym_key_file: path,
    };
    file.load().unwrap()
}

pub(crate) struct Place {
    pub(crate) warehouse: Warehouse,
    home: TempDir,
    pub(crate) settings: Settings,
}

impl Place {
    pub(crate) async fn new() -> Self {
        Self::into(Warehouse::new().await)
    }

    pub(crate) fn into(warehouse: Warehouse) -> Self {
        let home = tempfile::tempdir().unwrap();
        let settings = Settings {
            database_url: warehouse.url(Role::Loader),
            key: key(),
            landing: home.path().join("landing"),
            archive: home.path().join("archive"),
            partitions: SHARDS,
            bad_share_max: 0.5,
            settle: Duration::ZERO,
            limits: ChunkLimits::default(),
            keep: false,
            by_simulated_time: false,
        };
        std::fs::create_dir(&settings.landing).unwrap();
        Self {
            warehouse,
            home,
            settings,
        }
    }

    /// With chunks so small that small files have many.
    pub(crate) fn with_small_chunks(mut self) -> Self {
        self.settings.limits = ChunkLimits {
            members_max: 7,
            lines_max: 30,
        };
        self
    }

    pub(crate) fn landing(&self) -> &Path {
        &self.settings.landing
    }

    pub(crate) fn path(&self, below: &str) -> PathBuf {
        self.home.path().join(below)
    }

    pub(crate) fn deliver(&self, data: &Data, files: &[FileName]) {
        deliver(self.landing(), data, files);
    }

    /// Loads what has arrived.
    pub(crate) async fn once(&self) -> Summary {
        let done = once(&self.settings, &CancellationToken::new()).await;
        done.unwrap().unwrap()
    }

    /// Loads what has arrived, unless it lasts longer. Whether it was done.
    pub(crate) async fn once_within(&self, time: Duration) -> bool {
        let shutdown = CancellationToken::new();
        let canceller = shutdown.clone();
        tokio::spawn(async move {
            tokio::time::sleep(time).await;
            canceller.cancel();
        });
        once(&self.settings, &shutdown).await.unwrap().is_some()
    }

    pub(crate) async fn contents(&self) -> Contents {
        Contents::of(&self.warehouse).await
    }

    /// The names of what is left in the landing folder, without empty folders.
    pub(crate) fn left(&self) -> Vec<String> {
        files_below(self.landing())
    }

    pub(crate) fn archived(&self) -> Vec<String> {
        files_below(&self.settings.archive)
    }
}

fn files_below(root: &Path) -> Vec<String> {
    let (mut files, mut folders) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let below = path.strip_prefix(root).unwrap();
                files.push(below.to_string_lossy().into_owned());
            }
        }
    }
    files.sort();
    files
}
