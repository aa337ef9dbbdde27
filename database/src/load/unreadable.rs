//! Why a row of silver cannot be read.

use crate::DatabaseError;

pub(crate) enum ReadError {
    Column(tokio_postgres::Error),
    Unknown(DatabaseError),
}

/// A newer release wrote it: folding it as something else would change gold.
pub(crate) fn unknown_code(table: &str, column: &str, code: &str) -> DatabaseError {
    DatabaseError::State(format!(
        "{table} holds {code:?} in {column}, which this program does not know: \
         use the newer release of Wardflow that wrote it"
    ))
}

impl ReadError {
    pub(super) fn unknown(table: &str, column: &str, code: &str) -> Self {
        Self::Unknown(unknown_code(table, column, code))
    }

    pub(super) fn while_doing(self, doing: &'static str) -> DatabaseError {
        match self {
            Self::Column(error) => DatabaseError::while_doing(doing, &error),
            Self::Unknown(error) => error,
        }
    }
}

impl From<tokio_postgres::Error> for ReadError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Column(error)
    }
}

impl From<DatabaseError> for ReadError {
    fn from(error: DatabaseError) -> Self {
        Self::Unknown(error)
    }
}
