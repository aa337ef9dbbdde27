//! `consumer resume`: partitions that a storm holds are let on.

use std::io::{self, Write as _};

use chrono::{SecondsFormat, Utc};
use clap::Args;
use database::storm::{self, Storm};
use serde_json::{Value, json};

use crate::warehouse::WarehouseArgs;
use crate::weather::SPAN;

/// Which partitions are let on.
#[derive(Debug, Args)]
pub(crate) struct ResumeArgs {
    #[command(flatten)]
    warehouse: WarehouseArgs,
    /// Those of a topic, by its whole name
    #[arg(long, value_name = "TOPIC")]
    topic: Option<String>,
    /// Those of this number
    #[arg(long, value_name = "N")]
    partition: Option<i32>,
    /// Those that a rule holds, by its code, such as ADT-001
    #[arg(long, value_name = "CODE")]
    rule: Option<String>,
    /// Only tell which
    #[arg(long)]
    dry_run: bool,
    /// Tell them as JSON, an object a line
    #[arg(long)]
    json: bool,
}

impl ResumeArgs {
    fn is_meant(&self, storm: &Storm) -> bool {
        self.topic.as_ref().is_none_or(|it| *it == storm.topic)
            && self.partition.is_none_or(|it| it == storm.partition)
            && self.rule.as_ref().is_none_or(|it| *it == storm.rule)
    }
}

/// Lets partitions on, and tells which.
pub(crate) async fn resume(args: ResumeArgs) -> anyhow::Result<()> {
    let client = args.warehouse.connect().await?;
    let holding = storm::holding(&client).await?;
    let all = holding.len();
    let mut out = io::stdout().lock();
    let mut told = 0;
    for storm in holding.iter().filter(|storm| args.is_meant(storm)) {
        // What somebody else let on meanwhile is not ours to tell.
        if args.dry_run || storm::accept(&client, storm, Utc::now()).await? {
            told += 1;
            if args.json {
                writeln!(out, "{}", as_value(storm))?;
            } else {
                writeln!(out, "{}", as_line(storm))?;
            }
        }
    }
    let plural = if told == 1 { "" } else { "s" };
    let done = if args.dry_run { "held" } else { "let on" };
    eprintln!("{told} of {all} partition{plural} {done}");
    Ok(())
}

fn as_line(storm: &Storm) -> String {
    format!(
        "{}/{} behind {}: {} refused {} of the last {SPAN} records, held since {}",
        storm.topic,
        storm.partition,
        storm.offset,
        storm.rule,
        storm.refused,
        storm.began_at.to_rfc3339_opts(SecondsFormat::Secs, true),
    )
}

fn as_value(storm: &Storm) -> Value {
    json!({
        "topic": storm.topic,
        "partition": storm.partition,
        "offset": storm.offset,
        "rule": storm.rule,
        "refused": storm.refused,
        "began_at": storm.began_at.to_rfc3339_opts(SecondsFormat::Micros, true),
    })
}
