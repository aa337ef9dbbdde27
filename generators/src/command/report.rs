//! What was written, for people and for programs.

use std::io::{self, Write};
use std::time::Duration;

use serde::Serialize;

use crate::output::Written;

#[derive(Serialize)]
struct Line<'w> {
    #[serde(flatten)]
    written: &'w Written,
    seconds: f64,
}

/// Prints rows, bytes, seconds and SHA-256 of each file.
pub(super) fn print(as_json: bool, files: &[(Written, Duration)]) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    let lines = files.iter().map(|(written, took)| Line {
        written,
        seconds: took.as_secs_f64(),
    });
    if as_json {
        serde_json::to_writer_pretty(&mut out, &lines.collect::<Vec<_>>())
            .map_err(io::Error::from)?;
        writeln!(out)?;
        return Ok(());
    }
    for Line { written, seconds } in lines {
        writeln!(
            out,
            "{}: {} rows, {} bytes, {seconds:.1} s, SHA-256 {}",
            written.name, written.rows, written.bytes, written.sha256
        )?;
    }
    Ok(())
}
