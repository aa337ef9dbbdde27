//! What `/proc` tells about processes.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// Fields 4 and 22 of `/proc/PID/stat` (proc(5)), of a process that is not yet a zombie.
struct Stat {
    stopped: bool,
    parent: i32,
    started_ticks: u64,
}

/// When the process started, in clock ticks since boot. With the pid it names one process, as pids come again.
/// `None` if there is no such process (any more).
pub(crate) fn start_time(pid: Pid) -> Option<u64> {
    stat(&pid.as_raw_nonzero().to_string()).map(|stat| stat.started_ticks)
}

/// Whether there is such a process. One that has ended and that its parent has not waited for, as happens where a
/// container's first process waits for none, is none.
pub fn is_running(pid: u32) -> bool {
    stat(&pid.to_string()).is_some()
}

/// The direct children of a process. They are found by their parent, since PostgreSQL gives each backend a session
/// and process group of its own.
pub(crate) fn children(pid: Pid) -> Vec<Pid> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let name = name.to_str()?;
            let raw: i32 = name.parse().ok()?;
            let found = stat(name)?;
            (found.parent == pid.as_raw_nonzero().get()).then(|| Pid::from_raw(raw))?
        })
        .collect()
}

/// The name of the program a process runs, at most 15 bytes of it.
pub(crate) fn program(pid: Pid) -> Option<String> {
    let comm = fs::read_to_string(format!("/proc/{}/comm", pid.as_raw_nonzero())).ok()?;
    Some(comm.trim_end().to_owned())
}

/// Sends a signal; a process that is gone by then is no error.
pub(crate) fn signal(pid: Pid, signal: Signal) -> rustix::io::Result<()> {
    match kill_process(pid, signal) {
        Err(rustix::io::Errno::SRCH) => Ok(()),
        sent => sent,
    }
}

/// Stops a process (SIGSTOP) and waits until it has: the signal is sent before it is obeyed, and until then the
/// process may make children.
pub(crate) fn stop(pid: Pid) -> rustix::io::Result<()> {
    signal(pid, Signal::STOP)?;
    // One in an uninterruptible wait for the disk obeys when that is over.
    let deadline = Instant::now() + Duration::from_secs(10);
    let name = pid.as_raw_nonzero().to_string();
    while stat(&name).is_some_and(|stat| !stat.stopped) && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

fn stat(pid: &str) -> Option<Stat> {
    parse_stat(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

fn parse_stat(line: &str) -> Option<Stat> {
    // The second field is the program's name in parentheses and may hold blanks and parentheses itself.
    let (_, after_name) = line.rsplit_once(')')?;
    let mut fields = after_name.split_ascii_whitespace();
    let state = fields.next()?;
    if matches!(state, "Z" | "X") {
        return None;
    }
    Some(Stat {
        stopped: state == "T",
        parent: fields.next()?.parse().ok()?,
        started_ticks: fields.nth(17)?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stat_is_read_after_a_name_with_blanks_and_parentheses() {
        let line = "42 (a) b (c) S 7 42 42 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 98765 1 1";
        let stat = parse_stat(line).unwrap();
        assert_eq!((stat.parent, stat.started_ticks), (7, 98_765));
        assert!(parse_stat("42 (a) Z 7 42 42 0 -1 1 1 0 0 0 0 0 0 0 20 0 1 0 9 1").is_none());
    }

    #[test]
    fn a_process_that_nobody_waited_for_is_not_running() {
        let mut child = std::process::Command::new("sleep")
            .arg("60")
            .spawn()
            .unwrap();
        assert!(is_running(child.id()));
        child.kill().unwrap();
        while is_running(child.id()) {
            thread::sleep(Duration::from_millis(1));
        }
        let state = fs::read_to_string(format!("/proc/{}/stat", child.id())).unwrap();
        assert!(state.contains(") Z "), "{state}");
        child.wait().unwrap();
    }

    #[test]
    fn a_child_is_found_and_then_gone() {
        let mut child = std::process::Command::new("sleep")
            .arg("60")
            .spawn()
            .unwrap();
        let pid = Pid::from_child(&child);
        let ours = Pid::from_raw(i32::try_from(std::process::id()).unwrap()).unwrap();
        assert!(children(ours).contains(&pid));
        assert!(start_time(pid).is_some());
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(start_time(pid).is_none());
    }
}
