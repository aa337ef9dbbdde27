//! Incidents: what changes the flow of patients for a time, on purpose.
//!
//! They stand in a scenario file, so that a run with them is as reproducible as one without. Until the
//! first of them begins, the same happens as without any.

use std::ops::Range;

use chrono::{NaiveDateTime, Timelike as _};
use domain::network::{DepartmentKind, Hospital, Network};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use toml::Spanned;
use toml::value::Datetime;

use crate::calendar::Calendar;

/// By how much more patients may come.
const FACTORS: Range<f64> = 1.0..10.0;

/// The incidents of a scenario.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Incidents {
    pub(crate) surges: Vec<Surge>,
    pub(crate) closures: Vec<Closure>,
    /// SHA-256 of the file, where there is one.
    pub(crate) sha256: Option<[u8; 32]>,
}

/// More patients come.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Surge {
    pub(crate) period: Period,
    /// One hospital, by its place in the network file; all where there is none.
    pub(crate) hospital: Option<usize>,
    /// The kind of departments at which they arrive; all where there is none.
    pub(crate) kind: Option<DepartmentKind>,
    /// How many come for each who comes otherwise.
    pub(crate) factor: f64,
}

/// A ward takes nobody in. Who is there stays until the stay ends or there is another bed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Closure {
    pub(crate) period: Period,
    /// By their places in the network file.
    pub(crate) hospital: usize,
    pub(crate) department: usize,
    pub(crate) ward: usize,
}

/// A time by the clocks of hospitals; the end does not belong to it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Period {
    from: NaiveDateTime,
    until: NaiveDateTime,
}

impl Period {
    /// At a hospital, in seconds from the start.
    pub(crate) fn at(self, hospital: usize, calendar: &Calendar) -> Range<i64> {
        let seconds = |local: NaiveDateTime| {
            let of_day = i64::from(local.num_seconds_from_midnight());
            calendar.begins(hospital, local.date()) + of_day
        };
        let (from, until) = (seconds(self.from), seconds(self.until));
        // On a day on which clocks change, hours are counted from midnight: the end is no sooner.
        from.min(until)..until
    }
}

/// A scenario file that cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum IncidentsError {
    /// It is not TOML, or has other keys or types.
    #[error("{0}")]
    Toml(#[from] toml::de::Error),
    /// A value is none of those that are possible.
    #[error("line {line}: {expected}")]
    Value {
        /// What was expected.
        expected: String,
        /// Where, from 1.
        line: usize,
    },
}

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    surge: Vec<SurgeEntry>,
    #[serde(default)]
    closure: Vec<ClosureEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SurgeEntry {
    from: Spanned<Datetime>,
    until: Spanned<Datetime>,
    hospital: Option<Spanned<String>>,
    kind: Option<Spanned<String>>,
    factor: Spanned<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClosureEntry {
    from: Spanned<Datetime>,
    until: Spanned<Datetime>,
    hospital: Spanned<String>,
    department: Spanned<String>,
    ward: Spanned<String>,
}

impl Incidents {
    /// Reads a scenario file for a network.
    pub fn parse(text: &str, network: &Network) -> Result<Self, IncidentsError> {
        let file: File = toml::from_str(text)?;
        let reader = Reader { text, network };
        let surges = file.surge.iter().map(|entry| reader.surge(entry));
        let closures = file.closure.iter().map(|entry| reader.closure(entry));
        Ok(Self {
            surges: surges.collect::<Result<_, _>>()?,
            closures: closures.collect::<Result<_, _>>()?,
            sha256: Some(Sha256::digest(text).into()),
        })
    }

    /// Whether nothing happens.
    pub fn are_none(&self) -> bool {
        self.surges.is_empty() && self.closures.is_empty()
    }
}

/// Reads the entries of a file.
struct Reader<'f> {
    text: &'f str,
    network: &'f Network,
}

