//! What the network delivers at the start: files in the landing folder itself, the manifest last.

use std::fs;
use std::path::Path;

/// So many files.
pub(super) const FILES: usize = 5;

/// Puts them from where `generators all` has made them into a landing folder.
pub(super) fn deliver(from: &Path, landing: &Path) {
    let names = fs::read_dir(from)
        .unwrap()
        .map(|file| file.unwrap().file_name());
    let lists: Vec<_> = names
        .filter(|name| Path::new(name).extension().is_some_and(|it| it == "csv"))
        .collect();
    assert_eq!(lists.len(), FILES);
    for name in lists {
        fs::copy(from.join(&name), landing.join(&name)).unwrap();
    }
    fs::copy(from.join("manifest.json"), landing.join("manifest.json")).unwrap();
}
