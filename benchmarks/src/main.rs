//! The command `benchmarks`.

use std::process::ExitCode;

use platform::{complaint, configuration};

fn main() -> ExitCode {
    complaint::exit_code(
        "benchmarks",
        benchmarks::command::execute(&configuration::parse()),
    )
}
