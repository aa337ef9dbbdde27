//! What of the private services' needs this machine has, without starting anything.

use std::path::PathBuf;

use crate::outside::Outside;
use crate::postgres::Installation;
use crate::{Error, Machine, jars, java};

/// One thing that is needed: what it is, and either where it is or how to get it.
pub type Diagnosis = (&'static str, Result<String, String>);

/// Root's PostgreSQL data that no home uses, each folder with the path its home was last seen at. It stays: nobody can
/// know that the home was not moved.
pub fn forsaken_data() -> Vec<(PathBuf, PathBuf)> {
    Outside::of_machine().forsaken().collect()
}

/// Looks for everything that [`crate::Services::start`] and its callers need.
pub fn diagnose(machine: &Machine) -> Vec<Diagnosis> {
    let told = |found: Result<String, Error>| found.map_err(|error| error.to_string());
    let setpriv = machine.find("setpriv").ok_or(Error::NoSetpriv);
    let psql = machine.find("psql").ok_or(Error::NoPsql);
    vec![
        (
            "PostgreSQL",
            told(Installation::find(machine, None).map(|found| found.to_string())),
        ),
        ("psql", told(psql.map(|path| path.display().to_string()))),
        (
            "Java",
            told(java::find(machine).map(|path| path.display().to_string())),
        ),
        (
            "setpriv",
            told(setpriv.map(|path| path.display().to_string())),
        ),
        ("jars", told(jars::diagnose(machine))),
    ]
}
