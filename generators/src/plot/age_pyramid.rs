//! People by age and sex, beside the table from which they are drawn.

use chart::label::thousands;
use chart::{Anchor, Axis, Canvas, Grid, Mark, Panel, Plot, Svg, Tone};
use domain::age::full_years;

use crate::float::float;
use crate::population::{Population, TableError, age_groups};

/// The people of a population by five-year group.
#[derive(Debug)]
pub(super) struct AgePyramid {
    pub(super) groups: Vec<Group>,
    people: u64,
    date: String,
}

/// People of an age group.
#[derive(Debug)]
pub(super) struct Group {
    /// Both ends in full years.
    pub(super) ages: std::ops::RangeInclusive<usize>,
    /// Women, men.
    pub(super) people: [u64; 2],
    /// As many as the table has, if it were of as many people.
    pub(super) expected: [f64; 2],
}

impl AgePyramid {
    /// Counts a population.
    pub(super) fn of(population: &Population) -> Result<Self, TableError> {
        let table = age_groups()?;
        let total: f64 = table.iter().map(|it| it.female + it.male).sum();
        let scale = float(population.count()) / total;
        let groups = table.iter().map(|it| Group {
            ages: it.age_from_years..=it.age_to_years,
            people: [0, 0],
            expected: [it.female * scale, it.male * scale],
        });
        let mut groups: Vec<Group> = groups.collect();
        for (born_on, is_female, people) in population.births() {
            let age = usize::try_from(full_years(born_on, population.start()));
            let of_age = |group: &&mut Group| age.is_ok_and(|age| group.ages.contains(&age));
            if let Some(group) = groups.iter_mut().find(of_age) {
                group.people[usize::from(!is_female)] += people;
            }
        }
        Ok(Self {
            groups,
            people: population.count(),
            date: population.start().format("%-d %B %Y").to_string(),
        })
    }

    /// The picture.
    pub(super) fn draw(&self) -> Svg {
        let (people, date) = (thousands(self.people), &self.date);
        let subtitle = format!("{people} people on {date}, by five-year group of age");
        let canvas = Canvas {
            title: "Who lives here: age and sex of the synthetic people",
            subtitle: &subtitle,
            key: &[
                (Mark::Bar(Tone::Orange), "women, left"),
                (Mark::Bar(Tone::SkyBlue), "men, right"),
                (
                    Mark::Line(Tone::Ink),
                    "ages.csv (fitted to Census 2022), scaled to the same total",
                ),
            ],
            height: 640,
        };
        canvas.draw(|area| {
            let panel = Panel {
                heading: ("", ""),
                x: self.people_axis(),
                y: self.age_axis(),
                left: 65,
                grid: Grid::Vertical,
            };
            let plot = panel.draw(area);
            self.draw_bars(&plot);
            self.draw_outline(&plot);
            self.draw_totals(&plot, panel.x.range.end);
        })
    }

    /// From the middle to both sides.
    fn people_axis(&self) -> Axis {
        let sides = self.groups.iter().flat_map(|it| {
            let [women, men] = it.people.map(float);
            [women, men, it.expected[0], it.expected[1]]
        });
        let mut axis = Axis::up_to(sides.fold(0.0, f64::max), "people of the group");
        let left = axis.ticks.iter().skip(1);
        let left: Vec<_> = left.map(|(at, label)| (-at, label.clone())).collect();
        axis.ticks.extend(left);
        axis.range.start = -axis.range.end;
        axis
    }

    fn age_axis(&self) -> Axis {
        let label = |group: &Group| match group.ages.clone().into_inner() {
            (from, 100..) => format!("{from}+"),
            (from, to) => format!("{from}–{to}"),
        };
        let places = self.groups.iter().zip(0_u64..);
        Axis {
            range: 0.0..float(self.groups.len() as u64) + 0.4,
            ticks: places
                .map(|(group, place)| (float(place) + 0.5, label(group)))
                .collect(),
            title: "age in full years",
        }
    }

    fn draw_bars(&self, plot: &Plot<'_, '_>) {
        for (group, place) in self.groups.iter().zip(0_u64..) {
            let (bottom, top) = (float(place) + 0.08, float(place) + 0.92);
            let [women, men] = group.people.map(float);
            plot.bar([(-women, bottom), (0.0, top)], Tone::Orange, "");
            plot.bar([(0.0, bottom), (men, top)], Tone::SkyBlue, "");
        }
    }

    fn draw_outline(&self, plot: &Plot<'_, '_>) {
        for (sex, sign) in [(0, -1.0), (1, 1.0)] {
            let mut points = Vec::new();
            for (group, place) in self.groups.iter().zip(0_u64..) {
                let x = sign * group.expected[sex];
                points.extend([(x, float(place)), (x, float(place + 1))]);
            }
            points.push((0.0, float(self.groups.len() as u64)));
            plot.line(&points, Tone::Ink);
        }
    }

    fn draw_totals(&self, plot: &Plot<'_, '_>, side: f64) {
        let height = float(self.groups.len() as u64) - 2.0;
        for (sex, name, x) in [(0, "women", -0.62 * side), (1, "men", 0.62 * side)] {
            let people: u64 = self.groups.iter().map(|it| it.people[sex]).sum();
            let percent = 100.0 * float(people) / float(self.people);
            let words = format!("{} {name} ({percent:.1} %)", thousands(people));
            plot.words(&words, (x, height), Anchor::Middle);
        }
    }
}
