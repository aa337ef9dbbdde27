//! The arguments by which a scenario is told, for every command that has one.

use std::io;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;
use domain::network::{Network, NetworkError};

use super::faults::{FaultsArgs, FaultsArgsError};
use super::read_file;
use crate::flow::{Length, Simulation};
use crate::incident::{Incidents, IncidentsError};
use crate::scale::Scale;
use crate::scenario::{Scenario, ScenarioError};

/// What determines all synthetic data.
#[derive(Debug, Clone, Args)]
pub struct ScenarioArgs {
    /// The seed: the same one gives the same data
    #[arg(long, value_name = "S", env = "SIMULATION_SEED", default_value_t = 42)]
    pub seed: u64,
    /// The first day
    #[arg(
        long,
        value_name = "DATE",
        env = "SIMULATION_START",
        default_value = "2026-03-02"
    )]
    pub start: NaiveDate,
    /// How many people and patients there are
    #[arg(
        long,
        value_enum,
        value_name = "SCALE",
        env = "SIMULATION_SCALE",
        default_value = "quick"
    )]
    pub scale: Scale,
    /// Network of hospitals, a TOML file; without it seven invented hospitals around Johannesburg
    #[arg(long, value_name = "FILE")]
    pub network: Option<PathBuf>,
    /// What changes the flow for a time (surges of arrivals, closures of wards), a TOML file
    #[arg(long = "scenario", value_name = "FILE", env = "SIMULATION_SCENARIO")]
    pub incidents: Option<PathBuf>,
    /// How many people, instead of those of the scale
    #[arg(long, value_name = "N")]
    pub people: Option<u64>,
    /// How many patients, instead of those of the scale
    #[arg(long, value_name = "N")]
    pub patients: Option<u64>,
}

/// How many days there are by default.
pub(super) const DAYS: u16 = 9;

/// Which flow of events, and how long.
#[derive(Debug, Clone, Args)]
pub struct FlowArgs {
    /// What determines it.
    #[command(flatten)]
    pub scenario: ScenarioArgs,
    /// With the network's surge of arrivals: a wave of influenza in the default network
    #[arg(long)]
    pub surge: bool,
    /// How dirty it is.
    #[command(flatten)]
    pub faults: FaultsArgs,
    /// Write every fault of the flow to this file, as CSV: the event's number, class and field
    #[arg(long, value_name = "FILE")]
    pub truth: Option<PathBuf>,
    /// How many days
    #[arg(long, value_name = "N", default_value_t = DAYS,
        value_parser = clap::value_parser!(u16).range(1..=3650))]
    pub days: u16,
    /// Only so many events, however many days they take; copies of events count
    #[arg(long, value_name = "N", conflicts_with = "days")]
    pub events: Option<u64>,
}

/// Arguments of which no scenario can be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioArgsError {
    /// The network file cannot be read.
    #[error("the network file {} cannot be read: {source}", .path.display())]
    NetworkFile {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The network file is wrong.
    #[error("the network file {}: {source}", .path.display())]
    Network {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        source: NetworkError,
    },
    /// The scenario file cannot be read.
    #[error("the scenario file {} cannot be read: {source}", .path.display())]
    IncidentsFile {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The scenario file is wrong.
    #[error("the scenario file {}: {source}", .path.display())]
    Incidents {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        source: IncidentsError,
    },
    /// The rates of faults are wrong.
    #[error(transparent)]
    Faults(#[from] FaultsArgsError),
    /// The scenario is impossible.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
}

impl ScenarioArgs {
    /// The scenario; reads the network file.
    pub fn scenario(&self) -> Result<Scenario, ScenarioArgsError> {
        let path = || {
            self.network
                .clone()
                .unwrap_or_else(|| "johannesburg.toml".into())
        };
        let toml = self
            .network
            .as_ref()
            .map(|path| read_file(path))
            .transpose();
        let toml = toml.map_err(|source| ScenarioArgsError::NetworkFile {
            path: path(),
            source,
        })?;
        let scenario = Scenario::new(self.seed, self.start, self.scale, toml.as_deref());
        let mut scenario = scenario.map_err(|source| ScenarioArgsError::Network {
            path: path(),
            source,
        })?;
        if let Some(path) = &self.incidents {
            scenario.incidents = incidents(path, &scenario.network)?;
        }
        scenario.people = self.people.unwrap_or(scenario.people);
        scenario.patients = self.patients.unwrap_or(scenario.patients);
        Ok(scenario)
    }
}

fn incidents(path: &Path, network: &Network) -> Result<Incidents, ScenarioArgsError> {
    let text = read_file(path).map_err(|source| {
        let path = path.to_owned();
        ScenarioArgsError::IncidentsFile { path, source }
    })?;
    Incidents::parse(&text, network).map_err(|source| {
        let path = path.to_owned();
        ScenarioArgsError::Incidents { path, source }
    })
}

impl FlowArgs {
    /// The simulation of the scenario.
    pub fn simulation(&self) -> Result<Simulation, ScenarioArgsError> {
        let mut scenario = self.scenario.scenario()?;
        scenario.with_surge = self.surge;
        scenario.faults = self.faults.rates()?;
        Ok(Simulation::new(scenario)?)
    }

    /// How long the flow is.
    pub fn length(&self) -> Length {
        self.events.map_or(Length::Days(self.days), Length::Events)
    }
}
