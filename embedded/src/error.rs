//! What can go wrong, where, and how to mend it.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use crate::Service;

/// Why services could not be started, stopped or found.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Another process holds the folder.
    #[error(
        "{} is in use by process {}: wait for its end, or end it",
        home.display(), holder.map_or_else(|| "(unknown)".to_owned(), |pid| pid.to_string())
    )]
    Locked {
        /// The folder.
        home: PathBuf,
        /// The process that holds it, as it wrote it down.
        holder: Option<u32>,
    },

    /// A folder with files that are not Wardflow's.
    #[error(
        "{} is not empty and no folder of Wardflow's, so nothing was changed there: let WARDFLOW_HOME (or --home) \
         name a new or empty folder",
        path.display()
    )]
    NotAHome {
        /// The folder.
        path: PathBuf,
    },

    /// A home that another user made, and could not use any more after us.
    #[error(
        "{} was made by user {owner}, who could not use it any more if others wrote there: run this as {owner}, or \
         let WARDFLOW_HOME (or --home) name a folder of your own",
        home.display()
    )]
    OfAnotherUser {
        /// The folder.
        home: PathBuf,
        /// The user.
        owner: String,
    },

    /// As root: PostgreSQL's data in the home itself, where only other users keep theirs.
    #[error(
        "{} holds PostgreSQL data of user {owner}, and root's stands elsewhere: run this as {owner}, or let \
         WARDFLOW_HOME (or --home) name another folder",
        data.display()
    )]
    NotOfRoot {
        /// The data.
        data: PathBuf,
        /// The user.
        owner: String,
    },

    /// As root: a copy of a home, with a link to the data of the original.
    #[error(
        "{} is a copy of a home: its PostgreSQL data, {}, belongs to {}. Use that one, or begin anew in the copy, \
         which leaves the data of the other as it is: ./demo --fresh",
        home.display(), data.display(), original.display()
    )]
    Copied {
        /// The copy.
        home: PathBuf,
        /// Where the original was last seen.
        original: PathBuf,
        /// The data's folder.
        data: PathBuf,
    },

    /// A file or folder could not be read, written or made.
    #[error("cannot {action} {}: {source}", path.display())]
    File {
        /// What was tried: "create", "read", ...
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },

    /// A file of ours does not hold what we write there.
    #[error("{} is damaged ({reason}): mend or delete it", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },

    /// No Java on this machine.
    #[error(
        "Kafka and the schema registry need Java 17 or newer, and none was found in JAVA_HOME or PATH: \
         apt-get install openjdk-17-jre-headless (./demo and ./test install it)"
    )]
    NoJava,

    /// The Java found is too old, or does not run.
    #[error(
        "{} is Java {found}, and Kafka needs 17 or newer: apt-get install openjdk-17-jre-headless, \
         or point JAVA_HOME to a newer one",
        path.display()
    )]
    OldJava {
        /// The program found.
        path: PathBuf,
        /// Its version, or "of unknown version".
        found: String,
    },

    /// No PostgreSQL server on this machine that is new enough.
    #[error(
        "no PostgreSQL server 15 or newer was found in /usr/lib/postgresql/*/bin, by pg_config or in PATH: \
         apt-get install postgresql (./demo and ./test install it)"
    )]
    NoPostgres,

    /// No psql, which makes the warehouse's roles and is its shell.
    #[error(
        "the program psql, the shell of PostgreSQL, was not found in PATH: \
         apt-get install postgresql-client (./demo and ./test install it)"
    )]
    NoPsql,

    /// No Maven, and the jars are not in the cache.
    #[error(
        "the jars of Kafka and the schema registry are not in {} yet, and Maven (mvn), which fetches them, was not \
         found in PATH: apt-get install maven (./demo and ./test install it)",
        cache.display()
    )]
    NoMaven {
        /// The cache folder.
        cache: PathBuf,
    },

    /// No setpriv, which ties the services' lives to ours.
    #[error(
        "the program setpriv, which ends the services together with Wardflow, was not found in PATH: \
         apt-get install util-linux (./demo and ./test install it)"
    )]
    NoSetpriv,

    /// Neither `$WARDFLOW_CACHE` nor `$XDG_CACHE_HOME` nor `$HOME` says where the cache is.
    #[error("no place for the jars: set WARDFLOW_CACHE to a folder, or HOME")]
    NoCache,

    /// Maven failed.
    #[error(
        "Maven could not fetch {what} ({status}); it needs the network or a mirror in ~/.m2/settings.xml. It said:\n{said}"
    )]
    Fetch {
        /// What was to be fetched, with its version.
        what: String,
        /// How Maven ended.
        status: ExitStatus,
        /// Its last lines.
        said: String,
    },

    /// The port a user pinned is in use.
    #[error("port {port} is taken by another program; free it or unset {variable}")]
    PortTaken {
        /// The port.
        port: u16,
        /// The variable that pins it.
        variable: &'static str,
    },

    /// Two services are pinned to one port.
    #[error("{} and {} are both {port}: give them different ports, or unset one", variables[0], variables[1])]
    PortsEqual {
        /// The port.
        port: u16,
        /// The variables.
        variables: [&'static str; 2],
    },

    /// The variable that pins a port holds something else.
    #[error("{variable} is {value:?}, not a port between 1 and 65535: mend or unset it")]
    PortInvalid {
        /// The variable.
        variable: &'static str,
        /// What it holds.
        value: String,
    },

    /// Many ports were tried, none was free.
    #[error("no free port for {service} between {first} and {last} on 127.0.0.1")]
    NoFreePort {
        /// The service.
        service: Service,
        /// First port tried.
        first: u16,
        /// Last port tried.
        last: u16,
    },

    /// The data folder was made by a PostgreSQL that is not installed (any more).
    #[error(
        "{} was made by PostgreSQL {made_by}, and installed is {installed}: apt-get install postgresql-{made_by}, \
         or start anew (deletes the data): ./demo --fresh",
        data.display()
    )]
    OtherMajor {
        /// The data folder.
        data: PathBuf,
        /// The major version that made it.
        made_by: String,
        /// The newest major version installed.
        installed: u32,
    },

    /// A program that prepares a service failed.
    #[error("{program} failed ({status}). It said:\n{said}")]
    Preparation {
        /// What failed: initdb, ...
        program: &'static str,
        /// How it ended.
        status: ExitStatus,
        /// Its last lines.
        said: String,
    },

    /// A program could not be started at all.
    #[error("cannot start {}: {source}", program.display())]
    Spawn {
        /// The program.
        program: PathBuf,
        /// The system's answer.
        source: io::Error,
    },

    /// A service ended before it was ready.
    #[error("{service} ended before it was ready ({status}); last lines of {}:\n{tail}", log.display())]
    Died {
        /// The service.
        service: Service,
        /// How it ended.
        status: ExitStatus,
        /// Its log.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },

    /// A service ended that nobody had asked to.
    #[error("{service} ended by itself ({status}); last lines of {}:\n{tail}", log.display())]
    Ended {
        /// The service.
        service: Service,
        /// How it ended.
        status: ExitStatus,
        /// Its log.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },

    /// A service did not answer in time.
    #[error("{service} was not ready after {seconds} s ({why}); last lines of {}:\n{tail}", log.display())]
    NotReady {
        /// The service.
        service: Service,
        /// How long was waited.
        seconds: u64,
        /// The last try's outcome.
        why: String,
        /// Its log.
        log: PathBuf,
        /// The log's last lines.
        tail: String,
    },

    /// A process could not be signalled.
    #[error("cannot signal {service}: {source}")]
    Signal {
        /// The service.
        service: Service,
        /// The system's answer.
        source: io::Error,
    },

    /// A service was to be paused, resumed or killed and does not run.
    #[error("{service} is not running: restart it first")]
    NotRunning {
        /// The service.
        service: Service,
    },

    /// The private PostgreSQL refused a statement of ours.
    #[error("PostgreSQL refused to {action}: {}", database_error(source))]
    Database {
        /// What was tried.
        action: &'static str,
        /// Its answer.
        source: tokio_postgres::Error,
    },

    /// A folder for scratch data belongs to someone else.
    #[error("{} belongs to another user, or is not a folder: remove it, or set TMPDIR elsewhere", path.display())]
    NotOurs {
        /// The folder.
        path: PathBuf,
    },

    /// A part of this crate's work was cancelled or panicked.
    #[error("work in the background was cut short: {0}")]
    Cancelled(#[from] tokio::task::JoinError),
}

impl Error {
    /// For `map_err`: a [`Error::File`] about this path.
    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File {
            action,
            path: path.to_owned(),
            source,
        }
    }
}

/// The server's SQLSTATE and message, where it is the server that speaks; the error's own text says "db error" then.
pub(crate) fn database_error(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(answer) => format!("{} (SQLSTATE {})", answer.message(), answer.code().code()),
        None => error.to_string(),
    }
}
