//! `simulation status`: where the simulation stands.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use clap::Args;
use database::simulation::{Service, State};
use database::status::{Status as Warehouse, status};
use database::storm::Storm;
use domain::extract::{Sender, sent_by};
use platform::configuration::KafkaArgs;
use platform::kafka::{Cluster, KafkaFailure, Topic};
use serde_json::{Value, json};
use tokio::time::timeout;
use tokio_postgres::Client;

use crate::addresses::Addresses;
use crate::extracts::Folders;
use crate::reach::Reach;

/// How to tell it.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct StatusArgs {
    /// Tell it as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// How long Kafka may take to tell how far its topics reach.
const PATIENCE_WITH_KAFKA: Duration = Duration::from_secs(5);

/// Where the simulation stands.
pub(crate) struct Status {
    warehouse: Warehouse,
    /// `None` where no Kafka runs, or none answers.
    log: Option<Reach>,
    /// Files that have arrived and were not taken.
    waiting: u64,
}

impl Status {
    pub(crate) async fn of(addresses: &Addresses, folders: &Folders) -> anyhow::Result<Self> {
        let client = database::connect(&addresses.loader_url, "wardflow simulation").await?;
        database::migrate::require_current(&client).await?;
        Ok(Self {
            log: log_of(addresses, &client).await?,
            warehouse: status(&client).await?,
            waiting: folders.waiting(),
        })
    }

    /// How many files there are of the days that are over; those of the network come first.
    fn files_due(&self) -> i64 {
        let simulation = &self.warehouse.simulation;
        let has_begun = simulation.scenario.days.is_some() && simulation.simulated_at.is_some();
        let of_network = if has_begun {
            kinds_of(Sender::Network)
        } else {
            0
        };
        of_network + self.warehouse.files.deliveries_due * kinds_of(Sender::Hospital)
    }

    /// How many files there are of all days.
    fn files_expected(&self) -> Option<i64> {
        let scenario = &self.warehouse.simulation.scenario;
        let hospitals = i64::try_from(scenario.hospitals.len()).ok()?;
        let deliveries = i64::from(scenario.days?) * hospitals;
        Some(kinds_of(Sender::Network) + deliveries * kinds_of(Sender::Hospital))
    }

    fn files_taken(&self) -> i64 {
        self.warehouse.files.loaded + self.warehouse.files.loading
    }

    fn files_delivered(&self) -> i64 {
        self.files_taken() + self.waiting.cast_signed()
    }

    /// Files of days that are over which neither were taken nor lie in the landing folder.
    fn files_missing(&self) -> i64 {
        let files = &self.warehouse.files;
        (self.files_due() - files.taken_of_due - self.waiting.cast_signed()).max(0)
    }

    /// The day, from 1.
    fn day(&self) -> Option<i64> {
        let time = self.warehouse.local_time?;
        let scenario = &self.warehouse.simulation.scenario;
        let day = (time.date() - scenario.starts_on?).num_days() + 1;
        Some(match scenario.days {
            // At the very end the next day begins.
            Some(days) => day.min(i64::from(days)),
            None => day,
        })
    }

    /// Whether a producer works that has not sent all of it.
    fn is_sending(&self) -> bool {
        let simulated_at = self.warehouse.simulation.simulated_at;
        let ends_at = self.warehouse.ends_at;
        if ends_at.is_some_and(|ends_at| simulated_at >= Some(ends_at)) {
            return false;
        }
        let mut services = self.warehouse.services.iter();
        services.any(|it| {
            matches!(&*it.name, "producer" | "simulation") && it.is_working && it.is_alive()
        })
    }

    /// When the flow will end at the speed that there is, if time passes and that can be told.
    fn ends_at(&self) -> Option<DateTime<Utc>> {
        let warehouse = &self.warehouse;
        let simulation = &warehouse.simulation;
        if simulation.state != State::Running || !self.is_sending() {
            return None;
        }
        let left = warehouse.ends_at? - simulation.simulated_at.or(warehouse.starts_at)?;
        #[allow(clippy::cast_precision_loss, reason = "a second more or less")]
        let seconds = left.num_seconds().max(0) as f64 / simulation.speed?;
        let left = TimeDelta::from_std(Duration::try_from_secs_f64(seconds).ok()?).ok()?;
        warehouse.now.checked_add_signed(left)
    }

