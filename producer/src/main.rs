//! The command `producer`.

use std::process::ExitCode;

use platform::{complaint, configuration};

fn main() -> ExitCode {
    complaint::exit_code(
        "producer",
        producer::command::execute(configuration::parse()),
    )
}
