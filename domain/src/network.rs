//! The network of hospitals: a TOML file that a user may edit to model another one.

mod check;
mod check_flow;
mod flow;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeZone as _, Utc};
use serde::Deserialize;

use crate::dimension_key::department_key;
use crate::history::{DepartmentVersion, Departments};

pub(crate) use check::is_code;
pub use flow::{Flow, Kind, LogNormal, Next, Profile, Surge};

/// Seven invented hospitals around Johannesburg: the default network.
pub const JOHANNESBURG: &str = include_str!("../networks/johannesburg.toml");

/// The one hospital of the MIMIC-III extract.
pub const BIDMC: &str = include_str!("../networks/bidmc.toml");

/// A network of hospitals.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// How patients flow through it; `None` where nobody simulates them.
    pub flow: Option<Flow>,
    /// The hospitals, in the order of the file.
    #[serde(rename = "hospital")]
    pub hospitals: Vec<Hospital>,
}

/// One hospital.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hospital {
    /// Code in events and files: capital letters, digits, `-` and `_`.
    pub code: String,
    /// Name.
    pub name: String,
    /// Municipality.
    pub municipality: Option<String>,
    /// Province.
    pub province: Option<String>,
    /// IANA name of the time zone of local dates and of the midnight census.
    pub time_zone: TimeZone,
    /// The departments, in the order of the file.
    #[serde(rename = "department")]
    pub departments: Vec<Department>,
}

/// A time zone by its IANA name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct TimeZone(chrono_tz::Tz);

impl TimeZone {
    /// The zone of an IANA name, such as `Africa/Johannesburg`.
    pub fn parse(name: &str) -> Option<Self> {
        name.parse().ok().map(Self)
    }

    /// The IANA name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The local date of a moment.
    pub fn date_of(self, moment: DateTime<Utc>) -> NaiveDate {
        self.local(moment).date()
    }

    /// The local date and time of a moment.
    pub fn local(self, moment: DateTime<Utc>) -> NaiveDateTime {
        moment.with_timezone(&self.0).naive_local()
    }

    /// The moment at which a local date begins: its midnight or, where clocks skip that, the first
    /// hour that there is, of the next date if need be.
    pub fn start_of(self, date: NaiveDate) -> DateTime<Utc> {
        let hours = (0..24).filter_map(|hour| date.and_hms_opt(hour, 0, 0));
        let mut moments = hours.filter_map(|time| self.0.from_local_datetime(&time).earliest());
        let moment = moments.next().map(|moment| moment.with_timezone(&Utc));
        let of_next = || Some(self.start_of(date.succ_opt()?));
        moment
            .or_else(of_next)
            .unwrap_or_else(|| date.and_time(NaiveTime::MIN).and_utc())
    }
}

impl TryFrom<String> for TimeZone {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Self::parse(&name).ok_or_else(|| {
            format!("{name:?} is no IANA time zone, expected one such as \"Africa/Johannesburg\"")
        })
    }
}

/// One department of a hospital.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Department {
    /// Code in events and files.
    pub code: String,
    /// Name.
    pub name: String,
    /// What the department does.
    pub kind: DepartmentKind,
    /// Patients who come from outside on an average day.
    #[serde(default)]
    pub arrivals_per_day: f64,
    /// Its wards; empty where the network file does not say.
    #[serde(rename = "ward", default)]
    pub wards: Vec<Ward>,
}

/// One ward of a department.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ward {
    /// Code within the hospital.
    pub code: String,
    /// How many beds it has.
    pub beds: u16,
}

/// What a department does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DepartmentKind {
    /// Emergency department.
    Emergency,
    /// Intensive care.
    IntensiveCare,
    /// Surgery.
    Surgery,
    /// Internal medicine and its branches.
    Medicine,
    /// Maternity and newborns.
    Maternity,
    /// Paediatrics.
    Paediatrics,
    /// Orthopaedics and trauma.
    Orthopaedics,
    /// Oncology.
    Oncology,
    /// Psychiatry.
    Psychiatry,
    /// Anything else.
    Other,
}

impl DepartmentKind {
    /// All kinds.
    pub const ALL: [Self; 10] = [
        Self::Emergency,
        Self::IntensiveCare,
        Self::Surgery,
        Self::Medicine,
        Self::Maternity,
        Self::Paediatrics,
        Self::Orthopaedics,
        Self::Oncology,
        Self::Psychiatry,
        Self::Other,
    ];

