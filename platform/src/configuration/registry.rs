//! Where the schema registry is.

use std::fmt;

use clap::builder::NonEmptyStringValueParser;

/// The schema registry.
#[derive(Clone, clap::Args)]
pub struct RegistryArgs {
    /// Schema registry, with the path of its Confluent-compatible interface (Apicurio: /apis/ccompat/v7)
    #[arg(
        id = "schema_registry_url",
        long = "schema-registry-url",
        env = "SCHEMA_REGISTRY_URL",
        value_name = "SCHEMA_REGISTRY_URL",
        value_parser = NonEmptyStringValueParser::new(),
        hide_env_values = true
    )]
    pub url: String,
}

/// The address may hold a password.
impl fmt::Debug for RegistryArgs {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RegistryArgs(..)")
    }
}
