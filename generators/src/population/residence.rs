//! Where people live.

use std::collections::HashMap;

use serde::Deserialize;

use super::table::{self, TableError};
use crate::random::{Purpose, SplitMix64};
use crate::text::Text;
use crate::weighted::Weighted;

/// Population by municipality, and suburbs with their postal codes; sources in
/// `docs/population.md`.
const MUNICIPALITIES: &str = include_str!("../../data/population/municipalities.csv");
const SUBURBS: &str = include_str!("../../data/population/suburbs.csv");

/// A suburb or town.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Suburb {
    pub(crate) name: String,
    pub(crate) postal_code: String,
    pub(crate) municipality: String,
    pub(crate) province: String,
    /// `suburb,municipality,province,postal_code`, as files have it.
    pub(crate) csv: Text<63>,
}

/// A municipality and those of its suburbs that are known.
#[derive(Debug)]
pub(crate) struct Municipality {
    pub(crate) name: String,
    pub(crate) province: String,
    population: f64,
    suburbs: Vec<Suburb>,
}

#[derive(Deserialize)]
struct MunicipalityRow {
    province: String,
    municipality: String,
    population: f64,
}

#[derive(Deserialize)]
struct SuburbRow {
    province: String,
    municipality: String,
    suburb: String,
    postal_code: String,
}

/// All municipalities.
pub(super) fn municipalities() -> Result<Vec<Municipality>, TableError> {
    let mut places = HashMap::new();
    let mut municipalities = Vec::new();
    for row in table::rows::<MunicipalityRow>("municipalities.csv", MUNICIPALITIES)? {
        let key = (row.province.clone(), row.municipality.clone());
        places.insert(key, municipalities.len());
        municipalities.push(Municipality {
            name: row.municipality,
            province: row.province,
            population: row.population,
            suburbs: Vec::new(),
        });
    }
    for row in table::rows::<SuburbRow>("suburbs.csv", SUBURBS)? {
        let key = (row.province.clone(), row.municipality.clone());
        let place = places.get(&key).ok_or(TableError::Reference {
            table: "suburbs.csv",
            value: row.municipality.clone(),
            other: "municipalities.csv",
        })?;
        let csv = format!(
            "{},{},{},{}",
            row.suburb, row.municipality, row.province, row.postal_code
        );
        municipalities[*place].suburbs.push(Suburb {
            name: row.suburb,
            postal_code: row.postal_code,
            municipality: row.municipality,
            province: row.province,
            csv: table::text("suburbs.csv", &csv)?,
        });
    }
    match municipalities.iter().find(|it| it.suburbs.is_empty()) {
        None => Ok(municipalities),
        Some(bare) => Err(TableError::Reference {
            table: "municipalities.csv",
            value: bare.name.clone(),
            other: "suburbs.csv",
        }),
    }
}

/// The people of a population by where they live: those of the first municipality first.
#[derive(Debug)]
pub(super) struct Residences {
    municipalities: Vec<Municipality>,
    /// Where each municipality begins in the order, and the end of the last one.
    starts: Vec<u64>,
}

impl Residences {
    /// Draws how many people live in each municipality.
    pub(super) fn new(
        seed: u64,
        count: u64,
        municipalities: Vec<Municipality>,
    ) -> Result<Self, TableError> {
        let weights: Vec<f64> = municipalities.iter().map(|it| it.population).collect();
        let list = Weighted::new(&weights).ok_or(TableError::Weights("municipalities.csv"))?;
        let mut random = SplitMix64::of(seed, Purpose::Residences, 0);
        let mut counts = vec![0_u64; municipalities.len()];
        for _ in 0..count {
            counts[list.draw(&mut random)] += 1;
        }
        let mut starts = vec![0];
        let mut end = 0;
        for count in counts {
            end += count;
            starts.push(end);
        }
        Ok(Self {
            municipalities,
            starts,
        })
    }

    /// Which municipality the person at a place of the order lives in.
    pub(super) fn at(&self, place: u64) -> usize {
        // The first one starts at 0.
        self.starts.partition_point(|start| *start <= place) - 1
    }

    pub(super) fn municipalities(&self) -> &[Municipality] {
        &self.municipalities
    }

    /// The places of the people of a municipality.
    pub(super) fn places_of(&self, municipality: usize) -> std::ops::Range<u64> {
        self.starts[municipality]..self.starts[municipality + 1]
    }
}

impl Municipality {
    /// One of its suburbs.
    pub(super) fn draw_suburb(&self, random: &mut SplitMix64) -> &Suburb {
        &self.suburbs[random.place(self.suburbs.len())]
    }
}
