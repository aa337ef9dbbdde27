//! What the rounds have done, whatever ended them.

use std::collections::HashSet;
use std::fmt;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use domain::extract::Extract;

use crate::days::Days;
use crate::delivery::Stamp;

/// What the rounds have done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that were loaded to their end.
    pub files: u64,
    /// Of these, files of a day before the last one of their hospital that was there already.
    pub late: u64,
    /// Files, or folders with a bad manifest, that were refused.
    pub refused: u64,
    /// Files that were loaded before.
    pub again: u64,
    /// Lines of the loaded files.
    pub lines: u64,
    /// Lines that a rule refused.
    pub quarantined: u64,
    /// Lines that repeat what is there already.
    pub duplicates: u64,
    /// Lines of erased patients.
    pub erased: u64,
    /// Rows of gold and findings that were inserted, changed or deleted.
    pub derived_rows: u64,
    /// Files that a manifest names and that were not there in the last round.
    pub missing: u64,
    /// Files that were left in the last round: still being written, or behind one that is stuck.
    pub waiting: u64,
    /// Files that were begun, and whose copies in the archive were lost in the last round.
    pub stuck: u64,
    /// Days without any file between days of a hospital, as of the last round.
    pub missing_days: u64,
}

impl Summary {
    /// What was done in both of two runs, one after the other: what is not done is what the later one
    /// left.
    #[must_use]
    pub fn then(self, later: Self) -> Self {
        Self {
            files: self.files + later.files,
            late: self.late + later.late,
            refused: self.refused + later.refused,
            again: self.again + later.again,
            lines: self.lines + later.lines,
            quarantined: self.quarantined + later.quarantined,
            duplicates: self.duplicates + later.duplicates,
            erased: self.erased + later.erased,
            derived_rows: self.derived_rows + later.derived_rows,
            ..later
        }
    }

    /// Whether all that came is loaded.
    pub fn is_complete(&self) -> bool {
        let Self {
            refused,
            missing,
            waiting,
            stuck,
            ..
        } = self;
        refused + missing + waiting + stuck == 0
    }

    /// For programs.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "files": self.files,
            "late": self.late,
            "refused": self.refused,
            "again": self.again,
            "lines": self.lines,
            "quarantined": self.quarantined,
            "duplicates": self.duplicates,
            "erased": self.erased,
            "derived_rows": self.derived_rows,
            "missing": self.missing,
            "waiting": self.waiting,
            "stuck": self.stuck,
            "missing_days": self.missing_days,
        })
    }

    /// Whether more is done than before.
    pub(crate) fn is_further_than(&self, before: &Self) -> bool {
        let done = |it: &Self| (it.files, it.refused, it.derived_rows);
        done(self) != done(before)
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            files,
            late,
            refused,
            again,
            lines,
            quarantined,
            duplicates,
            erased,
            derived_rows,
            missing,
            waiting,
            stuck,
            missing_days,
        } = self;
        write!(
            formatter,
            "{files} files with {lines} lines loaded ({late} late): {quarantined} lines quarantined, \
             {duplicates} duplicates, {erased} erased, {derived_rows} rows of gold; {again} files were loaded before, \
             {refused} refused, {missing} are missing, {waiting} are left for the next round, {stuck} are \
             stuck; {missing_days} days are missing"
        )
    }
}

/// What the rounds have done, and told.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    pub(crate) summary: Summary,
    /// What is done in this round and still lies in the landing folder.
    done: HashSet<PathBuf>,
    /// What is done and stays in the landing folder for ever: as it was then, and its manifest.
    kept: HashSet<(PathBuf, [Option<Stamp>; 2])>,
    /// SHA-256 of the files that were gone on with in this round.
    finished: HashSet<Vec<u8>>,
    /// Gaps between days that were told.
    told: HashSet<(String, NaiveDate)>,
}

impl Progress {
    /// A round begins.
    pub(crate) fn begin_round(&mut self) {
        self.done.clear();
        self.finished.clear();
        self.begin_attempt();
    }

    /// A round begins, or begins again after a lost connection.
    pub(crate) fn begin_attempt(&mut self) {
        let summary = &mut self.summary;
        (summary.missing, summary.waiting, summary.stuck) = (0, 0, 0);
    }

    /// Whether what lies there is done in this round, or was in another and neither it nor its manifest has
    /// changed since.
    pub(crate) fn is_done(&self, path: &Path, manifest: &Path) -> bool {
        self.done.contains(path) || self.kept.contains(&as_it_is(path, manifest))
    }

    /// What lies there is done with, and stays as it is.
    pub(crate) fn keep(&mut self, path: &Path, manifest: &Path) {
        self.done(path);
        self.kept.insert(as_it_is(path, manifest));
    }

    pub(crate) fn done(&mut self, path: &Path) {
        self.done.insert(path.to_owned());
    }

    /// A file that was begun before is loaded to its end.
    pub(crate) fn finish(&mut self, sha256: &[u8]) {
        self.finished.insert(sha256.to_owned());
    }

    /// A file lies there that is loaded. It is counted, unless that is because it was gone on with.
    pub(crate) fn tell_again(&mut self, name: &str, sha256: &[u8]) {
        if !self.finished.contains(sha256) {
            tracing::info!(file = name, "loaded before: the same file again");
            self.summary.again += 1;
        }
    }

    /// Tells of a loaded file that came after files of later days.
    pub(crate) fn tell_late(&mut self, days: &mut Days, extract: &Extract, name: &str) {
        if let Some(last) = days.add(extract) {
            tracing::info!(file = name, %last, "late: files of a later day are there already");
            self.summary.late += 1;
        }
    }

    /// Tells of days that are missing, each gap once.
    pub(crate) fn tell_missing(&mut self, days: &Days) {
        self.summary.missing_days = 0;
        for gap in days.gaps() {
            self.summary.missing_days += gap.days;
            if self.told.insert((gap.hospital_code.to_owned(), gap.first)) {
                tracing::warn!(
                    hospital = gap.hospital_code,
                    days = gap.days,
                    first = %gap.first,
                    "days without any file, though later ones are there: ask the hospital for them"
                );
            }
        }
    }
}

fn as_it_is(path: &Path, manifest: &Path) -> (PathBuf, [Option<Stamp>; 2]) {
    let stamps = [path, manifest].map(Stamp::of_path);
    (path.to_owned(), stamps)
}
