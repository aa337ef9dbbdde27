//! What is said of a payload that cannot be decoded, wherever it is read.

use domain::clean::{Clean, Refusal};

use super::DecodeError;

/// More of a reason is not told: a writer's schema may have names of any length.
const REASON_CHARACTERS_MAX: usize = 300;

/// The refusal of a record whose payload is none. The field of the error is within the reason: it comes from the writer's
/// schema, so its name is not one of ours.
pub fn unreadable<E: Clean>(error: &DecodeError) -> Refusal {
    let reason: String = error
        .to_string()
        .chars()
        .filter(|c| !c.is_control())
        .take(REASON_CHARACTERS_MAX)
        .collect();
    Refusal {
        rule: E::UNREADABLE,
        field: None,
        reason: format!("{}: {reason}", error.code()),
    }
}
