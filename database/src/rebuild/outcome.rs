//! What records come to.

use domain::clean::Refusal;
use uuid::Uuid;

/// What a record comes to.
pub(super) enum Outcome<T> {
    /// It can be used.
    Usable(Box<T>),
    /// A rule refuses it.
    Refused(Refusal, Option<Doubt>),
    /// It is in quarantine and stays there: who refused it cannot be asked here (the database, or a registry that told of
    /// its schema), or somebody has decided what becomes of it.
    RefusedStill,
    /// It is an erased patient's, whom it names.
    Erased(Uuid, Option<Doubt>),
}

/// Why no lane can have loaded a record as it stands in bronze.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// Nobody has kept the schema by which it was written.
    LostSchema(u32),
    /// It is no event, or none that can be read.
    Unreadable,
    /// It is refused, and names an erased patient.
    NamesErased,
}

impl Doubt {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::LostSchema(_) => "lost schema",
            Self::Unreadable => "unreadable",
            Self::NamesErased => "names an erased patient",
        }
    }

    pub(super) fn lost_schema_id(self) -> Option<i64> {
        match self {
            Self::LostSchema(id) => Some(id.into()),
            Self::Unreadable | Self::NamesErased => None,
        }
    }
}
