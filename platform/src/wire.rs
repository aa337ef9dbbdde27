//! The wire format of a Kafka value: a zero byte, the schema's id in four bytes, the Avro datum.
//!
//! As Confluent's serializers write it and every Avro tool for Kafka reads it:
//! <https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format>.

/// The first byte of every value.
pub const MAGIC: u8 = 0;

/// Bytes before the datum: the magic and the id.
pub const HEADER_BYTES: usize = 5;

/// A value that is not in the wire format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// There is no value (a tombstone) or it has no bytes.
    #[error("the payload is empty; a value starts with a zero byte and a schema id")]
    Empty,
    /// The first byte is another one.
    #[error(
        "the payload starts with byte {0}, not with {MAGIC}: \
         it was not written by a schema-registry serializer"
    )]
    WrongMagic(u8),
    /// The header is cut short.
    #[error("the payload has {0} bytes, fewer than the {HEADER_BYTES} of magic and schema id")]
    Truncated(usize),
}

/// Writes the header of a datum under `schema_id` to the end of `payload`.
pub fn begin(payload: &mut Vec<u8>, schema_id: u32) {
    payload.push(MAGIC);
    payload.extend_from_slice(&schema_id.to_be_bytes());
}

/// The datum with its header.
pub fn frame(schema_id: u32, datum: &[u8]) -> Vec<u8> {
    let mut payload = Vec::with_capacity(HEADER_BYTES + datum.len());
    begin(&mut payload, schema_id);
    payload.extend_from_slice(datum);
    payload
}

/// The schema's id and the datum of a payload.
pub fn unframe(payload: &[u8]) -> Result<(u32, &[u8]), FrameError> {
    match payload {
        [] => Err(FrameError::Empty),
        [MAGIC, a, b, c, d, datum @ ..] => Ok((u32::from_be_bytes([*a, *b, *c, *d]), datum)),
        [MAGIC, ..] => Err(FrameError::Truncated(payload.len())),
        [other, ..] => Err(FrameError::WrongMagic(*other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_framed_is_unframed() {
        let payload = frame(0x0102_0304, b"datum");
        assert_eq!(payload, [&[0, 1, 2, 3, 4][..], b"datum"].concat());
        assert_eq!(unframe(&payload), Ok((0x0102_0304, &b"datum"[..])));
        assert_eq!(unframe(&frame(u32::MAX, b"")), Ok((u32::MAX, &b""[..])));
    }

    #[test]
    fn what_is_no_frame_says_why() {
        assert_eq!(unframe(b""), Err(FrameError::Empty));
        assert_eq!(unframe(b"{\"a\":1}"), Err(FrameError::WrongMagic(b'{')));
        for length in 1..HEADER_BYTES {
            assert_eq!(
                unframe(&[0; HEADER_BYTES][..length]),
                Err(FrameError::Truncated(length))
            );
        }
    }
}
