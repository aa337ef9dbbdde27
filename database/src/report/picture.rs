//! Pictures of a warehouse.

mod arrival;
mod bars;
mod hours;
mod occupancy;
mod volume;

use chart::Svg;

use super::quality::Quality;

pub(super) use arrival::{arrivals, by_hour_of_day, first_day};
pub(super) use bars::{quarantine, rules};
pub(super) use occupancy::{occupancy_by_kind, since, total_of};
pub(super) use volume::volume;

/// A picture.
#[derive(Debug, Clone)]
pub struct Picture {
    /// The name of its file.
    pub file_name: String,
    /// What it shows.
    pub svg: Svg,
}

/// Occupancy of all hospitals by kind of department, and of each by department; arrivals; what is in
/// quarantine.
pub fn pictures(quality: &Quality) -> Vec<Picture> {
    let mut pictures = vec![
        Picture::new("occupancy", occupancy_by_kind(quality.occupancy.as_ref())),
        Picture::new("arrivals", arrivals(quality.arrivals.as_ref())),
        Picture::new("quarantine", quarantine(&quality.quarantine)),
    ];
    for (hospital_code, svg) in occupancy::occupancy_by_hospital(quality.occupancy.as_ref()) {
        // A code is not made for file systems.
        let is_plain = |it: char| it.is_ascii_alphanumeric() || "-_".contains(it);
        let name: String = hospital_code.chars().filter(|it| is_plain(*it)).collect();
        pictures.push(Picture::new(&format!("occupancy-{name}"), svg));
    }
    pictures
}

impl Picture {
    fn new(name: &str, svg: Svg) -> Self {
        Self {
            file_name: format!("{name}.svg"),
            svg,
        }
    }
}

/// A picture of what is not there.
fn nothing(title: &str, why: &str) -> Svg {
    let canvas = chart::Canvas {
        title,
        subtitle: why,
        key: &[],
        height: 64,
    };
    canvas.draw(|_| ())
}

/// A number of rows on an axis.
#[expect(clippy::cast_precision_loss, reason = "numbers of rows are below 2^53")]
fn float(number: i64) -> f64 {
    number as f64
}

/// Some places of so many, and what stands there: all of a few, and a few of many.
fn some_ticks(labels: &[String], most: usize) -> Vec<(f64, String)> {
    let step = labels.len().div_ceil(most.max(1)).max(1);
    let places = labels.iter().zip(0_u32..).step_by(step);
    let places = places.map(|(label, place)| (f64::from(place) + 0.5, label.clone()));
    places.collect()
}
