//! What was written, for people and for programs.

use std::io::{self, Write};
use std::time::Instant;

use anyhow::Context as _;
use serde::Serialize;

use crate::output::Written;

/// Files that were written together: one, or all extracts.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) files: Vec<Written>,
    pub(super) seconds: f64,
}

/// A file as programs read of it.
#[derive(Serialize)]
struct Line<'g> {
    #[serde(flatten)]
    written: &'g Written,
    /// Of a file that was written by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<f64>,
}

impl Group {
    /// A file that was begun then and is complete.
    pub(super) fn of(file: Written, began: Instant) -> Self {
        Self {
            files: vec![file],
            seconds: began.elapsed().as_secs_f64(),
        }
    }

    fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let seconds = (self.files.len() == 1).then_some(self.seconds);
        self.files
            .iter()
            .map(move |written| Line { written, seconds })
    }

    /// The file, or how many extracts there are.
    pub(super) fn name(&self) -> String {
        match &self.files[..] {
            [file] => file.name.clone(),
            files => format!("{} files of extracts", files.len()),
        }
    }
}

/// Prints rows, bytes, seconds and SHA-256 of what was written.
pub(super) fn print(as_json: bool, groups: &[Group]) -> anyhow::Result<()> {
    write(as_json, groups).context("all is written, but stdout does not take the report")
}

fn write(as_json: bool, groups: &[Group]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if as_json {
        let lines: Vec<Line<'_>> = groups.iter().flat_map(Group::lines).collect();
        serde_json::to_writer_pretty(&mut out, &lines).map_err(io::Error::from)?;
        writeln!(out)?;
        return Ok(());
    }
    for group in groups {
        let rows: u64 = group.files.iter().map(|it| it.rows).sum();
        let bytes: u64 = group.files.iter().map(|it| it.bytes).sum();
        let (name, seconds) = (group.name(), group.seconds);
        write!(out, "{name}: ")?;
        // A picture has none.
        if rows > 0 {
            write!(out, "{rows} rows, ")?;
        }
        write!(out, "{bytes} bytes, {seconds:.1} s")?;
        match &group.files[..] {
            [file] => writeln!(out, ", SHA-256 {}", file.sha256)?,
            _ => writeln!(out)?,
        }
    }
    Ok(())
}
