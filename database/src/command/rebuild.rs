//! `database rebuild`: what is computed again, how far it is, and what became of each table.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use database::rebuild::{self, Rebuilt};
use platform::screen::say;
use platform::shutdown::{interrupted, on_signal};
use serde_json::json;
use tokio_postgres::Client;

use super::rebuild_progress::Shown;

#[derive(Args)]
pub(crate) struct RebuildArgs {
    /// What is taken as it is; all that follows from it is computed again
    #[arg(long, value_enum)]
    from: Layer,
    /// Tell what was done as JSON
    #[arg(long)]
    json: bool,
}

/// A layer of the warehouse from which others follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Layer {
    /// Gold and the findings are computed again.
    Silver,
}

/// Computes gold again over a connection of the owner, and tells what differed.
pub(super) async fn rebuild(mut client: Client, args: &RebuildArgs) -> anyhow::Result<ExitCode> {
    let Layer::Silver = args.from;
    let token = on_signal()?;
    let mut shown = Shown::on_stderr();
    let rebuilt =
        rebuild::from_silver(&mut client, &token, |progress| shown.show(progress)).await?;
    drop(shown);
    let Some(rebuilt) = rebuilt else {
        say("interrupted: nothing was changed");
        return Ok(interrupted());
    };
    tell(&rebuilt, args.json)?;
    // All is done and told: who interrupts this leaves it to the server.
    tokio::select! {
        biased;
        () = token.cancelled() => {}
        tidied = rebuild::tidy(&client, &rebuilt) => tidied?,
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(rebuilt: &Rebuilt, is_json: bool) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if is_json {
        writeln!(out, "{}", to_json(rebuilt))
    } else {
        write_text(&mut out, rebuilt)
    }
}

fn to_json(rebuilt: &Rebuilt) -> serde_json::Value {
    let tables = rebuilt.tables.iter().map(|table| {
        json!({
            "name": table.name,
            "rows": table.rows,
            "removed": table.removed,
            "written": table.written,
        })
    });
    json!({
        "patients": rebuilt.patients,
        "is_same": rebuilt.is_same(),
        "tables": tables.collect::<Vec<_>>(),
    })
}

fn write_text(out: &mut impl Write, rebuilt: &Rebuilt) -> io::Result<()> {
    let (table, rows) = ("table", "rows");
    writeln!(
        out,
        "{table:<24}  {rows:>11}  {:>11}  {:>11}",
        "taken away", "written"
    )?;
    for table in &rebuilt.tables {
        writeln!(
            out,
            "{:<24}  {:>11}  {:>11}  {:>11}",
            table.name, table.rows, table.removed, table.written
        )?;
    }
    let verdict = if rebuilt.is_same() {
        "gold was what silver says: nothing was written"
    } else {
        "gold was not what silver says, and is now"
    };
    writeln!(out, "{} patients folded; {verdict}", rebuilt.patients)
}

#[cfg(test)]
mod tests {
    use database::rebuild::RebuiltTable;

    use super::*;

    #[test]
    fn what_differed_is_told_by_table() {
        let table = |name, removed, written| RebuiltTable {
            name,
            rows: 7,
            removed,
            written,
        };
        let mut rebuilt = Rebuilt {
            patients: 3,
            tables: vec![table("gold.dim_patient", 0, 0)],
        };
        let mut text = Vec::new();
        write_text(&mut text, &rebuilt).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(
            text.ends_with("3 patients folded; gold was what silver says: nothing was written\n")
        );
        assert_eq!(to_json(&rebuilt)["is_same"], true);

        rebuilt.tables.push(table("silver.finding", 1, 2));
        let mut text = Vec::new();
        write_text(&mut text, &rebuilt).unwrap();
        let text = String::from_utf8(text).unwrap();
        let lines: Vec<Vec<&str>> = text
            .lines()
            .map(|it| it.split_whitespace().collect())
            .collect();
        assert_eq!(lines[2], ["silver.finding", "7", "1", "2"]);
        assert!(text.ends_with("gold was not what silver says, and is now\n"));
        let json = to_json(&rebuilt);
        assert_eq!(json["is_same"], false);
        assert_eq!(json["tables"][1]["written"], 2);
    }
}
