//! `database erase`: who is to be forgotten, and what was found of them.

use std::io::{self, IsTerminal as _, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use clap::Args;
use database::erasure::{Eraser, Files, Found};
use platform::configuration::{HomeArgs, PseudonymKeyArgs};
use serde_json::json;
use tokio_postgres::Client;

#[derive(Args)]
pub(crate) struct EraseArgs {
    /// The patient, as HOSPITAL:ID with the hospital's own number; `-` reads that from standard input,
    /// so that it stands neither in the list of processes nor in the shell's history
    #[arg(long, value_name = "HOSPITAL:ID")]
    patient: String,
    /// Why, or the number of the request. It is kept, so it must not tell who it is
    #[arg(long)]
    reason: Option<String>,
    /// Tell what there is of the patient, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Do not ask
    #[arg(long)]
    yes: bool,
    /// Seconds for which the end of batch-ingest's round is waited for
    #[arg(long, default_value_t = 60)]
    wait_seconds: u32,
    /// Where the files lie that were taken or refused [default: archive in the home]
    #[arg(long, env = "ARCHIVE_DIR")]
    archive: Option<PathBuf>,
    /// Tell what was done as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    key: PseudonymKeyArgs,
    #[command(flatten)]
    home: HomeArgs,
}

/// Erases a patient over a connection of the owner, and tells what there was.
pub(super) async fn erase(client: Client, args: &EraseArgs) -> anyhow::Result<ExitCode> {
    let name = name(&args.patient)?;
    let archive = args.archive.clone();
    let archive = archive.unwrap_or_else(|| args.home.wardflow_home.join("archive"));
    let patience = Duration::from_secs(args.wait_seconds.into());
    let key = args.key.load()?;
    let mut eraser = Eraser::new(client, &key, &name, (archive, patience)).await?;
    let found = eraser.find().await?;
    let patient = eraser.patient();
    let who = format!("patient {} of {}", patient.pseudonym, patient.hospital_code);
    if args.dry_run {
        let files = eraser.find_in_files().await?;
        let found = Found { files, ..found };
        return tell(&who, &found, args.json, "to be erased").map(|()| ExitCode::SUCCESS);
    }
    if !args.yes {
        tell(&who, &found, false, "to be erased")?;
        if !is_confirmed(&args.patient)? {
            bail!("nothing was changed");
        }
    }
    let files = eraser.erase(args.reason.as_deref(), Utc::now()).await?;
    let found = Found { files, ..found };
    tell(&who, &found, args.json, "erased")?;
    Ok(ExitCode::SUCCESS)
}

fn name(argument: &str) -> anyhow::Result<String> {
    if argument != "-" {
        return Ok(argument.to_owned());
    }
    let mut line = String::new();
    io::stdin()
        .read_line(&mut line)
        .context("read the patient from standard input")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn is_confirmed(patient: &str) -> anyhow::Result<bool> {
    if patient == "-" || !io::stdin().is_terminal() {
        bail!(
            "this cannot be undone, and there is nobody to ask: give --yes, or --dry-run to look first"
        );
    }
    eprint!("This cannot be undone. Type yes to erase: ");
    let mut answer = String::new();
    io::stdin()
        .read_line(&mut answer)
        .context("read the answer")?;
    Ok(answer.trim() == "yes")
}

/// What there is of a patient, or was.
fn tell(who: &str, found: &Found, is_json: bool, verb: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    if is_json {
        writeln!(out, "{}", to_json(who, found, verb))?;
    } else {
        write_text(&mut out, who, found, verb)?;
    }
    Ok(())
}

fn to_json(who: &str, found: &Found, verb: &str) -> serde_json::Value {
    let rows = found
        .rows
        .iter()
        .map(|(place, rows)| (place.clone(), json!(rows)));
    let Files {
        lines,
        files,
        unreadable,
    } = found.files;
    let time = |at: Option<DateTime<Utc>>| at.map(|at| at.to_rfc3339());
    json!({
        "who": who,
        "state": verb,
        "requested_at": time(found.requested_at),
        "erased_before_at": time(found.erased_at),
        "rows": rows.collect::<serde_json::Map<_, _>>(),
        "refused_records": found.refused_records,
        "lines": lines,
        "files": files,
        "unreadable_files": unreadable,
    })
}

fn write_text(out: &mut impl Write, who: &str, found: &Found, verb: &str) -> io::Result<()> {
    writeln!(out, "{who}: {verb}")?;
    if let Some(at) = found.erased_at {
        writeln!(out, "erased before, at {at}")?;
    } else if let Some(at) = found.requested_at {
        writeln!(out, "begun before, at {at}, and not ended")?;
    } else if found.is_unknown() {
        writeln!(
            out,
            "nothing is known of anybody of this number: the erasure stands for whatever comes later"
        )?;
    }
    for (place, rows) in &found.rows {
        writeln!(out, "{place:<28} {rows:>9} rows")?;
    }
    if found.refused_records > 0 {
        let count = found.refused_records;
        writeln!(out, "{:<28} {count:>9} records", "ops.quarantine")?;
    }
    let Files {
        lines,
        files,
        unreadable,
    } = found.files;
    if lines > 0 {
        writeln!(out, "{:<28} {lines:>9} lines of {files} files", "archive")?;
    }
    if unreadable > 0 {
        writeln!(
            out,
            "{:<28} {unreadable:>9} refused files that nobody can read",
            "archive"
        )?;
    }
    Ok(())
}
