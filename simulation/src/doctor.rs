use std::io::Write as _;
use std::path::{Path, PathBuf};

use embedded::Machine;
use platform::kafka::Cluster;
use platform::registry::Registry;

use crate::addresses::{Addresses, named};
use crate::holder::{Holder, running};
use crate::supervisor;

/// Looks at everything the platform needs here, says what is wrong and how to mend it, and returns
/// whether all is well.
pub(crate) async fn doctor(home: &Path) -> anyhow::Result<bool> {
    let machine = Machine::from_environment()?;
    let mut findings = Vec::new();
    if let Some(addresses) = Addresses::of_environment() {
        // Private services are not used, and what they need is not missed.
        findings.extend(named_services(&addresses).await?);
    } else {
        findings.extend(embedded::diagnose(&machine));
        findings.push(setsid(&machine));
    }
    findings.push(environment());
    findings.push(state_of(home));
    findings.extend(embedded::forsaken_data().into_iter().map(without_home));
    let mut out = std::io::stdout().lock();
    let mut well = true;
    for (what, state) in findings {
        match state {
            Ok(state) => writeln!(out, "ok    {what}: {state}")?,
            Err(remedy) => {
                well = false;
                writeln!(out, "WRONG {what}: {remedy}")?;
            }
        }
    }
    Ok(well)
}

/// Whether the services that the environment names answer.
async fn named_services(
    addresses: &Addresses,
) -> anyhow::Result<Vec<(&'static str, Result<String, String>)>> {
    let needs = [
        database::need(&addresses.loader_url),
        Cluster::connect(&addresses.kafka()?)?.need(),
        Registry::new(&addresses.registry())?.need(),
    ];
    let mut findings = Vec::new();
    for need in &needs {
        let answer = need.answers().await;
        findings.push((need.name(), answer.map(|()| "answers".to_owned())));
    }
    Ok(findings)
}

/// What `simulation up` starts the services by.
fn setsid(machine: &Machine) -> (&'static str, Result<String, String>) {
    let found = machine.find("setsid");
    let state = found.map_or_else(
        || Err("needed by `simulation up`: apt-get install util-linux".to_owned()),
        |path| Ok(path.display().to_string()),
    );
    ("setsid", state)
}

fn environment() -> (&'static str, Result<String, String>) {
    let names = [
        "DATABASE_URL",
        "KAFKA_BOOTSTRAP_SERVERS",
        "SCHEMA_REGISTRY_URL",
    ];
    let set: Vec<&str> = names
        .into_iter()
        .filter(|name| named(name).is_some())
        .collect();
    let state = if set.is_empty() {
        "names no service: private ones are used".to_owned()
    } else {
        format!("{} set: used instead of private services", set.join(", "))
    };
    ("environment", Ok(state))
}

/// As root: data that is left of a home.
fn without_home((data, home): (PathBuf, PathBuf)) -> (&'static str, Result<String, String>) {
    let (data, home) = (data.display(), home.display());
    let told = format!("{data}, whose home was last in {home}; delete it if that was not moved");
    ("data without a home", Ok(told))
}

fn state_of(home: &Path) -> (&'static str, Result<String, String>) {
    let state = || -> anyhow::Result<String> {
        let place = home.display();
        if let Some(id) = running(home)? {
            return Ok(format!("services are up in {place} (process {id})"));
        }
        Ok(match (Holder::of(home)?, supervisor::last_failure(home)) {
            (Some(holder), _) => {
                let (id, remedy) = (holder.id(), holder.remedy());
                format!("{place} is in use by process {id}; {remedy}")
            }
            (None, Some(why)) => {
                format!("nothing is kept running in {place}; the last `simulation up` ended: {why}")
            }
            (None, None) => format!("nothing is kept running in {place}"),
        })
    };
    (
        "private services",
        state().map_err(|error| format!("{error:#}")),
    )
}
