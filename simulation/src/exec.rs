use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use embedded::Wanted;
use platform::shutdown::interrupted;
use rustix::process::{Signal, kill_process, kill_process_group};
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::timeout;

use crate::services::Available;

/// How long a command may take to end that cannot go on.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs a command with the services' addresses in its environment, and passes its exit code on.
///
/// A signal goes to the command, once; the services end after it. Where this process is killed the
/// command is told as well, by the kernel.
pub(crate) async fn exec(
    home: &Path,
    needed: Wanted,
    command: &[OsString],
) -> anyhow::Result<ExitCode> {
    let (program, _) = command.split_first().context("name the command to run")?;
    let mut interrupts = signal(SignalKind::interrupt()).context("wait for signals")?;
    let mut terminations = signal(SignalKind::terminate()).context("wait for signals")?;
    let available = tokio::select! {
        available = Available::for_command(home, needed) => available?,
        _ = interrupts.recv() => return Ok(interrupted()),
        _ = terminations.recv() => return Ok(interrupted()),
    };
    let group = Group::of_child();
    let mut child = Command::new("setpriv")
        .args(["--pdeathsig", "TERM", "--"])
        .args(command)
        .envs(available.addresses.environment())
        .process_group(group.id())
        .spawn()
        .with_context(|| format!("run {}", program.display()))?;
    let status = loop {
        tokio::select! {
            status = child.wait() => break status,
            // Services that others keep may come back, and the command may wait for that.
            error = available.died(), if available.are_own() => {
                end(&mut child, group).await?;
                available.stop().await?;
                return Err(error);
            }
            _ = interrupts.recv() => {
                // On a terminal it has reached the command as well, and may mean no end there:
                // psql ends a query by it.
                if group == Group::Own || !std::io::stdin().is_terminal() {
                    terminate(&child, group);
                }
            }
            _ = terminations.recv() => terminate(&child, group),
        }
    };
    let status = status.context("wait for the command")?;
    // A command that failed for want of a service need not have said so.
    let died = timeout(Duration::ZERO, available.died()).await;
    let are_own = available.are_own();
    available.stop().await?;
    if let (Ok(error), false, true) = (died, status.success(), are_own) {
        return Err(error);
    }
    // Of a command that a signal ended, as shells say it.
    let code = status.code().or(status.signal().map(|signal| 128 + signal));
    let code = code.and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// The process group that the command is in.
///
/// Who signals a whole group (a shell's `kill %1`, a script's `kill -- -$PGID`) means the command
/// once, and would reach it twice if it were in ours: directly, and through us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    /// One of its own, which hears of signals through us alone.
    Own,
    /// Ours: on a terminal another group could not read from it.
    Shared,
}

impl Group {
    fn of_child() -> Self {
        // Only a process with a terminal can open this one.
        match std::fs::File::open("/dev/tty") {
            Ok(_) => Self::Shared,
            Err(_) => Self::Own,
        }
    }

    /// As `process_group` takes it: 0 is a new one, other numbers are those of groups.
    fn id(self) -> i32 {
        match self {
            Self::Own => 0,
            Self::Shared => rustix::process::getpgrp().as_raw_nonzero().get(),
        }
    }
}

async fn end(child: &mut Child, group: Group) -> anyhow::Result<()> {
    terminate(child, group);
    if let Ok(ended) = timeout(PATIENCE, child.wait()).await {
        ended.context("wait for the command")?;
        return Ok(());
    }
    child.kill().await.context("kill the command")
}

fn terminate(child: &Child, group: Group) {
    let id = child.id().and_then(|id| i32::try_from(id).ok());
    let Some(process) = id.and_then(rustix::process::Pid::from_raw) else {
        return;
    };
    // It may just have ended by itself.
    let _ = match group {
        Group::Own => kill_process_group(process, Signal::TERM),
        Group::Shared => kill_process(process, Signal::TERM),
    };
}
