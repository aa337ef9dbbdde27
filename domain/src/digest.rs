//! Digests as identifiers and as text.

use std::fmt::Write as _;

use uuid::Uuid;

/// The UUID of the first 16 bytes of a SHA-256 digest, whatever they say of version and variant.
pub fn first_uuid(sha256: &[u8; 32]) -> Uuid {
    let [first @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = *sha256;
    Uuid::from_bytes(first)
}

/// Bytes as hexadecimal digits, small letters.
pub fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // A String takes whatever is written.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
