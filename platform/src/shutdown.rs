//! Shutdown: a token that is cancelled when the process is asked to end.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// The exit code of a process that was interrupted before its work was done: 128 and SIGINT's number,
/// as shells say.
const INTERRUPTED_EXIT_CODE: i32 = 130;

/// The exit code of a command that was interrupted before its work was done.
pub fn interrupted() -> ExitCode {
    ExitCode::from(u8::try_from(INTERRUPTED_EXIT_CODE).unwrap_or(1))
}

/// SIGXFSZ: a file became larger than a limit of the process allows.
const FILE_TOO_LARGE: i32 = 25;

/// Signals that follow the first within so long are the same wish.
const SAME_WISH: Duration = Duration::from_secs(1);

/// The signals cannot be waited for.
#[derive(Debug, thiserror::Error)]
#[error("cannot wait for SIGINT and SIGTERM: {0}")]
pub struct ShutdownError(#[from] std::io::Error);

impl ShutdownError {
    /// A process that cannot register signals is set up wrongly.
    pub fn fault(&self) -> crate::fault::Fault {
        crate::fault::Fault::Configuration
    }
}

/// A token that SIGINT (Ctrl-C) or SIGTERM cancels; whoever works looks at it between two batches.
///
/// A second signal ends the process at once with code 130: whoever asks twice does not want to
/// wait, and every write is safe against a kill anyway. Within a second of the first it is the same
/// wish, told by the process group and by a parent as well. To be called once, inside a Tokio runtime.
pub fn on_signal() -> Result<CancellationToken, ShutdownError> {
    let token = CancellationToken::new();
    let interrupts = signal(SignalKind::interrupt())?;
    let terminations = signal(SignalKind::terminate())?;
    // By itself it would end the process without a word; now the write fails, and that is told.
    let _unheard = signal(SignalKind::from_raw(FILE_TOO_LARGE))?;
    tokio::spawn(cancel_then_exit(token.clone(), interrupts, terminations));
    Ok(token)
}

async fn cancel_then_exit(
    token: CancellationToken,
    mut interrupts: Signal,
    mut terminations: Signal,
) {
    let name = next_signal(&mut interrupts, &mut terminations).await;
    // Before whoever hears of it tells how it ended.
    tracing::info!(
        signal = name,
        "shutting down; a second signal ends the process at once"
    );
    token.cancel();
    let first_at = Instant::now();
    let name = loop {
        let name = next_signal(&mut interrupts, &mut terminations).await;
        if first_at.elapsed() > SAME_WISH {
            break name;
        }
    };
    tracing::warn!(signal = name, "ending at once");
    std::process::exit(INTERRUPTED_EXIT_CODE);
}

async fn next_signal(interrupts: &mut Signal, terminations: &mut Signal) -> &'static str {
    tokio::select! {
        _ = interrupts.recv() => "SIGINT",
        _ = terminations.recv() => "SIGTERM",
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader};
    use std::process::{Child, Command, Stdio};

    use super::*;

    /// Set in the process that a test of this module starts to be signalled.
    const CHILD: &str = "WARDFLOW_TEST_SHUTDOWN_CHILD";

    /// Not a test by itself: what the child runs. It never ends on a first signal.
    #[tokio::test]
    async fn child() {
        if std::env::var_os(CHILD).is_none() {
            return;
        }
        let token = on_signal().unwrap();
        eprintln!("waiting");
        token.cancelled().await;
        eprintln!("cancelled");
        std::future::pending::<()>().await;
    }

    fn signal(child: &Child, name: &str) {
        // The shell's own, since a small system has no program of that name.
        let kill = format!("kill {name} {}", child.id());
        assert!(
            Command::new("sh")
                .args(["-c", &kill])
                .status()
                .unwrap()
                .success()
        );
    }

    #[test]
    fn the_first_signal_cancels_and_the_second_ends_at_once() {
        for (first, second) in [("-INT", "-INT"), ("-TERM", "-INT")] {
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "shutdown::tests::child", "--nocapture"])
                .env(CHILD, "1")
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let mut lines = BufReader::new(child.stderr.take().unwrap())
                .lines()
                .map_while(Result::ok);
            assert!(lines.any(|line| line == "waiting"));
            signal(&child, first);
            assert!(lines.any(|line| line == "cancelled"));
            // As `timeout` and others signal: the group, and with it a parent that passes it on.
            signal(&child, first);
            assert_eq!(child.try_wait().unwrap(), None);
            std::thread::sleep(SAME_WISH * 2);
            assert_eq!(child.try_wait().unwrap(), None, "the first wish, twice");
            signal(&child, second);
            assert_eq!(child.wait().unwrap().code(), Some(INTERRUPTED_EXIT_CODE));
        }
    }
}
