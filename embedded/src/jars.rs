//! The jars of Kafka and the registry, fetched once by Maven into a cache outside of the checkout.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sha2::{Digest as _, Sha256};

use crate::hexadecimal::hexadecimal;
use crate::launch::{DeathSignal, run, tied_to_us};
use crate::lock::Lock;
use crate::log::last_lines;
use crate::part::Part;
use crate::private::create_private;
use crate::{Error, Machine};

/// What is fetched: a version, and the pom that says how.
struct Bundle {
    name: &'static str,
    version: &'static str,
    pom: &'static str,
}

const KAFKA: Bundle = Bundle {
    name: "kafka",
    version: "4.3.1",
    pom: include_str!("../poms/kafka/pom.xml"),
};

const REGISTRY: Bundle = Bundle {
    name: "apicurio-registry",
    version: "3.0.9",
    pom: include_str!("../poms/apicurio-registry/pom.xml"),
};

/// Where the jars are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jars {
    /// The folder with Kafka's jars.
    pub kafka: PathBuf,
    /// The folder of the unpacked registry.
    pub registry: PathBuf,
}

/// Fetches the jars of Kafka and the registry, 155 MB, unless the cache has them. Blocks; a build step may do it
/// ahead. With the cache filled neither network nor Maven is needed.
///
/// # Errors
/// [`Error::NoMaven`], [`Error::Fetch`], or [`Error::File`] in the cache.
pub fn fetch_jars(machine: &Machine) -> Result<Jars, Error> {
    Ok(Jars {
        kafka: fetch_kafka(machine)?,
        registry: fetch_registry(machine)?,
    })
}

/// Where the jars are, or that they will be fetched, or what is missing for that.
pub(crate) fn diagnose(machine: &Machine) -> Result<String, Error> {
    let cache = machine.cache.display();
    if [KAFKA, REGISTRY]
        .iter()
        .all(|bundle| machine.cache.join(bundle.folder_name()).is_dir())
    {
        return Ok(format!("in {cache}"));
    }
    machine.find("mvn").ok_or_else(|| Error::NoMaven {
        cache: machine.cache.clone(),
    })?;
    Ok(format!(
        "not in {cache} yet; the first start fetches 155 MB"
    ))
}

pub(crate) fn fetch_kafka(machine: &Machine) -> Result<PathBuf, Error> {
    KAFKA.fetch(machine)
}

pub(crate) fn fetch_registry(machine: &Machine) -> Result<PathBuf, Error> {
    REGISTRY.fetch(machine)
}

impl Bundle {
    /// `kafka-4.3.1-0a1b2c3d`: the digits are the pom's, so that a changed pom is fetched anew.
    fn folder_name(&self) -> String {
        let digest = Sha256::digest(self.pom);
        let mark = hexadecimal(&digest[..4]);
        format!("{}-{}-{mark}", self.name, self.version)
    }

    fn fetch(&self, machine: &Machine) -> Result<PathBuf, Error> {
        let whole = machine.cache.join(self.folder_name());
        if whole.is_dir() {
            return Ok(whole);
        }
        let maven = machine.find("mvn").ok_or_else(|| Error::NoMaven {
            cache: machine.cache.clone(),
        })?;
        fs::create_dir_all(&machine.cache).map_err(Error::file("create", &machine.cache))?;
        let _lock = Lock::take(&machine.cache.join("lock"))?;
        if whole.is_dir() {
            return Ok(whole); // Another process fetched it while we waited for the lock.
        }
        let part = Part::of(&whole)?;
        self.run_maven(&maven, machine, &part.path())?;
        part.complete(&part.path().join("into"))?;
        Ok(whole)
    }

    fn run_maven(&self, maven: &Path, machine: &Machine, part: &Path) -> Result<(), Error> {
        let what = format!("{} {}", self.name, self.version);
        tracing::info!(%what, cache = %machine.cache.display(), "fetching by Maven, once");
        let into = part.join("into");
        create_private(&into)?;
        let pom = part.join("pom.xml");
        fs::write(&pom, self.pom).map_err(Error::file("write", &pom))?;
        let line = tied_to_us(machine, DeathSignal::Kill)?;
        let mut command = Command::new(&line[0]);
        command
            .args(&line[1..])
            .arg(maven)
            // Strict checksums: a broken download fails here, not in Java later.
            .args([
                "--batch-mode",
                "--no-transfer-progress",
                "--quiet",
                "--strict-checksums",
            ])
            .arg("--file")
            .arg(&pom)
            .arg(format!("-Dinto={}", into.display()))
            .arg("generate-resources")
            .env("PATH", &machine.path)
            .stdin(Stdio::null());
        let said = run(command).map_err(|source| Error::Spawn {
            program: maven.to_owned(),
            source,
        })?;
        if said.status.success() {
            return Ok(());
        }
        let text = [said.stdout, said.stderr].concat();
        Err(Error::Fetch {
            what,
            status: said.status,
            said: last_lines(&String::from_utf8_lossy(&text)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_versions_are_those_of_the_poms() {
        for bundle in [KAFKA, REGISTRY] {
            let own = format!("<version>{}</version>\n  <packaging>pom", bundle.version);
            assert!(bundle.pom.contains(&own), "{}", bundle.name);
        }
    }
}
