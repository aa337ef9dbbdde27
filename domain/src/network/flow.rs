//! How patients flow through a network: what the simulation of a network file's hospitals goes by.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::DepartmentKind;

/// How the network works.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// Days that are simulated before the start.
    pub warm_up_days: u16,
    /// Length of the windows in which transfers are counted, in minutes from midnight; a divisor of
    /// 60.
    pub window_minutes: u8,
    /// How many transfers each window has at least, over the whole network.
    pub transfers_per_window_min: u8,
    /// Minutes for which a bed is cleaned before it is taken again.
    pub bed_turnaround_minutes: u16,
    /// Hours that a patient waits at the door of a full department before another hospital is asked.
    pub diversion_hours: u16,
    /// Days from a discharge home to a readmission.
    pub readmission_days: LogNormal,
    /// Relative number of discharges from wards by local hour, from 00:00.
    pub discharge_hours: [f64; 24],
    /// A wave of arrivals, for runs that ask for one.
    pub surge: Option<Surge>,
    /// When patients come from outside.
    #[serde(rename = "profile")]
    pub profiles: BTreeMap<String, Profile>,
    /// What departments of a kind have in common.
    #[serde(rename = "kind")]
    pub kinds: BTreeMap<DepartmentKind, Kind>,
}

/// Relative numbers of arrivals.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// By local hour, from 00:00.
    pub hours: [f64; 24],
    /// By weekday, from Monday.
    pub weekdays: [f64; 7],
}

/// A wave of arrivals.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Surge {
    /// The profile whose arrivals grow.
    pub profile: String,
    /// By how much, day by day from the start; 1 from then on.
    pub factors: Vec<f64>,
}

/// A log-normal distribution.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogNormal {
    /// The median, in the unit of what is distributed.
    pub median: f64,
    /// Standard deviation of the natural logarithm.
    pub sigma: f64,
}

/// What departments of a kind have in common.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// The profile of those who come from outside.
    pub profile: String,
    /// Hours in a department.
    pub stay_hours: LogNormal,
    /// Transfers to another bed of the department, a patient and day.
    pub moves_per_day: f64,
    /// Where patients go from there, in percent.
    pub next: BTreeMap<Next, f64>,
    /// Readmissions within 30 days, in percent of those discharged home.
    pub readmission_percent: f64,
    /// Beds for which a nurse is there by day: the minimum cover.
    pub beds_per_nurse_day: f64,
    /// The same by night.
    pub beds_per_nurse_night: f64,
    /// Beds for which a doctor is there by day.
    pub beds_per_doctor_day: f64,
    /// The same by night.
    pub beds_per_doctor_night: f64,
}

/// Where a patient goes from a department.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub enum Next {
    /// To a department of a kind, in the same hospital.
    Department(DepartmentKind),
    /// Home.
    Home,
    /// Away, against advice or before treatment.
    Left,
    /// To a hospital outside of the network.
    OtherHospital,
    /// Nowhere.
    Died,
}

impl TryFrom<String> for Next {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        match name.as_str() {
            "home" => Ok(Self::Home),
            "left" => Ok(Self::Left),
            "other_hospital" => Ok(Self::OtherHospital),
            "died" => Ok(Self::Died),
            kind => DepartmentKind::parse(kind).map(Self::Department).ok_or(format!(
                "{name:?} is nowhere to go, expected a kind of department, home, left, other_hospital or died"
            )),
        }
    }
}
