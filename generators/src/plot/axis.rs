//! An axis: which numbers it shows, and where it is labelled.

use std::ops::Range;

use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};

use super::label::thousands;
use crate::float::{float, floor};

/// An axis.
#[derive(Debug, Clone)]
pub(super) struct Axis {
    pub(super) range: Range<f64>,
    /// Where there are labels, and which.
    pub(super) ticks: Vec<(f64, String)>,
    /// What is measured, in which unit; empty where another panel says it.
    pub(super) title: &'static str,
}

impl Axis {
    /// From 0 to some round number not below the greatest value, with some ticks.
    pub(super) fn up_to(greatest: f64, title: &'static str) -> Self {
        let step = round_step(greatest / 4.0);
        let mut ticks = vec![(0.0, "0".to_owned())];
        let mut last = 0.0;
        while last < greatest {
            last = float(ticks.len() as u64) * step;
            let label = if step < 1.0 {
                format!("{last:.1}")
            } else {
                thousands(floor(last + 0.5))
            };
            ticks.push((last, label));
        }
        Self {
            range: 0.0..last.max(step),
            ticks,
            title,
        }
    }

    pub(super) fn label(&self, value: f64) -> String {
        let mut ticks = self.ticks.iter();
        let tick = ticks.find(|(at, _)| (at - value).abs() < 1e-9);
        tick.map(|(_, label)| label.clone()).unwrap_or_default()
    }
}

impl Ranged for Axis {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (low, high): (i32, i32)) -> i32 {
        let part = (value - self.range.start) / (self.range.end - self.range.start);
        let (low, high) = (f64::from(low), f64::from(high));
        nearest(low + part * (high - low))
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        // There are no lines between those of the ticks.
        let ticks = self
            .ticks
            .iter()
            .filter(|_| !hint.weight().allow_light_points());
        ticks.map(|(at, _)| *at).collect()
    }

    fn range(&self) -> Range<f64> {
        self.range.clone()
    }
}

/// The nearest whole pixel.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a cast of a float saturates"
)]
fn nearest(pixel: f64) -> i32 {
    pixel.round() as i32
}

/// The least round number, 0.1 at least, that is not below a number.
fn round_step(least: f64) -> f64 {
    let mut power = 0.1;
    loop {
        // Of 2.5 and less a label with one decimal place would not tell the multiples.
        let factors: &[f64] = if power < 10.0 {
            &[1.0, 2.0, 5.0]
        } else {
            &[1.0, 2.0, 2.5, 5.0]
        };
        let mut steps = factors.iter().map(|factor| power * factor);
        // The end is for what is no number.
        if let Some(step) = steps.find(|step| *step >= least || power > 1e12) {
            return step;
        }
        power *= 10.0;
    }
}
