//! The name of a flow in the header `wardflow.run`: two flows of one name are the same events, one
//! perhaps longer than the other. That of a synthetic one is its scenario's.

use domain::event::AdtEvent;
use sha2::{Digest, Sha256};

/// The name of a flow in an epoch of its warehouse. What was on its way to a topic before a reset, and
/// comes to stand in the one that was made again, is of another run: it says nothing of this one.
pub fn in_epoch(name: String, epoch: i64) -> String {
    match epoch {
        ..=1 => name,
        epoch => format!("{name}:epoch={epoch}"),
    }
}

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
    Ok(format!("{format}:{}", first_64_bits(hasher)))
}

fn first_64_bits(hasher: Sha256) -> String {
    let first = hasher.finalize().first_chunk().copied().unwrap_or_default();
    format!("{:016x}", u64::from_be_bytes(first))
}
