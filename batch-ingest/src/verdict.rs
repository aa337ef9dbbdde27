use domain::rule::Rule;

/// Why a file, or all of a folder, is not loaded. It holds no value of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) rule: &'static Rule,
    pub(crate) reason: String,
    /// SHA-256 of the uncompressed file, where it could be read to its end.
    pub(crate) sha256: Option<[u8; 32]>,
}

impl Refused {
    pub(crate) fn by(rule: &'static Rule, reason: impl Into<String>) -> Self {
        Self {
            rule,
            reason: reason.into(),
            sha256: None,
        }
    }

    /// The same of a file that was read to its end.
    pub(crate) fn of(self, sha256: [u8; 32]) -> Self {
        Self {
            sha256: Some(sha256),
            ..self
        }
    }
}
