//! Notes of which process serves, so that the next start can wait for one that is still on its way out.
//!
//! When our process is killed its services get a signal from the kernel; PostgreSQL then needs a moment to shut down,
//! while the lock of the home is free at once.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

use crate::private::{create_private, write_private};
use crate::process_table::{children, signal, start_time, stop};
use crate::{Error, Service};

/// How long a leftover may take to end by itself. PostgreSQL writes a last checkpoint.
const GRACE: Duration = Duration::from_mins(1);

/// Notes the process.
pub(crate) fn record(path: &Path, pid: Pid) -> Result<(), Error> {
    let Some(started) = start_time(pid) else {
        return Ok(()); // It died already; whoever waits for it to be ready will say so.
    };
    if let Some(folder) = path.parent() {
        create_private(folder)?;
    }
    write_private(path, &format!("{} {started}\n", pid.as_raw_nonzero()))
}

/// Waits until the noted process is gone, and kills it if it does not go.
pub(crate) fn end_leftover(path: &Path, service: Service) -> Result<(), Error> {
    let Ok(text) = fs::read_to_string(path) else {
        return Ok(());
    };
    let Some((pid, started)) = parse(&text) else {
        return Ok(());
    };
    let lives = || start_time(pid) == Some(started);
    if !lives() {
        return Ok(());
    }
    tracing::info!(%service, pid = pid.as_raw_nonzero(), "waiting for the service of an earlier run to end");
    // The kernel's signal may have been lost, if it was never set; PostgreSQL and Java both end on this one.
    let failed = |errno: rustix::io::Errno| Error::Signal {
        service,
        source: errno.into(),
    };
    signal(pid, Signal::INT).map_err(failed)?;
    let deadline = Instant::now() + GRACE;
    while lives() && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(20));
    }
    if lives() {
        kill_family(pid).map_err(failed)?;
    }
    Ok(())
}

/// Kills a process with its children and waits until they are gone.
pub(crate) fn kill_family(pid: Pid) -> rustix::io::Result<()> {
    // A stopped parent makes no more children between the count and the kill.
    stop(pid)?;
    let family: Vec<(Pid, u64)> = children(pid)
        .into_iter()
        .chain([pid])
        .filter_map(|member| Some((member, start_time(member)?)))
        .collect();
    for (member, _) in &family {
        signal(*member, Signal::KILL)?;
    }
    while family
        .iter()
        .any(|(member, started)| start_time(*member) == Some(*started))
    {
        thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

fn parse(text: &str) -> Option<(Pid, u64)> {
    let (pid, started) = text.trim().split_once(' ')?;
    Some((Pid::from_raw(pid.parse().ok()?)?, started.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leftover_is_ended_and_a_stranger_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run/kafka.pid");
        let mut child = std::process::Command::new("sleep")
            .arg("60")
            .spawn()
            .unwrap();
        let pid = Pid::from_child(&child);
        record(&path, pid).unwrap();

        let started = start_time(pid).unwrap();
        let stranger = format!("{} {}\n", pid.as_raw_nonzero(), started + 1);
        let other = folder.path().join("run/other.pid");
        write_private(&other, &stranger).unwrap();
        end_leftover(&other, Service::Kafka).unwrap();
        assert!(start_time(pid).is_some(), "a pid that came again was ended");

        end_leftover(&path, Service::Kafka).unwrap();
        assert!(start_time(pid).is_none());
        child.wait().unwrap();
    }
}
