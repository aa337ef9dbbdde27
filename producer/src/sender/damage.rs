//! What happens to the bytes of an event on purpose.

use generators::fault::Damage;
use platform::wire::{HEADER_BYTES, begin};

/// The id of a schema that no registry has: they count from 1, and this one is the two thousand millionth
/// and more. It is a 32-bit integer with a sign, as registries keep it, so that they answer that they do
/// not know it, not that it is none.
pub const UNKNOWN_SCHEMA_ID: u32 = 2_147_000_000;

/// Damages a payload that is complete.
pub(super) fn inflict(damage: Damage, payload: &mut Vec<u8>) {
    match damage {
        Damage::Truncated { keep_bytes } => payload.truncate(keep_bytes),
        Damage::UnknownSchema => {
            let mut header = Vec::with_capacity(HEADER_BYTES);
            begin(&mut header, UNKNOWN_SCHEMA_ID);
            payload.splice(..HEADER_BYTES.min(payload.len()), header);
        }
    }
}

#[cfg(test)]
mod tests {
    use platform::wire::{frame, unframe};

    use super::*;

    #[test]
    fn the_datum_stays_under_another_schema_and_a_cut_leaves_the_beginning() {
        let mut payload = frame(7, b"datum");
        inflict(Damage::UnknownSchema, &mut payload);
        assert_eq!(unframe(&payload), Ok((UNKNOWN_SCHEMA_ID, &b"datum"[..])));
        for keep_bytes in [7, 3, 0] {
            inflict(Damage::Truncated { keep_bytes }, &mut payload);
            assert_eq!(payload.len(), keep_bytes);
        }
    }
}
