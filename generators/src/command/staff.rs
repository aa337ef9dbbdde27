//! `generators staff` and `generators assign`.

use std::path::{Path, PathBuf};
use std::time::Instant;

use chrono::NaiveDate;
use clap::Args;
use tokio_util::sync::CancellationToken;

use super::report::Group;
use super::scenario::{DAYS, ScenarioArgs};
use super::{WritingArgs, folder_and_name, report};
use crate::output::{Compression, OutputError, Size, Writing, Written, check_space};
use crate::staff::Staff;
use crate::{assignment_file, staff_file};

pub(super) const STAFF_EXAMPLES: &str = "\
Examples:
  generators staff --out staff.csv
  generators staff --scale full --days 9 --network network.toml --out staff.csv";

pub(super) const ASSIGN_EXAMPLES: &str = "\
Examples:
  generators assign --out assigned_staff.csv
  generators assign --scale full --days 9 --network network.toml --out assigned_staff.csv";

#[derive(Debug, Args)]
pub(super) struct StaffArgs {
    #[command(flatten)]
    scenario: ScenarioArgs,
    /// Days from the start: who starts work in them is listed, too
    #[arg(long, value_name = "N", default_value_t = DAYS.into())]
    days: u32,
    #[arg(
        long,
        value_name = "FILE",
        help = "The file [default: staff.csv or assigned_staff.csv, by the command]"
    )]
    out: Option<PathBuf>,
    #[command(flatten)]
    writing: WritingArgs,
}

/// Writes `staff.csv`.
pub(super) fn write_staff(args: &StaffArgs, shutdown: &CancellationToken) -> anyhow::Result<()> {
    write(
        args,
        shutdown,
        (staff_file::NAME, staff_file::estimate, staff_file::write),
    )
}

/// Writes `assigned_staff.csv`.
pub(super) fn write_assignments(
    args: &StaffArgs,
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    let name = assignment_file::NAME;
    write(
        args,
        shutdown,
        (name, assignment_file::estimate, assignment_file::write),
    )
}

type Estimate = fn(&Staff<'_>, NaiveDate, Compression) -> Size;
type WriteFile = fn(&Staff<'_>, NaiveDate, &Writing, (&Path, &str)) -> Result<Written, OutputError>;

fn write(
    args: &StaffArgs,
    shutdown: &CancellationToken,
    (name, estimate, write_file): (&str, Estimate, WriteFile),
) -> anyhow::Result<()> {
    let began = Instant::now();
    let scenario = args.scenario.scenario()?;
    let population = scenario.population()?;
    let staff = Staff::new(&population, &scenario.network)?;
    let until = staff.day_after(args.days)?;
    let out = args.out.as_deref().unwrap_or(name.as_ref());
    let writing = args.writing.writing(shutdown);
    let (folder, name) = folder_and_name(out)?;
    let size = estimate(&staff, until, writing.compression);
    check_space(folder, size.disk_bytes)?;
    let written = write_file(&staff, until, &writing, (folder, name))?;
    report::print(args.writing.json, &[Group::of(written, began)])
}
