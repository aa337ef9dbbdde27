//! The command `database`.

use std::process::ExitCode;

use platform::{complaint, configuration};

mod address;
mod command;
mod reporting;
mod shell;

fn main() -> ExitCode {
    complaint::exit_code("database", command::execute(configuration::parse()))
}
