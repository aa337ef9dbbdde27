//! Reading a command: `.env` first, then flags and variables, with a word on what is missing.

use std::ffi::OsString;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::load_environment_file;

/// Reads the process's command, or ends it: exit code 0 after `--help`, 2 after an error.
///
/// To be called first in `main`, before the runtime starts (it sets the variables of `.env`).
pub fn parse<C: clap::Parser>() -> C {
    if let Err(error) = load_environment_file() {
        C::command().error(ErrorKind::Io, error).exit()
    }
    try_parse_from(std::env::args_os()).unwrap_or_else(|error| error.exit())
}

/// Reads a command from `arguments` (the program's name first) and the environment.
///
/// Where something required is missing, the error names the environment variables that would do,
/// since clap itself names the flags alone.
pub fn try_parse_from<C: clap::Parser>(
    arguments: impl IntoIterator<Item = impl Into<OsString> + Clone>,
) -> Result<C, clap::Error> {
    C::try_parse_from(arguments).map_err(|mut error| {
        if let Some(tip) = missing_variables_tip(&C::command(), &error) {
            error.insert(
                ContextKind::Suggested,
                ContextValue::StyledStrs(vec![StyledStr::from(tip)]),
            );
        }
        error
    })
}

fn missing_variables_tip(command: &clap::Command, error: &clap::Error) -> Option<String> {
    if error.kind() != ErrorKind::MissingRequiredArgument {
        return None;
    }
    let Some(ContextValue::Strings(missing)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    let settings: Vec<String> = missing
        .iter()
        .filter_map(|usage| {
            let flag = usage.split([' ', '=']).next()?.strip_prefix("--")?;
            let variable = variable_of(command, flag)?;
            Some(format!("{variable}=..."))
        })
        .collect();
    if settings.is_empty() {
        return None;
    }
    Some(format!(
        "give the flag, export the variable, or write a line into .env: {}",
        settings.join(" ")
    ))
}

/// The environment variable of a flag, wherever in the tree of subcommands it stands.
fn variable_of(command: &clap::Command, flag: &str) -> Option<String> {
    command
        .get_arguments()
        .find(|argument| argument.get_long() == Some(flag))
        .and_then(|argument| Some(argument.get_env()?.to_string_lossy().into_owned()))
        .or_else(|| {
            command
                .get_subcommands()
                .find_map(|subcommand| variable_of(subcommand, flag))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::configuration::{HomeArgs, KafkaArgs, LogArgs, PseudonymKeyArgs, RegistryArgs};

    /// A command as a service has it.
    #[derive(Debug, clap::Parser)]
    struct Service {
        #[command(flatten)]
        log: LogArgs,
        #[command(flatten)]
        home: HomeArgs,
        #[command(subcommand)]
        command: Command,
    }

    #[derive(Debug, clap::Subcommand)]
    enum Command {
        Run {
            #[command(flatten)]
            kafka: Box<KafkaArgs>,
            #[command(flatten)]
            registry: RegistryArgs,
            #[command(flatten)]
            key: PseudonymKeyArgs,
        },
    }

    #[test]
    fn what_is_missing_is_named_by_flag_and_variable() {
        let error = try_parse_from::<Service>(["service", "run"]).unwrap_err();
        assert_eq!(error.exit_code(), 2);
        let message = error.to_string();
        for name in [
            "--kafka-bootstrap-servers",
            "KAFKA_BOOTSTRAP_SERVERS=...",
            "SCHEMA_REGISTRY_URL=...",
            "PSEUDONYM_KEY_FILE=...",
            ".env",
        ] {
            assert!(message.contains(name), "{name} is not in {message}");
        }
    }

    #[test]
    fn flags_are_read_and_defaults_stand() {
        let service = try_parse_from::<Service>([
            "service",
            "run",
            "--kafka-bootstrap-servers=a:1,b:2",
            "--schema-registry-url=http://registry/apis/ccompat/v7",
            "--pseudonym-key-file=/key",
            "--log-format=json",
        ])
        .unwrap();
        assert_eq!(service.home.wardflow_home.as_os_str(), ".wardflow");
        assert_eq!(
            service.log.log_format,
            crate::configuration::LogFormat::Json
        );
        let Command::Run {
            kafka,
            registry,
            key,
        } = service.command;
        assert_eq!(kafka.bootstrap_servers, "a:1,b:2");
        assert_eq!(kafka.topic_prefix, "");
        assert_eq!(kafka.group_id, "wardflow-consumer");
        assert_eq!(registry.url, "http://registry/apis/ccompat/v7");
        assert_eq!(key.pseudonym_key_file.as_os_str(), "/key");
    }
}
