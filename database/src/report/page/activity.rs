use chart::label::rounded;
use chrono::TimeDelta;

use super::table::{Cell, Table};
use super::{Section, figure};
use crate::report::arrival::Arrivals;
use crate::report::occupancy::Occupancy;
use crate::report::picture::{self, by_hour_of_day, first_day, since, total_of};
use crate::report::quality::Quality;

pub(super) fn section(quality: &Quality) -> Section {
    let mut html = figure(&picture::occupancy_by_kind(quality.occupancy.as_ref()));
    if let Some(occupancy) = &quality.occupancy {
        html.push_str(&beds(occupancy).folded("Occupied beds as a table"));
    }
    html.push_str(&figure(&picture::arrivals(quality.arrivals.as_ref())));
    if let Some(arrivals) = &quality.arrivals {
        html.push_str(&admissions(arrivals).folded("Admissions as a table"));
    }
    Section {
        id: "activity",
        title: "What the hospitals do",
        lead: "Whether the numbers look like hospitals: beds from gold.fact_bed_occupancy, admissions from \
               gold.fact_admission."
            .to_owned(),
        html,
    }
}

fn beds(occupancy: &Occupancy) -> Table {
    let mut table = Table::new(
        "Occupied beds by kind of department",
        &["kind", "in the hours shown"],
    );
    let first = since(occupancy);
    for beds in total_of(occupancy) {
        table.row(vec![
            Cell::Plain(beds.name.clone()),
            Cell::Text(beds.told(first)),
        ]);
    }
    table
}

fn admissions(arrivals: &Arrivals) -> Table {
    let mut table = Table::new(
        "Admissions to all hospitals by hour of the day",
        &["hour", "#mean of all days"],
    );
    let all = arrivals.all();
    let first = first_day(arrivals, &all);
    let from = arrivals.from + TimeDelta::hours(i64::try_from(first).unwrap_or(0));
    for (hour, mean) in by_hour_of_day(from, &all[first..]).iter().enumerate() {
        table.row(vec![
            Cell::Plain(format!("{hour:02}:00")),
            Cell::Told(rounded(*mean)),
        ]);
    }
    table
}
