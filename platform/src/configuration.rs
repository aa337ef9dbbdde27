//! Configuration: a flag, else an environment variable, else `.env`, else the default.
//!
//! Each service's command flattens the argument structs it needs and is read by [`parse`].

mod command;
mod environment_file;
mod kafka;
mod log;
mod pseudonym_key;
mod registry;

use std::path::PathBuf;

pub use command::{parse, try_parse_from};
pub use environment_file::{EnvironmentFileError, load_environment_file};
pub use kafka::{KafkaArgs, SecurityProtocol, SecuritySettings};
pub use log::{LogArgs, LogFormat};
pub use pseudonym_key::{PseudonymKeyArgs, PseudonymKeyError};
pub use registry::RegistryArgs;

/// Where this installation keeps its own files.
#[derive(Debug, Clone, clap::Args)]
pub struct HomeArgs {
    /// Folder of this installation's own files (private services, keys), mode 0700
    #[arg(
        id = "wardflow_home",
        long = "home",
        env = "WARDFLOW_HOME",
        value_name = "WARDFLOW_HOME",
        default_value = ".wardflow",
        global = true
    )]
    pub wardflow_home: PathBuf,
}
