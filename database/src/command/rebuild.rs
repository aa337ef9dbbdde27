//! `database rebuild`: what is computed again, how far it is, and what became of each table.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use database::rebuild::{self, Rebuilt, Shown};
use domain::pseudonym::PseudonymKey;
use platform::configuration::{PseudonymKeyArgs, PseudonymKeyError};
use platform::screen::say;
use platform::shutdown::{interrupted, on_signal};
use tokio_postgres::Client;

#[derive(Args)]
pub(crate) struct RebuildArgs {
    /// What is taken as it is; all that follows from it is computed again
    #[arg(long, value_enum)]
    from: Layer,
    /// Tell what was done as JSON
    #[arg(long)]
    json: bool,
    /// File of the warehouse's secret pseudonym key, under which records are cleaned
    #[arg(
        long,
        env = "PSEUDONYM_KEY_FILE",
        value_name = "PSEUDONYM_KEY_FILE",
        required_if_eq("from", "bronze")
    )]
    pseudonym_key_file: Option<PathBuf>,
}

impl RebuildArgs {
    /// The key of the pseudonyms, where records are cleaned.
    fn key(&self) -> Result<Option<PseudonymKey>, PseudonymKeyError> {
        let file = self.pseudonym_key_file.clone();
        let file = file.filter(|_| self.from == Layer::Bronze);
        let key = file.map(|pseudonym_key_file| PseudonymKeyArgs { pseudonym_key_file }.load());
        key.transpose()
    }
}

/// A layer of the warehouse from which others follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Layer {
    /// All Kafka records are read again: silver, the vault and the books are made anew, and then gold. What came by files
    /// stays. It needs the warehouse's pseudonym key
    Bronze,
    /// Gold and the findings are computed again
    Silver,
}

/// Computes again what follows, over a connection of the owner, and tells what differed.
pub(super) async fn rebuild(mut client: Client, args: &RebuildArgs) -> anyhow::Result<ExitCode> {
    let key = args.key()?;
    let token = on_signal()?;
    let mut shown = Shown::on_stderr();
    let tell_step = |progress| shown.show(progress);
    let rebuilt = match &key {
        Some(key) => rebuild::from_bronze(&mut client, key, &token, tell_step).await?,
        None => rebuild::from_silver(&mut client, &token, tell_step).await?,
    };
    drop(shown);
    let Some(rebuilt) = rebuilt else {
        say("interrupted: nothing was changed");
        return Ok(interrupted());
    };
    tell(&rebuilt, args)?;
    // All is done and told: who interrupts this leaves it to the server.
    tokio::select! {
        biased;
        () = token.cancelled() => {}
        tidied = rebuild::tidy(&client, &rebuilt) => tidied?,
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(rebuilt: &Rebuilt, args: &RebuildArgs) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if args.json {
        writeln!(out, "{}", rebuilt.to_json())
    } else {
        write_text(&mut out, rebuilt, args.from)
    }
}

fn write_text(out: &mut impl Write, rebuilt: &Rebuilt, from: Layer) -> io::Result<()> {
    rebuilt.write_table(out)?;
    let (what, source) = match from {
        Layer::Silver => ("gold was", "silver"),
        Layer::Bronze => {
            write!(out, "{} records read, ", rebuilt.records)?;
            ("all was", "bronze")
        }
    };
    write!(out, "{} patients folded; ", rebuilt.patients)?;
    if rebuilt.is_same() {
        writeln!(out, "{what} what {source} says: nothing was written")
    } else {
        writeln!(out, "{what} not what {source} says, and is now")
    }
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
            records: 5,
            patients: 3,
            tables: vec![table("gold.dim_patient", 0, 0)],
        };
        let mut text = Vec::new();
        write_text(&mut text, &rebuilt, Layer::Silver).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(
            text.ends_with("3 patients folded; gold was what silver says: nothing was written\n")
        );
        assert_eq!(rebuilt.to_json()["is_same"], true);
        let mut text = Vec::new();
        write_text(&mut text, &rebuilt, Layer::Bronze).unwrap();
        let text = String::from_utf8(text).unwrap();
        let end =
            "5 records read, 3 patients folded; all was what bronze says: nothing was written\n";
        assert!(text.ends_with(end), "{text}");

        rebuilt.tables.push(table("silver.finding", 1, 2));
        let mut text = Vec::new();
        write_text(&mut text, &rebuilt, Layer::Silver).unwrap();
        let text = String::from_utf8(text).unwrap();
        let lines: Vec<Vec<&str>> = text
            .lines()
            .map(|it| it.split_whitespace().collect())
            .collect();
        assert_eq!(lines[2], ["silver.finding", "7", "1", "2"]);
        assert!(text.ends_with("gold was not what silver says, and is now\n"));
        let json = rebuilt.to_json();
        assert_eq!(json["is_same"], false);
        assert_eq!(json["tables"][1]["written"], 2);
    }
}
