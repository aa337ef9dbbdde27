//! What a command says when it fails.

use std::error::Error;
use std::process::ExitCode;

/// The exit code of a command's outcome. A failure is told on stderr: as a line of the log, or, where
/// the log could not be started, as a line of the command's.
pub fn exit_code<E>(command: &str, outcome: Result<ExitCode, E>) -> ExitCode
where
    E: AsRef<dyn Error + 'static>,
{
    outcome.unwrap_or_else(|error| {
        let told = complaint(error.as_ref());
        if tracing::dispatcher::has_been_set() {
            tracing::error!("{told}");
        } else {
            eprintln!("{command}: {told}");
        }
        ExitCode::FAILURE
    })
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
