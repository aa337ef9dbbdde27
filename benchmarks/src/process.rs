//! A program that is run to its end, and what that took.

use std::env;
use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::proc;

/// How often is looked at a program's memory. The kernel keeps the peak, but only until its end.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// What a run took.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Run {
    /// From its start to its end.
    pub wall_seconds: f64,
    /// Of all its processors, in the program and in the system on its behalf.
    pub cpu_seconds: f64,
    /// The most memory that it had resident, as far as it was seen while it ran.
    pub peak_bytes: u64,
}

/// A run that gives no figure.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProcessError {
    /// The program is missing, or may not be started.
    #[error("cannot run {program}: {source}")]
    Start {
        /// The program.
        program: String,
        /// What the operating system says.
        source: io::Error,
    },
    /// The program failed.
    #[error("{program} ended with {status}: {told}")]
    Failed {
        /// The program.
        program: String,
        /// How it ended.
        status: ExitStatus,
        /// The end of what it wrote to stderr.
        told: String,
    },
    /// What it wrote is not what was expected.
    #[error("{0}")]
    Output(String),
    /// The program, or this one, was asked to end.
    #[error("interrupted")]
    Interrupted,
    /// The system does not count.
    #[error("cannot read the used processor time: {0}")]
    Usage(#[from] nix::Error),
}

/// One of the platform's programs, which is built beside this one.
pub fn beside_this_one(name: &str) -> Result<PathBuf, ProcessError> {
    let start = |source| ProcessError::Start {
        program: name.to_owned(),
        source,
    };
    let program = env::current_exe().map_err(start)?.with_file_name(name);
    if program.exists() {
        return Ok(program);
    }
    let reason = "is not built: cargo build --release --workspace --bins";
    Err(start(io::Error::other(reason)))
}

const SIGINT: i32 = 2;

/// Goes on, unless the user has had enough.
pub(crate) fn unless_interrupted(shutdown: &CancellationToken) -> Result<(), ProcessError> {
    if shutdown.is_cancelled() {
        return Err(ProcessError::Interrupted);
    }
    Ok(())
}

/// Runs a program to its end. Only one may run at a time: the system counts all that have ended.
pub fn run(command: &mut Command) -> Result<Run, ProcessError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let used_before = cpu_of_children()?;
    let began = Instant::now();
    let output = output(command);
    let wall = began.elapsed();
    let (output, peak_bytes) = output.map_err(|source| ProcessError::Start {
        program: program.clone(),
        source,
    })?;
    if output.status.signal() == Some(SIGINT) || output.status.code() == Some(128 + SIGINT) {
        return Err(ProcessError::Interrupted);
    }
    if !output.status.success() {
        let told = String::from_utf8_lossy(&output.stderr);
        return Err(ProcessError::Failed {
            program,
            status: output.status,
            told: told.lines().last().unwrap_or_default().to_owned(),
        });
    }
    Ok(Run {
        wall_seconds: wall.as_secs_f64(),
        cpu_seconds: cpu_of_children()?.saturating_sub(used_before).as_secs_f64(),
        peak_bytes,
    })
}

/// A program that runs beside what is measured; dropped, it is killed.
pub(crate) struct Running(Child);

impl Running {
    /// Starts it.
    pub(crate) fn start(command: &mut Command) -> Result<Self, ProcessError> {
        let program = command.get_program().to_string_lossy().into_owned();
        let started = command.stdin(Stdio::null()).spawn();
        let child = started.map_err(|source| ProcessError::Start { program, source })?;
        Ok(Self(child))
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    /// Whether it has ended by itself.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a program wrote until its end, and its peak of memory.
fn output(command: &mut Command) -> io::Result<(Output, u64)> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let child = command.spawn()?;
    let id = child.id();
    let (ended, end) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let looking = scope.spawn(move || {
            let mut peak_bytes = proc::peak_bytes(id);
            while end.recv_timeout(BETWEEN_LOOKS) == Err(RecvTimeoutError::Timeout) {
                peak_bytes = proc::peak_bytes(id).or(peak_bytes);
            }
            peak_bytes
        });
        let output = child.wait_with_output();
        drop(ended);
        let peak_bytes = looking.join().ok().flatten();
        Ok((output?, peak_bytes.unwrap_or(0)))
    })
}

/// Processor time of the processes that this one started and that have ended.
fn cpu_of_children() -> Result<Duration, nix::Error> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    Ok(duration(usage.user_time()) + duration(usage.system_time()))
}

fn duration(time: TimeVal) -> Duration {
    let microseconds = u32::try_from(time.tv_usec()).unwrap_or(0);
    Duration::new(
        u64::try_from(time.tv_sec()).unwrap_or(0),
        microseconds * 1_000,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_works_uses_its_processor() {
        let work = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";
        let run = run(Command::new("sh").args(["-c", work])).unwrap();
        assert!(run.cpu_seconds > 0.0 && run.wall_seconds > 0.0, "{run:?}");
        assert!(run.peak_bytes > 0, "{run:?}");
    }

    #[test]
    fn a_program_that_fails_or_is_missing_gives_no_figure() {
        let failed = run(Command::new("sh").args(["-c", "echo because >&2; exit 3"])).unwrap_err();
        assert!(
            failed.to_string().contains("exit status: 3: because"),
            "{failed}"
        );
        let missing = run(&mut Command::new("/no/such/program")).unwrap_err();
        assert!(matches!(missing, ProcessError::Start { .. }));
    }
}
