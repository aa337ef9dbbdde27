//! Pictures of a scenario, as SVG: who its people are, when patients come, how full the beds are, how
//! long patients stay.
//!
//! What a picture shows is counted from people and steps alone, apart from how it is drawn. Beside
//! what was simulated stands what the model's files say, so that a reader sees how well both agree.
//! The same scenario and days give the same bytes.

mod age_pyramid;
mod arrivals;
mod label;
mod length_of_stay;
mod occupancy;
#[cfg(test)]
mod tests;

use std::path::Path;

use tokio_util::sync::CancellationToken;

use crate::flow::{Length, Simulation, go_on};
use crate::output::{self, OutputError, Writing, Written};
use crate::population::PopulationError;
use crate::scenario::ScenarioError;
use age_pyramid::AgePyramid;
use arrivals::Arrivals;
use label::Period;
use length_of_stay::LengthsOfStay;
use occupancy::Occupancy;

/// Arrivals and lengths of stay are counted over four weeks at least: fewer would be noise.
const COUNTED_DAYS_MIN: u16 = 28;

/// One picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picture {
    /// People by age and sex, beside the table from which they are drawn.
    AgePyramid,
    /// Arrivals by hour and weekday, beside those that the network file lets expect.
    Arrivals,
    /// Patients in percent of beds, by hour and kind of department.
    Occupancy,
    /// Times in a department by its kind, beside the network file's distribution.
    LengthOfStay,
}

impl Picture {
    /// All pictures.
    pub const ALL: [Self; 4] = [
        Self::AgePyramid,
        Self::Arrivals,
        Self::Occupancy,
        Self::LengthOfStay,
    ];

    /// The name of its file.
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::AgePyramid => "age-pyramid.svg",
            Self::Arrivals => "arrivals.svg",
            Self::Occupancy => "occupancy.svg",
            Self::LengthOfStay => "length-of-stay.svg",
        }
    }
}

/// A picture that was not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlotError {
    /// The scenario is impossible.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// The file cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
}

/// What the pictures of a scenario show.
#[derive(Debug)]
pub struct Scene {
    age_pyramid: AgePyramid,
    arrivals: Arrivals,
    occupancy: Occupancy,
    lengths_of_stay: LengthsOfStay,
}

impl Scene {
    /// Simulates so many days (and four weeks at least), and counts.
    pub fn new(
        simulation: &Simulation,
        days: u16,
        shutdown: &CancellationToken,
    ) -> Result<Self, PlotError> {
        let counted_days = days.max(COUNTED_DAYS_MIN);
        let scenario = simulation.scenario();
        let counted = Period::of(scenario, counted_days);
        let registry = simulation.registry()?;
        let population = registry.population();
        let age_pyramid = AgePyramid::of(population).map_err(PopulationError::from);
        let flow = simulation.flow(&registry)?;
        let mut scene = Self {
            age_pyramid: age_pyramid.map_err(ScenarioError::from)?,
            arrivals: Arrivals::expected(&scenario.network, &flow, counted),
            occupancy: Occupancy::new(&scenario.network, Period::of(scenario, days)),
            lengths_of_stay: LengthsOfStay::new(&scenario.network, counted),
        };
        // Who comes in the last minutes reaches a bed only after them.
        for step in flow.within(Length::Days(counted_days + 1)) {
            go_on(shutdown)?;
            scene.arrivals.count(&step);
            scene.occupancy.count(&step);
            scene.lengths_of_stay.count(&step);
        }
        Ok(scene)
    }

    /// A picture as the text of an SVG file.
    pub fn svg(&self, picture: Picture) -> String {
        let drawn = match picture {
            Picture::AgePyramid => self.age_pyramid.draw(),
            Picture::Arrivals => self.arrivals.draw(),
            Picture::Occupancy => self.occupancy.draw(),
            Picture::LengthOfStay => self.lengths_of_stay.draw(),
        };
        drawn.to_file()
    }
}

/// Writes a picture into a folder, which is made where it is missing.
pub fn write(
    scene: &Scene,
    picture: Picture,
    writing: &Writing,
    folder: &Path,
) -> Result<Written, PlotError> {
    let svg = scene.svg(picture).into_bytes();
    output::make_folder(folder)?;
    let name = (folder, picture.file_name());
    Ok(output::write_whole(writing, name, (svg, 0))?)
}
