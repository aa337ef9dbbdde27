//! Whose fault an error is, and so what to do about it.

/// Who or what is to blame for an error.
///
/// Bad data never stops the line, and a failing surrounding never quarantines data: whoever
/// handles an error asks this first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// This record cannot be used, now or later: quarantine it and go on.
    Data,
    /// A broker, a registry or the network is away: try again until it is back.
    Infrastructure,
    /// The way the service was set up is wrong: stop and say how to mend it.
    Configuration,
}

impl Fault {
    /// Whether the same call may succeed later without anybody changing anything.
    pub fn is_retryable(self) -> bool {
        self == Self::Infrastructure
    }
}
