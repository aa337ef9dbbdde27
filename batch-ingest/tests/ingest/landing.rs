//! The landing folder of a test, and what hospitals put there.

use std::fs;
use std::path::{Path, PathBuf};

use domain::digest::hexadecimal;
use sha2::{Digest as _, Sha256};

use crate::data::{Data, FileName, KINDS};

/// Puts files with the manifest of their day and hospital into a landing folder.
pub(crate) fn deliver(landing: &Path, data: &Data, files: &[FileName]) {
    for file in files {
        let folder = file.folder();
        let to = landing.join(&folder);
        fs::create_dir_all(&to).unwrap();
        fs::copy(data.path(folder.join(file.csv())), to.join(file.csv())).unwrap();
        let manifest = data.path(folder.join("manifest.json"));
        fs::copy(manifest, to.join("manifest.json")).unwrap();
    }
}

/// A delivery that is written by hand: what stands in its files, under a manifest that fits.
pub(crate) struct Delivery {
    pub(crate) date: String,
    /// None of what the network sends.
    hospital: Option<String>,
    pub(crate) extracted_at: String,
    files: Vec<(String, Vec<u8>)>,
}

impl Delivery {
    /// An empty one, taken at the end of its day.
    pub(crate) fn new(date: &str, hospital: &str) -> Self {
        Self {
            date: date.to_owned(),
            hospital: Some(hospital.to_owned()),
            extracted_at: format!("{date}T22:00:00Z"),
            files: Vec::new(),
        }
    }

    /// An empty one of the network.
    pub(crate) fn of_network(date: &str) -> Self {
        Self {
            hospital: None,
            ..Self::new(date, "")
        }
    }

    /// Whether a hospital sends it.
    pub(crate) fn is_of(&self, hospital: &str) -> bool {
        self.hospital.as_deref() == Some(hospital)
    }

    /// All files of a day and hospital.
    pub(crate) fn of(data: &Data, day: u16, hospital: &'static str) -> Self {
        let mut delivery = Self::new(&crate::data::date(day), hospital);
        for kind in KINDS {
            let file = FileName::of(day, hospital, kind);
            let text = fs::read(data.path(file.folder().join(file.csv()))).unwrap();
            delivery = delivery.with(&file.csv(), text);
        }
        delivery
    }

    /// The same of another day.
    pub(crate) fn on(self, date: &str) -> Self {
        Self {
            files: self.files,
            hospital: self.hospital,
            ..Self::new(date, "")
        }
    }

    /// With a file, in the place of one of its name.
    pub(crate) fn with(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.retain(|(it, _)| it != name);
        self.files.push((name.to_owned(), bytes.into()));
        self
    }

    /// With a file changed.
    pub(crate) fn mapped(self, name: &str, change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> Self {
        let (_, bytes) = self.files.iter().find(|(it, _)| it == name).unwrap();
        let bytes = change(bytes.clone());
        self.with(name, bytes)
    }

    /// Names and contents.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(name, bytes)| (&**name, &**bytes))
    }

    /// With these files alone.
    pub(crate) fn only(mut self, names: &[&str]) -> Self {
        self.files.retain(|(it, _)| names.contains(&&**it));
        self
    }

    pub(crate) fn folder(&self, landing: &Path) -> PathBuf {
        match &self.hospital {
            Some(hospital) => landing.join(&self.date).join(hospital),
            None => landing.to_owned(),
        }
    }

    /// What the manifest says.
    pub(crate) fn manifest(&self) -> serde_json::Value {
        let files = self.files.iter().map(|(name, bytes)| {
            let digest = hexadecimal(&Sha256::digest(bytes));
            let rows = memchr::memchr_iter(b'\n', bytes).count();
            serde_json::json!({
                "name": name, "rows": rows.saturating_sub(1), "bytes": bytes.len(), "sha256": digest,
            })
        });
        let mut manifest = serde_json::json!({
            "schema_version": 1,
            "date": self.date,
            "extracted_at": self.extracted_at,
            "files": files.collect::<Vec<_>>(),
        });
        if let Some(hospital) = &self.hospital {
            manifest["hospital_code"] = hospital.as_str().into();
        }
        manifest
    }

    /// Puts it into a landing folder.
    pub(crate) fn land(&self, landing: &Path) {
        self.land_under(landing, &self.manifest());
    }

    /// Puts it into a landing folder, under another manifest.
    pub(crate) fn land_under(&self, landing: &Path, manifest: &serde_json::Value) {
        let folder = self.folder(landing);
        fs::create_dir_all(&folder).unwrap();
        for (name, bytes) in &self.files {
            fs::write(folder.join(name), bytes).unwrap();
        }
        fs::write(folder.join("manifest.json"), manifest.to_string()).unwrap();
    }
}
