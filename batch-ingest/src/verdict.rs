use domain::rule::Rule;

/// Why a file, or all of a folder, is not loaded. It holds no value of a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {reason}", rule.code)]
pub(crate) struct Refused {
    pub(crate) rule: &'static Rule,
    pub(crate) reason: String,
}

impl Refused {
    pub(crate) fn by(rule: &'static Rule, reason: impl Into<String>) -> Self {
        Self {
            rule,
            reason: reason.into(),
        }
    }
}
