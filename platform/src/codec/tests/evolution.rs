//! Versions of the schema: optional fields come and go, and other types are told apart.

use domain::content::{Content, FieldValue};
use domain::event::AdtEvent;
use serde_json::{Value, json};

use super::{ADT_EVENT_SCHEMA, AdtSchema, DecodeError, datum, event, key, long, schema_of, text};

/// The next version: without `religion`, and with a field that this code does not know.
fn v2() -> Value {
    let mut schema: Value = serde_json::from_str(ADT_EVENT_SCHEMA).unwrap();
    let fields = schema["fields"].as_array_mut().unwrap();
    fields.retain(|field| field["name"] != "religion");
    fields.insert(
        0,
        json!({ "name": "triage_level", "type": ["null", "int"], "default": null }),
    );
    schema
}

/// The datum under v2: `triage` first, and the null of `religion` taken out.
fn v2_datum(triage: &[u8], event: &AdtEvent) -> Vec<u8> {
    let full = datum(event);
    let with = datum(&AdtEvent {
        religion: Some(String::new()),
        ..event.clone()
    });
    let religion_at = full.iter().zip(&with).position(|(a, b)| a != b).unwrap();
    [triage, &full[..religion_at], &full[religion_at + 1..]].concat()
}

#[test]
fn a_newer_writer_is_understood() {
    let schema = AdtSchema::parse(2, &v2().to_string()).unwrap();
    let v1 = super::read(&datum(&event())).unwrap();

    let without = schema.read(&v2_datum(&[0], &event()), &key()).unwrap();
    assert_eq!(without.event, event());
    assert_eq!(without.schema_id, 2);
    assert_eq!(
        without.content_hash, v1.content_hash,
        "the same content under another version has the same hash"
    );

    let with = schema.read(&v2_datum(&[2, 4], &event()), &key()).unwrap();
    assert_eq!(with.event, event());
    assert_ne!(
        with.content_hash, v1.content_hash,
        "an unknown field is content as well"
    );
}

#[test]
fn collections_enums_and_numbers_count_in_the_hash_by_path() {
    let schema = schema_of(
        r#"{"name":"tags","type":{"type":"map","values":{"type":"array","items":
              {"type":"record","name":"Tag","fields":[{"name":"level","type":"int"},
               {"name":"note","type":["null","string"]}]}}}},
           {"name":"event_type","type":{"type":"enum","name":"Trigger","symbols":["A01","A02"]}},
           {"name":"event_id","type":{"type":"string","logicalType":"uuid"}},
           {"name":"single","type":"float"},
           {"name":"double","type":"double"},
           {"name":"raw","type":"bytes"},
           {"name":"code","type":{"type":"fixed","name":"Code","size":2}},
           {"name":"day","type":{"type":"int","logicalType":"date"}},
           {"name":"other","type":["null","Tag"]}"#,
    )
    .unwrap();
    let id = "01954d3c-1f80-7c4e-9d6b-3f1a2b4c5d6e";
    let datum = [
        // One map block with its size in bytes, and an array in two blocks.
        &[long(-1), long(99), text("k")].concat()[..],
        &[
            long(1),
            long(5),
            vec![0],
            long(1),
            long(6),
            vec![2],
            text("n"),
            long(0),
        ]
        .concat(),
        &long(0),
        &long(1),
        &text(id),
        &1.5_f32.to_le_bytes(),
        &2.5_f64.to_le_bytes(),
        &[long(2), vec![0xff, 0xfe]].concat(),
        &[0xca, 0xfe],
        &long(20_000),
        &[long(1), long(7), vec![0]].concat(),
    ]
    .concat();
    let decoded = schema.read(&datum, &key()).unwrap();
    assert_eq!(decoded.event.event_type.as_deref(), Some("A02"));
    assert_eq!(decoded.event.event_id.as_deref(), Some(id));

    let mut content = Content::default();
    for (path, value) in [
        ("tags{k}[0].level", FieldValue::Integer(5)),
        ("tags{k}[1].level", FieldValue::Integer(6)),
        ("tags{k}[1].note", FieldValue::Text("n")),
        ("event_type", FieldValue::Text("A02")),
        ("event_id", FieldValue::Text(id)),
        ("single", FieldValue::Float(1.5)),
        ("double", FieldValue::Float(2.5)),
        ("raw", FieldValue::Bytes(&[0xff, 0xfe])),
        ("code", FieldValue::Bytes(&[0xca, 0xfe])),
        ("day", FieldValue::Integer(20_000)),
        ("other.level", FieldValue::Integer(7)),
    ] {
        content.add(path.to_owned(), value);
    }
    assert_eq!(decoded.content_hash, content.hash(&key()));
}

