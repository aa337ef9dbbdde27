//! How much is logged, and in which form.

/// The form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line, for programs.
    Json,
}

/// Logs.
#[derive(Debug, Clone, clap::Args)]
pub struct LogArgs {
    /// Levels of the logs, as `info` or `info,consumer=debug`
    #[arg(
        id = "rust_log",
        long = "log",
        env = "RUST_LOG",
        value_name = "RUST_LOG",
        default_value = "info",
        global = true
    )]
    pub rust_log: String,

    /// Form of the logs
    #[arg(
        id = "log_format",
        long = "log-format",
        env = "LOG_FORMAT",
        value_name = "LOG_FORMAT",
        default_value = "text",
        global = true
    )]
    pub log_format: LogFormat,
}
