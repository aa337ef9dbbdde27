//! The command `benchmarks`.

use std::process::ExitCode;

use platform::{complaint, configuration};

/// That of the consumer: what is measured within this program takes memory as it does there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    complaint::exit_code(
        "benchmarks",
        benchmarks::command::execute(&configuration::parse()),
    )
}
