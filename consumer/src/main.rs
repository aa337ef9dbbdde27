//! The command `consumer`.

use std::process::ExitCode;

use platform::{complaint, configuration};

fn main() -> ExitCode {
    complaint::exit_code(
        "consumer",
        consumer::command::execute(configuration::parse()),
    )
}
