//! A folder that appears whole or not at all: it is made under another name, and gets its own when it is done.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::Error;
use crate::private::remove_tree;
use crate::random::random_hex;

/// How long programs of a start that was killed may go on writing. initdb's children end when they see that it is
/// gone.
const PATIENCE: Duration = Duration::from_secs(5);

const EXTENSION: &str = "part";

/// A place where a folder is made: `WHOLE-RANDOM.part` beside it. Of several starts, one killed and one after it, each
/// has its own.
#[derive(Debug)]
pub(crate) struct Part {
    whole: PathBuf,
    name: String,
}

impl Part {
    /// A new place for this folder, where nothing stands yet. What killed starts left behind is deleted.
    pub(crate) fn of(whole: &Path) -> Result<Self, Error> {
        let stem = whole
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        delete_left_behind(whole, &stem);
        let name = format!("{stem}-{}.{EXTENSION}", random_hex(8)?);
        Ok(Self {
            whole: whole.to_owned(),
            name,
        })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.whole.with_file_name(&self.name)
    }

    /// Gives what is done, this place or a folder in it, its own name.
    pub(crate) fn complete(&self, done: &Path) -> Result<(), Error> {
        fs::rename(done, &self.whole).map_err(Error::file("rename", done))?;
        remove_tree(&self.path())
    }
}

/// What resists is no obstacle, and is left for the next start.
fn delete_left_behind(whole: &Path, stem: &str) {
    let deadline = Instant::now() + PATIENCE;
    let beside = whole.parent().and_then(|folder| fs::read_dir(folder).ok());
    for entry in beside.into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with(stem) || Path::new(&*name).extension() != Some(EXTENSION.as_ref()) {
            continue;
        }
        while let Err(error) = remove_tree(&entry.path()) {
            if Instant::now() >= deadline {
                tracing::warn!(%error, "left behind by a start that was killed");
                break;
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_gets_its_name_and_what_was_left_behind_goes() {
        let folder = tempfile::tempdir().unwrap();
        let whole = folder.path().join("postgres");
        for left in ["postgres.part", "postgres-0a1b2c3d.part", "ports.part"] {
            fs::create_dir_all(folder.path().join(left).join("base")).unwrap();
        }
        let part = Part::of(&whole).unwrap();
        fs::create_dir_all(part.path().join("data/base")).unwrap();
        part.complete(&part.path().join("data")).unwrap();
        let mut names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        assert_eq!(names, ["ports.part", "postgres"]);
        assert!(whole.join("base").is_dir());
    }
}
