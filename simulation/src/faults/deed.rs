//! What happens to a run, other than at the points inside a batch.

use std::fmt;
use std::time::Duration;

/// A service that all members need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Postgres,
    Kafka,
    Registry,
}

/// What happens to a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Harm {
    /// All its processes are killed (SIGKILL), and it is started again.
    Kill,
    /// It is stopped in order, and started again.
    Restart,
    /// All its processes stand still (SIGSTOP) for so long.
    Pause(Duration),
}

/// Which member; consumers count from 0, the ingester is the last one.
pub(super) type Number = usize;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// A member is killed (SIGKILL).
    Kill(Number),
    /// A member is asked to end (SIGTERM), and comes back later.
    Leave(Number),
    /// A member stands still (SIGSTOP) for so long.
    Freeze(Number, Duration),
    /// A service is harmed.
    Harm(Target, Harm),
    /// The server ends all sessions of the members.
    Cut,
}

impl Deed {
    /// The word under which it is counted.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Kill(_) => "kill",
            Self::Leave(_) => "leave",
            Self::Freeze(..) => "freeze",
            Self::Cut => "cut",
            Self::Harm(target, harm) => match (target, harm) {
                (Target::Postgres, Harm::Kill) => "postgres-kill",
                (Target::Postgres, Harm::Restart) => "postgres-restart",
                (Target::Postgres, Harm::Pause(_)) => "postgres-pause",
                (Target::Kafka, Harm::Kill) => "kafka-kill",
                (Target::Kafka, Harm::Restart) => "kafka-restart",
                (Target::Kafka, Harm::Pause(_)) => "kafka-pause",
                (Target::Registry, Harm::Kill) => "registry-kill",
                (Target::Registry, Harm::Restart) => "registry-restart",
                (Target::Registry, Harm::Pause(_)) => "registry-pause",
            },
        }
    }
}

impl fmt::Display for Deed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.kind())?;
        match self {
            Self::Kill(number) | Self::Leave(number) => write!(formatter, " {number}"),
            Self::Freeze(number, time) => write!(formatter, " {number} for {time:?}"),
            Self::Harm(_, Harm::Pause(time)) => write!(formatter, " for {time:?}"),
            Self::Harm(..) | Self::Cut => Ok(()),
        }
    }
}
