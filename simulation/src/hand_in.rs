//! `simulation hand-in`: one zip of what the course asks for, and the proof that it is whole.
//!
//! | in the zip | is |
//! |---|---|
//! | `people.csv`, `hospital_patients.csv`, `assigned_staff.csv` | the generators' files |
//! | `docker-compose.yml`, `README.md` | those of the checkout |
//! | `project_brief.pdf` | made of `docs/project_brief.md` by `docs/brief` |
//! | `code/` | every file of the checkout that git follows, as it is now |

mod check;
mod pack;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};
use clap::Args;
use generators::command::scenario::FlowArgs;
use platform::screen::say;
use tokio_util::sync::CancellationToken;

use crate::extracts;
pub(crate) use check::render;
use check::{Found, check};

/// The files of the generators that are handed in.
const DATA: [&str; 3] = ["people.csv", "hospital_patients.csv", "assigned_staff.csv"];

/// Files of the checkout that also stand at the top.
const OF_CHECKOUT: [&str; 2] = ["docker-compose.yml", "README.md"];

/// The brief, in the zip.
const BRIEF: &str = "project_brief.pdf";

/// What makes it, in the checkout.
const BRIEF_MAKER: &str = "docs/brief";

/// Where the code is in the zip.
const CODE: &str = "code/";

/// What to hand in.
#[derive(Debug, Args)]
pub(crate) struct HandInArgs {
    /// The zip that is written
    #[arg(long, value_name = "FILE", default_value = "wardflow-hand-in.zip")]
    out: PathBuf,
    /// The checkout
    #[arg(long, value_name = "DIR", default_value = ".")]
    project: PathBuf,
    /// A folder that `generators all` wrote; without it the files are made anew
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The brief as PDF; without it docs/brief makes it
    #[arg(long, value_name = "FILE")]
    brief: Option<PathBuf>,
    /// Write nothing: check a zip that is there
    #[arg(long, value_name = "FILE", conflicts_with_all = ["out", "data", "brief"])]
    check: Option<PathBuf>,
    #[command(flatten)]
    flow: FlowArgs,
}

/// Makes the zip, or takes the one that is there, and checks it.
pub(crate) fn hand_in(
    args: &HandInArgs,
    shutdown: &CancellationToken,
) -> anyhow::Result<Vec<Found>> {
    if let Some(zip) = &args.check {
        return check(zip);
    }
    let folder = tempfile::tempdir().context("make a temporary folder")?;
    let code = tracked(&args.project)?;
    let data = match &args.data {
        Some(data) => data.clone(),
        None => make_data(&args.flow, folder.path(), shutdown)?,
    };
    let brief = match &args.brief {
        Some(brief) => brief.clone(),
        None => make_brief(&args.project, folder.path())?,
    };
    let mut contents = Vec::new();
    for name in DATA {
        contents.push((name.to_owned(), data.join(name)));
    }
    for name in OF_CHECKOUT {
        contents.push((name.to_owned(), args.project.join(name)));
    }
    contents.push((BRIEF.to_owned(), brief));
    for path in code {
        contents.push((format!("{CODE}{path}"), args.project.join(&path)));
    }
    pack::pack(&args.out, &contents, shutdown)?;
    say(&format!("{} is written", args.out.display()));
    check(&args.out)
}

/// The files that git follows, by their paths.
fn tracked(project: &Path) -> anyhow::Result<Vec<String>> {
    let listed = Command::new("git")
        .arg("-C")
        .arg(project)
        .args(["ls-files", "-z"])
        .output()
        .context("git, which says what belongs to the code, cannot be run: install it")?;
    if !listed.status.success() {
        bail!(
            "{} is no checkout of git: name it by --project",
            project.display()
        );
    }
    let listed = String::from_utf8(listed.stdout).context("a file's name is not UTF-8")?;
    let paths = listed.split('\0').filter(|path| !path.is_empty());
    // What was deleted and is not committed yet is none of it.
    let there = paths.filter(|path| project.join(path).is_file());
    Ok(there.map(str::to_owned).collect())
}

fn make_data(
    flow: &FlowArgs,
    folder: &Path,
    shutdown: &CancellationToken,
) -> anyhow::Result<PathBuf> {
    let simulation = flow.simulation()?;
    let days = extracts::days(flow.length()).context("--events is not for files: give --days")?;
    let data = folder.join("data");
    say("making people, patients and staff");
    extracts::make(&simulation, days, &data, shutdown)?;
    Ok(data)
}

fn make_brief(project: &Path, folder: &Path) -> anyhow::Result<PathBuf> {
    let brief = folder.join(BRIEF);
    say("making the brief");
    let made = Command::new(project.join(BRIEF_MAKER))
        .arg("--out")
        .arg(&brief)
        .output()
        .with_context(|| format!("{BRIEF_MAKER} cannot be run in {}", project.display()))?;
    if !made.status.success() {
        let said = String::from_utf8_lossy(&made.stderr);
        bail!("{BRIEF_MAKER} failed: {}", said.trim());
    }
    Ok(brief)
}
