//! The command `batch-ingest`.

use std::process::ExitCode;

use platform::{complaint, configuration};

fn main() -> ExitCode {
    complaint::exit_code(
        "batch-ingest",
        batch_ingest::command::execute(configuration::parse()),
    )
}
