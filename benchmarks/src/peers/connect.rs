//! Kafka Connect with Debezium's JDBC sink, as one process.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use embedded::{Machine, find_java};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::load::Load;
use super::table::{self, Table};
use crate::error::MeasureError;
use crate::proc::{Stat, peak_bytes, seconds};
use crate::process::{ProcessError, Run, Running};
use crate::warehouse::{Cost, Used, Warehouse};

/// How jars are fetched; `benchmarks/peers/setup` keeps a copy beside them.
const POM: &str = include_str!("../../peers/connect/pom.xml");
const WORKER: &str = include_str!("../../peers/connect/worker.properties");
const SINK: &str = include_str!("../../peers/connect/debezium-sink.properties");
const LOGGING: &str = include_str!("../../peers/connect/log4j2.properties");
const MAIN: &str = "org.apache.kafka.connect.cli.ConnectStandalone";

/// Started, it has rows after so long, or never will.
const PATIENCE_FOR_FIRST: Duration = Duration::from_mins(3);

/// Slower than that it is taken for stuck.
const LEAST_EVENTS_A_SECOND: f64 = 500.0;

/// How often is looked for rows.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// Java, and the jars that it runs.
#[derive(Debug)]
pub(super) struct Connect {
    java: PathBuf,
    jars: PathBuf,
}

impl Connect {
    /// Those of `benchmarks/peers/setup`, or why there are none.
    pub(super) fn find() -> Result<Self, String> {
        let machine = Machine::from_environment().map_err(|error| error.to_string())?;
        let java = find_java(&machine).map_err(|error| error.to_string())?;
        let jars = machine.cache.join("peers/connect");
        if fs::read_to_string(jars.join("pom.xml")).is_ok_and(|it| it == POM) {
            return Ok(Self { java, jars });
        }
        Err(format!(
            "{} does not hold what benchmarks/peers/connect/pom.xml names; run benchmarks/peers/setup",
            jars.display()
        ))
    }

    /// Loads the table. What it takes to start, until the first rows are committed, is left out.
    pub(super) async fn load(
        &self,
        warehouse: &Warehouse,
        table: &Table<'_>,
        name: &str,
        shutdown: &CancellationToken,
    ) -> Result<Load, MeasureError> {
        let mut worker = self.start(warehouse, name, shutdown)?;
        let looks = Instant::now();
        while !table.has_rows().await? {
            worker.look(looks, PATIENCE_FOR_FIRST).await?;
        }
        let rows_before = table.rows().await?;
        if rows_before * 2.0 > table.events() {
            return Err(ProcessError::Output(format!(
                "{rows_before} of {} events were visible at once, so the rest says nothing; take more by --events",
                table.events()
            ))
            .into());
        }
        let before = worker.moment(warehouse)?;
        let patience = Duration::from_mins(1)
            + Duration::from_secs_f64(table.events() / LEAST_EVENTS_A_SECOND);
        while !table.has_all().await? {
            worker.look(before.at, patience).await?;
        }
        let after = worker.moment(warehouse)?;
        Ok(Load {
            events: table.events() - rows_before,
            cost: Cost {
                client: Run {
                    wall_seconds: (after.at - before.at).as_secs_f64(),
                    cpu_seconds: after.cpu_seconds - before.cpu_seconds,
                    peak_bytes: after.peak_bytes,
                },
                services: after.services - before.services,
            },
        })
    }

