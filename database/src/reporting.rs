//! `database report`.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use database::report::{Score, quality, write_page, write_pictures};
use tokio_postgres::Client;

pub(crate) const EXAMPLES: &str = "\
Examples:
  database report --out report.html
  database report --out report.html --score score.json --pictures pictures
  database report --json | jq .freshness";

#[derive(Args)]
pub(crate) struct ReportArgs {
    /// The page: one HTML file that needs no other. What is there is replaced
    #[arg(long, value_name = "FILE", required_unless_present_any = ["pictures", "json"])]
    out: Option<PathBuf>,
    /// Folder for pictures (SVG): occupied beds, arrivals, quarantine. Made where it is missing
    #[arg(long, value_name = "DIR")]
    pictures: Option<PathBuf>,
    /// Tell all that the page shows as JSON
    #[arg(long)]
    json: bool,
    /// What `simulation score --json` printed, to be shown beside the rest
    #[arg(long, value_name = "FILE")]
    score: Option<PathBuf>,
}

/// Looks at the warehouse, writes what is asked for, and tells it.
pub(crate) async fn report_and_tell(client: &mut Client, args: &ReportArgs) -> anyhow::Result<()> {
    let score = args.score.as_deref().map(read_score).transpose()?;
    let quality = quality(client, score).await?;
    let mut written = Vec::new();
    if let Some(path) = &args.out {
        write_page(&quality, path)?;
        written.push(path.clone());
    }
    if let Some(folder) = &args.pictures {
        let names = write_pictures(&quality, folder)?;
        written.extend(names.iter().map(|name| folder.join(name)));
    }
    let mut out = std::io::stdout().lock();
    if args.json {
        serde_json::to_writer(&mut out, &quality)?;
        writeln!(out)?;
    } else {
        for path in written {
            writeln!(out, "{}", path.display())?;
        }
    }
    Ok(())
}

fn read_score(path: &Path) -> anyhow::Result<Score> {
    let path_shown = path.display();
    let text = fs::read(path).with_context(|| format!("read the score {path_shown}"))?;
    serde_json::from_slice(&text).with_context(|| {
        format!("{path_shown} is no score: give what `simulation score --json` printed")
    })
}
