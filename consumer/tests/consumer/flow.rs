//! The events that these tests load: a real extract where there is one, a small synthetic flow, and
//! events that are odd on purpose.

use std::path::PathBuf;

use domain::event::AdtEvent;
use generators::flow::{Length, Simulation};
use generators::scale::Scale;
use generators::scenario::Scenario;
use generators::trial;
use producer::mimic::Extract;

use crate::oddity;

const SYNTHETIC: u64 = 1_000;

/// All of them, in the order in which hospitals would send them; the odd ones last.
pub(crate) fn everything() -> Vec<AdtEvent> {
    let mut events = mimic().unwrap_or_default();
    events.extend(synthetic(SYNTHETIC));
    events.extend(oddity::events());
    events
}

/// The MIMIC-III demo; without `WARDFLOW_REAL_DATA` a line says that it is left out.
pub(crate) fn mimic() -> Option<Vec<AdtEvent>> {
    let Some(data) = std::env::var_os("WARDFLOW_REAL_DATA") else {
        eprintln!("left out: WARDFLOW_REAL_DATA is not set, so there is no MIMIC-III demo to load");
        return None;
    };
    let extract = Extract::read(&PathBuf::from(data).join("mimic-iii-demo")).unwrap();
    assert_eq!(extract.refused(), []);
    Some(extract.events().collect())
}

/// The first events of a small hospital.
pub(crate) fn synthetic(events: u64) -> Vec<AdtEvent> {
    let start = "2026-03-02".parse().unwrap();
    let network = trial::network_toml();
    let scenario = Scenario::new(42, start, Scale::Quick, Some(&network)).unwrap();
    let simulation = Simulation::new(scenario).unwrap();
    let registry = simulation.registry().unwrap();
    let staff = simulation.staff().unwrap();
    let events = simulation.events(&registry, &staff, Length::Events(events));
    events.unwrap().collect()
}