    /// The kind of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The name in network files and in the warehouse.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Emergency => "emergency",
            Self::IntensiveCare => "intensive_care",
            Self::Surgery => "surgery",
            Self::Medicine => "medicine",
            Self::Maternity => "maternity",
            Self::Paediatrics => "paediatrics",
            Self::Orthopaedics => "orthopaedics",
            Self::Oncology => "oncology",
            Self::Psychiatry => "psychiatry",
            Self::Other => "other",
        }
    }
}

/// A network file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// Not TOML, or not of the form of a network file; the message shows line and column.
    #[error("{0}")]
    Form(#[from] toml::de::Error),
    /// A code that cannot stand in keys and events.
    #[error(
        "line {line}: code {code:?} of a {what}: use capital letters, digits, - and _, 1 to 20 of them"
    )]
    Code {
        /// Hospital, department or ward.
        what: &'static str,
        /// The code as it stands.
        code: String,
        /// The line.
        line: usize,
    },
    /// A code that stands twice where it must be unique: of hospitals in the file, of departments
    /// and of wards in a hospital.
    #[error(
        "line {line}: {what} {code} stands on line {first_line} already; each needs a code of its own"
    )]
    Twice {
        /// Hospital, department or ward.
        what: &'static str,
        /// The code.
        code: String,
        /// The line.
        line: usize,
        /// The line where it stands first.
        first_line: usize,
    },
    /// A name of nothing.
    #[error("line {line}: the name of a {what} is blank; people know it by its name")]
    Blank {
        /// Hospital or department.
        what: &'static str,
        /// The line.
        line: usize,
    },
    /// A ward for nobody.
    #[error("line {line}: a ward without beds; give it one or more, or leave the ward out")]
    Beds {
        /// The line.
        line: usize,
    },
    /// A value that makes no sense.
    #[error("line {line}: {what}: expected {expected}")]
    Range {
        /// The key.
        what: &'static str,
        /// What it may be.
        expected: &'static str,
        /// The line.
        line: usize,
    },
    /// A profile of arrivals that is not described.
    #[error("line {line}: there is no profile {profile:?}; add [flow.profile.{profile}]")]
    NoProfile {
        /// Its name.
        profile: String,
        /// The line.
        line: usize,
    },
    /// A department with wards of a kind that is not described.
    #[error(
        "line {line}: the flow says nothing of departments of kind {kind}; add [flow.kind.{kind}]"
    )]
    KindWithoutFlow {
        /// The kind.
        kind: &'static str,
        /// The line.
        line: usize,
    },
    /// A network of nothing.
    #[error("the network has no hospital; add a [[hospital]] with a [[hospital.department]]")]
    Empty,
}

impl Network {
    /// Reads a network file.
    pub fn parse(toml: &str) -> Result<Self, NetworkError> {
        let network = toml::from_str(toml)?;
        check::check(toml)?;
        Ok(network)
    }

    /// The embedded default network and that of the MIMIC-III extract, as one.
    pub fn embedded() -> Result<Self, NetworkError> {
        let mut network = Self::parse(JOHANNESBURG)?;
        network.hospitals.extend(Self::parse(BIDMC)?.hospitals);
        Ok(network)
    }

