use std::fs::DirBuilder;
use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::page::page;
use super::picture::pictures;
use super::quality::Quality;

/// A file that was not written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {source}", .path.display())]
pub struct WriteError {
    path: PathBuf,
    source: io::Error,
}

/// Writes the page, for its owner alone. It stands under its name only when it is complete; what was
/// there is replaced.
pub fn write_page(quality: &Quality, path: &Path) -> Result<(), WriteError> {
    write(path, &page(quality))
}

/// Writes the pictures into a folder, which is made where it is missing; tells their names.
pub fn write_pictures(quality: &Quality, folder: &Path) -> Result<Vec<String>, WriteError> {
    make_folder(folder)?;
    let mut names = Vec::new();
    for picture in pictures(quality) {
        write(&folder.join(&picture.file_name), &picture.svg.to_file())?;
        names.push(picture.file_name);
    }
    Ok(names)
}

fn make_folder(folder: &Path) -> Result<(), WriteError> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|source| WriteError {
        path: folder.to_owned(),
        source,
    })
}

fn write(path: &Path, text: &str) -> Result<(), WriteError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let written = || {
        // Only its owner may read a temporary file, and it stays so under its name.
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    written().map_err(|source: io::Error| WriteError {
        path: path.to_owned(),
        source,
    })
}
