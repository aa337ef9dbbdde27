//! The command `consumer`.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: consumer::command::Arguments = platform::configuration::parse();
    match consumer::command::execute(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{}", platform::complaint::complaint(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}
