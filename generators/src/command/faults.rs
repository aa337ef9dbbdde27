//! The argument `--faults`.

use std::convert::Infallible;
use std::io;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

use super::read_file;
use crate::fault::{DEFAULT_RATES, Rates, RatesError};

/// How dirty the data is.
#[derive(Debug, Clone, Default, Args)]
pub struct FaultsArgs {
    /// Dirty data on purpose: `default` for 0.1 % of each class of fault, or a TOML file of rates;
    /// `none`, or nothing, for clean data
    #[arg(
        long,
        value_name = "default|FILE|none",
        env = "SIMULATION_FAULTS",
        default_value = "none",
        hide_default_value = true
    )]
    pub faults: FaultSource,
}

/// Where the rates of faults come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum FaultSource {
    /// There are no faults.
    #[default]
    None,
    /// The embedded file.
    Default,
    /// A file.
    File(PathBuf),
}

/// Rates that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FaultsArgsError {
    /// The file cannot be read.
    #[error("the file of faults {} cannot be read: {source}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The file is wrong.
    #[error("the file of faults {}: {source}", .path.display())]
    Rates {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        source: RatesError,
    },
}

impl FromStr for FaultSource {
    type Err = Infallible;

    /// A variable that is set to nothing asks for nothing.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "" | "none" => Self::None,
            "default" => Self::Default,
            path => Self::File(path.into()),
        })
    }
}

impl FaultsArgs {
    /// The rates; reads the file.
    pub fn rates(&self) -> Result<Rates, FaultsArgsError> {
        let (path, text) = match &self.faults {
            FaultSource::None => return Ok(Rates::default()),
            FaultSource::Default => ("faults.toml".into(), DEFAULT_RATES.to_owned()),
            FaultSource::File(path) => {
                let text = read_file(path).map_err(|source| {
                    let path = path.clone();
                    FaultsArgsError::File { path, source }
                })?;
                (path.clone(), text)
            }
        };
        Rates::parse(&text).map_err(|source| FaultsArgsError::Rates { path, source })
    }
}
