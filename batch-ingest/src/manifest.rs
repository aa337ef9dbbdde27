//! What a hospital says of the extract in a folder: `manifest.json`, written last.

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::extract::{ALL, Extract, Kind};
use domain::network::TimeZone;
use domain::rule::file::MANIFEST;
use serde::Deserialize;

use crate::verdict::Refused;

/// Its name: a folder without it is not complete yet.
pub(crate) const NAME: &str = "manifest.json";

/// More bytes than any manifest has.
pub(crate) const BYTES_MAX: u64 = 1024 * 1024;

/// What a folder holds.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) schema_version: u32,
    hospital_code: String,
    date: NaiveDate,
    extracted_at: DateTime<Utc>,
    files: Vec<Entry>,
}

/// A file as its hospital wrote it, uncompressed.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Entry {
    name: String,
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    #[serde(deserialize_with = "sha256")]
    pub(crate) sha256: [u8; 32],
}

impl Manifest {
    /// Reads a manifest that lies in the folder of a day and hospital.
    pub(crate) fn read(text: &[u8], folder: (&str, &str)) -> Result<Self, Refused> {
        let refuse = |reason: String| Refused::by(&MANIFEST, reason);
        // The library's words may show a value; where it stands is enough to find it.
        let manifest: Self = serde_json::from_slice(text).map_err(|error| {
            refuse(format!(
                "{NAME} is no manifest, line {} column {}: it needs schema_version, hospital_code, date, \
                 extracted_at and files with name, rows, bytes and sha256",
                error.line(),
                error.column()
            ))
        })?;
        let (date, hospital_code) = folder;
        if manifest.hospital_code != hospital_code || manifest.date.to_string() != date {
            return Err(refuse(format!(
                "{NAME} is of another hospital or day than its folder {date}/{hospital_code}"
            )));
        }
        Ok(manifest)
    }

    /// Which extract the folder holds. It is taken on the day that it is of or on the next.
    pub(crate) fn extract(&self, time_zone: TimeZone) -> Result<Extract, Refused> {
        let taken_on = time_zone.date_of(self.extracted_at);
        let last = self.date.checked_add_days(Days::new(1));
        if taken_on < self.date || Some(taken_on) > last {
            let reason = format!(
                "extracted_at of {NAME} is on {taken_on}, neither the day {} that the extract is of \
                 nor the next",
                self.date
            );
            return Err(Refused::by(&MANIFEST, reason));
        }
        Ok(Extract {
            hospital_code: self.hospital_code.clone(),
            date: self.date,
            extracted_at: self.extracted_at,
        })
    }

    /// The files of known kinds, in the order in which they are loaded.
    pub(crate) fn known(&self) -> impl Iterator<Item = (&'static Kind, &Entry)> {
        ALL.into_iter().filter_map(|kind| {
            let name = format!("{}.csv", kind.name);
            Some((kind, self.files.iter().find(|file| file.name == name)?))
        })
    }

    /// The files that nobody described here.
    pub(crate) fn unknown(&self) -> usize {
        self.files.len() - self.known().count()
    }
}

fn sha256<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
    let text = String::deserialize(deserializer)?;
    let mut bytes = [0; 32];
    let digits = text.as_bytes();
    if digits.len() != 64 {
        return Err(serde::de::Error::custom("not 64 digits"));
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let pair = std::str::from_utf8(pair).unwrap_or_default();
        *byte = u8::from_str_radix(pair, 16).map_err(serde::de::Error::custom)?;
    }
    Ok(bytes)
}