    /// The departments as facts refer to them: each with one version, valid from the beginning, and its
    /// wards.
    pub fn departments(&self) -> Departments {
        let mut departments = Departments::default();
        for hospital in &self.hospitals {
            for department in &hospital.departments {
                let department_key = department_key(&hospital.code, &department.code);
                let version = DepartmentVersion {
                    department_key,
                    valid_from: None,
                };
                departments.add(&hospital.code, &department.code, version);
                for ward in &department.wards {
                    departments.add_ward(&hospital.code, &department.code, &ward.code, ward.beds);
                }
            }
        }
        departments
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_networks_are_good() {
        let network = Network::embedded().unwrap();
        assert_eq!(network.hospitals.len(), 8);
        assert!(
            network
                .hospitals
                .iter()
                .all(|hospital| !hospital.departments.is_empty())
        );
    }

    #[test]
    fn a_bad_file_names_the_line_and_what_was_expected() {
        let file = "[[hospital]]\ncode = \"A\"\nname = \"A\"\ntime_zone = 1\n";
        let error = Network::parse(file).unwrap_err().to_string();
        assert!(
            error.contains("line 4") && error.contains("expected a string"),
            "{error}"
        );
    }

    #[test]
    fn a_date_is_local_and_a_zone_must_exist() {
        let zone = TimeZone::parse("Africa/Johannesburg").unwrap();
        let moment = "2026-03-01T22:30:00Z".parse().unwrap();
        assert_eq!(zone.date_of(moment).to_string(), "2026-03-02");
        let date = "2026-03-02".parse().unwrap();
        assert_eq!(
            zone.start_of(date).to_rfc3339(),
            "2026-03-01T22:00:00+00:00"
        );
        // Samoa had no 30 December 2011.
        let samoa = TimeZone::parse("Pacific/Apia").unwrap();
        let starts = ["2011-12-29", "2011-12-30", "2011-12-31"]
            .map(|date| samoa.start_of(date.parse().unwrap()).to_rfc3339());
        let skipped = "2011-12-30T10:00:00+00:00";
        assert_eq!(starts, ["2011-12-29T10:00:00+00:00", skipped, skipped]);
        let file = "[[hospital]]\ncode = \"A\"\nname = \"A\"\ntime_zone = \"Atlantis\"\n";
        let error = Network::parse(file).unwrap_err().to_string();
        assert!(
            error.contains("line 4") && error.contains("no IANA time zone"),
            "{error}"
        );
    }

    #[test]
    fn what_a_file_must_not_say_is_told_with_its_line() {
        let file = "[[hospital]]\ncode = \"A\"\nname = \"A\"\ntime_zone = \"UTC\"\n\n\
            [[hospital.department]]\ncode = \"D\"\nname = \"D\"\nkind = \"other\"\n\
            ward = [\n  { code = \"W\", beds = 1 },\n]\n";
        assert!(Network::parse(file).is_ok());
        let department = &file[file.find("[[hospital.department]]").unwrap()..];
        for (bad, line, words) in [
            (file.repeat(2), 14, "hospital A stands on line 2"),
            (
                format!("{file}{department}"),
                14,
                "department D stands on line 7",
            ),
            (
                format!("{file}{}", department.replace("\"D\"", "\"E\"")),
                18,
                "ward W stands on line 11",
            ),
            (
                file.replacen("\"A\"", "\"unknown\"", 1),
                2,
                "code \"unknown\"",
            ),
            (file.replace("name = \"D\"", "name = \" \""), 8, "blank"),
            (file.replace("beds = 1", "beds = 0"), 11, "without beds"),
        ] {
            let error = Network::parse(&bad).unwrap_err().to_string();
            assert!(
                error.starts_with(&format!("line {line}: ")) && error.contains(words),
                "{error}"
            );
        }
    }

    #[test]
    fn what_a_flow_must_not_say_is_told_with_its_line() {
        for (good, bad, words) in [
            (
                "warm_up_days = 60",
                "warm_up_days = 0",
                "warm_up_days: expected 1 to 365",
            ),
            (
                "window_minutes = 3",
                "window_minutes = 7",
                "expected a divisor of 60",
            ),
            (
                "median = 12, sigma = 0.85",
                "median = 12, sigma = 9",
                "a sigma from 0 to 2",
            ),
            ("median = 3.2", "median = -1", "expected a median above 0"),
            (
                "profile = \"elective\"",
                "profile = \"selective\"",
                "no profile \"selective\"",
            ),
            (
                "next = { home = 66,",
                "next = { home = 65,",
                "percentages that sum to 100",
            ),
            (
                "next = { home = 66,",
                "next = { nowhere = 66,",
                "\"nowhere\" is nowhere to go",
            ),
            (
                "beds_per_nurse_day = 4",
                "beds_per_nurse_day = 0",
                "expected 0.1 to 1000",
            ),
            (
                "moves_per_day = 6",
                "moves_per_day = 600",
                "expected 0 to 24",
            ),
            (
                "readmission_percent = 2.5",
                "readmission_percent = 250",
                "expected 0 to 100",
            ),
            (
                "hours = [2.0, 1.6,",
                "hours = [2.0, -1.6,",
                "numbers from 0",
            ),
            (
                "hours = [2.0, 1.6,",
                "hours = [1.6,",
                "expected an array of length 24",
            ),
            (
                "hours = [2.0, 1.6,",
                "hours = [1.0, 2.0, 1.6,",
                "expected 24 numbers from 0",
            ),
            (
                "factors = [1.0, 1.4",
                "factors = [1.0, 14",
                "numbers from 0 to 10",
            ),
            (
                "arrivals_per_day = 190",
                "arrivals_per_day = -190",
                "expected 0, or 0.001 to 10,000",
            ),
            (
                "[flow.kind.oncology]",
                "[flow.kind.other]",
                "nothing of departments of kind oncology",
            ),
        ] {
            let line = 1 + JOHANNESBURG
                .lines()
                .position(|it| it.contains(good))
                .unwrap();
            let error = Network::parse(&JOHANNESBURG.replacen(good, bad, 1));
            let error = error.unwrap_err().to_string();
            // The kind is missed where it is first used.
            let is_here = bad.starts_with("[flow.kind") || error.contains(&format!("line {line}"));
            assert!(is_here && error.contains(words), "{bad}: {error}");
        }
    }
}
