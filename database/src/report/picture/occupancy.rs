//! Occupied and staffed beds, hour by hour.

use std::collections::BTreeMap;

use chart::label::{rounded, spoken};
use chart::{Area, Axis, Canvas, Grid, Mark, Panel, Svg, Tone};
use chrono::{NaiveDateTime, TimeDelta, Timelike as _};

use super::hours::{days, hours_axis, steps};
use super::{float, nothing};
use crate::report::occupancy::{DepartmentOccupancy, Occupancy};

/// Panels beside each other.
const COLUMNS: usize = 3;

/// Letters of a name that a panel has room for.
const NAME_LETTERS_MAX: usize = 34;

/// Occupied and staffed beds of one or more departments, hour by hour.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) struct Beds {
    pub(in crate::report) name: String,
    pub(in crate::report) occupied: Vec<f64>,
    pub(in crate::report) staffed: Vec<f64>,
}

impl Beds {
    fn sum<'a>(name: String, departments: impl Iterator<Item = &'a DepartmentOccupancy>) -> Self {
        let mut beds = Self {
            name,
            occupied: Vec::new(),
            staffed: Vec::new(),
        };
        for department in departments {
            let hours = department.occupied_beds.len();
            beds.occupied.resize(hours, 0.0);
            beds.staffed.resize(hours, 0.0);
            let both = department.occupied_beds.iter().zip(&department.beds);
            let sums = beds.occupied.iter_mut().zip(&mut beds.staffed);
            for ((occupied, staffed), (more_occupied, more_staffed)) in sums.zip(both) {
                *occupied += more_occupied;
                *staffed += f64::from(*more_staffed);
            }
        }
        beds
    }

    /// How full they are, in words.
    pub(in crate::report) fn told(&self, first: usize) -> String {
        let occupied = &self.occupied[first.min(self.occupied.len())..];
        let staffed = self.staffed.last().copied().unwrap_or(0.0);
        let mean =
            occupied.iter().sum::<f64>() / float(i64::try_from(occupied.len()).unwrap_or(1).max(1));
        let most = occupied.iter().copied().fold(0.0, f64::max);
        if staffed > 0.0 {
            let percent = |beds: f64| 100.0 * beds / staffed;
            format!(
                "{staffed:.0} beds: mean {:.0} %, most {:.0} %",
                percent(mean),
                percent(most)
            )
        } else {
            format!("mean {} patients, most {}", rounded(mean), rounded(most))
        }
    }
}

/// The name of a department, short enough for a panel.
fn department_name(department: &DepartmentOccupancy) -> String {
    if department.name.chars().count() <= NAME_LETTERS_MAX {
        return department.name.clone();
    }
    let letters = department.name.chars().take(NAME_LETTERS_MAX - 1);
    letters.chain(['…']).collect()
}

/// All departments together by kind.
pub(in crate::report) fn total_of(occupancy: &Occupancy) -> Vec<Beds> {
    let mut kinds = BTreeMap::<&str, Vec<&DepartmentOccupancy>>::new();
    for department in &occupancy.departments {
        kinds.entry(&department.kind).or_default().push(department);
    }
    let kinds = kinds.into_iter();
    kinds
        .map(|(kind, departments)| Beds::sum(spoken(kind), departments.into_iter()))
        .collect()
}

/// The first hour that is shown. Only those encounters of former days are known that were open at the
/// start: hours are shown from the day on whose beds are three quarters as full as at most.
pub(in crate::report) fn since(occupancy: &Occupancy) -> usize {
    let all = Beds::sum(String::new(), occupancy.departments.iter()).occupied;
    let full = 0.75 * all.iter().copied().fold(0.0, f64::max);
    let first = all.iter().position(|beds| *beds >= full).unwrap_or(0);
    let midnight = usize::try_from(occupancy.from.hour()).unwrap_or(0);
    first - ((first + midnight) % 24).min(first)
}

/// Occupied beds of all hospitals, by kind of department.
pub(in crate::report) fn occupancy_by_kind(occupancy: Option<&Occupancy>) -> Svg {
    let title = "How full the beds are, hour by hour";
    let Some(occupancy) = occupancy else {
        return nothing(title, "no hour is closed yet");
    };
    draw_beds(
        title,
        "all hospitals, by kind of department",
        &total_of(occupancy),
        occupancy,
    )
}

/// Occupied beds of each hospital, by department.
pub(super) fn occupancy_by_hospital(occupancy: Option<&Occupancy>) -> Vec<(String, Svg)> {
    let Some(occupancy) = occupancy else {
        return Vec::new();
    };
    let of_hospital = occupancy
        .departments
        .chunk_by(|a, b| a.hospital_code == b.hospital_code);
    let drawn = of_hospital.filter_map(|departments| {
        let hospital_code = departments.first()?.hospital_code.clone();
        let one = |it| Beds::sum(department_name(it), std::iter::once(it));
        let beds: Vec<Beds> = departments.iter().map(one).collect();
        let title = format!("How full the beds of {hospital_code} are, hour by hour");
        let svg = draw_beds(&title, "by department", &beds, occupancy);
        Some((hospital_code, svg))
    });
    drawn.collect()
}

fn draw_beds(title: &str, of: &str, beds: &[Beds], occupancy: &Occupancy) -> Svg {
    let first = since(occupancy);
    let from = occupancy.from.naive_utc() + TimeDelta::hours(i64::try_from(first).unwrap_or(0));
    let hours = occupancy.hours - first;
    let subtitle = format!("{of}, {} (UTC)", days(from, hours));
    let rows = beds.len().div_ceil(COLUMNS).max(1);
    let canvas = Canvas {
        title,
        subtitle: &subtitle,
        key: &[
            (
                Mark::Line(Tone::Blue),
                "beds occupied on average in the hour",
            ),
            (Mark::Line(Tone::Vermillion), "staffed beds"),
        ],
        height: 92 + 200 * u32::try_from(rows).unwrap_or(1),
    };
    canvas.draw(|area| {
        let cells = area.split_evenly((rows, COLUMNS));
        for (cell, beds) in cells.into_iter().zip(beds) {
            draw_panel(cell, beds, (first, from));
        }
    })
}

fn draw_panel(cell: Area<'_>, beds: &Beds, (first, from): (usize, NaiveDateTime)) {
    let (occupied, staffed) = (&beds.occupied[first..], &beds.staffed[first..]);
    let greatest = occupied.iter().chain(staffed).copied().fold(0.0, f64::max);
    let panel = Panel {
        heading: (&beds.name, &beds.told(first)),
        x: hours_axis(from, occupied.len(), 4),
        y: Axis::up_to_count(greatest, ""),
        left: 46,
        grid: Grid::Horizontal,
    };
    let plot = panel.draw(cell);
    plot.area(&steps(occupied), Tone::PaleBlue);
    if staffed.iter().any(|beds| *beds > 0.0) {
        plot.line(&steps(staffed), Tone::Vermillion);
    }
    plot.line(&steps(occupied), Tone::Blue);
}
