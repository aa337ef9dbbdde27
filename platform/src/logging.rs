//! Logs: structured, one event a line, on stderr; stdout is for results.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

use crate::configuration::{LogArgs, LogFormat};
use crate::fault::Fault;
use crate::screen::Beside;

/// Crates whose `info` says nothing about the service. `RUST_LOG` may name them to hear more.
const TAMED: &str = "hyper=warn,hyper_util=warn,reqwest=warn,h2=warn,mio=warn,rdkafka=warn,\
                     refinery_core=warn,tokio_postgres=warn";

/// A crate that prints the values it works on, and so identity. `RUST_LOG` cannot turn it on.
const SILENCED: &str = "apache_avro";

/// Logging cannot start.
#[derive(Debug, thiserror::Error)]
pub enum LoggingError {
    /// `RUST_LOG` is not a list of directives.
    #[error(
        "RUST_LOG is not a list of levels: {0}; \
         write for example `info` or `info,consumer=debug`"
    )]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// Somebody else set up logs in this process before.
    #[error("logs were started twice in one process: {0}")]
    AlreadyStarted(#[from] tracing_subscriber::util::TryInitError),
}

impl LoggingError {
    /// Both are faults of the set-up.
    pub fn fault(&self) -> Fault {
        Fault::Configuration
    }
}

/// Starts the logs of this process; to be called once, by the binary.
pub fn start(args: &LogArgs) -> Result<(), LoggingError> {
    use tracing_subscriber::util::SubscriberInitExt;

    let builder = fmt()
        .with_env_filter(filter(&args.rust_log)?)
        .with_writer(|| Beside)
        // It would be told on stderr, which is what does not work then, by a panic.
        .log_internal_errors(false)
        .with_ansi(std::io::stderr().is_terminal());
    match args.log_format {
        LogFormat::Text => builder.finish().try_init()?,
        LogFormat::Json => builder
            .json()
            .flatten_event(true)
            .with_ansi(false)
            .finish()
            .try_init()?,
    }
    Ok(())
}

/// The later of two directives for one target counts.
fn filter(rust_log: &str) -> Result<EnvFilter, tracing_subscriber::filter::ParseError> {
    let heard = rust_log
        .split(',')
        .filter(|directive| !directive.trim_start().starts_with(SILENCED));
    let heard: Vec<&str> = heard.collect();
    EnvFilter::try_new(format!("{TAMED},{},{SILENCED}=off", heard.join(",")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noisy_crates_are_tamed_unless_asked_for_and_avro_never_speaks() {
        let quiet = filter("debug").unwrap().to_string();
        assert!(
            quiet.contains("hyper=warn") && quiet.contains("apache_avro=off"),
            "{quiet}"
        );
        let loud = filter("info,hyper=trace,apache_avro=trace, apache_avro::schema=trace")
            .unwrap()
            .to_string();
        assert!(
            loud.contains("hyper=trace") && !loud.contains("hyper=warn"),
            "{loud}"
        );
        assert!(
            !loud.contains("apache_avro=trace") && !loud.contains("apache_avro::"),
            "{loud}"
        );
    }

    #[test]
    fn a_bad_filter_is_named() {
        let error = LoggingError::from(filter("consumer=loud").unwrap_err());
        assert!(error.to_string().starts_with("RUST_LOG is not"), "{error}");
    }
}
