//! What the kernel tells of a process that runs (proc(5)).

use std::fs;
use std::path::Path;

/// A line of `/proc/ID/stat`.
pub(crate) struct Stat {
    pub(crate) id: u32,
    pub(crate) parent: u32,
    pub(crate) own_ticks: u64,
    pub(crate) ticks_of_ended_children: u64,
}

impl Stat {
    /// Of a process; `None` if it has ended.
    pub(crate) fn of(id: u32) -> Option<Self> {
        Self::parse(id, &fs::read_to_string(folder(id).join("stat")).ok()?)
    }

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

/// Processor time.
#[allow(clippy::cast_precision_loss, reason = "ticks of years fit")]
pub(crate) fn seconds(ticks: u64) -> f64 {
    ticks as f64 / rustix::param::clock_ticks_per_second() as f64
}

/// The most memory that a process had resident since it was started; `None` if it has ended.
pub(crate) fn peak_bytes(id: u32) -> Option<u64> {
    peak_of(&fs::read_to_string(folder(id).join("status")).ok()?)
}

fn folder(id: u32) -> std::path::PathBuf {
    Path::new("/proc").join(id.to_string())
}

fn peak_of(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_found_behind_whatever_name() {
        let stat = "7 (a) b (c)) S 3 7 7 0 -1 0 0 0 0 0 11 12 13 14 20 0 1 0 5";
        let process = Stat::parse(7, stat).unwrap();
        assert_eq!((process.id, process.parent), (7, 3));
        assert_eq!(process.own_ticks, 23);
        assert_eq!(process.ticks_of_ended_children, 27);
    }

    #[test]
    fn the_peak_of_memory_is_found_where_there_is_one() {
        let status = "Name:\tjava\nVmPeak:\t  900 kB\nVmHWM:\t    2048 kB\nVmRSS:\t  10 kB\n";
        assert_eq!(peak_of(status), Some(2 * 1024 * 1024));
        assert_eq!(peak_of("Name:\ta zombie\nState:\tZ\n"), None);
        assert!(peak_bytes(std::process::id()).unwrap() > 0);
    }
}
