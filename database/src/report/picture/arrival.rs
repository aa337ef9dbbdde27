//! Who was admitted: hour by hour, by hour of the day, and by hospital.

use std::collections::BTreeMap;

use chart::label::{rounded, thousands};
use chart::{Anchor, Area, Axis, Canvas, Grid, Panel, Svg, Tone};
use chrono::{NaiveDateTime, TimeDelta, Timelike as _};

use super::hours::{days, hours_axis, steps};
use super::{float, nothing};
use crate::report::arrival::Arrivals;

/// The picture.
pub(in crate::report) fn arrivals(arrivals: Option<&Arrivals>) -> Svg {
    let title = "When patients are admitted";
    let Some(arrivals) = arrivals else {
        return nothing(title, "nobody was admitted yet");
    };
    let all = arrivals.all();
    let first = first_day(arrivals, &all);
    let from = arrivals.from + TimeDelta::hours(i64::try_from(first).unwrap_or(0));
    let shown = &all[first..];
    let count = thousands(shown.iter().sum::<i64>().unsigned_abs());
    let days = days(from, shown.len());
    let subtitle = format!("{count} admissions to all hospitals, {days}, by their clocks");
    let canvas = Canvas {
        title,
        subtitle: &subtitle,
        key: &[],
        height: 520,
    };
    canvas.draw(|area| {
        let (above, below) = area.split_at(0.5);
        draw_hours(above, from, shown);
        if let [by_hour, by_hospital] = below.split_evenly((1, 2))[..] {
            draw_hours_of_day(by_hour, from, shown);
            draw_hospitals(by_hospital, arrivals, first);
        }
    })
}

/// The first hour of the first day that has half of the fullest day's admissions: before it there
/// are only those who were still there at the start.
pub(in crate::report) fn first_day(arrivals: &Arrivals, all: &[i64]) -> usize {
    let begun = usize::try_from(arrivals.from.hour()).unwrap_or(0);
    let day_of = |hour: usize| (begun + hour) / 24;
    let mut days = BTreeMap::<usize, i64>::new();
    for (hour, admissions) in all.iter().enumerate() {
        *days.entry(day_of(hour)).or_default() += admissions;
    }
    let greatest = days.values().copied().max().unwrap_or(0);
    let found = days
        .iter()
        .find(|(_, admissions)| 2 * **admissions >= greatest);
    let day = found.map_or(0, |(day, _)| *day);
    (24 * day).saturating_sub(begun)
}

fn draw_hours(area: Area<'_>, from: NaiveDateTime, admissions: &[i64]) {
    let values: Vec<f64> = admissions.iter().map(|it| float(*it)).collect();
    let panel = Panel {
        heading: ("Hour by hour", "all hospitals"),
        x: hours_axis(from, values.len(), 10),
        y: Axis::up_to_count(
            values.iter().copied().fold(0.0, f64::max),
            "admissions an hour",
        ),
        left: 52,
        grid: Grid::Horizontal,
    };
    let plot = panel.draw(area);
    plot.area(&steps(&values), Tone::PaleBlue);
    plot.line(&steps(&values), Tone::Blue);
}

/// Admissions in each hour of the day, on average.
pub(in crate::report) fn by_hour_of_day(from: NaiveDateTime, admissions: &[i64]) -> [f64; 24] {
    let (mut sums, mut times) = ([0; 24], [0_i64; 24]);
    for (admissions, hour) in admissions.iter().zip(0..) {
        let of_day = (from + TimeDelta::hours(hour)).hour() as usize;
        sums[of_day] += admissions;
        times[of_day] += 1;
    }
    std::array::from_fn(|hour| float(sums[hour]) / float(times[hour].max(1)))
}

fn draw_hours_of_day(area: Area<'_>, from: NaiveDateTime, admissions: &[i64]) {
    let means = by_hour_of_day(from, admissions);
    let ticks = (0..=24_u32).step_by(6);
    let panel = Panel {
        heading: ("By hour of the day", "mean of all days"),
        x: Axis {
            range: 0.0..24.0,
            ticks: ticks
                .map(|hour| (f64::from(hour), format!("{hour:02}:00")))
                .collect(),
            title: "",
        },
        y: Axis::up_to(
            means.iter().copied().fold(0.0, f64::max),
            "admissions an hour",
        ),
        left: 52,
        grid: Grid::Horizontal,
    };
    let plot = panel.draw(area);
    for (mean, hour) in means.iter().zip(0_u32..) {
        let left = f64::from(hour);
        let told = format!("{hour:02}:00: {}", rounded(*mean));
        plot.bar(
            [(left + 0.1, 0.0), (left + 0.9, *mean)],
            Tone::SkyBlue,
            &told,
        );
    }
}

fn draw_hospitals(area: Area<'_>, arrivals: &Arrivals, first: usize) {
    let hospitals = arrivals.hospitals.iter().rev().map(|it| {
        let admissions: i64 = it.admissions[first..].iter().sum();
        (it.hospital_code.clone(), admissions)
    });
    let hospitals: Vec<_> = hospitals.collect();
    let greatest = hospitals.iter().map(|(_, it)| *it).max().unwrap_or(0);
    let places = hospitals.iter().zip(0_u32..);
    let ticks = places
        .clone()
        .map(|((code, _), place)| (f64::from(place) + 0.5, code.clone()));
    let mut x = Axis::up_to_count(float(greatest), "");
    x.range.end = x.range.end.max(float(greatest) * 1.2);
    let panel = Panel {
        heading: ("By hospital", "all days"),
        x,
        y: Axis {
            range: 0.0..float(i64::try_from(hospitals.len()).unwrap_or(1)),
            ticks: ticks.collect(),
            title: "",
        },
        left: 112,
        grid: Grid::Vertical,
    };
    let plot = panel.draw(area);
    for ((code, admissions), place) in places {
        let (bottom, number) = (f64::from(place), thousands(admissions.unsigned_abs()));
        let corners = [(0.0, bottom + 0.15), (float(*admissions), bottom + 0.85)];
        plot.bar(corners, Tone::SkyBlue, &format!("{code}: {number}"));
        plot.words(&number, (float(*admissions), bottom + 0.5), Anchor::Begin);
    }
}
