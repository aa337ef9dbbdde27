//! The command `simulation`, as a user runs it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::mem::take;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use serde_json::Value;

use super::home::TestHome;

/// What would name services or settings of the machine that runs the tests.
pub(super) const FOREIGN: [&str; 17] = [
    "ARCHIVE_DIR",
    "CONSUMER_LANES",
    "DATABASE_ADMIN_URL",
    "DATABASE_ANALYST_URL",
    "DATABASE_URL",
    "KAFKA_BOOTSTRAP_SERVERS",
    "KAFKA_GROUP_ID",
    "KAFKA_TOPIC_PREFIX",
    "LOG_FORMAT",
    "PSEUDONYM_KEY_FILE",
    "RUST_LOG",
    "SCHEMA_REGISTRY_URL",
    "SIMULATION_FAULTS",
    "SIMULATION_SCALE",
    "SIMULATION_SEED",
    "SIMULATION_SPEED",
    "SIMULATION_START",
];

/// The command in a home, with nothing named by the environment.
pub(super) fn simulation(home: &TestHome, arguments: &[&str]) -> Command {
    prepared(env!("CARGO_BIN_EXE_simulation"), home, arguments)
}

/// Another command of the platform, which was built beside it.
pub(super) fn program(name: &str, home: &TestHome, arguments: &[&str]) -> Command {
    let simulation = Path::new(env!("CARGO_BIN_EXE_simulation"));
    let program = simulation.with_file_name(name);
    prepared(program.to_str().unwrap(), home, arguments)
}

fn prepared(program: &str, home: &TestHome, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .env("WARDFLOW_HOME", home.path())
        .current_dir(home.folder())
        .stdin(Stdio::null());
    for variable in FOREIGN {
        command.env_remove(variable);
    }
    // A database that the environment names has no key of its own accord.
    command.env(
        "PSEUDONYM_KEY_FILE",
        concat!(env!("CARGO_MANIFEST_DIR"), "/../demo-pseudonym.key"),
    );
    command
}

/// Runs it to its end.
pub(super) fn say(home: &TestHome, arguments: &[&str]) -> Said {
    Said::of(&simulation(home, arguments).output().unwrap())
}

/// What a command said, and how it ended.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) code: Option<i32>,
    pub(super) out: String,
    pub(super) err: String,
}

impl Said {
    pub(super) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout.clone()).unwrap(),
            err: String::from_utf8(output.stderr.clone()).unwrap(),
        }
    }

    pub(super) fn assert_done(&self) -> &Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    /// The one line that says why the command failed.
    pub(super) fn refusal(&self) -> &str {
        assert_eq!(self.code, Some(1), "{self:?}");
        let errors: Vec<&str> = self.err.lines().filter(|l| l.contains(" ERROR ")).collect();
        assert_eq!(errors.len(), 1, "{self:?}");
        // One event a line: what follows an error would be its continuation.
        assert_eq!(self.err.lines().last(), Some(errors[0]), "{self:?}");
        errors[0]
    }

    /// The last line, which says that the command was interrupted.
    pub(super) fn interruption(&self) -> &str {
        assert_eq!(self.code, Some(130), "{self:?}");
        assert!(!self.err.contains(" ERROR "), "{self:?}");
        let last = self.err.lines().last().unwrap();
        assert!(last.contains(" WARN "), "{self:?}");
        last
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.assert_done().out).unwrap()
    }
}

/// A command that runs, in a process group of its own as a shell would start it.
pub(super) struct Running {
    child: Child,
    lines: Receiver<String>,
    err: String,
    /// What it says on stdout, until that is asked for.
    out: Option<JoinHandle<String>>,
}

impl Running {
    pub(super) fn start(home: &TestHome, arguments: &[&str]) -> Self {
        let mut command = simulation(home, arguments);
        command.process_group(0);
        Self::spawn(command)
    }

    /// In a session of its own, without a terminal.
    pub(super) fn start_in_session(home: &TestHome, arguments: &[&str]) -> Self {
        let program = env!("CARGO_BIN_EXE_simulation");
        let arguments = [&[program], arguments].concat();
        Self::spawn(prepared("setsid", home, &arguments))
    }

    pub(super) fn spawn(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let mut stdout = child.stdout.take().unwrap();
        let out = std::thread::spawn(move || {
            let mut text = String::new();
            stdout.read_to_string(&mut text).unwrap();
            text
        });
        Self {
            child,
            lines,
            err: String::new(),
            out: Some(out),
        }
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it says so on stderr.
    pub(super) fn await_line(&mut self, part: &str) {
        loop {
            let line = self.lines.recv_timeout(Duration::from_mins(2));
            let line = line.unwrap_or_else(|_| panic!("{part:?} was not said: {}", self.err));
            self.err.push_str(&line);
            self.err.push('\n');
            if line.contains(part) {
                return;
            }
        }
    }

    /// Ctrl-C: a terminal signals the whole group.
    pub(super) fn interrupt(&self) {
        self.signal_group(Signal::INT);
    }

    pub(super) fn signal_group(&self, signal: Signal) {
        kill_process_group(self.process(), signal).unwrap();
    }

    /// A signal to this process alone, such as `kill -9`.
    pub(super) fn signal(&self, signal: Signal) {
        kill_process(self.process(), signal).unwrap();
    }

    pub(super) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    fn process(&self) -> Pid {
        Pid::from_raw(self.child.id().try_into().unwrap()).unwrap()
    }

    /// Waits for its end.
    pub(super) fn end(mut self) -> Said {
        let code = self.child.wait().unwrap().code();
        self.err.extend(self.lines.iter().map(|line| line + "\n"));
        Said {
            code,
            out: self.out.take().unwrap().join().unwrap(),
            err: take(&mut self.err),
        }
    }
}

/// A test that fails leaves nothing running.
impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The network file of the small hospital, of which some hundred events show everything.
pub(super) fn small_network() -> &'static str {
    static FILE: LazyLock<String> = LazyLock::new(|| {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("small-network.toml");
        std::fs::write(&path, generators::trial::network_toml()).unwrap();
        path.to_str().unwrap().to_owned()
    });
    &FILE
}
