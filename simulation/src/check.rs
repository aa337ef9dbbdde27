//! `simulation check DAY`: how far the warehouse is for a day of the course, and what is missing.
//!
//! A day asks for what the days before it asked for, too. What must hold of the warehouse is what
//! `database verify` proves; here each proof has the day that teaches it, and a hint.

mod day;
mod files;

use std::io::{self, Write};
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use database::report::{files as files_taken, received_of_run};
use database::verify::{Report, compare, verify};
use domain::extract::{Kind, Sender, sent_by};
use generators::command::scenario::FlowArgs;
use platform::kafka::{Cluster, KafkaFailure, Topic};
use producer::simulated::CountedFlow;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use crate::addresses::Addresses;
use crate::epoch::run_name;
use crate::extracts;
use day::{Day, day_of};

/// Which day, of which simulation.
#[derive(Debug, Clone, Args)]
pub(crate) struct CheckArgs {
    /// The day of the course: 1 to 6, or 9
    #[arg(value_name = "DAY", value_parser = Day::parse)]
    day: Day,
    /// What was simulated.
    #[command(flatten)]
    flow: FlowArgs,
    /// Day 1: the folder of the files of `generators all`
    #[arg(long, env = "LANDING_DIR", value_name = "DIR", default_value = "data")]
    dir: PathBuf,
    /// Tell the grade as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What was found for a day.
#[derive(Debug, Serialize)]
pub(crate) struct Grade {
    day: Day,
    items: Vec<Item>,
}

/// Something that the day asks for.
#[derive(Debug, Serialize)]
struct Item {
    what: String,
    is_right: bool,
    /// What is there instead.
    found: Option<String>,
    /// What to do about it.
    hint: Option<String>,
}

impl Item {
    /// `found` is what is there instead, if it is not right.
    fn new(what: impl Into<String>, found: Option<String>, hint: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            is_right: found.is_none(),
            hint: found.is_some().then(|| hint.into()),
            found,
        }
    }
}

/// Looks at the files of the first day, which needs no service; `None` for another day.
pub(crate) fn check_files(args: &CheckArgs) -> anyhow::Result<Option<Grade>> {
    let day = args.day;
    if day != Day::GENERATORS {
        return Ok(None);
    }
    let items = files::items(&args.dir)?;
    Ok(Some(Grade { day, items }))
}

/// Looks at what Kafka and the warehouse hold.
pub(crate) async fn check(
    args: &CheckArgs,
    addresses: &Addresses,
    shutdown: &CancellationToken,
) -> anyhow::Result<Grade> {
    let day = args.day;
    let mut items = Vec::new();
    let flow = CountedFlow::new(&args.flow, shutdown)?;
    items.push(in_kafka(&flow, addresses).await?);
    if day >= Day::CONSUMER {
        items.push(in_warehouse(&flow, addresses).await?);
        items.extend(proofs(day, addresses).await?);
    }
    if day >= Day::BATCH
        && let Some(days) = extracts::days(args.flow.length())
    {
        items.push(extracts_taken(&flow, days, addresses).await?);
    }
    Ok(Grade { day, items })
}

/// The topic holds as many events as the flow has.
async fn in_kafka(flow: &CountedFlow, addresses: &Addresses) -> anyhow::Result<Item> {
    let kafka = addresses.kafka()?;
    let topic = Topic::Events.name(&kafka.topic_prefix);
    let cluster = Cluster::connect(&kafka)?;
    let held = match cluster.watermarks(&topic).await {
        Ok(logs) => logs.iter().map(|log| log.high - log.low).sum(),
        Err(KafkaFailure::Topic { .. }) => 0_i64,
        Err(error) => return Err(error.into()),
    };
    let expected = flow.events;
    let found = (held.unsigned_abs() < expected).then(|| format!("it holds {held}"));
    let what = format!("topic {topic} holds the flow's {expected} events");
    let hint = "send them: ./wardflow producer run; what is there is not sent again";
    Ok(Item::new(what, found, hint))
}

