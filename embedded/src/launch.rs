//! How a service is started: by which program, as whom, and tied to our life.

use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::account::Account;
use crate::{Error, Machine, spawner};

/// Our parent-death signal is set when this runs. If we died before that, the kernel gave the child another parent
/// and will send nothing: then it ends itself. `$PPID` is what the shell saw when it started.
const UNLESS_ORPHANED: &str = r#"[ "$PPID" = "$1" ] || exit 1; shift; exec "$@""#;

/// What a service may see of our environment; the rest (`PG*`, `QUARKUS_*`, ...) would configure it behind our back.
const PASSED_ON: [&str; 6] = [
    "PATH",
    "HOME",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "JAVA_HOME",
    "JAVA_TOOL_OPTIONS",
];

/// The signal the kernel sends to a child when our process ends, whatever ends it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum DeathSignal {
    /// PostgreSQL: shut down fast, with a checkpoint.
    Interrupt,
    /// PostgreSQL: shut down at once; the next start recovers from the log.
    Quit,
    /// Java, and what only prepares a service.
    Kill,
}

impl DeathSignal {
    fn name(self) -> &'static str {
        match self {
            Self::Interrupt => "INT",
            Self::Quit => "QUIT",
            Self::Kill => "KILL",
        }
    }
}

/// What stands before a program's name to make it end with us.
pub(crate) fn tied_to_us(machine: &Machine, signal: DeathSignal) -> Result<Vec<OsString>, Error> {
    let setpriv = machine.find("setpriv").ok_or(Error::NoSetpriv)?;
    let mut line: Vec<OsString> = vec![setpriv.into()];
    line.extend(["--pdeathsig", signal.name(), "/bin/sh", "-c"].map(OsString::from));
    line.extend([UNLESS_ORPHANED, "sh"].map(OsString::from));
    line.push(std::process::id().to_string().into());
    Ok(line)
}

/// Runs a command to its end, from the thread whose end its parent-death signal waits for.
pub(crate) fn run(mut command: Command) -> std::io::Result<Output> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    spawner::spawn(command)?.wait_with_output()
}

/// A program with all it needs to be started, as often as need be.
#[derive(Debug, Clone)]
pub(crate) struct Launch {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<OsString>,
    pub(crate) environment: Vec<(String, OsString)>,
    pub(crate) folder: PathBuf,
    pub(crate) account: Option<Account>,
}

impl Launch {
    /// The program as a lasting child of ours.
    pub(crate) fn lasting(&self, machine: &Machine, signal: DeathSignal) -> Result<Command, Error> {
        let setpriv = machine.find("setpriv").ok_or(Error::NoSetpriv)?;
        let mut line: Vec<OsString> = self.as_account(&setpriv);
        // A change of user clears the signal, so it is set after the change, by a second setpriv.
        line.extend(tied_to_us(machine, signal)?);
        Ok(self.command(line))
    }

    /// Runs the program to its end, or ours: nobody would want what it makes then.
    pub(crate) fn run(&self, machine: &Machine) -> Result<Output, Error> {
        let command = self.lasting(machine, DeathSignal::Kill)?;
        run(command).map_err(|source| Error::Spawn {
            program: self.program.clone(),
            source,
        })
    }

    fn as_account(&self, setpriv: &Path) -> Vec<OsString> {
        let Some(account) = &self.account else {
            return Vec::new();
        };
        vec![
            setpriv.into(),
            format!("--reuid={}", account.uid).into(),
            format!("--regid={}", account.gid).into(),
            "--clear-groups".into(),
        ]
    }

    fn command(&self, mut line: Vec<OsString>) -> Command {
        line.push(self.program.clone().into());
        line.extend(self.arguments.iter().cloned());
        let mut command = Command::new(&line[0]);
        command
            .args(&line[1..])
            .current_dir(&self.folder)
            .env_clear()
            .envs(PASSED_ON.iter().filter_map(|name| {
                std::env::var_os(name).map(|value| (OsStr::new(*name).to_owned(), value))
            }))
            .envs([("LC_ALL", "C"), ("TZ", "UTC")])
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            // Ctrl-C goes to the terminal's process group: we get it, and stop the services in order.
            .process_group(0);
        command
    }
}
