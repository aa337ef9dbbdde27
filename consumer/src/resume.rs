//! `consumer resume`: partitions that a storm holds are let on.

use std::io::{self, Write as _};

use anyhow::bail;
use chrono::{SecondsFormat, Utc};
use clap::Args;
use database::storm::{self, Storm};

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

/// Lets partitions on, and tells which. Where it is only asked, those that were let on are told as well, as long as
/// their storm is not over.
pub(crate) async fn resume(args: ResumeArgs) -> anyhow::Result<()> {
    let client = args.warehouse.connect().await?;
    let storms = storm::open(&client).await?;
    let (meant, others): (Vec<_>, Vec<_>) = storms.iter().partition(|it| args.is_meant(it));
    let is_meant = meant.iter().any(|storm| args.dry_run || storm.is_held);
    if !is_meant && others.iter().any(|storm| storm.is_held) {
        bail!(
            "no partition that is held is meant; `consumer resume --dry-run` tells which there are"
        );
    }
    let mut out = io::stdout().lock();
    let mut told = 0_usize;
    for storm in meant {
        // What somebody else lets on meanwhile is not ours to tell.
        if args.dry_run || storm.is_held && storm::accept(&client, storm, Utc::now()).await? {
            told += usize::from(storm.is_held);
            if args.json {
                writeln!(out, "{}", storm.to_json())?;
            } else {
                writeln!(out, "{}", as_line(storm))?;
            }
        }
    }
    let plural = if told == 1 { "" } else { "s" };
    let done = if args.dry_run { "held" } else { "let on" };
    eprintln!("{told} partition{plural} {done}");
    Ok(())
}

fn as_line(storm: &Storm) -> String {
    format!(
        "{}/{} behind {}: {} refused {} of the last {SPAN} records at {}; {}",
        storm.topic,
        storm.partition,
        storm.offset,
        storm.rule,
        storm.refused,
        storm.began_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        if storm.is_held {
            "held"
        } else {
            "let on, and not over"
        },
    )
}
