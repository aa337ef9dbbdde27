//! `simulation up` and `down`: services that keep running in the background.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use embedded::Home;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use tokio_util::sync::CancellationToken;

use crate::services::Available;

/// Written by the supervisor once everything answers; holds its process id.
const READY: &str = "supervisor.pid";
const LOG: &str = "supervisor.log";
const START_TIMEOUT: Duration = Duration::from_mins(5);
const STOP_TIMEOUT: Duration = Duration::from_mins(1);

/// Starts services in the background, and returns when they answer. Where they run already,
/// nothing happens.
pub(crate) async fn up(home: &Path) -> anyhow::Result<()> {
    if let Some(id) = running(home) {
        let mut out = std::io::stdout().lock();
        writeln!(
            out,
            "already up (process {id}); stop it by: ./wardflow simulation down"
        )?;
        return Ok(());
    }
    Home::make(home)?;
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
    let mut child = tokio::process::Command::new("setsid")
        .arg(program)
        .arg("--home")
        .arg(home)
        .arg("supervise")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .context("run setsid: install it by `apt-get install util-linux`")?;
    let started = Instant::now();
    loop {
        if child.try_wait()?.is_some() {
            let log = std::fs::read_to_string(&log_path).unwrap_or_default();
            let last = log.lines().last().unwrap_or("it said nothing");
            // The words of its own error, without the time and level before them.
            let last = last.split("ERROR simulation: ").last().unwrap_or(last);
            bail!(
                "the services did not start: {last} (log: {})",
                log_path.display()
            );
        }
        if running(home).is_some() {
            break;
        }
        if started.elapsed() > START_TIMEOUT {
            child.kill().await?;
            bail!(
                "the services did not answer within five minutes; log: {}",
                log_path.display()
            );
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "PostgreSQL, Kafka and the schema registry are up.")?;
    writeln!(out, "  look:  ./wardflow database shell")?;
    writeln!(out, "  stop:  ./wardflow simulation down")?;
    Ok(())
}

/// Holds services until a signal.
pub(crate) async fn supervise(home: &Path, shutdown: &CancellationToken) -> anyhow::Result<()> {
    let available = tokio::select! {
        available = Available::start_missing(home) => available?,
        () = shutdown.cancelled() => return Ok(()),
    };
    let ready = home.join(READY);
    std::fs::write(&ready, std::process::id().to_string())
        .with_context(|| format!("write {}", ready.display()))?;
    tracing::info!("services are up");
    shutdown.cancelled().await;
    let _ = std::fs::remove_file(&ready);
    available.stop().await
}

/// Stops the services that `up` keeps running.
pub(crate) async fn down(home: &Path) -> anyhow::Result<()> {
    let Some(id) = running(home) else {
        writeln!(
            std::io::stdout(),
            "nothing is running in {}",
            home.display()
        )?;
        return Ok(());
    };
    let process = process(id).context("the supervisor's process id is not one")?;
    kill_process(process, Signal::TERM).context("stop the supervisor")?;
    let started = Instant::now();
    while test_kill_process(process).is_ok() {
        if started.elapsed() > STOP_TIMEOUT {
            bail!("process {id} does not end; kill -9 {id} ends it and the services with it");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    writeln!(std::io::stdout(), "stopped")?;
    Ok(())
}

/// The supervisor's process id, where one is ready in this home.
pub(crate) fn running(home: &Path) -> Option<u32> {
    let id: u32 = std::fs::read_to_string(home.join(READY))
        .ok()?
        .trim()
        .parse()
        .ok()?;
    // A killed supervisor leaves its file behind; its lock on the home went with it.
    let holder = embedded::Addresses::holder(home).ok()??;
    (holder == id).then_some(id)
}

fn process(id: u32) -> Option<Pid> {
    i32::try_from(id).ok().and_then(Pid::from_raw)
}
