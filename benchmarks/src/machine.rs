//! The machine on which figures were measured: without it they mean nothing.

use std::fs;
use std::path::Path;
use std::thread;

use serde::Serialize;

/// A machine.
#[derive(Debug, Serialize)]
pub struct Machine {
    /// The processor's name.
    pub processor: String,
    /// How many cores this process may use.
    pub cores: usize,
    /// Bytes of memory.
    pub memory_bytes: u64,
    /// Name and release of the operating system.
    pub system: String,
    /// The file system that was written to, and its device.
    pub file_system: String,
    /// How many processes wanted a core in the last minute, before the benchmark.
    pub load: String,
}

impl Machine {
    /// This machine, where no file is written: with that of the current folder.
    pub fn here() -> Self {
        Self::this(Path::new("."))
    }

    /// This machine, with the file system of a folder.
    pub fn this(folder: &Path) -> Self {
        let kernel =
            |name: &str| fs::read_to_string(format!("/proc/sys/kernel/{name}")).unwrap_or_default();
        let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let kib: u64 = value(&memory, "MemTotal")
            .and_then(|it| it.trim_end_matches(" kB").parse().ok())
            .unwrap_or(0);
        Self {
            processor: value(&processors, "model name")
                .unwrap_or("unknown")
                .to_owned(),
            cores: thread::available_parallelism().map_or(1, std::num::NonZero::get),
            memory_bytes: kib * 1024,
            system: format!("{} {}", kernel("ostype").trim(), kernel("osrelease").trim()),
            file_system: file_system(folder).unwrap_or_else(|| "unknown".to_owned()),
            load: load.split(' ').next().unwrap_or_default().to_owned(),
        }
    }
}

impl std::fmt::Display for Machine {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "{}, {} cores, {} GiB, {}, {}, load {}",
            self.processor,
            self.cores,
            self.memory_bytes.div_ceil(1 << 30),
            self.system,
            self.file_system,
            self.load
        )
    }
}

/// The first value of a name in a table of `name : value` lines.
fn value<'t>(table: &'t str, name: &str) -> Option<&'t str> {
    let mut pairs = table.lines().filter_map(|line| line.split_once(':'));
    let found = pairs.find(|(key, _)| key.trim() == name)?;
    Some(found.1.trim())
}

/// Type and device of the file system of a folder: that of the longest mount point above it.
fn file_system(folder: &Path) -> Option<String> {
    let folder = folder.canonicalize().ok()?;
    let mounts = fs::read_to_string("/proc/self/mounts").ok()?;
    let found = mounts
        .lines()
        .filter_map(|line| {
            let mut fields = line.split(' ');
            let (device, point, kind) = (fields.next()?, fields.next()?, fields.next()?);
            folder
                .starts_with(point)
                .then_some((point.len(), kind, device))
        })
        // Of several at one place the last one covers the others.
        .max_by_key(|(length, _, _)| *length)?;
    Some(format!("{} on {}", found.1, found.2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_described() {
        let machine = Machine::this(Path::new("/proc"));
        assert!(machine.cores > 0 && machine.memory_bytes > 0, "{machine}");
        assert!(machine.file_system.starts_with("proc on "), "{machine}");
        assert!(machine.system.starts_with("Linux "), "{machine}");
    }
}
