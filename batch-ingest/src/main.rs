//! The command `batch-ingest`.

use std::process::ExitCode;

use platform::{complaint, configuration};

/// Gives memory back that one file needed and the next does not, and is quicker with lines of many fields.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    complaint::exit_code(
        "batch-ingest",
        batch_ingest::command::execute(configuration::parse()),
    )
}
