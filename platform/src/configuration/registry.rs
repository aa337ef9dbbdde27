//! Where the schema registry is.

use clap::builder::NonEmptyStringValueParser;

/// The schema registry.
#[derive(Debug, Clone, clap::Args)]
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
