//! The command `consumer`.

use std::process::ExitCode;

use platform::{complaint, configuration};

/// Gives memory back that one batch needed and the next does not, and is quicker with records of many fields.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    complaint::exit_code(
        "consumer",
        consumer::command::execute(configuration::parse()),
    )
}