    fn start<'s>(
        &self,
        warehouse: &Warehouse,
        name: &str,
        shutdown: &'s CancellationToken,
    ) -> Result<Worker<'s>, MeasureError> {
        let folder = warehouse.folder().join(name);
        fs::create_dir_all(&folder).map_err(MeasureError::file("make", &folder))?;
        let values = self.values(warehouse, name, &folder)?;
        let mut files = Vec::new();
        for (name, template) in [
            ("log4j2.properties", LOGGING),
            ("worker.properties", WORKER),
            ("debezium-sink.properties", SINK),
        ] {
            let file = folder.join(name);
            let text = filled(template, &values);
            fs::write(&file, text).map_err(MeasureError::file("write", &file))?;
            files.push(file);
        }
        let log = folder.join("log");
        let output = fs::File::create(&log).map_err(MeasureError::file("make", &log))?;
        let errors = output
            .try_clone()
            .map_err(MeasureError::file("open", &log))?;
        // It ends with this program, whatever ends it.
        let mut command = Command::new("setpriv");
        command
            .args(["--pdeathsig", "KILL"])
            .arg(&self.java)
            .arg("-Xmx2g")
            .arg(format!("-Dlog4j2.configurationFile={}", files[0].display()))
            .arg("-cp")
            .arg(self.jars.join("connect/*"))
            .arg(MAIN)
            .args(&files[1..])
            .stdout(output)
            .stderr(errors);
        Ok(Worker {
            running: Running::start(&mut command)?,
            log,
            shutdown,
        })
    }

    fn values(
        &self,
        warehouse: &Warehouse,
        name: &str,
        folder: &Path,
    ) -> Result<Vec<(&'static str, String)>, MeasureError> {
        let (postgres, registry) = (warehouse.postgres()?, warehouse.registry()?);
        let kafka = warehouse.kafka()?;
        Ok(vec![
            ("name", name.to_owned()),
            ("folder", folder.display().to_string()),
            ("plugins", self.jars.join("plugins").display().to_string()),
            ("bootstrap_servers", kafka.bootstrap_servers()),
            ("registry", format!("http://127.0.0.1:{}", registry.port())),
            ("topic", super::topic().as_str().to_owned()),
            ("table", table::NAME.to_owned()),
            ("database", warehouse.server_and_database().to_owned()),
            ("user", postgres.superuser().to_owned()),
            ("password", postgres.superuser_password().to_owned()),
        ])
    }
}

/// A template with its values.
fn filled(template: &str, values: &[(&str, String)]) -> String {
    values
        .iter()
        .fold(template.to_owned(), |text, (name, value)| {
            text.replace(&format!("${{{name}}}"), value)
        })
}

/// A process of Connect; dropped, it is killed.
struct Worker<'s> {
    running: Running,
    log: PathBuf,
    shutdown: &'s CancellationToken,
}

/// What was used until a moment.
struct Moment {
    at: Instant,
    cpu_seconds: f64,
    peak_bytes: u64,
    services: Used,
}

impl Worker<'_> {
    fn moment(&self, warehouse: &Warehouse) -> Result<Moment, MeasureError> {
        let id = self.running.id();
        let ended = || MeasureError::Missing("Kafka Connect");
        Ok(Moment {
            at: Instant::now(),
            cpu_seconds: seconds(Stat::of(id).ok_or_else(ended)?.own_ticks),
            peak_bytes: peak_bytes(id).ok_or_else(ended)?,
            services: warehouse.used()?,
        })
    }

    /// Waits a moment, unless there is nothing to wait for.
    async fn look(&mut self, began: Instant, patience: Duration) -> Result<(), MeasureError> {
        if self.shutdown.is_cancelled() {
            return Err(ProcessError::Interrupted.into());
        }
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let failed = |what: &str| {
            let why = reason(&log).unwrap_or("its log names no reason");
            Err(ProcessError::Output(format!("Kafka Connect {what}: {why}")).into())
        };
        if self.running.has_ended() {
            return failed("ended before all events were loaded");
        }
        if log.contains("Task is being killed") {
            return failed("gave up a task");
        }
        if began.elapsed() > patience {
            return failed("loaded not all events in time");
        }
        sleep(BETWEEN_LOOKS).await;
        Ok(())
    }
}

/// Why it failed: the innermost cause of an exception, or else the last error.
fn reason(log: &str) -> Option<&str> {
    let last = |is_one: fn(&str) -> bool| log.lines().rfind(|line| is_one(line));
    last(|line| line.starts_with("Caused by: ")).or_else(|| last(|line| line.contains(" ERROR ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_filled_in_whole() {
        let names = [
            "name",
            "folder",
            "plugins",
            "bootstrap_servers",
            "registry",
            "topic",
            "table",
            "database",
            "user",
            "password",
        ];
        let values = names.map(|name| (name, format!("<{name}>")));
        for template in [WORKER, SINK, LOGGING] {
            let text = filled(template, &values);
            let settings = text.lines().filter(|line| !line.starts_with('#'));
            assert!(!settings.clone().any(|line| line.contains("${")), "{text}");
        }
        assert!(filled(SINK, &values).contains("topics=<topic>\n"));
    }

    #[test]
    fn the_innermost_cause_is_told() {
        let log = "10:00 WARN  A - so so\n10:01 ERROR B - outer\n\tat somewhere\nCaused by: a\nCaused by: b\n\tat c\n";
        assert_eq!(reason(log), Some("Caused by: b"));
        let log = "10:01 ERROR B - it is so\n10:02 WARN  C - and so\n";
        assert_eq!(reason(log), Some("10:01 ERROR B - it is so"));
        assert_eq!(reason("10:02 WARN  C - so\n"), None);
    }
}
