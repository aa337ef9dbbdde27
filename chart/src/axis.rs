use std::ops::Range;

use crate::label::grouped;

/// An axis: which numbers it shows, and where it is labelled.
#[derive(Debug, Clone)]
pub struct Axis {
    /// Both ends.
    pub range: Range<f64>,
    /// Where there are labels, and which.
    pub ticks: Vec<(f64, String)>,
    /// What is measured, in which unit; empty where another panel says it.
    pub title: &'static str,
}

impl Axis {
    /// From 0 to some round number not below the greatest value, with some ticks.
    pub fn up_to(greatest: f64, title: &'static str) -> Self {
        Self::in_steps(greatest, round_step(greatest / 4.0), title)
    }

    /// The same of what is counted: there are no labels between whole numbers.
    pub fn up_to_count(greatest: f64, title: &'static str) -> Self {
        Self::in_steps(greatest, round_step((greatest / 4.0).max(1.0)), title)
    }

    fn in_steps(greatest: f64, step: f64, title: &'static str) -> Self {
        let mut ticks = vec![(0.0, "0".to_owned())];
        let (mut number, mut last) = (0.0, 0.0);
        while last < greatest {
            number += 1.0;
            last = number * step;
            let label = if step < 1.0 {
                format!("{last:.1}")
            } else {
                grouped(&format!("{last:.0}"))
            };
            ticks.push((last, label));
        }
        Self {
            range: 0.0..last.max(step),
            ticks,
            title,
        }
    }

    /// How far along it a value is, from 0 to 1.
    pub(crate) fn part(&self, value: f64) -> f64 {
        (value - self.range.start) / (self.range.end - self.range.start)
    }
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
