//! The processor time of a running PostgreSQL.

use std::fs;
use std::path::Path;

use crate::error::MeasureError;
use crate::proc::{Stat, seconds};

/// Of the server in a data folder: its process, those that it has started, and those of them that
/// have ended.
pub(crate) fn cpu_seconds(data: &Path) -> Result<f64, MeasureError> {
    let path = data.join("postmaster.pid");
    let text = fs::read_to_string(&path).map_err(MeasureError::file("read", &path))?;
    let postmaster: u32 = text
        .lines()
        .next()
        .and_then(|line| line.trim().parse().ok())
        .ok_or(MeasureError::Missing("the process of PostgreSQL"))?;
    let proc = Path::new("/proc");
    let entries = fs::read_dir(proc).map_err(MeasureError::file("read", proc))?;
    let processes = entries
        .flatten()
        .filter_map(|entry| Stat::of(entry.file_name().to_str()?.parse().ok()?));
    let ticks: u64 = processes
        .map(|it| match it {
            it if it.id == postmaster => it.own_ticks + it.ticks_of_ended_children,
            it if it.parent == postmaster => it.own_ticks,
            _ => 0,
        })
        .sum();
    Ok(seconds(ticks))
}
