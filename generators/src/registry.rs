//! Who is registered at which hospital, and what the hospital knows of them.
//!
//! Nothing is kept of a patient either: a patient's number is mapped by the hospital's permutation to
//! one of the people who live near it.

mod catchment;
mod change;
mod health;
mod patient;
#[cfg(test)]
mod tests;

use chrono::Datelike;
use domain::network::Network;

use crate::calendar::Calendar;
use crate::permutation::Permutation;
use crate::population::{Person, Population, TableError};
use crate::random::{Purpose, SplitMix64, mix};
use catchment::Catchment;
use health::HealthTables;

pub(crate) use catchment::distance;
pub use patient::Patient;
pub(crate) use patient::record;

/// The patients of all hospitals of a network.
#[derive(Debug)]
pub struct Registry<'p> {
    population: &'p Population,
    calendar: Calendar,
    health: HealthTables,
    registers: Vec<Register>,
    /// Stands in all patients' numbers, so that patients of another registry are others.
    mark: String,
    /// Nobody is registered so shortly before the start: who is in hospital then came before.
    unregistered_days: u64,
}

/// The patients of one hospital.
#[derive(Debug)]
struct Register {
    code: String,
    catchment: Catchment,
    order: Permutation,
}

/// Patients that cannot be registered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// No patients.
    #[error("0 patients: give a count of 1 or more")]
    Empty,
    /// Nowhere to be a patient.
    #[error("the network has no beds, so nobody is registered: give a ward of its file some")]
    NoBeds,
    /// More patients than people near the hospitals.
    #[error(
        "{count} patients are too many: {people} people may be registered {possible} times at these hospitals, each once \
         at a hospital that is near; register fewer patients, or make more people"
    )]
    TooMany {
        /// How many were asked for.
        count: u64,
        /// How many people there are.
        people: u64,
        /// How many registrations are possible.
        possible: u64,
    },
    /// An embedded table is damaged.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl<'p> Registry<'p> {
    /// Registers so many patients: at each hospital in proportion to its beds, near where they live.
    pub fn new(
        population: &'p Population,
        network: &Network,
        count: u64,
    ) -> Result<Self, RegistryError> {
        let seed = population.seed();
        let catchments = catchment::catchments(population, network, count)?;
        let registers = network.hospitals.iter().zip(catchments).enumerate();
        let registers: Vec<Register> = registers
            .map(|(place, (hospital, catchment))| Register {
                code: hospital.code.clone(),
                order: Permutation::new(
                    SplitMix64::of(seed, Purpose::Register, place as u64).next(),
                    Purpose::PatientOrder,
                    catchment.size(),
                ),
                catchment,
            })
            .collect();
        Ok(Self {
            population,
            calendar: Calendar::new(population.start(), network),
            health: HealthTables::embedded()?,
            mark: mark(population, network, &registers),
            unregistered_days: network.flow.as_ref().map_or(0, |it| it.warm_up_days).into(),
            registers,
        })
    }

    /// The people.
    pub fn population(&self) -> &'p Population {
        self.population
    }

    /// The days at its hospitals.
    pub(crate) fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// How many hospitals there are, in the order of the network file.
    pub fn hospitals(&self) -> usize {
        self.registers.len()
    }

    /// The code of a hospital.
    pub fn hospital_code(&self, hospital: usize) -> &str {
        &self.registers[hospital].code
    }

    /// How many patients a hospital has.
    pub fn size(&self, hospital: usize) -> u64 {
        self.registers[hospital].catchment.size()
    }

    /// How many patients all hospitals have.
    pub fn count(&self) -> u64 {
        self.registers.iter().map(|it| it.catchment.size()).sum()
    }

    /// The patient of a row (below the count) of `hospital_patients.csv`.
    pub fn patient_of_row(&self, row: u64) -> Patient<'_> {
        let mut number = row;
        let mut hospital = 0;
        while number >= self.size(hospital) {
            number -= self.size(hospital);
            hospital += 1;
        }
        self.patient(hospital, number)
    }

    /// The person who is the patient of a number (below the size) at a hospital.
    pub fn person(&self, hospital: usize, number: u64) -> Person<'p> {
        let register = &self.registers[hospital];
        let (municipality, resident) = register.catchment.at(register.order.at(number));
        let row = self.population.resident(municipality, resident);
        self.population.person(row)
    }

    /// The patient of a number (below the size) at a hospital, as the hospital knows them at the
    /// start.
    pub fn patient(&self, hospital: usize, number: u64) -> Patient<'_> {
        Patient::new(self, hospital, number)
    }
}

/// Six characters that tell registries of other seeds, starts, people and hospitals apart.
fn mark(population: &Population, network: &Network, registers: &[Register]) -> String {
    let days = population.start().num_days_from_ce().unsigned_abs().into();
    let sizes = registers.iter().map(|it| it.catchment.size());
    let numbers = [population.seed(), days, population.count()]
        .into_iter()
        .chain(sizes);
    // Where a hospital is decides who comes to it.
    let places = network.hospitals.iter().flat_map(|hospital| {
        let place = [&hospital.municipality, &hospital.province];
        place.into_iter().flatten().chain([&hospital.code])
    });
    let texts = places.flat_map(|text| text.bytes().map(u64::from).chain([0]));
    let mixed = numbers
        .chain(texts)
        .fold(0, |mixed, number| mix(mixed ^ mix(number)).wrapping_add(1));
    format!("{:06X}", mixed >> 40)
}
