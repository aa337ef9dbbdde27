use domain::clean::{Cleaner, Refusal};
use domain::erased::Erased;
use uuid::Uuid;

use super::Load;

/// Which erased patient a record names by its key or value, where it is not of one: a refused record by all of its
/// bytes, one that is of somebody else by its key.
pub fn mentioned<T: Load>(
    (cleaner, erased): (&Cleaner, &Erased),
    (key, value): (Option<&[u8]>, Option<&[u8]>),
    outcome: &Result<Box<T>, Refusal>,
) -> Option<Uuid> {
    match outcome {
        _ if !T::IS_OF_PATIENTS => None,
        Ok(event) if key.is_none_or(|key| event.has_key(key)) => None,
        Ok(_) => cleaner.mentioned(erased, key, None),
        Err(_) => cleaner.mentioned(erased, key, value),
    }
}
