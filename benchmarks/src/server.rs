//! The processor time of a running PostgreSQL.

use std::fs;
use std::path::Path;

use crate::error::MeasureError;

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
    let processes = entries.flatten().filter_map(|entry| {
        let id = entry.file_name().to_str()?.parse().ok()?;
        Process::parse(id, &fs::read_to_string(entry.path().join("stat")).ok()?)
    });
    let ticks: u64 = processes
        .map(|it| match it {
            it if it.id == postmaster => it.own_ticks + it.ticks_of_ended_children,
            it if it.parent == postmaster => it.own_ticks,
            _ => 0,
        })
        .sum();
    #[allow(clippy::cast_precision_loss, reason = "ticks of years fit")]
    Ok(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

/// A line of `/proc/ID/stat` (proc(5)).
struct Process {
    id: u32,
    parent: u32,
    own_ticks: u64,
    ticks_of_ended_children: u64,
}

impl Process {
    fn parse(id: u32, stat: &str) -> Option<Self> {
        // The program's name stands in parentheses, and may hold anything.
        let (_, rest) = stat.rsplit_once(") ")?;
        let fields: Vec<&str> = rest.split(' ').collect();
        // The first of them is number 3 of the page: 4 is the parent, 14 to 17 are times.
        let number = |place: usize| fields.get(place - 3)?.parse::<u64>().ok();
        Some(Self {
            id,
            parent: u32::try_from(number(4)?).ok()?,
            own_ticks: number(14)? + number(15)?,
            ticks_of_ended_children: number(16)? + number(17)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_found_behind_whatever_name() {
        let stat = "7 (a) b (c)) S 3 7 7 0 -1 0 0 0 0 0 11 12 13 14 20 0 1 0 5";
        let process = Process::parse(7, stat).unwrap();
        assert_eq!((process.id, process.parent), (7, 3));
        assert_eq!(process.own_ticks, 23);
        assert_eq!(process.ticks_of_ended_children, 27);
    }
}
