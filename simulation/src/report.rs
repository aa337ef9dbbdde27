//! The report at the end of a run: what `database report` tells of the warehouse, and its pictures.

use std::path::{Path, PathBuf};

use database::report::{quality, write_page, write_pictures};
use serde::Serialize;

use crate::addresses::Addresses;
use crate::score::Score;

/// The name of the page in its folder.
const PAGE: &str = "report.html";

/// A report that was written.
#[derive(Debug, Serialize)]
pub(crate) struct Written {
    /// Where it is.
    pub(crate) folder: PathBuf,
    /// The page, then the pictures.
    pub(crate) files: Vec<String>,
}

/// Writes page and pictures into a folder, which is made where it is missing.
pub(crate) async fn report(
    folder: &Path,
    score: Option<&Score>,
    addresses: &Addresses,
) -> anyhow::Result<Written> {
    let mut client = database::connect(&addresses.loader_url, "wardflow simulation").await?;
    let score = score.map(serde_json::to_value).transpose()?;
    let score = score.map(serde_json::from_value).transpose()?;
    let quality = quality(&mut client, score).await?;
    let pictures = write_pictures(&quality, folder)?;
    write_page(&quality, &folder.join(PAGE))?;
    let files = [PAGE.to_owned()].into_iter().chain(pictures);
    Ok(Written {
        folder: folder.to_owned(),
        files: files.collect(),
    })
}
