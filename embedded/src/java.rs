//! The Java that runs Kafka and the registry.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::machine::is_program;
use crate::{Error, Machine};

const OLDEST: u32 = 17;

/// What suits a small server beside others on one machine: one collector thread, no shared-memory statistics in
/// `/tmp`, IPv4 only, and an end instead of a half life when memory runs out.
pub(crate) const FLAGS: [&str; 5] = [
    "-XX:+UseSerialGC",
    "-XX:-UsePerfData",
    "-XX:+ExitOnOutOfMemoryError",
    "-Djava.net.preferIPv4Stack=true",
    "-Djava.awt.headless=true",
];

/// Java takes the encoding of file names from the locale, and could not enter a home whose name is not plain ASCII.
pub(crate) const ENVIRONMENT: (&str, &str) = ("LC_ALL", "C.UTF-8");

/// A Java program: what runs it, and the folder with its jars.
#[derive(Debug, Clone)]
pub(crate) struct Application {
    pub(crate) java: PathBuf,
    pub(crate) folder: PathBuf,
}

/// The first Java 17 or newer of `JAVA_HOME` and `PATH`.
///
/// # Errors
/// [`Error::NoJava`] or [`Error::OldJava`].
pub fn find(machine: &Machine) -> Result<PathBuf, Error> {
    let of_home = machine
        .java_home
        .as_ref()
        .map(|home| home.join("bin/java"))
        .filter(|path| is_program(path));
    let mut too_old = None;
    for path in [of_home, machine.find("java")].into_iter().flatten() {
        match version(&path) {
            Some(found) if found >= OLDEST => return Ok(path),
            found => {
                too_old.get_or_insert(Error::OldJava {
                    path,
                    found: found.map_or_else(
                        || "of unknown version".to_owned(),
                        |found| found.to_string(),
                    ),
                });
            }
        }
    }
    Err(too_old.unwrap_or(Error::NoJava))
}

fn version(java: &Path) -> Option<u32> {
    let said = Command::new(java).arg("-version").output().ok()?;
    parse(&String::from_utf8_lossy(&said.stderr))
}

/// The major version in what `java -version` says: 17 of `openjdk version "17.0.15"`, 8 of `"1.8.0_292"`.
fn parse(said: &str) -> Option<u32> {
    let (_, quoted) = said.split_once("version \"")?;
    let mut numbers = quoted.split(|c: char| !c.is_ascii_digit());
    match numbers.next()?.parse().ok()? {
        1 => numbers.next()?.parse().ok(),
        major => Some(major),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_all_ages_are_understood() {
        assert_eq!(parse("openjdk version \"17.0.15\" 2025-04-15\n"), Some(17));
        assert_eq!(parse("java version \"1.8.0_292\"\n"), Some(8));
        assert_eq!(parse("openjdk version \"25\" 2025-09-16\n"), Some(25));
        assert_eq!(parse("openjdk version \"24-ea\" 2025-03\n"), Some(24));
        assert_eq!(
            parse("Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nopenjdk version \"21.0.2\" 2024\n"),
            Some(21)
        );
        assert_eq!(parse("command not found"), None);
    }
}
