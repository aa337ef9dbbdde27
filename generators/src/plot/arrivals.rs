//! When patients come from outside, by hour and weekday, beside what the network file lets expect.

use chart::label::{rounded, spoken, thousands};
use chart::{Area, Axis, Canvas, Grid, Mark, Panel, Svg, Tone};
use chrono::{Datelike as _, Timelike as _};
use domain::network::Network;

use super::label::Period;
use crate::calendar::{Calendar, DAY_SECONDS};
use crate::float::float;
use crate::flow::{Flow, Step, What};

/// Patients who were admitted, by the profile of the department that they came to.
#[derive(Debug)]
pub(super) struct Arrivals {
    pub(super) profiles: Vec<Profile>,
    /// By hospital and department, the place of the profile.
    profile_of: Vec<Vec<Option<usize>>>,
    calendar: Calendar,
    period: Period,
}

/// The arrivals of a profile.
#[derive(Debug)]
pub(super) struct Profile {
    name: String,
    pub(super) hours: Cycle<24>,
    pub(super) weekdays: Cycle<7>,
}

/// Arrivals by a part of the time that comes again: the hour of a day, the day of a week.
#[derive(Debug)]
pub(super) struct Cycle<const N: usize> {
    pub(super) came: [u64; N],
    pub(super) expected: [f64; N],
}

impl<const N: usize> Cycle<N> {
    const EMPTY: Self = Self {
        came: [0; N],
        expected: [0.0; N],
    };

    /// Bars and points over a number of days for each part, in patients of one such part.
    fn rates(&self, days: [u64; N]) -> Vec<(f64, f64)> {
        let parts = self.came.iter().zip(self.expected).zip(days);
        let parts = parts.map(|((came, expected), days)| {
            let days = float(days.max(1));
            (float(*came) / days, expected / days)
        });
        parts.collect()
    }
}

impl Arrivals {
    /// Nobody yet, but how many are expected by the rates of the flow.
    pub(super) fn expected(network: &Network, flow: &Flow<'_>, period: Period) -> Self {
        let kinds = network.flow.iter().flat_map(|it| &it.kinds);
        let kinds: Vec<_> = kinds.collect();
        let mut names: Vec<&str> = kinds.iter().map(|(_, kind)| &*kind.profile).collect();
        names.sort_unstable();
        names.dedup();
        let profile_of = network.hospitals.iter().map(|hospital| {
            let departments = hospital.departments.iter().map(|department| {
                let found = kinds.iter().find(|(kind, _)| **kind == department.kind);
                found.and_then(|(_, kind)| names.binary_search(&&*kind.profile).ok())
            });
            departments.collect()
        });
        let empty = |name: &&str| Profile {
            name: spoken(name),
            hours: Cycle::EMPTY,
            weekdays: Cycle::EMPTY,
        };
        let mut arrivals = Self {
            profiles: names.iter().map(empty).collect(),
            profile_of: profile_of.collect(),
            calendar: flow.calendar().clone(),
            period,
        };
        for hour in 0..24 * i64::from(period.days) {
            let at_seconds = 3600 * hour;
            for (hospital, department, patients) in flow.expected_per_hour(at_seconds) {
                let (hour, weekday) = arrivals.when(hospital, at_seconds);
                if let Some(profile) = arrivals.profile(hospital, department) {
                    profile.hours.expected[hour] += patients;
                    profile.weekdays.expected[weekday] += patients;
                }
            }
        }
        arrivals
    }

    /// Counts an admission, when the desk wrote it down.
    pub(super) fn count(&mut self, step: &Step) {
        let at_seconds = step.admission.admitted_seconds;
        let days = 0..DAY_SECONDS * i64::from(self.period.days);
        if step.what != What::Admission || !days.contains(&at_seconds) {
            return;
        }
        let (hospital, department) = (step.hospital.into(), step.place.department.into());
        let (hour, weekday) = self.when(hospital, at_seconds);
        if let Some(profile) = self.profile(hospital, department) {
            profile.hours.came[hour] += 1;
            profile.weekdays.came[weekday] += 1;
        }
    }

    fn profile(&mut self, hospital: usize, department: usize) -> Option<&mut Profile> {
        let place = *self.profile_of.get(hospital)?.get(department)?;
        self.profiles.get_mut(place?)
    }

    /// Hour and weekday at a hospital, both from 0.
    fn when(&self, hospital: usize, at_seconds: i64) -> (usize, usize) {
        let local = self.calendar.local(hospital, at_seconds);
        let weekday = local.weekday().num_days_from_monday();
        (local.hour() as usize, weekday as usize)
    }

