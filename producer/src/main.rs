//! The command `producer`.

use std::process::ExitCode;

use producer::command::{Arguments, execute};

fn main() -> ExitCode {
    let arguments: Arguments = platform::configuration::parse();
    execute(&arguments).unwrap_or_else(|error| {
        // Each error's own text says what its cause was.
        eprintln!("producer: {error}");
        ExitCode::FAILURE
    })
}
