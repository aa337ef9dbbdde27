//! The events that these tests load: a real extract where there is one, a small synthetic flow, and
//! events that are odd on purpose.

use std::path::PathBuf;

use domain::event::AdtEvent;
use generators::small_flow::{Settings, SmallFlow};
use producer::mimic::Extract;

use crate::oddity;
use crate::warehouse::network;

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

/// The first events of seven invented hospitals.
pub(crate) fn synthetic(events: u64) -> Vec<AdtEvent> {
    let settings = Settings {
        seed: 42,
        start: "2026-03-02T00:00:00Z".parse().unwrap(),
        events,
    };
    SmallFlow::new(settings, &network()).unwrap().collect()
}