    /// What a person may want to do now.
    fn hint(&self) -> Option<&'static str> {
        let warehouse = &self.warehouse;
        match warehouse.simulation.state {
            State::Resetting if warehouse.is_being_reset => Some("a reset is under way"),
            State::Resetting => {
                Some("a reset was begun and not ended: run it again: ./wardflow simulation reset")
            }
            State::Paused => Some("simulated time stands still: ./wardflow simulation resume"),
            State::Running if warehouse.services.iter().any(Service::is_alive) => None,
            State::Running if warehouse.records.received == 0 && self.files_taken() == 0 => {
                Some("nothing was loaded yet, and nothing runs: ./wardflow simulation run")
            }
            State::Running => Some("nothing runs"),
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        let warehouse = &self.warehouse;
        let simulation = &warehouse.simulation;
        let (scenario, records) = (&simulation.scenario, &warehouse.records);
        let files = &warehouse.files;
        let rows: BTreeMap<_, _> = warehouse.rows.iter().cloned().collect();
        json!({
            "epoch": simulation.epoch,
            "state": simulation.state.as_str(),
            "is_being_reset": warehouse.is_being_reset,
            "speed": simulation.speed.map_or_else(|| json!("max"), |speed| json!(speed)),
            "seed": scenario.seed,
            "scale": scenario.scale,
            "starts_on": scenario.starts_on,
            "days": scenario.days,
            "hospitals": scenario.hospitals,
            "simulated_at": simulation.simulated_at.map(text),
            "local_time": warehouse.local_time,
            "day": self.day(),
            "ends_at": self.ends_at().map(text),
            "is_sending": self.is_sending(),
            "records": {
                "sent": self.log.map(|log| log.sent),
                "received": records.received,
                "loaded": records.loaded,
                "duplicates": records.duplicates,
                "quarantined": records.quarantined,
                "lag": self.log.map(|log| log.lag),
                "last_at": records.last_at.map(text),
            },
            "files": {
                "expected": self.files_expected(),
                "due": self.files_due(),
                "delivered": self.files_delivered(),
                "taken": self.files_taken(),
                "loading": files.loading,
                "waiting": self.waiting,
                "missing": self.files_missing(),
                "refused": files.refused,
                "last_at": files.last_at.map(text),
            },
            "input_bytes": {
                "records": records.bytes,
                "files": files.bytes,
                "total": records.bytes + files.bytes,
            },
            "rows": rows,
            "quarantine": warehouse.quarantine,
            "held": warehouse.storms.iter().map(Storm::to_json).collect::<Vec<_>>(),
            "services": warehouse.services.iter().map(service).collect::<Vec<_>>(),
        })
    }

    pub(crate) fn render(&self, out: &mut impl Write) -> io::Result<()> {
        self.render_simulation(out)?;
        self.render_input(out)?;
        writeln!(out, "\nrows")?;
        for (table, count) in &self.warehouse.rows {
            writeln!(out, "  {table:<28}{count:>12}")?;
        }
        if !self.warehouse.quarantine.is_empty() {
            writeln!(out, "quarantine by rule")?;
        }
        for (rule, refused) in &self.warehouse.quarantine {
            writeln!(out, "  {rule:<28}{refused:>12}")?;
        }
        for storm in &self.warehouse.storms {
            writeln!(
                out,
                "held       {}/{} stands still, {} refuses too much of it: consumer resume lets it on",
                storm.topic, storm.partition, storm.rule
            )?;
        }
        for service in &self.warehouse.services {
            let (name, instance) = (&service.name, &service.instance);
            let state = match (service.is_alive(), service.is_working) {
                (true, true) => "works".to_owned(),
                (true, false) => "waits".to_owned(),
                (false, _) => format!("not seen for {:.0} s: killed?", service.silent_seconds),
            };
            writeln!(out, "service    {name} {instance}: {state}")?;
        }
        if let Some(hint) = self.hint() {
            writeln!(out, "{hint}")?;
        }
        Ok(())
    }

