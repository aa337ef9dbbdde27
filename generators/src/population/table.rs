//! The embedded tables.

use serde::de::DeserializeOwned;

/// An embedded table that cannot be used: a fault of this build, not of its user.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// A row is not of the table's form.
    #[error("the embedded table {table}: {source}")]
    Form {
        /// The table.
        table: &'static str,
        /// What is wrong, and in which line.
        source: csv::Error,
    },
    /// A list of names is not of the form.
    #[error("the embedded table {table}: {source}")]
    Names {
        /// The table.
        table: &'static str,
        /// What is wrong, and in which line.
        source: toml::de::Error,
    },
    /// Nothing in the table can be drawn.
    #[error("the embedded table {0}: its weights are none, or below 0")]
    Weights(&'static str),
    /// A row names what another table lacks.
    #[error("the embedded table {table}: {value:?} is not in {other}")]
    Reference {
        /// The table.
        table: &'static str,
        /// What it names.
        value: String,
        /// The table where it should be.
        other: &'static str,
    },
}

/// The rows of a table.
pub(crate) fn rows<T: DeserializeOwned>(
    table: &'static str,
    text: &'static str,
) -> Result<Vec<T>, TableError> {
    csv::Reader::from_reader(text.as_bytes())
        .into_deserialize()
        .collect::<Result<_, _>>()
        .map_err(|source| TableError::Form { table, source })
}
