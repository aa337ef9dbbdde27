//! How values are written, by the Avro specification's "Binary Encoding".

/// A union of null and a type.
pub(super) fn optional<T>(out: &mut Vec<u8>, value: Option<&T>, write: impl Fn(&mut Vec<u8>, &T)) {
    if let Some(value) = value {
        long(out, 1);
        write(out, value);
    } else {
        long(out, 0);
    }
}

/// Unions of null and string.
pub(super) fn texts<const N: usize>(out: &mut Vec<u8>, values: [&Option<String>; N]) {
    for value in values {
        optional(out, value.as_ref(), |out, text| {
            // No allocation has more than `isize::MAX` bytes.
            long(out, i64::try_from(text.len()).unwrap_or(i64::MAX));
            out.extend_from_slice(text.as_bytes());
        });
    }
}

/// A union of null and long.
pub(super) fn integer(out: &mut Vec<u8>, value: Option<i64>) {
    optional(out, value.as_ref(), |out, integer| long(out, *integer));
}

/// An integer of variable length, zigzag: seven bits a byte, the low ones first.
fn long(out: &mut Vec<u8>, value: i64) {
    let mut rest = ((value << 1) ^ (value >> 63)).cast_unsigned();
    while rest > 0x7f {
        out.push(rest.to_le_bytes()[0] | 0x80);
        rest >>= 7;
    }
    out.push(rest.to_le_bytes()[0]);
}