impl Reader<'_> {
    fn surge(&self, entry: &SurgeEntry) -> Result<Surge, IncidentsError> {
        let hospital = entry.hospital.as_ref();
        let factor = *entry.factor.get_ref();
        let is_possible = factor > FACTORS.start && factor <= FACTORS.end;
        if !is_possible {
            let Range { start, end } = FACTORS;
            let expected =
                format!("factor = {factor}: expected a number above {start}, at most {end}");
            return Err(self.refuse(&entry.factor, expected));
        }
        Ok(Surge {
            period: self.period(&entry.from, &entry.until)?,
            hospital: hospital.map(|code| self.hospital(code)).transpose()?,
            kind: entry
                .kind
                .as_ref()
                .map(|kind| self.kind(kind))
                .transpose()?,
            factor,
        })
    }

    fn closure(&self, entry: &ClosureEntry) -> Result<Closure, IncidentsError> {
        let hospital = self.hospital(&entry.hospital)?;
        let departments = &self.network.hospitals[hospital].departments;
        let codes = departments.iter().map(|it| &*it.code);
        let department = self.one_of(&entry.department, "department", codes)?;
        let codes = departments[department].wards.iter().map(|it| &*it.code);
        Ok(Closure {
            period: self.period(&entry.from, &entry.until)?,
            hospital,
            department,
            ward: self.one_of(&entry.ward, "ward", codes)?,
        })
    }

    fn period(
        &self,
        from: &Spanned<Datetime>,
        until: &Spanned<Datetime>,
    ) -> Result<Period, IncidentsError> {
        let period = Period {
            from: self.local(from)?,
            until: self.local(until)?,
        };
        if period.from < period.until {
            return Ok(period);
        }
        let expected = format!("until = {}: expected a time after `from`", until.get_ref());
        Err(self.refuse(until, expected))
    }

    fn local(&self, time: &Spanned<Datetime>) -> Result<NaiveDateTime, IncidentsError> {
        let told = time.get_ref().to_string();
        let refuse = |_| {
            let expected = format!("{told}: expected a local time, such as 2026-03-04T06:00:00");
            self.refuse(time, expected)
        };
        told.parse().map_err(refuse)
    }

    fn hospital(&self, code: &Spanned<String>) -> Result<usize, IncidentsError> {
        let codes = self.network.hospitals.iter().map(|it: &Hospital| &*it.code);
        self.one_of(code, "hospital", codes)
    }

    fn kind(&self, name: &Spanned<String>) -> Result<DepartmentKind, IncidentsError> {
        let names = DepartmentKind::ALL.iter().map(|kind| kind.as_str());
        let place = self.one_of(name, "kind", names)?;
        Ok(DepartmentKind::ALL[place])
    }

    /// The place of a name in a list.
    fn one_of<'n>(
        &self,
        name: &Spanned<String>,
        what: &str,
        names: impl Iterator<Item = &'n str>,
    ) -> Result<usize, IncidentsError> {
        let names: Vec<&str> = names.collect();
        let found = names.iter().position(|it| it == name.get_ref());
        found.ok_or_else(|| {
            let (sent, names) = (name.get_ref(), names.join(", "));
            self.refuse(name, format!("{what} = {sent:?}: expected one of {names}"))
        })
    }

    fn refuse<T>(&self, value: &Spanned<T>, expected: String) -> IncidentsError {
        let before = self.text.as_bytes().iter().take(value.span().start);
        IncidentsError::Value {
            expected,
            line: 1 + before.filter(|byte| **byte == b'\n').count(),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::network::JOHANNESBURG;

    use super::*;

    fn parse(text: &str) -> Result<Incidents, IncidentsError> {
        Incidents::parse(text, &Network::parse(JOHANNESBURG).unwrap())
    }

    const CLOSURE: &str = "[[closure]]
from = 2026-03-04T06:00:00
until = 2026-03-06T00:00:00
hospital = \"ROSEBANK\"
department = \"MED\"
ward = \"MED-2\"
";

    #[test]
    fn incidents_are_read() {
        assert!(parse("").unwrap().are_none());
        let surge = "[[surge]]\nfrom = 2026-03-03T00:00:00\nuntil = 2026-03-04T12:30:00\n\
                     kind = \"emergency\"\nfactor = 2\n";
        let incidents = parse(&format!("{surge}{CLOSURE}")).unwrap();
        assert!(!incidents.are_none());
        let surge = &incidents.surges[0];
        assert_eq!(
            (surge.hospital, surge.kind),
            (None, Some(DepartmentKind::Emergency))
        );
        let network = Network::parse(JOHANNESBURG).unwrap();
        let closure = &incidents.closures[0];
        let department = &network.hospitals[closure.hospital].departments[closure.department];
        assert_eq!(department.wards[closure.ward].code, "MED-2");
        let calendar = Calendar::new("2026-03-02".parse().unwrap(), &network);
        let hour = 3600;
        assert_eq!(
            surge.period.at(0, &calendar),
            24 * hour..60 * hour + hour / 2
        );
        assert_eq!(closure.period.at(0, &calendar), 54 * hour..96 * hour);
    }

    #[test]
    fn a_bad_file_is_told_with_its_line() {
        for (old, new, told) in [
            (
                "ROSEBANK",
                "ROSE",
                "line 4: hospital = \"ROSE\": expected one of ",
            ),
            (
                "\"MED\"",
                "\"MEDI\"",
                "line 5: department = \"MEDI\": expected one of ED, ",
            ),
            (
                "MED-2",
                "MED-99",
                "line 6: ward = \"MED-99\": expected one of MED-1, MED-2",
            ),
            (
                "2026-03-06",
                "2026-03-04",
                "line 3: until = 2026-03-04T00:00:00: expected a time after",
            ),
            (
                "06:00:00",
                "06:00:00Z",
                "line 2: 2026-03-04T06:00:00Z: expected a local time",
            ),
            ("T06:00:00", "", "line 2: 2026-03-04: expected a local time"),
            ("ward", "wad", "line 6"),
        ] {
            let error = parse(&CLOSURE.replace(old, new)).unwrap_err().to_string();
            assert!(error.contains(told), "{new}: {error}");
        }
        for factor in ["1", "0.5", "11", "nan", "-2"] {
            let surge = format!(
                "[[surge]]\nfrom = 2026-03-03T00:00:00\nuntil = 2026-03-04T00:00:00\nfactor = {factor}"
            );
            let error = parse(&surge).unwrap_err().to_string();
            assert!(error.contains("line 4: factor = "), "{error}");
        }
    }
}
