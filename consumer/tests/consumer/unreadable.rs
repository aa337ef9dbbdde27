//! Payloads that are no event, each for a reason of its own.

use platform::codec::{ADT_EVENT_SCHEMA, PAYLOAD_BYTES_MAX};
use platform::registry::Registry;
use platform::wire;

use crate::garbage::{CANARY, Garbage, event, keyed};
use crate::pipeline::Pipeline;

/// Bytes that look like chance, and are the same each time.
fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 7_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    std::iter::repeat_with(next).take(bytes).collect()
}

/// The first field of an event as text of so many bytes, and some of them.
fn text(length: i64, bytes: &[u8]) -> Vec<u8> {
    // The union's second branch, then a zigzag number of variable length.
    let mut encoded = vec![2];
    let mut left = ((length << 1) ^ (length >> 63)).cast_unsigned();
    while left >= 0x80 {
        encoded.push(u8::try_from(left & 0x7f).unwrap() | 0x80);
        left >>= 7;
    }
    encoded.push(u8::try_from(left).unwrap());
    encoded.extend_from_slice(bytes);
    encoded
}

/// Schemas of other writers, by their ids.
struct Foreign {
    /// Of a record of another name.
    staff: u32,
    /// Ours, with a number that is text.
    numbers_as_text: u32,
    /// Ours, and an array that we do not know.
    with_array: u32,
}

impl Foreign {
    async fn register(pipeline: &Pipeline) -> Self {
        let registry = Registry::new(&pipeline.registry).unwrap();
        let register = async |name: &str, schema: &str| {
            let subject = format!("{}-{name}", pipeline.topic);
            registry.register(&subject, schema).await.unwrap()
        };
        let staff = r#"{"type":"record","name":"Staff","fields":[{"name":"id","type":"string"}]}"#;
        let of_ours = |fields: &str| {
            format!(
                r#"{{"type":"record","name":"AdtEvent","namespace":"hospital.adt","fields":[{fields}]}}"#
            )
        };
        let number = of_ours(r#"{"name":"sequence","type":["null","string"]}"#);
        let array = of_ours(r#"{"name":"words","type":{"type":"array","items":"null"}}"#);
        assert!(ADT_EVENT_SCHEMA.contains("hospital.adt"));
        Self {
            staff: register("staff", staff).await,
            numbers_as_text: register("numbers", &number).await,
            with_array: register("array", &array).await,
        }
    }
}

/// Payloads that are no event, and what is said of each.
pub(crate) async fn unreadable(pipeline: &Pipeline) -> Vec<Garbage> {
    let good = pipeline.encoder.encode(&event()).unwrap();
    let foreign = Foreign::register(pipeline).await;
    let ours = |body: &[u8]| Some(wire::frame(pipeline.encoder.schema_id(), body));
    let json = format!(r#"{{"event_id":"{CANARY}"}}"#);
    let with_magic = [b"\0", &noise(1024 * 1024)[..]].concat();
    let bomb = text(1 << 40, &[]);
    let payloads: [(Option<Vec<u8>>, &str); 24] = [
        (None, "empty"),
        (Some(Vec::new()), "empty"),
        (Some([b"\x01", &good[1..]].concat()), "wrong-magic"),
        (Some(json.into_bytes()), "wrong-magic"),
        (Some(CANARY.as_bytes().to_vec()), "wrong-magic"),
        (Some(vec![0]), "truncated"),
        (Some(good[..4].to_vec()), "truncated"),
        (Some(good[..good.len() / 2].to_vec()), "truncated"),
        (
            Some([&good[..], CANARY.as_bytes()].concat()),
            "trailing-bytes",
        ),
        (Some(wire::frame(999_999, &good[5..])), "unknown-schema"),
        (Some(wire::frame(u32::MAX, &good[5..])), "unknown-schema"),
        (
            Some(wire::frame(foreign.staff, b"\x02a")),
            "not-an-adt-event",
        ),
        (
            Some(wire::frame(foreign.numbers_as_text, &text(6, b"twelve"))),
            "wrong-type: field sequence",
        ),
        // 2^40 elements that take no byte, in a block.
        (
            Some(wire::frame(foreign.with_array, &bomb[1..])),
            "too-complex",
        ),
        (ours(&noise(200)), "malformed"),
        (Some(with_magic), "unknown-schema"),
        (ours(&noise(1024 * 1024)), "malformed"),
        (ours(&noise(PAYLOAD_BYTES_MAX + 1)), "too-large"),
        (ours(&bomb), "truncated: the payload ends within event_id"),
        (ours(&text(i64::MAX, b"abc")), "truncated"),
        (ours(&text(-1, b"abc")), "malformed"),
        // No UTF-8; half of a pair of UTF-16, as UTF-8 would have it; NUL in the longest form.
        (ours(&text(2, b"\xff\xfe")), "malformed: field event_id"),
        (ours(&text(3, b"\xed\xa0\x80")), "malformed: field event_id"),
        (ours(&text(2, b"\xc0\x80")), "malformed: field event_id"),
    ];
    let garbage = payloads.into_iter().map(|(payload, reason)| Garbage {
        sending: keyed(payload),
        rule: "ADT-001",
        field: None,
        reason,
    });
    garbage.collect()
}

/// An event cut short after each of its bytes but the last.
pub(crate) fn cut_short(pipeline: &Pipeline) -> Vec<Vec<u8>> {
    let good = pipeline.encoder.encode(&event()).unwrap();
    (0..good.len())
        .map(|bytes| good[..bytes].to_vec())
        .collect()
}