    fn render_simulation(&self, out: &mut impl Write) -> io::Result<()> {
        let simulation = &self.warehouse.simulation;
        let scenario = &simulation.scenario;
        let speed = simulation.speed;
        let speed = speed.map_or_else(|| "max".to_owned(), |speed| speed.to_string());
        let (epoch, state) = (simulation.epoch, simulation.state.as_str());
        writeln!(out, "simulation epoch {epoch}, {state}, speed {speed}")?;
        if let (Some(seed), Some(scale), Some(starts_on)) =
            (scenario.seed, &scenario.scale, scenario.starts_on)
        {
            writeln!(out, "flow       seed {seed}, {scale}, from {starts_on}")?;
        }
        if let (Some(day), Some(time)) = (self.day(), self.warehouse.local_time) {
            let of = scenario.days.map(|days| format!(" of {days}"));
            let (of, time) = (of.unwrap_or_default(), time.format("%Y-%m-%d %H:%M"));
            write!(out, "time       day {day}{of}: {time}")?;
            match self.ends_at() {
                Some(ends_at) => writeln!(out, "; at this speed it ends at {}", text(ends_at))?,
                None => writeln!(out)?,
            }
        }
        Ok(())
    }

    fn render_input(&self, out: &mut impl Write) -> io::Result<()> {
        let (records, files) = (&self.warehouse.records, &self.warehouse.files);
        match self.log {
            Some(Reach { sent, lag }) => write!(out, "records    {sent} sent, lag {lag}, ")?,
            None => write!(out, "records    no Kafka runs, ")?,
        }
        writeln!(
            out,
            "{} received: {} loaded, {} duplicates, {} quarantined",
            records.received, records.loaded, records.duplicates, records.quarantined
        )?;
        write!(out, "files      {} taken", self.files_taken())?;
        if let Some(expected) = self.files_expected() {
            write!(out, " of {expected}")?;
        }
        writeln!(
            out,
            ", {} loading, {} waiting, {} missing, {} refused",
            files.loading,
            self.waiting,
            self.files_missing(),
            files.refused
        )?;
        let bytes = records.bytes + files.bytes;
        writeln!(
            out,
            "input      {} uncompressed ({} of records, {} of files)",
            size(bytes),
            size(records.bytes),
            size(files.bytes)
        )?;
        if let Some(at) = records.last_at.max(files.last_at) {
            writeln!(out, "last       input came at {}", text(at))?;
        }
        Ok(())
    }
}

/// How many files a delivery has.
fn kinds_of(sender: Sender) -> i64 {
    i64::try_from(sent_by(sender).count()).unwrap_or(0)
}

/// How far the topics reach, and how much of them is not read; `None` where no Kafka answers.
async fn log_of(addresses: &Addresses, client: &Client) -> anyhow::Result<Option<Reach>> {
    if addresses.bootstrap_servers.is_none() {
        return Ok(None);
    }
    let kafka = addresses.kafka()?;
    match timeout(PATIENCE_WITH_KAFKA, log(&kafka, client)).await {
        Ok(Ok(log)) => Ok(Some(log)),
        Ok(Err(error)) if error.downcast_ref::<KafkaFailure>().is_none() => Err(error),
        Ok(Err(_)) | Err(_) => Ok(None),
    }
}

async fn log(kafka: &KafkaArgs, client: &Client) -> anyhow::Result<Reach> {
    let cluster = Cluster::connect(kafka)?;
    let cluster_id = cluster.id().await?;
    let mut reaches = Vec::new();
    for topic in Topic::LOADED {
        let name = topic.name(&kafka.topic_prefix);
        reaches.push(Reach::of((&cluster, &cluster_id), &name, client).await?);
    }
    Ok(reaches.into_iter().sum())
}

fn service(service: &Service) -> Value {
    json!({
        "name": service.name,
        "instance": service.instance,
        "epoch": service.epoch,
        "is_working": service.is_working,
        "is_alive": service.is_alive(),
        "started_at": text(service.started_at),
        "seen_at": text(service.seen_at),
    })
}

fn text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Bytes as people read them.
fn size(bytes: i64) -> String {
    #[allow(clippy::cast_precision_loss, reason = "three digits are told")]
    let bytes = bytes as f64;
    if bytes >= 1e9 {
        format!("{:.2} GB", bytes / 1e9)
    } else {
        format!("{:.1} MB", bytes / 1e6)
    }
}
