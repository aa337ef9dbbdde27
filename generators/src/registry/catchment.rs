//! From where a hospital's patients come.

use domain::network::{Hospital, Network};

use super::RegistryError;
use crate::float::{float, floor};
use crate::population::Population;

/// How many of the people of a place are registered somewhere, relative to those who live in the
/// municipality of a hospital. Assumptions: no source counts registrations.
const SAME_PROVINCE: f64 = 0.9;
const NEXT_PROVINCE: f64 = 0.45;
const FARTHER: f64 = 0.02;

/// How much nearer hospitals are preferred, by the same steps.
const PREFERENCES: [f64; 3] = [6.0, 2.0, 1.0];

/// The share of a hospital's patients of a place who are registered at the next hospital, too.
const AT_TWO_HOSPITALS_PERCENT: u64 = 8;

/// Provinces that touch each other.
const NEIGHBOURS: [(&str, &str); 16] = [
    ("Eastern Cape", "Free State"),
    ("Eastern Cape", "KwaZulu-Natal"),
    ("Eastern Cape", "Northern Cape"),
    ("Eastern Cape", "Western Cape"),
    ("Free State", "Gauteng"),
    ("Free State", "KwaZulu-Natal"),
    ("Free State", "Mpumalanga"),
    ("Free State", "North West"),
    ("Free State", "Northern Cape"),
    ("Gauteng", "Limpopo"),
    ("Gauteng", "Mpumalanga"),
    ("Gauteng", "North West"),
    ("KwaZulu-Natal", "Mpumalanga"),
    ("Limpopo", "Mpumalanga"),
    ("Limpopo", "North West"),
    ("North West", "Northern Cape"),
];

/// The people registered at one hospital: a run of the residents of each municipality.
#[derive(Debug, Default)]
pub(super) struct Catchment {
    runs: Vec<Run>,
    size: u64,
}

/// Residents of a municipality who follow each other in its order, around its end.
#[derive(Debug)]
struct Run {
    /// Patients in the runs before.
    before: u64,
    municipality: usize,
    first: u64,
    residents: u64,
}

impl Catchment {
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// The municipality and the number there of the patient at a place, which is below the size.
    pub(super) fn at(&self, place: u64) -> (usize, u64) {
        let after = self.runs.partition_point(|run| run.before <= place);
        let run = &self.runs[after - 1];
        let resident = (run.first + place - run.before) % run.residents;
        (run.municipality, resident)
    }

    fn add(&mut self, municipality: usize, first: u64, length: u64, residents: u64) {
        if length > 0 {
            self.runs.push(Run {
                before: self.size,
                municipality,
                first,
                residents,
            });
            self.size += length;
        }
    }
}

/// The catchments of all hospitals, with so many patients in all.
pub(super) fn catchments(
    population: &Population,
    network: &Network,
    count: u64,
) -> Result<Vec<Catchment>, RegistryError> {
    if count == 0 {
        return Err(RegistryError::Empty);
    }
    if network.hospitals.iter().all(|it| beds(it) == 0) {
        return Err(RegistryError::NoBeds);
    }
    let places: Vec<(&str, &str)> = population.municipalities().collect();
    let wishes: Vec<Vec<f64>> = places
        .iter()
        .enumerate()
        .map(|(municipality, place)| {
            let people = float(population.residents(municipality));
            wishes(*place, people, &network.hospitals)
        })
        .collect();
    let caps: Vec<u64> = (0..places.len())
        .map(|it| population.residents(it))
        .collect();
    let lengths = share_out(&wishes, &caps, count).ok_or_else(|| RegistryError::TooMany {
        count,
        people: population.count(),
        possible: caps
            .iter()
            .zip(&wishes)
            .map(|(cap, row)| cap * positive(row))
            .sum(),
    })?;
    let mut catchments: Vec<Catchment> = Vec::new();
    catchments.resize_with(network.hospitals.len(), Catchment::default);
    for (municipality, (lengths, residents)) in lengths.iter().zip(caps).enumerate() {
        let mut first = 0;
        for (catchment, length) in catchments.iter_mut().zip(lengths) {
            catchment.add(municipality, first, *length, residents);
            first += length - length * AT_TWO_HOSPITALS_PERCENT / 100;
        }
    }
    Ok(catchments)
}

