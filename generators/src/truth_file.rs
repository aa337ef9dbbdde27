//! The ground truth of a flow, in a file of its own.

use std::path::Path;

use tokio_util::sync::CancellationToken;

use crate::fault::{GroundTruth, Rates};
use crate::float::floor;
use crate::flow::{Length, Simulation, go_on};
use crate::output::{Compression, OutputError, Size, Writing};
use crate::registry::Registry;
use crate::scenario::ScenarioError;
use crate::staff::Staff;

/// A ground truth that was not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TruthError {
    /// The scenario is impossible.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// The file cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The path names none.
    #[error("--truth names no file")]
    NoName,
}

/// Writes every fault of a flow of a length to a file; only the header where there is none. The flow is
/// gone through for it, so that the file is complete before the first event is sent.
pub fn write(
    simulation: &Simulation,
    registry: &Registry<'_>,
    staff: &Staff<'_>,
    length: Length,
    (path, shutdown): (&Path, &CancellationToken),
) -> Result<(), TruthError> {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.ok_or(TruthError::NoName)?;
    let writing = Writing::new(1, Compression::None, shutdown.clone());
    let folder = path.parent().unwrap_or("".as_ref());
    let mut truth = GroundTruth::create(&writing, (folder, name))?;
    add_events(&mut truth, simulation, registry, staff, (length, shutdown))?;
    truth.finish()?;
    Ok(())
}

/// How large the ground truth of extracts and their events is: it has a line for each line that is faulty,
/// which is no longer than most.
pub(crate) fn estimate(rates: &Rates, of_extracts: Size) -> Size {
    of_extracts.times(floor(rates.sum_percent().ceil()), 100)
}

/// Adds every fault of a flow of a length.
pub(crate) fn add_events(
    truth: &mut GroundTruth<'_>,
    simulation: &Simulation,
    registry: &Registry<'_>,
    staff: &Staff<'_>,
    (length, shutdown): (Length, &CancellationToken),
) -> Result<(), TruthError> {
    for (ordinal, fault) in simulation.faults(registry, staff, length)? {
        go_on(shutdown)?;
        truth.add_event(ordinal, fault)?;
    }
    Ok(())
}
