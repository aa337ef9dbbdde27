//! A consumer or the ingester: a process that dies and is started again.

use std::fs::{File, OpenOptions};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process};

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    /// It runs.
    Runs,
    /// It stands still (SIGSTOP).
    Stands,
    /// It was killed.
    Killed,
    /// It ended in order.
    Ended,
}

/// A process, over all of its lives.
pub(super) struct Member {
    name: String,
    log: PathBuf,
    child: Option<Child>,
    /// It was asked to end in this life; so early that nothing in it hears yet, SIGTERM ends it all the same.
    is_asked: bool,
    /// How often it was started before.
    pub(super) lives: u64,
    /// When it begins again, or goes on.
    pub(super) due: Option<Instant>,
}

impl Member {
    /// One that is not there yet; what it says goes to a file of its name.
    pub(super) fn new(name: String, folder: &Path) -> Self {
        Self {
            log: folder.join(format!("{name}.log")),
            name,
            child: None,
            is_asked: false,
            lives: 0,
            due: None,
        }
    }

    /// Begins a life.
    pub(super) fn start(&mut self, mut command: Command) -> anyhow::Result<()> {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(self.open_log()?)
            .spawn()
            .with_context(|| format!("cannot start {}", self.name))?;
        self.child = Some(child);
        self.is_asked = false;
        self.lives += 1;
        self.due = None;
        Ok(())
    }

    fn open_log(&self) -> anyhow::Result<File> {
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        let opened = options.open(&self.log);
        opened.with_context(|| format!("cannot write {}", self.log.display()))
    }

    /// What it does just now. One that ended otherwise than it may is an error with its last words.
    pub(super) fn look(&mut self) -> anyhow::Result<Option<Life>> {
        let Some(child) = &mut self.child else {
            return Ok(None);
        };
        match child.try_wait()? {
            None if is_stopped(child.id()) => Ok(Some(Life::Stands)),
            None => Ok(Some(Life::Runs)),
            Some(status) => {
                self.child = None;
                self.judge(status).map(Some)
            }
        }
    }

    fn judge(&self, status: ExitStatus) -> anyhow::Result<Life> {
        match (status.signal(), status.code()) {
            (Some(signal), _) if signal == Signal::KILL.as_raw() => Ok(Life::Killed),
            (Some(signal), _) if self.is_asked && signal == Signal::TERM.as_raw() => {
                Ok(Life::Ended)
            }
            (_, Some(0 | 130)) => Ok(Life::Ended),
            _ => bail!(
                "{} ended by itself ({status}): {}",
                self.name,
                self.last_words()
            ),
        }
    }

    fn last_words(&self) -> String {
        let said = std::fs::read_to_string(&self.log).unwrap_or_default();
        said.lines().last().unwrap_or_default().to_owned()
    }

    /// Sends a signal to it, if it is there.
    pub(super) fn signal(&mut self, signal: Signal) {
        if let Some(child) = &self.child {
            self.is_asked |= signal == Signal::TERM;
            // It may end just now.
            let _ = kill_process(Pid::from_child(child), signal);
        }
    }

    /// Asks it to end, and waits for that.
    pub(super) async fn end(&mut self, patience: Duration) -> anyhow::Result<()> {
        self.signal(Signal::CONT);
        self.signal(Signal::TERM);
        let deadline = Instant::now() + patience;
        while self
            .look()?
            .is_some_and(|life| matches!(life, Life::Runs | Life::Stands))
        {
            if Instant::now() > deadline {
                bail!("{} did not end within {patience:?} of SIGTERM", self.name);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    /// What it said, as lines of JSON.
    pub(super) fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

/// Nobody goes on after a run that failed.
impl Drop for Member {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn is_stopped(process: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/stat"));
    // The name, in parentheses, comes before.
    status.is_ok_and(|status| status.contains(") T "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A member that hears no signal, as one of ours in its first moments.
    fn deaf(folder: &Path) -> Member {
        let mut member = Member::new("deaf".to_owned(), folder);
        let mut command = Command::new("sleep");
        command.arg("60");
        member.start(command).unwrap();
        member
    }

    #[tokio::test]
    async fn one_that_is_asked_to_end_before_it_hears_ended_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let mut member = deaf(folder.path());
        member.end(Duration::from_secs(10)).await.unwrap();
        assert_eq!(member.look().unwrap(), None);
    }

    #[tokio::test]
    async fn one_that_nobody_asked_did_not() {
        let folder = tempfile::tempdir().unwrap();
        let mut member = deaf(folder.path());
        let process = Pid::from_child(member.child.as_ref().unwrap());
        kill_process(process, Signal::TERM).unwrap();
        let deadline = Instant::now() + Duration::from_secs(10);
        let error = loop {
            match member.look() {
                Err(error) => break error.to_string(),
                Ok(life) => assert_eq!(life, Some(Life::Runs)),
            }
            assert!(Instant::now() < deadline, "it does not end");
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        assert!(error.contains("deaf ended by itself"), "{error}");
    }
}
