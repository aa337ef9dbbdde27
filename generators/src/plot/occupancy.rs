//! How full the beds are, hour by hour, by kind of department.

use chart::label::thousands;
use chart::{Area, Axis, Canvas, Grid, Mark, Panel, Svg, Tone};
use domain::network::{DepartmentKind, Network};

use super::label::{self, Period};
use crate::float::{float, floor};
use crate::flow::{Step, What};

const HOUR_SECONDS: i64 = 3600;

/// Panels beside each other.
const COLUMNS: usize = 3;

/// Patients in beds by kind of department, all hospitals together, at each full hour.
#[derive(Debug)]
pub(super) struct Occupancy {
    pub(super) kinds: Vec<Departments>,
    /// By hospital and department.
    kind_of: Vec<Vec<DepartmentKind>>,
    /// The hour that is not counted yet.
    hour: i64,
    period: Period,
}

/// The departments of a kind.
#[derive(Debug)]
pub(super) struct Departments {
    pub(super) kind: DepartmentKind,
    pub(super) beds: u64,
    /// By hour from the start, up to the end of the last day.
    pub(super) patients: Vec<u64>,
    /// Now.
    present: u64,
}

impl Occupancy {
    /// Empty beds.
    pub(super) fn new(network: &Network, period: Period) -> Self {
        let departments = || network.hospitals.iter().flat_map(|it| &it.departments);
        let kinds = DepartmentKind::ALL.into_iter().map(|kind| {
            let of_kind = departments().filter(|it| it.kind == kind);
            let beds = of_kind
                .flat_map(|it| &it.wards)
                .map(|it| u64::from(it.beds));
            Departments {
                kind,
                beds: beds.sum(),
                patients: Vec::new(),
                present: 0,
            }
        });
        let kind_of = network.hospitals.iter().map(|hospital| {
            let departments = hospital.departments.iter();
            departments.map(|it| it.kind).collect()
        });
        Self {
            kinds: kinds.filter(|it| it.beds > 0).collect(),
            kind_of: kind_of.collect(),
            hour: 0,
            period,
        }
    }

    /// Counts a step, in the order of the flow. At a full hour what happened in that second has
    /// happened.
    pub(super) fn count(&mut self, step: &Step) {
        while step.recorded_seconds > self.hour * HOUR_SECONDS {
            self.strike();
        }
        let before = match step.what {
            What::Admission | What::Update => None,
            What::Transfer => step.prior,
            What::Discharge => Some(step.place),
        };
        let now = matches!(step.what, What::Admission | What::Transfer).then_some(step.place);
        if let Some(place) = before
            && let Some(kind) = self.kind(step.hospital, place.department)
        {
            kind.present -= 1;
        }
        if let Some(place) = now
            && let Some(kind) = self.kind(step.hospital, place.department)
        {
            kind.present += 1;
        }
    }

    /// The clock strikes: the patients of an hour of the days are those who are present.
    fn strike(&mut self) {
        if self.hour <= 24 * i64::from(self.period.days) {
            for kind in &mut self.kinds {
                kind.patients.push(kind.present);
            }
        }
        self.hour += 1;
    }

    fn kind(&mut self, hospital: u16, department: u16) -> Option<&mut Departments> {
        let departments = self.kind_of.get(usize::from(hospital))?;
        let kind = *departments.get(usize::from(department))?;
        self.kinds.iter_mut().find(|it| it.kind == kind)
    }

    /// The picture.
    pub(super) fn draw(&self) -> Svg {
        let beds: u64 = self.kinds.iter().map(|it| it.beds).sum();
        let subtitle = format!(
            "{} beds of all hospitals, by kind of department, {}",
            thousands(beds),
            self.period.tell()
        );
        let rows = self.kinds.len().div_ceil(COLUMNS).max(1);
        let canvas = Canvas {
            title: "How full the beds are, hour by hour",
            subtitle: &subtitle,
            key: &[
                (Mark::Line(Tone::Blue), "patients in percent of beds"),
                (Mark::Line(Tone::Vermillion), "every bed taken (100 %)"),
            ],
            height: 92 + 200 * u32::try_from(rows).unwrap_or(1),
        };
        canvas.draw(|area| {
            let cells = area.split_evenly((rows, COLUMNS));
            for ((cell, kind), place) in cells.into_iter().zip(&self.kinds).zip(0..) {
                self.draw_kind(cell, kind, place % COLUMNS == 0);
            }
        })
    }

    fn draw_kind(&self, cell: Area<'_>, kind: &Departments, is_first: bool) {
        let percents = kind.percents();
        let hours = float(percents.len().max(1) as u64);
        let mean = percents.iter().sum::<f64>() / hours;
        let most = percents.iter().copied().fold(0.0, f64::max);
        let heading = format!(
            "{} beds: mean {mean:.0} %, most {} %",
            thousands(kind.beds),
            // Not all beds are taken while one is free.
            floor(most)
        );
        let panel = Panel {
            heading: (&label::kind(kind.kind), &heading),
            x: self.date_axis(),
            y: percent_axis(if is_first { "percent of beds" } else { "" }),
            left: 46,
            grid: Grid::Horizontal,
        };
        let plot = panel.draw(cell);
        let points = percents.iter().zip(0_u32..);
        let points: Vec<_> = points
            .map(|(percent, hour)| (f64::from(hour) / 24.0, *percent))
            .collect();
        plot.area(&points, Tone::PaleBlue);
        let limit = [(0.0, 100.0), (f64::from(self.period.days), 100.0)];
        plot.line(&limit, Tone::Vermillion);
        plot.line(&points, Tone::Blue);
    }

    /// Days from the start, with the dates of some midnights.
    fn date_axis(&self) -> Axis {
        let days = self.period.days;
        let step = usize::from(days.div_ceil(4).max(1));
        let ticks = (0..=days).step_by(step);
        Axis {
            range: 0.0..f64::from(days),
            ticks: ticks
                .map(|day| {
                    let date = self.period.date(day).format("%-d %b");
                    (f64::from(day), date.to_string())
                })
                .collect(),
            title: "",
        }
    }
}

fn percent_axis(title: &'static str) -> Axis {
    let ticks = (0..=100_u32).step_by(25);
    Axis {
        range: 0.0..104.0,
        ticks: ticks
            .map(|percent| (f64::from(percent), percent.to_string()))
            .collect(),
        title,
    }
}

impl Departments {
    /// Patients in percent of beds, by hour.
    pub(super) fn percents(&self) -> Vec<f64> {
        let beds = float(self.beds);
        let percent = |patients: &u64| 100.0 * float(*patients) / beds;
        self.patients.iter().map(percent).collect()
    }
}
