//! What a sender says of the files in a folder: `manifest.json`, written last.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, Utc};
use domain::extract::{Extract, Kind, Sender, sent_by};
use domain::network::TimeZone;
use domain::rule::file::MANIFEST;
use serde::Deserialize;

use crate::delivery::Whose;
use crate::verdict::Refused;

/// Its name: a folder without it is not complete yet.
pub(crate) const NAME: &str = "manifest.json";

/// Days that `dim_date` has, and before and after which times are no times (ADT-012).
const YEARS: std::ops::RangeInclusive<i32> = 1901..=2299;

/// More bytes than any manifest has.
pub(crate) const BYTES_MAX: u64 = 1024 * 1024;

/// What a folder holds.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) schema_version: u32,
    /// None of what the network sends.
    hospital_code: Option<String>,
    date: NaiveDate,
    extracted_at: DateTime<Utc>,
    files: Vec<Entry>,
}

/// A file as its sender wrote it, uncompressed.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Entry {
    name: String,
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    #[serde(deserialize_with = "sha256")]
    pub(crate) sha256: [u8; 32],
}

impl Manifest {
    /// Reads a manifest that lies in the folder of a sender.
    pub(crate) fn read(text: &[u8], whose: &Whose) -> Result<Self, Refused> {
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
        for (number, file) in manifest.files.iter().enumerate() {
            let is_it = |other: &Entry| other.name == file.name;
            if manifest.files[..number].iter().any(is_it) {
                let place = number + 1;
                return Err(refuse(format!(
                    "{NAME} names a file twice: entry {place} of files has the name of one before it"
                )));
            }
        }
        match (whose, &manifest.hospital_code) {
            (Whose::Network, None) => Ok(manifest),
            (Whose::Network, Some(_)) => Err(refuse(format!(
                "{NAME} is of a hospital, whose files lie in a folder DATE/HOSPITAL: those beside it are \
                 of the whole network"
            ))),
            (Whose::Hospital { date, code }, of)
                if of.as_ref() == Some(code) && manifest.date.to_string() == *date =>
            {
                Ok(manifest)
            }
            (Whose::Hospital { date, code }, _) => Err(refuse(format!(
                "{NAME} is of another hospital or day than its folder {date}/{code}"
            ))),
        }
    }

    /// Which extract the folder holds. It is taken on the day that it is of or on the next, by one of the
    /// sender's clocks.
    pub(crate) fn extract(&self, time_zones: &[TimeZone]) -> Result<Extract, Refused> {
        let refuse = |reason: String| Err(Refused::by(&MANIFEST, reason));
        if !YEARS.contains(&self.date.year()) {
            return refuse(format!(
                "the day is not within the years {} to {}, of which the warehouse has a calendar",
                YEARS.start(),
                YEARS.end()
            ));
        }
        // Far from any day the time zone has none to tell.
        let distance = self.extracted_at.date_naive() - self.date;
        let taken_on = |time_zone: &TimeZone| {
            if distance.num_days().abs() > 2 {
                self.extracted_at.date_naive()
            } else {
                time_zone.date_of(self.extracted_at)
            }
        };
        let last = self.date.checked_add_days(Days::new(1));
        let is_right = |day: NaiveDate| day >= self.date && Some(day) <= last;
        if !time_zones.iter().map(taken_on).any(is_right) {
            let of_utc = self.extracted_at.date_naive();
            let taken_on = time_zones.first().map_or(of_utc, taken_on);
            return refuse(format!(
                "extracted_at of {NAME} is on {taken_on}, neither the day {} that the extract is of \
                 nor the next",
                self.date
            ));
        }
        Ok(Extract {
            hospital_code: self.hospital_code.clone(),
            date: self.date,
            extracted_at: self.extracted_at,
        })
    }

    /// When the extract was taken, of a simulation by its clock.
    pub(crate) fn extracted_at(&self) -> DateTime<Utc> {
        self.extracted_at
    }

    /// What it says of the file of a kind.
    pub(crate) fn entry(&self, kind: &Kind) -> Option<&Entry> {
        let name = format!("{}.csv", kind.name);
        self.files.iter().find(|file| file.name == name)
    }

    /// How many of the files nobody described here.
    pub(crate) fn unknown(&self, sender: Sender) -> usize {
        let known = sent_by(sender).filter(|kind| self.entry(kind).is_some());
        self.files.len() - known.count()
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