/// The warehouse has received the flow's events.
async fn in_warehouse(flow: &CountedFlow, addresses: &Addresses) -> anyhow::Result<Item> {
    let client = database::connect(&addresses.loader_url, "wardflow simulation").await?;
    let run = run_name(&client, flow.simulation.scenario().flow_name()).await?;
    let expected = i64::try_from(flow.events)?;
    let received = received_of_run(&client, &run, expected).await?;
    let found = (received != expected).then(|| format!("it has received {received}"));
    let what = format!("the warehouse has received the flow's {expected} events");
    let hint = "load them: ./wardflow consumer run --until end";
    Ok(Item::new(what, found, hint))
}

/// What `database verify` proves, so far as the day has come.
async fn proofs(day: Day, addresses: &Addresses) -> anyhow::Result<Vec<Item>> {
    let mut client = database::connect(&addresses.loader_url, "wardflow simulation").await?;
    let mut report: Report = verify(&mut client).await?;
    compare(&client, &mut report, &addresses.kafka()?).await?;
    let taught = report
        .checks
        .iter()
        .filter(|check| day_of(check.name).0 <= day);
    Ok(taught
        .map(|check| {
            let samples = check.samples.first().map_or("", |sample| sample);
            let found = (check.violations > 0)
                .then(|| format!("{} violations, such as: {samples}", check.violations));
            Item::new(check.title, found, day_of(check.name).1)
        })
        .collect())
}

/// The warehouse has taken all files of all days.
async fn extracts_taken(
    flow: &CountedFlow,
    days: u16,
    addresses: &Addresses,
) -> anyhow::Result<Item> {
    let client = database::connect(&addresses.loader_url, "wardflow simulation").await?;
    let taken = files_taken(&client).await?;
    let is_there = |kind: &Kind, date: NaiveDate, hospital_code: Option<&str>| {
        let wanted = (date, hospital_code, kind.name);
        let mut taken = taken.iter();
        taken.any(|it| (it.extract_date, it.hospital_code.as_deref(), &*it.kind) == wanted)
    };
    let mut missing = Vec::new();
    let mut files = 0;
    let day_0 = extracts::day_0(&flow.simulation);
    for kind in sent_by(Sender::Network) {
        files += 1;
        if !is_there(kind, day_0, None) {
            missing.push(format!("{}.csv", kind.name));
        }
    }
    for (date, hospital_code) in &extracts::wanted(&flow.simulation, days)? {
        for kind in sent_by(Sender::Hospital) {
            files += 1;
            if !is_there(kind, *date, Some(hospital_code)) {
                missing.push(format!("{date}/{hospital_code}/{}.csv", kind.name));
            }
        }
    }
    let found = missing
        .first()
        .map(|first| format!("{} are missing, the first: {first}", missing.len()));
    let what = format!(
        "the warehouse has taken the {files} files of the network and of {days} days of extracts"
    );
    let hint = "put them into a folder and load it: ./wardflow batch-ingest once --dir DIR --keep";
    Ok(Item::new(what, found, hint))
}

impl Grade {
    /// Whether the day's work is done.
    pub(crate) fn is_passed(&self) -> bool {
        self.items.iter().all(|item| item.is_right)
    }

    pub(crate) fn render(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "day {}: {}", self.day, self.day.title())?;
        for item in &self.items {
            let sign = if item.is_right { "ok" } else { "MISSING" };
            writeln!(out, "{sign:<8}{}", item.what)?;
            for (what, text) in [("", &item.found), ("hint: ", &item.hint)] {
                if let Some(text) = text {
                    writeln!(out, "          {what}{text}")?;
                }
            }
        }
        let right = self.items.iter().filter(|item| item.is_right).count();
        let of = self.items.len();
        if self.is_passed() {
            writeln!(out, "\nday {} is done: {of} of {of}", self.day)
        } else {
            writeln!(out, "\nday {} is not done yet: {right} of {of}", self.day)
        }
    }
}
