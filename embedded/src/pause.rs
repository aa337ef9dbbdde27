//! A service stopped in its tracks (SIGSTOP), for tests of faults.

use std::io::{self, Write as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

use rustix::process::Pid;

use crate::process_table::{children, stop};
use crate::{Error, Service};

/// A stopped process does not act on the signal it gets when we die: PostgreSQL would stay for ever. So a guardian
/// reads the pids from a pipe, up to its end, which comes when we resume and also when we die, and wakes them.
const GUARDIAN: &str =
    r#"while read -r pid; do set -- "$@" "$pid"; done; [ $# -eq 0 ] || kill -CONT "$@""#;

/// A pause; dropping it resumes.
#[derive(Debug)]
pub(crate) struct Pause {
    guardian: Child,
}

impl Pause {
    /// Stops the process and all its children.
    pub(crate) fn begin(service: Service, pid: Pid) -> Result<Self, Error> {
        let failed = |source: io::Error| Error::Signal { service, source };
        let guardian = Command::new("/bin/sh")
            .args(["-c", GUARDIAN, "guardian"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(failed)?;
        // From here on it resumes also when it fails half way, since it is dropped then.
        let mut pause = Self { guardian };
        pause.stop(pid).map_err(failed)?;
        // A stopped parent makes no more children.
        for child in children(pid) {
            pause.stop(child).map_err(failed)?;
        }
        Ok(pause)
    }

    fn stop(&mut self, pid: Pid) -> io::Result<()> {
        // The guardian first: it may wake what was not stopped, and must not miss what was.
        if let Some(pids) = &mut self.guardian.stdin {
            writeln!(pids, "{}", pid.as_raw_nonzero())?;
        }
        Ok(stop(pid)?)
    }
}

impl Drop for Pause {
    fn drop(&mut self) {
        drop(self.guardian.stdin.take());
        if let Err(error) = self.guardian.wait() {
            tracing::warn!(%error, "a paused service may still be stopped");
        }
    }
}
