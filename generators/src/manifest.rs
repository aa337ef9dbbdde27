//! `manifest.json`: what a sender says of the files in a folder, written last.

use std::path::Path;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::Serialize;

use crate::output::{self, OutputError, Writing, Written};

/// Its name.
const NAME: &str = "manifest.json";

/// Version of the form of the files.
const SCHEMA_VERSION: u32 = 1;

#[derive(Debug, Serialize)]
struct Manifest<'m> {
    schema_version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    hospital_code: Option<&'m str>,
    date: String,
    extracted_at: String,
    files: &'m [Written],
}

/// What files are an extract of.
pub(crate) struct Extract<'e> {
    /// The hospital; `None` of what the network sends for all of them.
    pub(crate) hospital_code: Option<&'e str>,
    /// The day.
    pub(crate) date: NaiveDate,
    /// When it was taken.
    pub(crate) extracted_at: DateTime<Utc>,
}

/// Writes what a folder holds.
pub(crate) fn write(
    writing: &Writing,
    folder: &Path,
    extract: &Extract<'_>,
    files: &[Written],
) -> Result<(), OutputError> {
    let extracted_at = extract.extracted_at;
    let manifest = Manifest {
        schema_version: SCHEMA_VERSION,
        hospital_code: extract.hospital_code,
        date: extract.date.to_string(),
        extracted_at: extracted_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        files,
    };
    output::write_json(writing, (folder, NAME), &manifest)?;
    Ok(())
}