#[test]
fn int_and_long_are_one_to_the_sequence() {
    let by = |kind: &str| {
        let schema = schema_of(&format!(r#"{{"name":"sequence","type":{kind}}}"#)).unwrap();
        let datum = if kind.starts_with('[') {
            vec![2, 8]
        } else {
            vec![8]
        };
        schema.read(&datum, &key()).unwrap()
    };
    let expected = by(r#""long""#);
    assert_eq!(expected.event.sequence, Some(4));
    for kind in [r#""int""#, r#"["null","int"]"#, r#"["string","long"]"#] {
        let decoded = by(kind);
        assert_eq!(decoded.event, expected.event, "{kind}");
        assert_eq!(decoded.content_hash, expected.content_hash, "{kind}");
    }
}

#[test]
fn a_type_that_does_not_fit_names_field_and_types() {
    for (field, kind, datum, expected, found) in [
        (
            "sequence",
            r#""string""#,
            text("4"),
            "an int or a long",
            "a string",
        ),
        ("died", r#""string""#, text("yes"), "a boolean", "a string"),
        (
            "patient_id",
            r#""long""#,
            long(10_006),
            "a string",
            "a long",
        ),
        (
            "patient_id",
            r#""bytes""#,
            text("10006"),
            "a string",
            "bytes",
        ),
        (
            "location",
            r#""string""#,
            text("ICU"),
            "a record",
            "a string",
        ),
        (
            "occurred_at",
            r#"{"type":"long","logicalType":"timestamp-millis"}"#,
            long(0),
            "a string",
            "a long",
        ),
        (
            "identity",
            r#"{"type":"map","values":"string"}"#,
            long(0),
            "a record",
            "a map",
        ),
        (
            "event_type",
            r#"{"type":"array","items":"string"}"#,
            long(0),
            "a string",
            "an array",
        ),
        (
            "event_type",
            r#"{"type":"record","name":"T","fields":[]}"#,
            vec![],
            "a string",
            "a record",
        ),
    ] {
        let schema = schema_of(&format!(r#"{{"name":"{field}","type":{kind}}}"#)).unwrap();
        let error = schema.read(&datum, &key()).unwrap_err();
        assert_eq!(
            error,
            DecodeError::WrongType {
                field: field.to_owned(),
                expected,
                found
            }
        );
        assert_eq!(error.code(), "wrong-type");
    }
}

#[test]
fn the_null_of_a_type_that_does_not_fit_is_a_null() {
    let schema = schema_of(r#"{"name":"sequence","type":["null","string"]}"#).unwrap();
    let decoded = schema.read(&[0], &key()).unwrap();
    assert_eq!(decoded.event, AdtEvent::default());
}

#[test]
fn only_the_event_s_own_record_is_an_event() {
    for (schema, found) in [
        (r#""string""#, "no record"),
        (
            r#"{"type":"record","name":"AdtEvent","fields":[]}"#,
            "AdtEvent",
        ),
        (
            r#"{"type":"record","name":"staff.Assignment","fields":[]}"#,
            "staff.Assignment",
        ),
    ] {
        let error = AdtSchema::parse(3, schema).unwrap_err();
        let expected = DecodeError::OtherRecord {
            schema_id: 3,
            found: found.to_owned(),
            expected: "hospital.adt.AdtEvent",
            code: "not-an-adt-event",
        };
        assert_eq!(error, expected);
    }
    let error = AdtSchema::parse(3, "syntax = \"proto3\";").unwrap_err();
    assert_eq!(error.code(), "unusable-schema");
}
