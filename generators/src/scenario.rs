//! What determines all synthetic data: the same scenario gives the same bytes.

use chrono::NaiveDate;
use domain::digest::hexadecimal;
use domain::network::{JOHANNESBURG, Network, NetworkError};
use sha2::{Digest, Sha256};

use crate::fault::Rates;
use crate::flow::NoFlow;
use crate::incident::Incidents;
use crate::population::{Population, PopulationError};
use crate::registry::{Registry, RegistryError};
use crate::scale::Scale;
use crate::staff::StaffError;

/// Grows with every change of the model after which the same seed gives other data.
const MODEL_VERSION: u64 = 2;

/// What determines all synthetic data.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Any number.
    pub seed: u64,
    /// The first day.
    pub start: NaiveDate,
    /// How many people there are.
    pub people: u64,
    /// How many of them are patients; who is one of two hospitals counts twice.
    pub patients: u64,
    /// The hospitals, and how patients flow through them.
    pub network: Network,
    /// Whether the network's surge comes.
    pub with_surge: bool,
    /// What changes the flow for a time.
    pub incidents: Incidents,
    /// How dirty events and extracts are.
    pub faults: Rates,
    /// SHA-256 of the network file.
    pub(crate) network_sha256: [u8; 32],
}

/// A scenario that cannot be.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScenarioError {
    /// The people cannot be made.
    #[error(transparent)]
    Population(#[from] PopulationError),
    /// The patients cannot be registered.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// The hospitals cannot be staffed.
    #[error(transparent)]
    Staff(#[from] StaffError),
    /// A surge is asked for of a network that has none.
    #[error("the network has no [flow.surge]; add it, or leave --surge out")]
    NoSurge,
    /// The process was asked to end.
    #[error("interrupted while the flow was simulated")]
    Interrupted,
    /// The network says nothing of patients.
    #[error(transparent)]
    NoFlow(#[from] NoFlow),
}

impl Scenario {
    /// The scenario of a seed, first day and scale with the default network, or another one's text.
    pub fn new(
        seed: u64,
        start: NaiveDate,
        scale: Scale,
        network_toml: Option<&str>,
    ) -> Result<Self, NetworkError> {
        let toml = network_toml.unwrap_or(JOHANNESBURG);
        Ok(Self {
            seed,
            start,
            people: scale.people(),
            patients: scale.patients(),
            network: Network::parse(toml)?,
            with_surge: false,
            incidents: Incidents::default(),
            faults: Rates::default(),
            network_sha256: Sha256::digest(toml).into(),
        })
    }

    /// The name of its flow: seed, first day, and 64 bits of a hash of all else, faults included.
    pub fn flow_name(&self) -> String {
        self.name(self.faults)
    }

    fn name(&self, faults: Rates) -> String {
        let mut hasher = Sha256::new_with_prefix(self.network_sha256);
        for number in [
            MODEL_VERSION,
            self.people,
            self.patients,
            self.with_surge.into(),
        ] {
            hasher.update(number.to_be_bytes());
        }
        if let Some(sha256) = self.incidents.sha256 {
            hasher.update(sha256);
        }
        if !faults.are_zero() {
            hasher.update(faults.to_be_bytes());
        }
        let first = hasher.finalize().first_chunk().copied().unwrap_or_default();
        format!(
            "flow:seed={}:start={}:scenario={:016x}",
            self.seed,
            self.start,
            u64::from_be_bytes(first)
        )
    }

    /// Six characters that tell scenarios apart. Faults do not count: what is not faulty stays as it
    /// is without them.
    pub(crate) fn mark(&self) -> String {
        let digest = Sha256::digest(self.name(Rates::default()));
        hexadecimal(&digest[..3]).to_uppercase()
    }

    /// The people.
    pub fn population(&self) -> Result<Population, PopulationError> {
        Population::new(self.seed, self.start, self.people)
    }

    /// The patients among them.
    pub fn registry<'p>(&self, population: &'p Population) -> Result<Registry<'p>, RegistryError> {
        Registry::new(population, &self.network, self.patients)
    }
}
