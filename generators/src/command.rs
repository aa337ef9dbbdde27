//! The command line of `generators`.

mod all;
mod events;
pub mod faults;
mod patients;
mod people;
mod plot;
mod progress;
mod report;
pub mod scenario;
mod staff;
pub mod trouble;

use std::num::NonZero;
use std::path::Path;
use std::process::ExitCode;
use std::{fs, io, thread};

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use platform::configuration::LogArgs;
use platform::shutdown::{interrupted, on_signal};
use tokio_util::sync::CancellationToken;

use crate::output::{Compression, Writing};

const EXAMPLES: &str = "\
Examples:
  generators people --count 5000000 --seed 42 --out people.csv
  generators staff --scale full --out staff.csv
  generators all --scale quick --out data
  generators all --faults default --out dirty
  generators events --events 1000 --seed 42 | tail -1";

/// Makes synthetic hospital data
#[derive(Debug, Parser)]
#[command(name = "generators", version, before_help = EXAMPLES)]
pub struct Arguments {
    #[command(flatten)]
    log: LogArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write people.csv: South Africans, by its age pyramid, provinces and languages
    #[command(before_help = people::EXAMPLES)]
    People(people::PeopleArgs),
    /// Write staff.csv: who works at the hospitals of a network
    #[command(before_help = staff::STAFF_EXAMPLES)]
    Staff(staff::StaffArgs),
    #[command(
        before_help = staff::ASSIGN_EXAMPLES,
        about = "Write assigned_staff.csv: in which department, which shifts, from when to when"
    )]
    Assign(staff::StaffArgs),
    #[command(
        before_help = patients::EXAMPLES,
        about = "Write hospital_patients.csv: who is registered at which hospital"
    )]
    Patients(patients::PatientsArgs),
    /// Write all files of a scenario: people, staff, patients and the hospitals' daily extracts
    #[command(before_help = all::ALL_EXAMPLES)]
    All(all::AllArgs),
    /// Write the hospitals' daily extracts alone
    #[command(before_help = all::EHR_EXAMPLES)]
    Ehr(all::AllArgs),
    #[command(
        before_help = plot::EXAMPLES,
        about = "Draw pictures of a scenario: people, arrivals, occupancy, lengths of stay"
    )]
    Plot(plot::PlotArgs),
    /// Print synthetic events as JSON lines, in the order in which they are sent
    #[command(before_help = events::EXAMPLES)]
    Events(events::EventsArgs),
}

/// How files are written.
#[derive(Debug, Args)]
struct WritingArgs {
    /// Compress files; .zst is added to their names
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "none")]
    compress: Compression,
    /// Threads; files are the same with any number [default: all cores]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    /// Print what was written as JSON
    #[arg(long)]
    json: bool,
}

impl WritingArgs {
    fn writing(&self, shutdown: &CancellationToken) -> Writing {
        // More would hardly be faster, and each has rows in memory.
        let cores = || {
            thread::available_parallelism()
                .map_or(1, NonZero::get)
                .min(32)
        };
        let threads = self.threads.map_or_else(cores, usize::from);
        Writing::new(threads, self.compress, shutdown.clone())
    }
}

/// The folder (empty for the current one) and the name of the file that `--out` names.
fn folder_and_name(out: &Path) -> anyhow::Result<(&Path, &str)> {
    let name = out.file_name().context("--out names no file")?;
    let name = name.to_str().context("the file's name is not UTF-8")?;
    Ok((out.parent().unwrap_or("".as_ref()), name))
}

/// The text of a file that somebody wrote: no device, which may have no end.
fn read_file(path: &Path) -> io::Result<String> {
    const BYTES_MAX: u64 = 4 << 20;
    let found = fs::metadata(path)?;
    if !found.is_file() || found.len() > BYTES_MAX {
        return Err(io::Error::other("it is no file of at most 4 MiB"));
    }
    fs::read_to_string(path)
}

/// Does what the command line asks for.
pub fn execute(arguments: Arguments) -> anyhow::Result<ExitCode> {
    platform::logging::start(&arguments.log)?;
    // Waits for signals; the work is done by threads of its own.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let shutdown = runtime.block_on(async { on_signal() })?;
    let outcome = match arguments.command {
        Command::People(people) => people::write(&people, &shutdown),
        Command::Staff(staff) => staff::write_staff(&staff, &shutdown),
        Command::Assign(staff) => staff::write_assignments(&staff, &shutdown),
        Command::Patients(patients) => patients::write(&patients, &shutdown),
        Command::All(all) => all::write_all(&all, &shutdown),
        Command::Ehr(all) => all::write_ehr(&all, &shutdown),
        Command::Plot(plot) => plot::write(&plot, &shutdown),
        Command::Events(events) => events::print(&events, &shutdown),
    };
    match outcome {
        // Whoever ended it knows why it did not succeed.
        Err(error) if shutdown.is_cancelled() => {
            tracing::warn!("{error}");
            Ok(interrupted())
        }
        outcome => outcome.map(|()| ExitCode::SUCCESS),
    }
}