/// How many people of a municipality wish to be registered at each hospital, relatively.
fn wishes(place: (&str, &str), people: f64, hospitals: &[Hospital]) -> Vec<f64> {
    let steps: Vec<usize> = hospitals.iter().map(|it| distance(place, it)).collect();
    let nearest = steps.iter().min().copied().unwrap_or(3);
    let registered = [1.0, SAME_PROVINCE, NEXT_PROVINCE, FARTHER][nearest] * people;
    let preferences: Vec<f64> = hospitals
        .iter()
        .zip(&steps)
        .map(|(hospital, step)| {
            float(beds(hospital)) * PREFERENCES.get(*step).copied().unwrap_or(0.5)
        })
        .collect();
    let total: f64 = preferences.iter().sum();
    preferences
        .into_iter()
        .map(|preference| {
            if total > 0.0 {
                registered * preference / total
            } else {
                0.0
            }
        })
        .collect()
}

/// 0 in the same municipality, 1 in the same province, 2 in the next, 3 farther away.
pub(crate) fn distance((municipality, province): (&str, &str), hospital: &Hospital) -> usize {
    let Some(other) = hospital.province.as_deref() else {
        return 3;
    };
    let touch = |pair: &(&str, &str)| *pair == (province, other) || *pair == (other, province);
    if province != other {
        return if NEIGHBOURS.iter().any(touch) { 2 } else { 3 };
    }
    usize::from(hospital.municipality.as_deref() != Some(municipality))
}

fn beds(hospital: &Hospital) -> u64 {
    let wards = hospital.departments.iter().flat_map(|it| &it.wards);
    wards.map(|ward| u64::from(ward.beds)).sum()
}

/// Shares a number out in proportion to wishes, in whole numbers, none of a row above its cap;
/// `None` where there is not room for it. What caps cut off goes to the others.
fn share_out(wishes: &[Vec<f64>], caps: &[u64], count: u64) -> Option<Vec<Vec<u64>>> {
    let mut given: Vec<Vec<u64>> = wishes.iter().map(|row| vec![0; row.len()]).collect();
    let mut left = count;
    while left > 0 {
        let mut open = Vec::new();
        for (row, cap) in caps.iter().enumerate() {
            for (place, wish) in wishes[row].iter().enumerate() {
                if *wish > 0.0 && given[row][place] < *cap {
                    open.push((row, place, *wish));
                }
            }
        }
        let total: f64 = open.iter().map(|(_, _, wish)| wish).sum();
        if open.is_empty() {
            return None;
        }
        let (mut sum, mut handed) = (0.0, 0);
        let whole = left;
        for (row, place, wish) in open {
            // By the running sum, so that the parts add up to the whole.
            sum += wish;
            let until = floor(float(whole) * (sum / total)).min(whole);
            let part = (until - handed).min(caps[row] - given[row][place]);
            handed = until;
            given[row][place] += part;
            left -= part;
        }
        if left == whole {
            // Less than one each: the first that has room takes one.
            let (row, place) = first_open(wishes, &given, caps)?;
            given[row][place] += 1;
            left -= 1;
        }
    }
    Some(given)
}

fn first_open(wishes: &[Vec<f64>], given: &[Vec<u64>], caps: &[u64]) -> Option<(usize, usize)> {
    caps.iter().enumerate().find_map(|(row, cap)| {
        let mut places = wishes[row].iter().zip(&given[row]);
        let place = places.position(|(wish, given)| *wish > 0.0 && given < cap)?;
        Some((row, place))
    })
}

fn positive(row: &[f64]) -> u64 {
    row.iter().filter(|wish| **wish > 0.0).count() as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn everything_is_shared_out_and_nothing_above_its_cap(
            wishes in prop::collection::vec(prop::collection::vec(0.0_f64..9.0, 3), 1..20),
            caps in prop::collection::vec(0_u64..40, 20), count in 1_u64..600,
        ) {
            let caps = &caps[..wishes.len()];
            let room: u64 = wishes.iter().zip(caps).map(|(row, cap)| positive(row) * cap).sum();
            match share_out(&wishes, caps, count) {
                None => prop_assert!(room < count),
                Some(given) => {
                    prop_assert_eq!(given.iter().flatten().sum::<u64>(), count);
                    for (row, cap) in given.iter().zip(caps) {
                        prop_assert!(row.iter().all(|part| part <= cap));
                    }
                }
            }
        }
    }
}
