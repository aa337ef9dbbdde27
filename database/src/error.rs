//! What can go wrong with the warehouse, and whose fault it is.

use std::error::Error as _;

use tokio_postgres::error::{DbError, SqlState};

/// An error of the warehouse.
///
/// Texts of PostgreSQL's own that may hold a row (its detail, its context, the words of a data
/// error) are left out: SQLSTATE, table and constraint say enough to find the row.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// The database is away, or refuses everybody for the moment: try again later.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The user, password or database is wrong, or the role may not do it.
    #[error(
        "the database refuses the connection: {0}; check DATABASE_URL, or the variable of that role"
    )]
    AccessDenied(String),
    /// The server's certificate is not to be trusted, or it does not accept ours.
    #[error(
        "a certificate between here and the database is refused: {0}; check sslmode, sslrootcert and the \
         host's name in the connection string (DATABASE_URL), and the server's certificate"
    )]
    Certificate(String),
    /// PostgreSQL refused a statement, and will refuse it again.
    #[error("the database refused to {doing}: SQLSTATE {sqlstate}{place}")]
    Refused {
        /// What was tried.
        doing: &'static str,
        /// PostgreSQL's code.
        sqlstate: String,
        /// Table and constraint, where PostgreSQL names them.
        place: String,
    },
    /// The connection string cannot be read. It is not shown, since it may hold a password.
    #[error(
        "the connection string (DATABASE_URL, or the variable of another role) cannot be read: {0}"
    )]
    Url(String),
    /// The schema is missing or older than this program.
    #[error(
        "the database is at version {found}, this program needs {needed}: run `database migrate`"
    )]
    NotMigrated {
        /// Version of the database, 0 where nothing is there.
        found: u32,
        /// Newest version this program knows.
        needed: u32,
    },
    /// The schema is newer than this program.
    #[error(
        "the database is at version {found}, this program knows only up to {known}: \
         use the newer release of Wardflow that migrated it"
    )]
    NewerVersion {
        /// Version of the database.
        found: u32,
        /// Newest version this program knows.
        known: u32,
    },
    /// A migration was changed since it was applied.
    #[error(
        "another build of Wardflow made this database: its migration {0} is not this program's; use that \
         build, or load a new database with this one"
    )]
    OtherMigration(String),
    /// A reset was begun, and nothing may be read or written before its end.
    #[error(
        "a reset of this warehouse was begun and not ended: where nobody resets just now, run \
         `simulation reset` again"
    )]
    Resetting,
    /// What was read belongs to an epoch that a reset has ended.
    #[error("the warehouse was reset meanwhile: what was read before it is void")]
    WasReset,
    /// Anything about the warehouse's state that a person has to mend.
    #[error("{0}")]
    State(String),
}

/// Conditions of other classes that pass by themselves: a server that is read-only after a
/// fail-over, a lock that was not to be had, a session that idled too long.
const PASSING: [&str; 3] = ["25006", "55P03", "25P03"];

impl DatabaseError {
    /// Whether the same call may succeed later without anybody changing anything.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }

    /// Whether a row is to blame: a value that does not fit, a constraint, a size (SQLSTATE classes 22, 23 and 54), or
    /// what a trigger has raised (P0001).
    pub fn is_about_a_row(&self) -> bool {
        let classes = ["22", "23", "54", "P0001"];
        matches!(self, Self::Refused { sqlstate, .. } if classes.iter().any(|it| sqlstate.starts_with(it)))
    }

    /// Sorts an error of the driver, without any text that may hold data.
    pub fn while_doing(doing: &'static str, error: &tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(db_error) => Self::of_server(doing, db_error),
            None if error.is_closed() => Self::Unavailable("the connection was closed".into()),
            None => Self::of_driver(doing, error),
        }
    }

    fn of_server(doing: &'static str, error: &DbError) -> Self {
        let code = error.code();
        // Texts of these classes speak of the server and the role, never of a row.
        match &code.code()[..2] {
            "08" | "53" | "57" | "58" => Self::Unavailable(error.message().to_owned()),
            _ if PASSING.contains(&code.code()) => Self::Unavailable(error.message().to_owned()),
            "28" | "3D" => Self::AccessDenied(error.message().to_owned()),
            // Serialization failure and deadlock: nothing was done, so do it again.
            "40" => Self::Unavailable(format!("SQLSTATE {}", code.code())),
            _ if *code == SqlState::INSUFFICIENT_PRIVILEGE => {
                Self::AccessDenied(error.message().to_owned())
            }
            _ => Self::Refused {
                doing,
                sqlstate: code.code().to_owned(),
                place: place(error),
            },
        }
    }

    fn of_driver(doing: &'static str, error: &tokio_postgres::Error) -> Self {
        // TLS wraps what became of a connection once more.
        let mut cause: Option<&dyn std::error::Error> = error.source();
        while let Some(source) = cause {
            if source.downcast_ref::<std::io::Error>().is_some() {
                return Self::Unavailable(source.to_string());
            }
            cause = source.source();
        }
        // What remains are protocol and conversion errors: the driver's own words may show a value.
        Self::Refused {
            doing,
            sqlstate: "none (client side)".into(),
            place: String::new(),
        }
    }
}

fn place(error: &DbError) -> String {
    let mut place = String::new();
    for (what, name) in [
        (" in ", error.schema()),
        (".", error.table()),
        (", column ", error.column()),
        (", constraint ", error.constraint()),
    ] {
        if let Some(name) = name {
            place.push_str(what);
            place.push_str(name);
        }
    }
    place
}
