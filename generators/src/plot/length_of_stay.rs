//! How long patients are in a department, by its kind, beside the network file's log-normal
//! distribution.
//!
//! Counted are times that end within the days, whenever they began: of those that begin within them
//! the long ones would not be over yet.

use std::collections::HashMap;

use chart::label::{duration, thousands};
use chart::{Area, Axis, Canvas, Grid, Mark, Panel, Svg, Tone};
use domain::network::{DepartmentKind, LogNormal, Network};

use super::label::{self, Period};
use crate::calendar::DAY_SECONDS;
use crate::float::{float, floor};
use crate::flow::{Step, What};

/// Panels beside each other.
const COLUMNS: usize = 3;

/// Bars by the decimal logarithm of hours, so many to a tenfold.
const BINS_PER_TENFOLD: f64 = 10.0;

/// What the horizontal axis shows: 15 minutes to some 100 days, as decimal logarithms of hours.
const LOG_HOURS: (f64, f64) = (-0.6, 3.4);

/// Times in departments by their kind, all hospitals together.
#[derive(Debug)]
pub(super) struct LengthsOfStay {
    pub(super) kinds: Vec<Departments>,
    /// By hospital and department.
    kind_of: Vec<Vec<DepartmentKind>>,
    /// Who is where (hospital and encounter: department) since when.
    present: HashMap<(u16, u64), (u16, i64)>,
    period: Period,
}

/// The departments of a kind.
#[derive(Debug)]
pub(super) struct Departments {
    pub(super) kind: DepartmentKind,
    /// Hours, as the network file says.
    expected: LogNormal,
    /// Hours, in the order of their end.
    pub(super) hours: Vec<f64>,
}

impl LengthsOfStay {
    /// Nobody yet.
    pub(super) fn new(network: &Network, period: Period) -> Self {
        let kinds = network.flow.iter().flat_map(|it| &it.kinds);
        let kinds = kinds.map(|(kind, rules)| Departments {
            kind: *kind,
            expected: rules.stay_hours,
            hours: Vec::new(),
        });
        let kind_of = network.hospitals.iter().map(|hospital| {
            let departments = hospital.departments.iter();
            departments.map(|it| it.kind).collect()
        });
        Self {
            kinds: kinds.collect(),
            kind_of: kind_of.collect(),
            present: HashMap::new(),
            period,
        }
    }

    /// Counts a step, in the order of the flow.
    pub(super) fn count(&mut self, step: &Step) {
        let encounter = (step.hospital, step.encounter);
        let (department, at_seconds) = (step.place.department, step.at_seconds);
        let before = match step.what {
            What::Update => return,
            What::Discharge => self.present.remove(&encounter),
            What::Admission | What::Transfer => {
                let before = self.present.get(&encounter).copied();
                if before.is_some_and(|(before, _)| before == department) {
                    return;
                }
                self.present.insert(encounter, (department, at_seconds))
            }
        };
        let days = 0..DAY_SECONDS * i64::from(self.period.days);
        if let Some((department, since_seconds)) = before
            && days.contains(&at_seconds)
            && let Some(kind) = self.kind(step.hospital, department)
        {
            let seconds = u64::try_from(at_seconds - since_seconds).unwrap_or(0);
            kind.hours.push(float(seconds) / 3600.0);
        }
    }

    fn kind(&mut self, hospital: u16, department: u16) -> Option<&mut Departments> {
        let departments = self.kind_of.get(usize::from(hospital))?;
        let kind = *departments.get(usize::from(department))?;
        self.kinds.iter_mut().find(|it| it.kind == kind)
    }

    /// The picture.
    pub(super) fn draw(&self) -> Svg {
        let mut kinds: Vec<&Departments> = self.kinds.iter().collect();
        kinds.retain(|it| !it.hours.is_empty());
        let times: u64 = kinds.iter().map(|it| it.hours.len() as u64).sum();
        let subtitle = format!(
            "{} stays in a department, all hospitals, that ended {}",
            thousands(times),
            self.period.tell()
        );
        let rows = kinds.len().div_ceil(COLUMNS).max(1);
        let canvas = Canvas {
            title: "How long patients stay in a department",
            subtitle: &subtitle,
            key: &[
                (Mark::Bar(Tone::SkyBlue), "simulated"),
                (Mark::Line(Tone::Ink), "log-normal of the network file"),
            ],
            height: 92 + 210 * u32::try_from(rows).unwrap_or(1),
        };
        canvas.draw(|area| {
            let cells = area.split_evenly((rows, COLUMNS));
            let last = kinds.len().saturating_sub(COLUMNS);
            for ((cell, kind), place) in cells.into_iter().zip(&kinds).zip(0..) {
                draw_kind(cell, kind, (place % COLUMNS == 0, place >= last));
            }
        })
    }
}

