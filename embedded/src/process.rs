//! A service's process: started, watched, stopped, and troubled on purpose.

use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

use crate::launch::{DeathSignal, Launch};
use crate::pause::Pause;
use crate::process_table::signal;
use crate::{Error, Home, Machine, Service, log, pidfile, spawner};

/// How a service is asked to end, and how long it may take before it is killed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Farewell {
    pub(crate) signal: Signal,
    pub(crate) patience: Duration,
    pub(crate) on_our_death: DeathSignal,
}

/// The process of one service. Dropping it stops it.
#[derive(Debug)]
pub(crate) struct Process {
    service: Service,
    machine: Machine,
    launch: Launch,
    farewell: Farewell,
    log: PathBuf,
    pid_file: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    child: Option<Child>,
    pause: Option<Pause>,
}

impl Process {
    /// A process that is not started yet.
    pub(crate) fn new(
        service: Service,
        home: &Home,
        machine: &Machine,
        launch: Launch,
        farewell: Farewell,
    ) -> Self {
        Self {
            service,
            machine: machine.clone(),
            launch,
            farewell,
            log: home.log(service),
            pid_file: home.pid_file(service),
            state: Mutex::default(),
        }
    }

    pub(crate) fn service(&self) -> Service {
        self.service
    }

    pub(crate) fn log(&self) -> &Path {
        &self.log
    }

    /// Starts it, if it does not run. It is not ready then.
    pub(crate) fn start(&self) -> Result<(), Error> {
        let mut state = self.state();
        if running(&mut state).is_some() {
            return Ok(());
        }
        let log = log::begin(&self.log)?;
        let for_errors = log.try_clone().map_err(Error::file("open", &self.log))?;
        let mut command = self
            .launch
            .lasting(&self.machine, self.farewell.on_our_death)?;
        command.stdout(Stdio::from(log)).stderr(for_errors);
        let child = spawner::spawn(command).map_err(|source| Error::Spawn {
            program: self.launch.program.clone(),
            source,
        })?;
        let pid = Pid::from_child(&child);
        state.child = Some(child);
        pidfile::record(&self.pid_file, pid)
    }

    /// The pid, while it runs.
    pub(crate) fn pid(&self) -> Option<Pid> {
        running(&mut self.state())
    }

    /// How it ended, if it has.
    pub(crate) fn exit_status(&self) -> Option<ExitStatus> {
        let mut state = self.state();
        state.child.as_mut()?.try_wait().ok().flatten()
    }

    /// Asks it to end, waits, and kills it in the end. Blocks.
    pub(crate) fn stop(&self) -> Result<(), Error> {
        let mut state = self.state();
        state.pause = None; // Resumes: what is stopped cannot stop.
        let Some(pid) = running(&mut state) else {
            return Ok(());
        };
        self.send(pid, self.farewell.signal)?;
        let deadline = Instant::now() + self.farewell.patience;
        while running(&mut state).is_some() {
            if Instant::now() >= deadline {
                tracing::warn!(service = %self.service, "did not end when asked and is killed");
                return self.kill_now(&mut state, pid);
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(())
    }

    /// Kills it with all its children (SIGKILL), as a crash would.
    pub(crate) fn kill(&self) -> Result<(), Error> {
        let mut state = self.state();
        let pid = self.running_or_error(&mut state)?;
        self.kill_now(&mut state, pid)
    }

    /// Stops it with all its children (SIGSTOP): connections stay open and nothing answers.
    pub(crate) fn pause(&self) -> Result<(), Error> {
        let mut state = self.state();
        let pid = self.running_or_error(&mut state)?;
        if state.pause.is_none() {
            state.pause = Some(Pause::begin(self.service, pid)?);
        }
        Ok(())
    }

    /// Lets it go on after [`Process::pause`].
    pub(crate) fn resume(&self) -> Result<(), Error> {
        let mut state = self.state();
        self.running_or_error(&mut state)?;
        state.pause = None;
        Ok(())
    }

    fn kill_now(&self, state: &mut State, pid: Pid) -> Result<(), Error> {
        pidfile::kill_family(pid).map_err(|errno| self.signal_error(errno))?;
        state.pause = None;
        if let Some(child) = state.child.as_mut() {
            child.wait().map_err(|source| Error::Signal {
                service: self.service,
                source,
            })?;
        }
        Ok(())
    }

    fn running_or_error(&self, state: &mut State) -> Result<Pid, Error> {
        running(state).ok_or(Error::NotRunning {
            service: self.service,
        })
    }

    fn send(&self, pid: Pid, what: Signal) -> Result<(), Error> {
        signal(pid, what).map_err(|errno| self.signal_error(errno))
    }

    fn signal_error(&self, errno: rustix::io::Errno) -> Error {
        Error::Signal {
            service: self.service,
            source: errno.into(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere must not keep the service from being stopped.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            tracing::warn!(service = %self.service, %error, "not stopped");
        }
    }
}

/// The pid of a child that has not ended. Until we have waited for it, its pid is not given to another process.
fn running(state: &mut State) -> Option<Pid> {
    let child = state.child.as_mut()?;
    match child.try_wait() {
        Ok(None) => Some(Pid::from_child(child)),
        _ => None,
    }
}
