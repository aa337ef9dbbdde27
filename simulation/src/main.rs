//! The command `simulation`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: simulation::command::Arguments = platform::configuration::parse();
    match simulation::command::execute(arguments) {
        Ok(code) => code,
        Err(error) => {
            tracing::error!("{}", platform::complaint::complaint(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}