    /// How often each weekday comes.
    fn weekdays(&self) -> [u64; 7] {
        let mut times = [0; 7];
        for day in 0..self.period.days {
            let weekday = self.period.date(day).weekday();
            times[weekday.num_days_from_monday() as usize] += 1;
        }
        times
    }

    /// The picture.
    pub(super) fn draw(&self) -> Svg {
        let mut profiles: Vec<&Profile> = self.profiles.iter().collect();
        profiles.retain(|it| it.hours.came.iter().any(|came| *came > 0));
        let came = |it: &&Profile| it.hours.came.iter().sum::<u64>();
        profiles.sort_by_key(|it| std::cmp::Reverse(came(it)));
        let all: u64 = profiles.iter().map(came).sum();
        let subtitle = format!(
            "{} patients admitted from outside, all hospitals, {}",
            thousands(all),
            self.period.tell()
        );
        let rows = profiles.len().max(1);
        let canvas = Canvas {
            title: "When patients come: by hour of the day and by weekday",
            subtitle: &subtitle,
            key: &[
                (Mark::Bar(Tone::SkyBlue), "admitted"),
                (
                    Mark::DottedLine(Tone::Ink),
                    "who comes on average, by the network file; some find no bed",
                ),
            ],
            height: 100 + 190 * u32::try_from(rows).unwrap_or(1),
        };
        canvas.draw(|area| {
            let cells = area.split_evenly((rows, 2));
            for ((cells, profile), row) in cells.chunks(2).zip(&profiles).zip(1..) {
                self.draw_profile(cells, profile, row == rows);
            }
        })
    }

    fn draw_profile(&self, cells: &[Area<'_>], profile: &Profile, is_last: bool) {
        let [by_hour, by_weekday] = cells else {
            return;
        };
        let [hour_title, weekday_title] = if is_last {
            ["hour of the day, local time", "weekday"]
        } else {
            ["", ""]
        };
        let days = self.period.days.into();
        let rates = profile.hours.rates([days; 24]);
        let bold = format!("{} by hour", profile.name);
        let heading = (&*bold, &*profile.tell(days));
        draw_cycle(
            *by_hour,
            heading,
            (hour_ticks(), &rates),
            [hour_title, "patients an hour"],
        );
        let rates = profile.weekdays.rates(self.weekdays());
        let bold = format!("{} by weekday", profile.name);
        let titles = [weekday_title, "patients a day"];
        draw_cycle(*by_weekday, (&bold, ""), (weekday_ticks(), &rates), titles);
    }
}

impl Profile {
    fn tell(&self, days: u64) -> String {
        let days = float(days.max(1));
        let came: u64 = self.hours.came.iter().sum();
        let expected: f64 = self.hours.expected.iter().sum();
        format!(
            "{} a day, of {} who come",
            rounded(float(came) / days),
            rounded(expected / days)
        )
    }
}

fn hour_ticks() -> Ticks {
    let hours = (0..=24_u32).step_by(6);
    let ticks = hours.map(|hour| (f64::from(hour), format!("{hour:02}:00")));
    ticks.collect()
}

fn weekday_ticks() -> Ticks {
    let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let ticks = names.iter().zip(0_u32..);
    let ticks = ticks.map(|(name, day)| (f64::from(day) + 0.5, (*name).to_owned()));
    ticks.collect()
}

type Ticks = Vec<(f64, String)>;

fn draw_cycle(
    area: Area<'_>,
    heading: (&str, &str),
    (ticks, rates): (Ticks, &[(f64, f64)]),
    [x_title, y_title]: [&'static str; 2],
) {
    let greatest = rates.iter().map(|(came, expected)| came.max(*expected));
    let x = Axis {
        range: 0.0..float(rates.len() as u64),
        ticks,
        title: x_title,
    };
    let panel = Panel {
        heading,
        x,
        y: Axis::up_to(greatest.fold(0.0, f64::max), y_title),
        left: 60,
        grid: Grid::Horizontal,
    };
    let plot = panel.draw(area);
    let mut points = Vec::new();
    for ((came, expected), place) in rates.iter().zip(0_u32..) {
        let left = f64::from(place);
        let corners = [(left + 0.1, 0.0), (left + 0.9, *came)];
        plot.bar(corners, Tone::SkyBlue, "");
        points.push((left + 0.5, *expected));
    }
    plot.dotted_line(&points, Tone::Ink);
}
