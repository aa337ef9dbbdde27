//! The command `simulation`.

use std::process::ExitCode;

use platform::{complaint, configuration};

fn main() -> ExitCode {
    complaint::exit_code(
        "simulation",
        simulation::command::execute(configuration::parse()),
    )
}
