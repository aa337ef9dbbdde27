//! Payloads and schemas that unfold to far more than their size.

use std::fmt::Write;

use super::{AdtSchema, key, long, schema_of, text};

/// The code of what reading `datum` under `fields` ends in.
fn code(fields: &str, datum: &[u8]) -> &'static str {
    match schema_of(fields).and_then(|schema| schema.read(datum, &key())) {
        Ok(_) => "read",
        Err(error) => error.code(),
    }
}

#[test]
fn a_length_beyond_the_payload_allocates_nothing() {
    for length in [100, 1 << 31, i64::MAX] {
        for kind in ["string", "bytes"] {
            let field = format!(r#"{{"name":"x","type":"{kind}"}}"#);
            assert_eq!(code(&field, &long(length)), "truncated");
        }
    }
    let fixed = r#"{"name":"x","type":{"type":"fixed","name":"F","size":1000000000000}}"#;
    assert_eq!(code(fixed, b"x"), "truncated");
}

#[test]
fn counts_of_items_that_take_no_bytes_are_limited() {
    let nulls = r#"{"name":"x","type":{"type":"array","items":"null"}}"#;
    assert_eq!(code(nulls, &[long(90_000), long(0)].concat()), "read");
    for count in [100_001, 1 << 40, i64::MAX] {
        assert_eq!(code(nulls, &long(count)), "too-complex");
    }
    let least = [long(i64::MIN), long(0)].concat();
    assert_eq!(code(nulls, &least), "too-complex");
    let records = r#"{"name":"x","type":{"type":"array","items":
                     {"type":"record","name":"Nothing","fields":[]}}}"#;
    assert_eq!(code(records, &long(1 << 50)), "too-complex");
    let nested = r#"{"name":"x","type":{"type":"array","items":{"type":"array","items":"null"}}}"#;
    let inner = [long(50_000), long(0)].concat();
    assert_eq!(
        code(nested, &[&long(37_000)[..], &inner.repeat(3)].concat()),
        "too-complex"
    );
}

#[test]
fn a_long_key_over_many_items_is_limited() {
    let field = r#"{"name":"x","type":{"type":"map","values":{"type":"array","items":"int"}}}"#;
    let key = text(&"k".repeat(1_000_000));
    let ints = [long(50_000), vec![2; 50_000], long(0)].concat();
    assert_eq!(
        code(field, &[&long(1)[..], &key, &ints, &long(0)].concat()),
        "too-complex"
    );
    let few = [long(2), vec![2; 2], long(0)].concat();
    assert_eq!(
        code(field, &[&long(1)[..], &key, &few, &long(0)].concat()),
        "read"
    );
}

#[test]
fn recursive_schemas_are_refused() {
    for fields in [
        r#"{"name":"next","type":["null","hospital.adt.AdtEvent"]}"#,
        r#"{"name":"next","type":"AdtEvent"}"#,
        r#"{"name":"list","type":{"type":"array","items":"AdtEvent"}}"#,
    ] {
        assert_eq!(code(fields, &vec![2; 1_000_000]), "unusable-schema");
    }
}

#[test]
fn schemas_that_unfold_without_end_are_refused() {
    // A chain, which is as deep as it is long, and doublings, of which thirty are a billion.
    for (count, references) in [(5_000, 1), (30, 2)] {
        let mut fields =
            r#"{"name":"f0","type":{"type":"record","name":"R0","fields":[]}}"#.to_owned();
        for number in 1..count {
            let inner: Vec<_> = (0..references)
                .map(|at| format!(r#"{{"name":"g{at}","type":"R{}"}}"#, number - 1))
                .collect();
            write!(
                fields,
                r#",{{"name":"f{number}","type":{{"type":"record","name":"R{number}","fields":[{}]}}}}"#,
                inner.join(",")
            )
            .unwrap();
        }
        assert_eq!(
            code(&fields, &[]),
            "unusable-schema",
            "{references} references"
        );
    }
}

#[test]
fn a_schema_text_nested_without_end_is_refused() {
    let arrays = r#"{"type":"array","items":"#.repeat(100_000);
    assert_eq!(
        AdtSchema::parse(1, &arrays).unwrap_err().code(),
        "unusable-schema"
    );
}
