//! What a campaign loads.

use std::time::Duration;

use clap::ValueEnum;
use domain::network::{JOHANNESBURG, Network, NetworkError};

/// What is loaded again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Load {
    /// Some hundred events of a small hospital, and two days of extracts: every kind of movement, in small batches
    Small,
    /// The nine days of the quick scale
    NineDays,
}

impl Load {
    /// What asks for it, behind the command's other arguments.
    pub(super) fn as_argument(self) -> &'static str {
        match self {
            Self::Small => "",
            Self::NineDays => " --load nine-days",
        }
    }

    /// The hospitals.
    pub(super) fn network(self) -> String {
        match self {
            Self::Small => generators::trial::network_toml(),
            Self::NineDays => JOHANNESBURG.to_owned(),
        }
    }

    /// What the warehouse is told of hospitals and departments.
    pub(super) fn seed(self) -> Result<Network, NetworkError> {
        match self {
            Self::Small => Network::parse(&self.network()),
            // The digest of the nine days is that of all networks that come with Wardflow.
            Self::NineDays => Network::embedded(),
        }
    }

    /// How many people there are, as producer and generators are told.
    pub(super) fn people(self) -> &'static [&'static str] {
        match self {
            Self::Small => &["--people", "2000", "--patients", "1000"],
            Self::NineDays => &["--scale", "quick"],
        }
    }

    /// How many events there are, as the producer is told.
    pub(super) fn events(self) -> &'static [&'static str] {
        match self {
            Self::Small => &["--events", "600"],
            Self::NineDays => &["--days", "9"],
        }
    }

    /// Days of extracts.
    pub(super) fn days(self) -> &'static str {
        match self {
            Self::Small => "2",
            Self::NineDays => "9",
        }
    }

    /// The most records of a batch: so few that there are a hundred batches.
    pub(super) fn batch_rows(self) -> &'static str {
        match self {
            Self::Small => "7",
            Self::NineDays => "100",
        }
    }

    /// How many times as long as in a small run it takes until something else happens.
    pub(super) fn stretch(self) -> u32 {
        match self {
            Self::Small => 1,
            Self::NineDays => 8,
        }
    }

    /// How long a run may take.
    pub(super) fn patience(self) -> Duration {
        match self {
            Self::Small => Duration::from_mins(3),
            Self::NineDays => Duration::from_mins(15),
        }
    }

    /// How often it is asked whether all is loaded, which counts rows.
    pub(super) fn ask(self) -> Duration {
        match self {
            Self::Small => Duration::from_millis(150),
            Self::NineDays => Duration::from_secs(1),
        }
    }
}
