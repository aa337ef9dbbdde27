//! How old people are, and how many of them are women.

use serde::Deserialize;

use super::table::{self, TableError};
use crate::float::float;
use crate::random::SplitMix64;
use crate::weighted::Weighted;

/// Nobody is older, in full years.
pub(super) const AGE_MAX: usize = 110;

/// The source's last group begins here. How it falls within is an assumption: by two fifths a year.
const LAST_GROUP_FROM: usize = 100;
const SURVIVING_A_YEAR: f64 = 0.6;

/// The population by age and sex; where it comes from is told in `docs/population.md`.
const AGES: &str = include_str!("../../data/population/ages.csv");

/// The population by single years of age and sex.
#[derive(Debug)]
pub(super) struct AgePyramid {
    /// Shares of (age, sex) in all people: girls of 0, boys of 0, girls of 1, and so on.
    shares: Vec<f64>,
    list: Weighted,
}

/// People of an age group, both ends in full years and inclusive.
#[derive(Debug, Deserialize)]
pub(crate) struct Group {
    pub(crate) age_from_years: usize,
    pub(crate) age_to_years: usize,
    pub(crate) male: f64,
    pub(crate) female: f64,
}

/// The groups of the embedded table, from the youngest on.
pub(crate) fn age_groups() -> Result<Vec<Group>, TableError> {
    table::rows("ages.csv", AGES)
}

impl AgePyramid {
    pub(super) fn embedded() -> Result<Self, TableError> {
        let groups = age_groups()?;
        let female = single_years(&groups, |group| group.female);
        let male = single_years(&groups, |group| group.male);
        let weights: Vec<f64> = female
            .into_iter()
            .zip(male)
            .flat_map(|(female, male)| [female, male])
            .collect();
        let list = Weighted::new(&weights).ok_or(TableError::Weights("ages.csv"))?;
        let total: f64 = weights.iter().sum();
        let shares = weights.iter().map(|weight| weight / total).collect();
        Ok(Self { shares, list })
    }

    /// An age in full years, and whether it is a man's.
    pub(super) fn draw(&self, random: &mut SplitMix64) -> (usize, bool) {
        let drawn = self.list.draw(random);
        (drawn / 2, drawn % 2 == 1)
    }

    /// The share of an age (at most [`AGE_MAX`]) and sex in all people.
    pub(super) fn share(&self, age: usize, is_male: bool) -> f64 {
        self.shares[2 * age + usize::from(is_male)]
    }
}

/// Parts the groups into single years: along the line between the middles of neighbouring groups,
/// scaled so that each group keeps its sum.
fn single_years(groups: &[Group], people: impl Fn(&Group) -> f64) -> Vec<f64> {
    let mut years = vec![0.0; AGE_MAX + 1];
    for (place, group) in groups.iter().enumerate() {
        let ages = group.age_from_years..=group.age_to_years.min(AGE_MAX);
        let before = place.checked_sub(1).map(|place| &groups[place]);
        let after = groups.get(place + 1);
        let density = |age: usize| match age.checked_sub(LAST_GROUP_FROM) {
            Some(years) => libm::pow(SURVIVING_A_YEAR, float(years as u64)),
            None => density_at(age, [before, Some(group), after], &people),
        };
        let shape: Vec<f64> = ages.clone().map(density).collect();
        let total: f64 = shape.iter().sum();
        for (age, part) in ages.zip(shape) {
            years[age] = people(group) * part / total;
        }
    }
    years
}

/// The density on the line through the middles of a group and of the neighbour nearer to the age.
fn density_at(
    age: usize,
    [before, group, after]: [Option<&Group>; 3],
    people: impl Fn(&Group) -> f64,
) -> f64 {
    let Some(group) = group else { return 1.0 };
    let point = |group: &Group| {
        let length = float((group.age_to_years + 1 - group.age_from_years) as u64);
        (
            float(group.age_from_years as u64) + length / 2.0,
            people(group) / length,
        )
    };
    let (middle, density) = point(group);
    let at = float(age as u64) + 0.5;
    let neighbour = if at < middle { before } else { after };
    let Some((other_middle, other_density)) = neighbour.map(point) else {
        return density;
    };
    density + (other_density - density) * (at - middle) / (other_middle - middle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_group_keeps_its_people_and_no_age_is_empty() {
        let groups = age_groups().unwrap();
        assert_eq!(groups[0].age_from_years, 0);
        assert_eq!(groups.last().unwrap().age_to_years, AGE_MAX);
        let years = single_years(&groups, |group| group.female);
        assert!(years.iter().all(|people| *people > 0.0));
        for group in &groups {
            let sum: f64 = years[group.age_from_years..=group.age_to_years]
                .iter()
                .sum();
            assert!((sum - group.female).abs() < 1e-3, "{group:?}");
        }
    }
}
