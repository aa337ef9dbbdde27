//! What a command says when it fails.

use std::error::Error;
use std::io;
use std::process::ExitCode;

/// The exit code of a process whose reader has gone: 128 and SIGPIPE's number, as shells say.
const BROKEN_PIPE_EXIT_CODE: u8 = 141;

/// The exit code of a command's outcome. A failure is told on stderr: as a line of the log, or, where
/// the log was not started or `RUST_LOG` shuts it up, as a line of the command's. Where whoever read
/// the results has gone (`head`), nobody need be told.
pub fn exit_code<E>(command: &str, outcome: Result<ExitCode, E>) -> ExitCode
where
    E: AsRef<dyn Error + 'static>,
{
    outcome.unwrap_or_else(|error| {
        if is_broken_pipe(error.as_ref()) {
            return ExitCode::from(BROKEN_PIPE_EXIT_CODE);
        }
        let told = complaint(error.as_ref());
        if tracing::enabled!(target: "wardflow", tracing::Level::ERROR) {
            tracing::error!(target: "wardflow", "{told}");
        } else {
            eprintln!("{command}: {told}");
        }
        ExitCode::FAILURE
    })
}

/// Whether an error is, or comes from, an output that nobody reads any more.
fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    let is = |error: &(dyn Error + 'static)| {
        let error = error.downcast_ref::<io::Error>();
        error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    };
    is(error) || error.source().is_some_and(is_broken_pipe)
}

/// An error with its causes, in one line; a cause whose words its effect already holds is left out.
pub fn complaint(error: &(dyn Error + 'static)) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !told.contains(&words) {
            told.push_str(": ");
            told.push_str(&words);
        }
        cause = error.source();
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_has_gone_is_told_apart() {
        let gone = Repeats(io::ErrorKind::BrokenPipe.into());
        assert!(is_broken_pipe(&Adds(gone)));
        assert!(!is_broken_pipe(&Adds(Repeats(io::Error::other("full")))));
    }

    #[derive(Debug, thiserror::Error)]
    #[error("cannot read the file: {0}")]
    struct Repeats(#[source] std::io::Error);

    #[derive(Debug, thiserror::Error)]
    #[error("cannot start")]
    struct Adds(#[source] Repeats);

    #[test]
    fn every_cause_is_told_once() {
        let error = Adds(Repeats(std::io::Error::other("it is gone")));
        assert_eq!(
            complaint(&error),
            "cannot start: cannot read the file: it is gone"
        );
    }
}
