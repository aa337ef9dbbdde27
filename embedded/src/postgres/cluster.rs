//! PostgreSQL's data folder: made once, configured at each start.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rustix::process::Pid;

use super::SUPERUSER;
use super::installation::Installation;
use crate::account::Account;
use crate::launch::Launch;
use crate::log::last_lines;
use crate::part::Part;
use crate::private::{create_private, remove_tree, write_private};
use crate::{Durability, Error, Machine, password, process_table};

const POSTGRESQL_CONF: &str = include_str!("postgresql.conf");

/// A data folder and whose it is.
#[derive(Debug)]
pub(super) struct Cluster {
    pub(super) data: PathBuf,
    pub(super) account: Option<Account>,
}

impl Cluster {
    /// The major version that made the folder, if it is there.
    pub(super) fn made_by(&self) -> Result<Option<String>, Error> {
        let path = self.data.join("PG_VERSION");
        match fs::read_to_string(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            read => Ok(Some(
                read.map_err(Error::file("read", &path))?.trim().to_owned(),
            )),
        }
    }

    /// Refuses the data of another major version.
    pub(super) fn check_major(&self, installation: &Installation) -> Result<(), Error> {
        match self.made_by()? {
            Some(made_by) if made_by != installation.major.to_string() => Err(Error::OtherMajor {
                data: self.data.clone(),
                made_by,
                installed: installation.major,
            }),
            _ => Ok(()),
        }
    }

    /// Makes the folder, whole or not at all, unless it is there.
    pub(super) fn make_once(
        &self,
        machine: &Machine,
        installation: &Installation,
        superuser_password: &str,
        durability: Durability,
    ) -> Result<(), Error> {
        if self.data.exists() {
            return Ok(());
        }
        let part = Part::of(&self.data)?;
        create_private(&part.path())?;
        self.own(&part.path())?;
        // initdb runs as the other user and has to read the password; it wants an empty folder for the data.
        let password_file = part.path().join("password");
        write_private(&password_file, &format!("{superuser_password}\n"))?;
        self.own(&password_file)?;
        let data = part.path().join("data");
        let made = self.run_initdb(machine, installation, &data, &password_file, durability);
        password::delete(&password_file)?;
        made?;
        part.complete(&data)
    }

    fn run_initdb(
        &self,
        machine: &Machine,
        installation: &Installation,
        data: &Path,
        password_file: &Path,
        durability: Durability,
    ) -> Result<(), Error> {
        let mut arguments: Vec<std::ffi::OsString> = [
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--data-checksums",
            "--username",
            SUPERUSER,
            "--pwfile",
        ]
        .map(Into::into)
        .to_vec();
        arguments.push(password_file.into());
        if durability == Durability::Off {
            arguments.push("--no-sync".into());
        }
        arguments.extend(["--pgdata".into(), data.into()]);
        let launch = Launch {
            program: installation.program("initdb"),
            arguments,
            environment: Vec::new(),
            folder: data.parent().unwrap_or(data).to_owned(),
            account: self.account.clone(),
        };
        let said = launch.run(machine)?;
        if said.status.success() {
            return Ok(());
        }
        let text = [said.stdout, said.stderr].concat();
        Err(Error::Preparation {
            program: "initdb",
            status: said.status,
            said: last_lines(&String::from_utf8_lossy(&text)),
        })
    }

    /// Writes `postgresql.conf`.
    pub(super) fn configure(
        &self,
        installation: &Installation,
        port: u16,
        durability: Durability,
    ) -> Result<(), Error> {
        // lz4 is cheapest; a server built without it has its own compression.
        let wal_compression = if installation.accepts(&self.data, "wal_compression", "lz4") {
            "lz4"
        } else {
            "on"
        };
        let fsync = match durability {
            Durability::Full => "on",
            Durability::Off => "off",
        };
        let text = POSTGRESQL_CONF
            .replace("${port}", &port.to_string())
            .replace("${wal_compression}", wal_compression)
            .replace("${fsync}", fsync);
        let path = self.data.join("postgresql.conf");
        write_private(&path, &text)?;
        self.own(&path)?;
        // Settings made by `alter system` would win over the file: a private server has none.
        let automatic = self.data.join("postgresql.auto.conf");
        write_private(&automatic, "")?;
        self.own(&automatic)
    }

    /// Removes a `postmaster.pid` whose process is gone and whose pid has come again as another program's, as it does
    /// in a container; PostgreSQL would refuse to start. A live PostgreSQL is left for it to find.
    pub(super) fn remove_stale_pid_file(&self) -> Result<(), Error> {
        let path = self.data.join("postmaster.pid");
        let Ok(text) = fs::read_to_string(&path) else {
            return Ok(());
        };
        let pid = text
            .lines()
            .next()
            .and_then(|line| line.trim().parse().ok());
        let serves = pid
            .and_then(Pid::from_raw)
            .and_then(process_table::program)
            .is_some_and(|program| program.starts_with("postgres"));
        if serves { Ok(()) } else { remove_tree(&path) }
    }

    /// Whether the server of this folder, with this pid, has its port. It says so itself, in a file that we can read
    /// also where a container's root may not see which sockets another user's process has.
    pub(super) fn listens(&self, pid: u32) -> bool {
        let text = fs::read_to_string(self.data.join("postmaster.pid")).unwrap_or_default();
        listens(&text, pid)
    }

    fn own(&self, path: &Path) -> Result<(), Error> {
        match &self.account {
            Some(account) => account.own(path),
            None => Ok(()),
        }
    }
}

/// The eighth line of `postmaster.pid`, the server's state, is first written when it has bound its sockets
/// (`PostmasterMain` in PostgreSQL's postmaster.c).
fn listens(postmaster_pid: &str, pid: u32) -> bool {
    let mut lines = postmaster_pid.lines();
    let same = lines.next().and_then(|line| line.trim().parse().ok()) == Some(pid);
    same && lines.nth(6).is_some_and(|state| !state.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_listens_once_it_has_a_state() {
        let starting =
            "4711\n/home/postgres\n1795243000\n15432\n\n127.0.0.1\n    163845    131072\n";
        assert!(!listens(starting, 4711));
        let ready = format!("{starting}ready   \n");
        assert!(listens(&ready, 4711));
        assert!(!listens(&ready, 4712));
        assert!(!listens("", 4711));
    }
}
