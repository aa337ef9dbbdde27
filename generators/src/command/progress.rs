//! What a person sees while files are written: a bar on a terminal, else a line a file.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::report::Group;
use crate::dataset::Progress;
use crate::output::{OutputError, Size, Written, check_space};

/// Shows how far the writing is, on stderr, and keeps what was written, with the time that it took.
#[derive(Debug)]
pub(super) struct FileProgress {
    bar: Option<ProgressBar>,
    began: Instant,
    groups: Vec<Group>,
}

impl FileProgress {
    pub(super) fn on_stderr() -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        Self {
            bar: is_terminal.then(ProgressBar::no_length),
            began: Instant::now(),
            groups: Vec::new(),
        }
    }

    /// What was written; the bar goes.
    pub(super) fn into_groups(mut self) -> Vec<Group> {
        std::mem::take(&mut self.groups)
    }
}

/// Writes one file of a size into a folder that has room for it, and shows how far it is.
pub(super) fn write_with_progress(
    (folder, size): (&Path, Size),
    write: impl FnOnce(&mut FileProgress) -> Result<Written, OutputError>,
) -> Result<Vec<Group>, OutputError> {
    check_space(folder, size.disk_bytes)?;
    let mut progress = FileProgress::on_stderr();
    progress.begin(size.plain_bytes);
    let written = write(&mut progress)?;
    progress.end(&[written]);
    Ok(progress.into_groups())
}

impl Progress for FileProgress {
    fn begin(&mut self, bytes: u64) {
        if let Some(bar) = &self.bar {
            bar.set_length(bytes);
            // The template is a constant; where it were wrong, the default style is shown.
            if let Ok(style) = ProgressStyle::with_template(
                "{elapsed_precise} {wide_bar} {decimal_bytes} of {decimal_total_bytes}, {eta} left",
            ) {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(200));
        } else {
            // Where nobody reads stderr any more there is nobody to tell.
            let _ = writeln!(std::io::stderr(), "writing some {} MB", bytes / 1_000_000);
        }
        self.began = Instant::now();
    }

    fn add(&mut self, bytes: u64) {
        if let Some(bar) = &self.bar {
            bar.inc(bytes);
        }
    }

    fn end(&mut self, files: &[Written]) {
        let took = self.began.elapsed();
        self.began = Instant::now();
        let group = Group {
            files: files.to_vec(),
            seconds: took.as_secs_f64(),
        };
        if self.bar.is_none() {
            let _ = writeln!(std::io::stderr(), "{} done", group.name());
        }
        self.groups.push(group);
    }
}

impl Drop for FileProgress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
