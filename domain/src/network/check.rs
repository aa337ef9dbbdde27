//! What a network file must say beyond its form, with the line where it does not.

use std::collections::HashMap;

use serde::Deserialize;
use toml::Spanned;

use super::check_flow::{FlowCheck, FlowPlaces};
use super::{DepartmentKind, NetworkError};

/// A department that somebody comes to has so many patients from outside in a day, at least and at
/// most.
const ARRIVALS_PER_DAY_MIN: f64 = 0.001;
const ARRIVALS_PER_DAY_MAX: f64 = 10_000.0;

/// What is checked of a network file, each with its place in the text.
#[derive(Deserialize)]
struct Places {
    flow: Option<FlowPlaces>,
    #[serde(rename = "hospital")]
    hospitals: Vec<HospitalPlaces>,
}

#[derive(Deserialize)]
struct HospitalPlaces {
    code: Spanned<String>,
    name: Spanned<String>,
    #[serde(rename = "department")]
    departments: Vec<DepartmentPlaces>,
}

#[derive(Deserialize)]
struct DepartmentPlaces {
    code: Spanned<String>,
    name: Spanned<String>,
    kind: Spanned<DepartmentKind>,
    arrivals_per_day: Option<Spanned<f64>>,
    #[serde(rename = "ward", default)]
    wards: Vec<WardPlaces>,
}

#[derive(Deserialize)]
struct WardPlaces {
    code: Spanned<String>,
    beds: Spanned<u16>,
}

/// Checks the text of a network file.
pub(super) fn check(toml: &str) -> Result<(), NetworkError> {
    let places: Places = toml::from_str(toml)?;
    if places.hospitals.is_empty() {
        return Err(NetworkError::Empty);
    }
    let flow = places.flow.as_ref().map(|flow| FlowCheck { flow, toml });
    if let Some(flow) = &flow {
        flow.check()?;
    }
    let mut hospitals = Codes::new("hospital", toml);
    for hospital in &places.hospitals {
        hospitals.add(&hospital.code)?;
        named("hospital", &hospital.name, toml)?;
        let mut departments = Codes::new("department", toml);
        let mut wards = Codes::new("ward", toml);
        for department in &hospital.departments {
            departments.add(&department.code)?;
            named("department", &department.name, toml)?;
            arrivals(department, toml)?;
            if let Some(flow) = &flow
                && !department.wards.is_empty()
            {
                flow.department(&department.kind)?;
            }
            for ward in &department.wards {
                wards.add(&ward.code)?;
                if *ward.beds.get_ref() == 0 {
                    let line = line_of(&ward.beds, toml);
                    return Err(NetworkError::Beds { line });
                }
            }
        }
    }
    Ok(())
}

/// Whether a text can be the code of a hospital, department or ward. `unknown` is the code of the
/// unknown member, and is kept free by its small letters.
pub(crate) fn is_code(text: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    (1..=20).contains(&text.len()) && text.bytes().all(allowed)
}

/// Codes of one kind, each of which may stand once.
struct Codes<'t> {
    what: &'static str,
    toml: &'t str,
    /// Lines, by code.
    seen: HashMap<String, usize>,
}

impl<'t> Codes<'t> {
    fn new(what: &'static str, toml: &'t str) -> Self {
        Self {
            what,
            toml,
            seen: HashMap::new(),
        }
    }

    fn add(&mut self, code: &Spanned<String>) -> Result<(), NetworkError> {
        let (what, line) = (self.what, line_of(code, self.toml));
        let code = code.get_ref().clone();
        if !is_code(&code) {
            return Err(NetworkError::Code { what, code, line });
        }
        match self.seen.insert(code.clone(), line) {
            None => Ok(()),
            Some(first_line) => Err(NetworkError::Twice {
                what,
                code,
                line,
                first_line,
            }),
        }
    }
}

fn named(what: &'static str, name: &Spanned<String>, toml: &str) -> Result<(), NetworkError> {
    if name.get_ref().trim().is_empty() {
        let line = line_of(name, toml);
        return Err(NetworkError::Blank { what, line });
    }
    Ok(())
}

/// Patients come only where there are beds for them.
fn arrivals(department: &DepartmentPlaces, toml: &str) -> Result<(), NetworkError> {
    let Some(arrivals) = &department.arrivals_per_day else {
        return Ok(());
    };
    let line = line_of(arrivals, toml);
    let (expected, is_good) = if department.wards.is_empty() {
        (
            "0 in a department without wards",
            *arrivals.get_ref() == 0.0,
        )
    } else {
        let range = ARRIVALS_PER_DAY_MIN..=ARRIVALS_PER_DAY_MAX;
        let arrivals = *arrivals.get_ref();
        let expected = "0, or 0.001 to 10,000";
        (expected, arrivals == 0.0 || range.contains(&arrivals))
    };
    if is_good {
        return Ok(());
    }
    Err(NetworkError::Range {
        what: "arrivals_per_day",
        expected,
        line,
    })
}

/// The line on which a value begins, from 1.
pub(super) fn line_of<T>(value: &Spanned<T>, toml: &str) -> usize {
    let before = toml.get(..value.span().start).unwrap_or(toml);
    before.matches('\n').count() + 1
}
