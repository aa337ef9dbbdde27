//! The embedded tables.

use serde::de::DeserializeOwned;

use crate::text::Text;

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
    /// A text is longer than there is room for.
    #[error("the embedded table {table}: {text:?} is too long")]
    TooLong {
        /// The table.
        table: &'static str,
        /// The text.
        text: String,
    },
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

/// A text of a table, for writing.
pub(super) fn text<const N: usize>(table: &'static str, text: &str) -> Result<Text<N>, TableError> {
    let too_long = || TableError::TooLong {
        table,
        text: text.to_owned(),
    };
    Text::new(text).ok_or_else(too_long)
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
