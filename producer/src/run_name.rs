//! The name of a flow in the header `wardflow.run`: two flows of one name are the same events.

use domain::event::AdtEvent;
use sha2::{Digest, Sha256};

/// The name of a real extract: its format and the first 64 bits of the hash of its events
/// in their order: enough to tell extracts apart.
pub fn of_extract(
    format: &str,
    events: impl Iterator<Item = AdtEvent>,
) -> Result<String, serde_json::Error> {
    let mut hasher = Sha256::new();
    for event in events {
        let text = serde_json::to_vec(&event)?;
        hasher.update((text.len() as u64).to_be_bytes());
        hasher.update(text);
    }
    let digest = hasher.finalize();
    let first = digest.first_chunk().copied().unwrap_or_default();
    Ok(format!("{format}:{:016x}", u64::from_be_bytes(first)))
}
