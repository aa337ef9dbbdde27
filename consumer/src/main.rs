//! The command `consumer`.

mod allocator;

use std::process::ExitCode;

use platform::{complaint, configuration};

fn main() -> ExitCode {
    allocator::keep_memory();
    complaint::exit_code(
        "consumer",
        consumer::command::execute(configuration::parse()),
    )
}
