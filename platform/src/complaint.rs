//! What a command says when it fails.

use std::error::Error;

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
