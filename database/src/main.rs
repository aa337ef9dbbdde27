//! The command `database`.

use std::process::ExitCode;

mod command;
mod shell;

fn main() -> ExitCode {
    let arguments: command::Arguments = platform::configuration::parse();
    match command::execute(arguments) {
        Ok(code) => code,
        Err(error) => {
            tracing::error!("{}", platform::complaint::complaint(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}
