//! Programs of others: where they are, or why they are not.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The scripts of this repository that run a peer.
const SCRIPTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers");

/// A Python in which `benchmarks/peers/setup` installed the peers, or another one that has them.
#[derive(Debug)]
pub(crate) struct Python(PathBuf);

impl Python {
    /// The one that is named, or that of `benchmarks/peers/setup`.
    pub(crate) fn find(named: Option<&Path>) -> Self {
        Self(named.map_or_else(installed, Path::to_owned))
    }

    /// The command that runs a script, or why it cannot.
    pub(crate) fn script(&self, script: &str, modules: &[&str]) -> Result<Command, String> {
        let import = format!("import {}", modules.join(", "));
        let mut probe = Command::new(&self.0);
        let has_modules = probe
            .args(["-c", &import])
            .output()
            .is_ok_and(|output| output.status.success());
        if !has_modules {
            return Err(format!(
                "{} has no {}; run benchmarks/peers/setup",
                self.0.display(),
                modules.join(" and ")
            ));
        }
        let mut command = Command::new(&self.0);
        command.arg(Path::new(SCRIPTS).join(script));
        Ok(command)
    }
}

/// As the script `setup` says.
fn installed() -> PathBuf {
    let of = |name: &str| {
        env::var_os(name)
            .filter(|it| !it.is_empty())
            .map(PathBuf::from)
    };
    let cache = of("WARDFLOW_CACHE").unwrap_or_else(|| {
        let home = || of("HOME").unwrap_or_default().join(".cache");
        of("XDG_CACHE_HOME").unwrap_or_else(home).join("wardflow")
    });
    cache.join("peers/bin/python")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_python_that_is_missing_is_told_with_what_to_run() {
        let python = Python::find(Some(Path::new("/no/python")));
        let reason = python.script("people_faker.py", &["faker"]).unwrap_err();
        assert_eq!(
            reason,
            "/no/python has no faker; run benchmarks/peers/setup"
        );
    }
}
