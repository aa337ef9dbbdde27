use std::io::{self, Write as _};

use chrono::SecondsFormat;
use clap::{Args, ValueEnum};
use database::letter::{self, Refused, State};
use serde_json::{Value, json};

use super::selection::FilterArgs;
use crate::warehouse::WarehouseArgs;

/// Which letters are listed.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    warehouse: WarehouseArgs,
    #[command(flatten)]
    filter: FilterArgs,
    /// Those in a state
    #[arg(long, value_enum, default_value = "open")]
    state: Wanted,
    /// At most so many, the oldest
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..))]
    limit: i64,
    /// As JSON, an object a line
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Wanted {
    Open,
    Redriven,
    Loaded,
    Discarded,
    Any,
}

impl Wanted {
    fn state(self) -> Option<State> {
        match self {
            Self::Open => Some(State::Open),
            Self::Redriven => Some(State::Redriven),
            Self::Loaded => Some(State::Loaded),
            Self::Discarded => Some(State::Discarded),
            Self::Any => None,
        }
    }
}

pub(super) async fn list(args: ListArgs) -> anyhow::Result<()> {
    let client = args.warehouse.connect().await?;
    let selection = args.filter.selection(args.state.state());
    // One more says whether there are more.
    let mut letters = letter::select(&client, &selection, args.limit.saturating_add(1)).await?;
    let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let there_are_more = letters.len() > limit;
    letters.truncate(limit);
    tell((&letters, args.json), "listed")?;
    if there_are_more {
        eprintln!("There are more: --limit, or a filter.");
    }
    Ok(())
}

/// Tells letters on standard output, and how many there are beside it.
pub(super) fn tell((letters, as_json): (&[Refused], bool), done: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    for letter in letters {
        if as_json {
            writeln!(out, "{}", as_value(letter))?;
        } else {
            writeln!(out, "{}", as_line(letter))?;
        }
    }
    let plural = if letters.len() == 1 { "" } else { "s" };
    eprintln!("{} letter{plural} {done}", letters.len());
    Ok(())
}

fn as_line(letter: &Refused) -> String {
    format!(
        "{}  {}  {}  {}/{}/{}  {}, tried {}  {}{}",
        letter.quarantine_id,
        letter
            .quarantined_at
            .to_rfc3339_opts(SecondsFormat::Secs, true),
        letter.rule,
        letter.topic,
        letter.partition,
        letter.offset,
        letter.state,
        letter.attempts,
        letter
            .field
            .as_ref()
            .map_or(String::new(), |field| format!("{field}: ")),
        letter.reason,
    )
}

/// A letter for programs.
pub(super) fn as_value(letter: &Refused) -> Value {
    json!({
        "quarantine_id": letter.quarantine_id.to_string(),
        "quarantined_at": letter.quarantined_at.to_rfc3339_opts(SecondsFormat::Micros, true),
        "rule": letter.rule,
        "field": letter.field,
        "reason": letter.reason,
        "topic": letter.topic,
        "partition": letter.partition,
        "offset": letter.offset,
        "state": letter.state,
        "attempts": letter.attempts,
    })
}
