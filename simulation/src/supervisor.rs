//! `simulation up` and `down`: services that keep running in the background.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use embedded::{Home, write_private};
use platform::complaint::complaint;
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio_util::sync::CancellationToken;

use crate::holder::{Holder, READY, SUPERVISOR, open, running};
use crate::services::Available;

/// Written by the supervisor when it fails: why.
const ERROR: &str = "supervisor.error";
const LOG: &str = "supervisor.log";
const START_TIMEOUT: Duration = Duration::from_mins(5);
/// PostgreSQL is given a minute for its last checkpoint, and Java some seconds.
const STOP_TIMEOUT: Duration = Duration::from_secs(90);

/// Starts services in the background, and returns when they answer. Where they run already,
/// nothing happens. A signal before they answer ends what was started.
pub(crate) async fn up(home: &Path, shutdown: &CancellationToken) -> anyhow::Result<()> {
    if let Some(id) = running(home)? {
        let mut out = std::io::stdout().lock();
        writeln!(
            out,
            "already up (process {id}); stop it by: ./wardflow simulation down"
        )?;
        return Ok(());
    }
    if let Some(holder) = Holder::of(home)? {
        return Err(holder.refusal(home));
    }
    Home::make(home)?;
    let mut supervisor = start(home)?;
    let started = Instant::now();
    while running(home)?.is_none() {
        tokio::select! {
            ended = supervisor.wait() => {
                ended.context("wait for the supervisor")?;
                bail!("the services did not start: {}", why_it_ended(home));
            }
            () = shutdown.cancelled() => {
                end(&mut supervisor).await?;
                bail!("interrupted");
            }
            () = tokio::time::sleep(Duration::from_millis(100)) => {}
        }
        if started.elapsed() > START_TIMEOUT {
            end(&mut supervisor).await?;
            let log = home.join(LOG);
            let log = log.display();
            bail!("the services did not answer within five minutes; log: {log}");
        }
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "PostgreSQL, Kafka and the schema registry are up.")?;
    writeln!(out, "  look:  ./wardflow database shell")?;
    writeln!(out, "  stop:  ./wardflow simulation down")?;
    Ok(())
}

fn start(home: &Path) -> anyhow::Result<Child> {
    forget(&home.join(ERROR))?;
    let log_path = home.join(LOG);
    let log = OpenOptions::new()
        .create(true)
        .write(true)
        .truncate(true)
        .mode(0o600)
        .open(&log_path)
        .with_context(|| format!("write {}", log_path.display()))?;
    let program = std::env::current_exe().context("find this program")?;
    // A session of its own: neither Ctrl-C nor a closed terminal reaches it.
    Command::new("setsid")
        .arg(program)
        .arg("--home")
        .arg(home)
        .arg("supervise")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .context("run setsid: install it by `apt-get install util-linux`")
}

/// Asks a supervisor to end, and waits for it and what it started.
async fn end(supervisor: &mut Child) -> anyhow::Result<()> {
    if let Some(id) = supervisor.id() {
        terminate(id)?;
    }
    supervisor.wait().await.context("wait for the supervisor")?;
    Ok(())
}

/// The supervisor's own words, or, if it found none, the last of its log.
fn why_it_ended(home: &Path) -> String {
    let log_path = home.join(LOG);
    let read = |path: PathBuf| std::fs::read_to_string(path).unwrap_or_default();
    let log = read(log_path.clone());
    let told = match read(home.join(ERROR)) {
        told if told.is_empty() => log.lines().last().unwrap_or("it said nothing").to_owned(),
        told => told,
    };
    format!("{} (log: {})", told.trim_end(), log_path.display())
}

/// Holds services until a signal, or until one of them has ended.
pub(crate) async fn supervise(home: &Path, shutdown: &CancellationToken) -> anyhow::Result<()> {
    let outcome = hold(home, shutdown).await;
    if let Err(error) = &outcome
        && let Err(unwritten) = write_private(&home.join(ERROR), &complaint(error.as_ref()))
    {
        tracing::warn!(error = %unwritten, "why it ended is in this log alone");
    }
    outcome
}

async fn hold(home: &Path, shutdown: &CancellationToken) -> anyhow::Result<()> {
    let opened = open(home)?;
    let id = std::process::id().to_string();
    write_private(&home.join(SUPERVISOR), &id)?;
    forget(&home.join(READY))?;
    let available = tokio::select! {
        available = Available::start_missing(opened) => available?,
        () = shutdown.cancelled() => return Ok(()),
    };
    write_private(&home.join(READY), &id)?;
    tracing::info!("services are up");
    let outcome = tokio::select! {
        () = shutdown.cancelled() => Ok(()),
        // Nobody is served by the others alone; `up` starts them all anew.
        error = available.died() => Err(error),
    };
    forget(&home.join(READY))?;
    let stopped = available.stop().await;
    outcome.and(stopped)
}

/// Stops the services that `up` keeps running.
pub(crate) async fn down(home: &Path) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    let id = match Holder::of(home)? {
        None => {
            writeln!(out, "nothing is running in {}", home.display())?;
            return Ok(());
        }
        Some(holder @ Holder::Command(_)) => return Err(holder.refusal(home)),
        Some(Holder::Supervisor(id)) => id,
    };
    terminate(id)?;
    let started = Instant::now();
    while embedded::is_running(id) {
        if started.elapsed() > STOP_TIMEOUT {
            bail!("process {id} does not end; kill -9 {id} ends it and the services with it");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    writeln!(out, "stopped")?;
    Ok(())
}

/// Why the services that were kept last are not kept any more, if nobody stopped them.
pub(crate) fn last_failure(home: &Path) -> Option<String> {
    let told = std::fs::read_to_string(home.join(ERROR)).ok()?;
    told.lines().next().map(ToOwned::to_owned)
}

fn terminate(id: u32) -> anyhow::Result<()> {
    let process = i32::try_from(id).ok().and_then(Pid::from_raw);
    let process = process.context("the supervisor's process id is not one")?;
    match kill_process(process, Signal::TERM) {
        // It has just ended.
        Err(rustix::io::Errno::SRCH) => Ok(()),
        sent => sent.context("stop the supervisor"),
    }
}

fn forget(path: &Path) -> anyhow::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("delete {}", path.display()))
        }
        _ => Ok(()),
    }
}
