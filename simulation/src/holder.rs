use std::path::Path;

use anyhow::anyhow;
use embedded::{Addresses, Error, Home};

/// Written by the supervisor that has the home; holds its process id.
pub(crate) const SUPERVISOR: &str = "supervisor.pid";

/// Written by the supervisor once everything answers; holds its process id.
pub(crate) const READY: &str = "supervisor.ready";

/// The process that has a home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holder {
    /// That of `simulation up`, which stays until `down`.
    Supervisor(u32),
    /// A command, which has its services for its own time.
    Command(u32),
}

impl Holder {
    /// Who has this home, if somebody does.
    pub(crate) fn of(home: &Path) -> Result<Option<Self>, Error> {
        let holder = Addresses::holder(home)?;
        Ok(holder.map(|id| {
            // A killed supervisor leaves its file behind; its lock on the home went with it.
            if noted(home, SUPERVISOR) == Some(id) {
                Self::Supervisor(id)
            } else {
                Self::Command(id)
            }
        }))
    }

    pub(crate) fn id(self) -> u32 {
        match self {
            Self::Supervisor(id) | Self::Command(id) => id,
        }
    }

    /// What to do for having the home oneself.
    pub(crate) fn remedy(self) -> String {
        match self {
            Self::Supervisor(_) => "stop it: ./wardflow simulation down".to_owned(),
            Self::Command(id) => format!("it ends by itself: wait for it, or end it: kill {id}"),
        }
    }

    /// Why the home cannot be had.
    pub(crate) fn refusal(self, home: &Path) -> anyhow::Error {
        let (home, id, remedy) = (home.display(), self.id(), self.remedy());
        anyhow!("{home} is in use by process {id}; {remedy}")
    }
}

/// The supervisor's process id, where one is ready in this home.
pub(crate) fn running(home: &Path) -> Result<Option<u32>, Error> {
    Ok(match Holder::of(home)? {
        Some(Holder::Supervisor(id)) if noted(home, READY) == Some(id) => Some(id),
        _ => None,
    })
}

/// The process id in a file of the home.
fn noted(home: &Path, file: &str) -> Option<u32> {
    let text = std::fs::read_to_string(home.join(file)).ok()?;
    text.trim().parse().ok()
}

/// Takes the home, or says who has it.
pub(crate) fn open(home: &Path) -> anyhow::Result<Home> {
    match Home::open(home) {
        Err(error @ Error::Locked { .. }) => Err(match Holder::of(home) {
            Ok(Some(holder)) => holder.refusal(home),
            _ => error.into(),
        }),
        opened => Ok(opened?),
    }
}
