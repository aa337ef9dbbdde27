//! Day 1: the files of `generators all` are those that its summary tells of.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use anyhow::Context as _;
use domain::digest::hexadecimal;
use generators::dataset::SUMMARY;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::Item;

const MAKE: &str = "make them: ./wardflow generators all --scale quick --out DIR";

/// What is read of `summary.json`.
#[derive(Deserialize)]
struct Summary {
    files: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    rows: u64,
    sha256: String,
}

/// An item for the summary and one for each group of files.
pub(super) fn items(folder: &Path) -> anyhow::Result<Vec<Item>> {
    let path = folder.join(SUMMARY);
    let what = format!("{} tells what was made", path.display());
    let text = match std::fs::read(&path) {
        Ok(text) => text,
        Err(error) => return Ok(vec![Item::new(what, Some(error.to_string()), MAKE)]),
    };
    let summary: Summary = serde_json::from_slice(&text)
        .with_context(|| format!("{} is no summary of generators", path.display()))?;
    let mut items = vec![Item::new(what, None, MAKE)];
    let is_of_day = |entry: &&Entry| entry.name.starts_with("ehr/");
    let (of_days, lists): (Vec<_>, Vec<_>) = summary.files.iter().partition(is_of_day);
    for entry in lists {
        let what = format!("{} has {} rows, as they were made", entry.name, entry.rows);
        items.push(Item::new(what, difference(folder, entry), MAKE));
    }
    let differing = of_days
        .iter()
        .find_map(|entry| Some(format!("{}: {}", entry.name, difference(folder, entry)?)));
    let what = format!(
        "the {} files of extracts are as they were made",
        of_days.len()
    );
    items.push(Item::new(what, differing, MAKE));
    Ok(items)
}

/// What is wrong with a file.
fn difference(folder: &Path, entry: &Entry) -> Option<String> {
    match sha256(&folder.join(&entry.name)) {
        Ok(sha256) if sha256 == entry.sha256 => None,
        Ok(_) => Some("it was changed".to_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Some("it is missing".to_owned()),
        Err(error) => Some(error.to_string()),
    }
}

fn sha256(path: &Path) -> io::Result<String> {
    let (mut file, mut hasher) = (File::open(path)?, Sha256::new());
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(hexadecimal(&hasher.finalize()));
        }
        hasher.update(&buffer[..read]);
    }
}
