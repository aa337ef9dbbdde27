use super::table::{Cell, Table};
use super::{Section, moment};
use crate::report::quality::Quality;

/// Hospitals that are shown.
const HOSPITALS_MAX: usize = 60;

pub(super) fn section(quality: &Quality) -> Section {
    let freshness = &quality.freshness;
    let mut sources = Table::new(
        "Sources",
        &["source", "last received", "#before this report"],
    );
    for it in &freshness.sources {
        sources.row(vec![
            Cell::Code(it.source.clone()),
            Cell::Plain(moment(it.latest_at)),
            Cell::Told(age(it.age_seconds)),
        ]);
    }
    let mut hospitals = Table::new(
        "Hospitals, by their own time",
        &[
            "hospital",
            "last event",
            "last extract of",
            "received",
            "occupied beds counted until",
        ],
    );
    for it in &freshness.hospitals {
        hospitals.row(vec![
            Cell::Code(it.hospital_code.clone()),
            Cell::maybe(it.latest_event_at.map(moment)),
            Cell::maybe(it.latest_extract_on),
            Cell::maybe(it.latest_extract_received_at.map(moment)),
            Cell::maybe(it.hours_counted_until.map(moment)),
        ]);
    }
    hospitals.cut(HOSPITALS_MAX);
    Section {
        id: "freshness",
        title: "Freshness",
        lead: format!(
            "How far the warehouse has come. Ages are those at {}.",
            moment(quality.reported_at)
        ),
        html: sources.html() + &hospitals.html(),
    }
}

/// A time in the unit in which people think of it.
fn age(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}
