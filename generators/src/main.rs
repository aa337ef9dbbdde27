//! The command `generators`.

use std::process::ExitCode;

use platform::{complaint, configuration};

fn main() -> ExitCode {
    complaint::exit_code(
        "generators",
        generators::command::execute(configuration::parse()),
    )
}