fn draw_kind(cell: Area<'_>, kind: &Departments, (is_first, is_last): (bool, bool)) {
    let bins = kind.bins();
    let curve = kind.curve();
    let tops = bins.iter().map(|(_, percent)| *percent);
    let tops = tops.chain(curve.iter().map(|(_, percent)| *percent));
    let heading = format!(
        "{} stays; median {}, file {}",
        thousands(kind.hours.len() as u64),
        duration(kind.median()),
        duration(kind.expected.median)
    );
    let y_title = if is_first { "percent of stays" } else { "" };
    let panel = Panel {
        heading: (&label::kind(kind.kind), &heading),
        x: time_axis(if is_last { "time, log scale" } else { "" }),
        y: Axis::up_to(tops.fold(0.0, f64::max), y_title),
        left: 46,
        grid: Grid::Horizontal,
    };
    let plot = panel.draw(cell);
    for (left, percent) in bins {
        let right = left + 1.0 / BINS_PER_TENFOLD;
        if percent > 0.0 {
            let corners = [(left + 0.01, 0.0), (right - 0.01, percent)];
            plot.bar(corners, Tone::SkyBlue, "");
        }
    }
    plot.line(&curve, Tone::Ink);
}

fn time_axis(title: &'static str) -> Axis {
    let ticks = [
        (1.0, "1 h"),
        (6.0, "6 h"),
        (24.0, "1 d"),
        (168.0, "7 d"),
        (720.0, "30 d"),
    ];
    Axis {
        range: LOG_HOURS.0..LOG_HOURS.1,
        ticks: ticks
            .map(|(hours, label)| (libm::log10(hours), label.to_owned()))
            .into(),
        title,
    }
}

impl Departments {
    /// Where each bar begins, and how many times in a hundred it has. What is outside of the axis
    /// is in the first or last one.
    pub(super) fn bins(&self) -> Vec<(f64, f64)> {
        let (from, to) = LOG_HOURS;
        let count = floor((to - from) * BINS_PER_TENFOLD + 0.5);
        let mut times = vec![0_u64; usize::try_from(count).unwrap_or(0)];
        let last = times.len().saturating_sub(1);
        for hours in &self.hours {
            let place = floor((libm::log10(*hours) - from) * BINS_PER_TENFOLD);
            times[usize::try_from(place).unwrap_or(last).min(last)] += 1;
        }
        let total = float(self.hours.len().max(1) as u64);
        let bins = times.iter().zip(0_u64..);
        let bins = bins.map(|(times, place)| {
            let left = from + float(place) / BINS_PER_TENFOLD;
            (left, 100.0 * float(*times) / total)
        });
        bins.collect()
    }

    /// What the bars would be by the density of the log-normal distribution.
    fn curve(&self) -> Vec<(f64, f64)> {
        let LogNormal { median, sigma } = self.expected;
        let (from, to) = LOG_HOURS;
        let width = std::f64::consts::LN_10 / BINS_PER_TENFOLD;
        let points = (0..=160_u32).map(|place| {
            let x = from + (to - from) * f64::from(place) / 160.0;
            let score = (x * std::f64::consts::LN_10 - libm::log(median)) / sigma;
            let density = libm::exp(-score * score / 2.0) / libm::sqrt(std::f64::consts::TAU);
            (x, 100.0 * width * density / sigma)
        });
        points.collect()
    }

    /// The time than which half are shorter.
    pub(super) fn median(&self) -> f64 {
        let mut hours = self.hours.clone();
        hours.sort_by(f64::total_cmp);
        hours.get(hours.len() / 2).copied().unwrap_or(0.0)
    }
}
