//! The command `producer`.

use std::process::ExitCode;

use platform::{complaint, configuration};

/// Quicker with events of many fields.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    complaint::exit_code(
        "producer",
        producer::command::execute(configuration::parse()),
    )
}
