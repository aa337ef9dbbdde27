//! Short histories, each with what a reader of `docs/history.md` expects of it in outline.
//!
//! The outline is there so that no scenario is idle: where one is named for a rule, the finding of
//! that rule stands in it. The times are hours of one day and, unless said, the event's number.

mod discharge;
mod movement;
mod order;

use domain::record::AdtRecord;

#[derive(Clone)]
pub(super) struct Scenario {
    pub(super) name: &'static str,
    pub(super) records: [AdtRecord; 6],
    pub(super) versions: usize,
    pub(super) stays: usize,
    /// Rule and event number, in order.
    pub(super) findings: &'static [(&'static str, u8)],
}

pub(super) fn scenarios() -> Vec<Scenario> {
    [
        movement::moves(),
        movement::places(),
        order::ties(),
        order::attributes(),
        discharge::discharges(),
        discharge::administration(),
    ]
    .concat()
}

fn scenario(
    name: &'static str,
    (versions, stays): (usize, usize),
    findings: &'static [(&'static str, u8)],
    records: [AdtRecord; 6],
) -> Scenario {
    Scenario {
        name,
        records,
        versions,
        stays,
        findings,
    }
}
