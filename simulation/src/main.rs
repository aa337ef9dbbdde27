//! The command `simulation`.

use std::process::ExitCode;

use platform::{complaint, configuration};

/// Gives memory back that one file needed and the next does not, and is quicker with lines of many fields.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    complaint::exit_code(
        "simulation",
        simulation::command::execute(configuration::parse()),
    )
}
