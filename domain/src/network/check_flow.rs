//! What the flow of a network file must say beyond its form, with the line where it does not.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::check::line_of;
use super::{DepartmentKind, NetworkError};

/// Percentages of one place may miss the whole by so much.
const ROUNDING_PERCENT: f64 = 0.01;

/// Smaller weights alone could not be told from nothing: their mean has no inverse.
const WEIGHT_MIN: f64 = 0.000_001;

const OF_A_DAY: &str = "24 numbers from 0, one at least from 0.000001";
const OF_A_WEEK: &str = "7 numbers from 0, one at least from 0.000001";

/// What is checked of a flow, each with its place in the text.
#[derive(Deserialize)]
pub(super) struct FlowPlaces {
    warm_up_days: Spanned<u16>,
    window_minutes: Spanned<u8>,
    bed_turnaround_minutes: Spanned<u16>,
    diversion_hours: Spanned<u16>,
    readmission_days: Spanned<LogNormalPlaces>,
    discharge_hours: Spanned<Vec<f64>>,
    surge: Option<SurgePlaces>,
    #[serde(rename = "profile")]
    profiles: BTreeMap<String, ProfilePlaces>,
    #[serde(rename = "kind")]
    kinds: BTreeMap<DepartmentKind, KindPlaces>,
}

#[derive(Deserialize)]
struct LogNormalPlaces {
    median: f64,
    sigma: f64,
}

#[derive(Deserialize)]
struct SurgePlaces {
    profile: Spanned<String>,
    factors: Spanned<Vec<f64>>,
}

#[derive(Deserialize)]
struct ProfilePlaces {
    hours: Spanned<Vec<f64>>,
    weekdays: Spanned<Vec<f64>>,
}

#[derive(Deserialize)]
struct KindPlaces {
    profile: Spanned<String>,
    stay_hours: Spanned<LogNormalPlaces>,
    moves_per_day: Spanned<f64>,
    next: Spanned<BTreeMap<String, f64>>,
    readmission_percent: Spanned<f64>,
    beds_per_nurse_day: Spanned<f64>,
    beds_per_nurse_night: Spanned<f64>,
    beds_per_doctor_day: Spanned<f64>,
    beds_per_doctor_night: Spanned<f64>,
}

/// The flow of a file, and what must hold of each value in it.
pub(super) struct FlowCheck<'t> {
    pub(super) flow: &'t FlowPlaces,
    pub(super) toml: &'t str,
}

impl FlowCheck<'_> {
    pub(super) fn check(&self) -> Result<(), NetworkError> {
        let flow = self.flow;
        self.number(&flow.warm_up_days, "warm_up_days", "1 to 365", |days| {
            (1..=365).contains(days)
        })?;
        let divides = |minutes: &u8| *minutes > 0 && 60 % minutes == 0;
        self.number(
            &flow.window_minutes,
            "window_minutes",
            "a divisor of 60",
            divides,
        )?;
        let turnaround = &flow.bed_turnaround_minutes;
        self.number(turnaround, "bed_turnaround_minutes", "0 to 1440", |it| {
            *it <= 1440
        })?;
        let diversion = &flow.diversion_hours;
        self.number(diversion, "diversion_hours", "0 to 72", |it| *it <= 72)?;
        self.log_normal(&flow.readmission_days, "readmission_days")?;
        self.weights(&flow.discharge_hours, ("discharge_hours", 24, OF_A_DAY))?;
        if let Some(surge) = &flow.surge {
            self.profile(&surge.profile)?;
            let good = |factors: &Vec<f64>| factors.iter().all(|it| (0.0..=10.0).contains(it));
            self.number(&surge.factors, "factors", "numbers from 0 to 10", good)?;
        }
        for profile in flow.profiles.values() {
            self.weights(&profile.hours, ("hours", 24, OF_A_DAY))?;
            self.weights(&profile.weekdays, ("weekdays", 7, OF_A_WEEK))?;
        }
        flow.kinds
            .iter()
            .try_for_each(|(name, kind)| self.kind(*name, kind))
    }

    fn kind(&self, name: DepartmentKind, kind: &KindPlaces) -> Result<(), NetworkError> {
        self.profile(&kind.profile)?;
        self.log_normal(&kind.stay_hours, "stay_hours")?;
        let moves = "0 to 24";
        self.number(&kind.moves_per_day, "moves_per_day", moves, |it| {
            (0.0..=24.0).contains(it)
        })?;
        let whole = |next: &BTreeMap<String, f64>| {
            let are_good = next.values().all(|percent| *percent >= 0.0);
            are_good && (next.values().sum::<f64>() - 100.0).abs() <= ROUNDING_PERCENT
        };
        self.number(&kind.next, "next", "percentages that sum to 100", whole)?;
        let elsewhere = |next: &BTreeMap<String, f64>| !next.contains_key(name.as_str());
        let expected = "other kinds than its own, for which there is moves_per_day";
        self.number(&kind.next, "next", expected, elsewhere)?;
        let percent = "0 to 100";
        self.number(
            &kind.readmission_percent,
            "readmission_percent",
            percent,
            |it| (0.0..=100.0).contains(it),
        )?;
        for (what, beds) in [
            ("beds_per_nurse_day", &kind.beds_per_nurse_day),
            ("beds_per_nurse_night", &kind.beds_per_nurse_night),
            ("beds_per_doctor_day", &kind.beds_per_doctor_day),
            ("beds_per_doctor_night", &kind.beds_per_doctor_night),
        ] {
            self.number(beds, what, "0.1 to 1000", |it| (0.1..=1000.0).contains(it))?;
        }
        Ok(())
    }

    /// Whether the kind of a department that patients enter is described.
    pub(super) fn department(&self, kind: &Spanned<DepartmentKind>) -> Result<(), NetworkError> {
        if self.flow.kinds.contains_key(kind.get_ref()) {
            return Ok(());
        }
        Err(NetworkError::KindWithoutFlow {
            kind: kind.get_ref().as_str(),
            line: line_of(kind, self.toml),
        })
    }

    fn profile(&self, name: &Spanned<String>) -> Result<(), NetworkError> {
        if self.flow.profiles.contains_key(name.get_ref()) {
            return Ok(());
        }
        Err(NetworkError::NoProfile {
            profile: name.get_ref().clone(),
            line: line_of(name, self.toml),
        })
    }

    /// So many relative numbers.
    fn weights(
        &self,
        list: &Spanned<Vec<f64>>,
        (what, length, expected): (&'static str, usize, &'static str),
    ) -> Result<(), NetworkError> {
        self.number(list, what, expected, |list| {
            list.len() == length
                && list.iter().all(|it| (0.0..=1e9).contains(it))
                && list.iter().any(|it| *it >= WEIGHT_MIN)
        })
    }

    fn log_normal(
        &self,
        value: &Spanned<LogNormalPlaces>,
        what: &'static str,
    ) -> Result<(), NetworkError> {
        let expected = "a median above 0 (to 2,000) and a sigma from 0 to 2";
        self.number(value, what, expected, |it| {
            it.median > 0.0 && it.median <= 2_000.0 && (0.0..=2.0).contains(&it.sigma)
        })
    }

    pub(super) fn number<T>(
        &self,
        value: &Spanned<T>,
        what: &'static str,
        expected: &'static str,
        is_good: impl Fn(&T) -> bool,
    ) -> Result<(), NetworkError> {
        if is_good(value.get_ref()) {
            return Ok(());
        }
        Err(NetworkError::Range {
            what,
            expected,
            line: line_of(value, self.toml),
        })
    }
}
