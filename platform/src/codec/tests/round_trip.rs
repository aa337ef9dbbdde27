//! Encoding and decoding undo each other.

use std::sync::LazyLock;

use apache_avro::Schema;
use apache_avro::writer::datum::GenericDatumWriter;
use domain::content::{Content, FieldValue};
use domain::event::{AdtEvent, Identity, Location};
use proptest::prelude::*;

use super::{datum, event, key, read};
use crate::codec::{ADT_EVENT_SCHEMA, AdtEncoder, EncodeError, PAYLOAD_BYTES_MAX};

fn texts(count: usize) -> impl Strategy<Value = Vec<Option<String>>> {
    prop::collection::vec(prop::option::of("(?s).{0,12}"), count)
}

fn locations() -> impl Strategy<Value = Option<Location>> {
    prop::option::of(texts(3).prop_map(|texts| {
        let mut texts = texts.into_iter();
        let mut next = || texts.next().unwrap();
        Location {
            department_code: next(),
            ward: next(),
            bed: next(),
        }
    }))
}

fn identities() -> impl Strategy<Value = Option<Identity>> {
    prop::option::of(texts(10).prop_map(|texts| {
        let mut texts = texts.into_iter();
        let mut next = || texts.next().unwrap();
        Identity {
            id_number: next(),
            first_name: next(),
            last_name: next(),
            date_of_birth: next(),
            deceased_at: next(),
            phone: next(),
            email: next(),
            street: next(),
            suburb: next(),
            postal_code: next(),
        }
    }))
}

prop_compose! {
    pub(super) fn events()(
        texts in texts(24),
        sequence in any::<Option<i64>>(),
        died in any::<Option<bool>>(),
        location in locations(),
        prior_location in locations(),
        identity in identities(),
    ) -> AdtEvent {
        let mut texts = texts.into_iter();
        let mut next = || texts.next().unwrap();
        AdtEvent {
            event_id: next(),
            event_type: next(),
            occurred_at: next(),
            recorded_at: next(),
            admitted_at: next(),
            discharged_at: next(),
            source_system: next(),
            hospital_code: next(),
            patient_id: next(),
            encounter_id: next(),
            sequence,
            location,
            prior_location,
            hospital_service: next(),
            attending_staff_id: next(),
            admission_type: next(),
            admission_source: next(),
            discharge_disposition: next(),
            died,
            sex: next(),
            citizenship: next(),
            home_language: next(),
            religion: next(),
            ethnicity: next(),
            marital_status: next(),
            medical_scheme: next(),
            municipality: next(),
            province: next(),
            identity,
        }
    }
}

proptest! {
    #[test]
    fn what_was_encoded_is_decoded(event in events()) {
        let decoded = read(&datum(&event)).unwrap();
        prop_assert_eq!(decoded.event, event);
        prop_assert_eq!(decoded.schema_id, 1);
    }
}

/// The library is the judge of what the encoding is: it writes the same bytes.
fn avro_datum(event: &AdtEvent) -> Vec<u8> {
    static SCHEMA: LazyLock<Schema> =
        LazyLock::new(|| Schema::parse_str(ADT_EVENT_SCHEMA).unwrap());
    let writer = GenericDatumWriter::builder(&SCHEMA).build().unwrap();
    writer.write_ser_to_vec(event).unwrap()
}

proptest! {
    #[test]
    fn apache_avro_writes_the_same_bytes(event in events()) {
        prop_assert_eq!(datum(&event), avro_datum(&event));
    }
}

#[test]
fn the_content_hash_is_over_every_field_by_its_path() {
    let mut content = Content::default();
    for (path, value) in [
        ("event_type", FieldValue::Text("A01")),
        ("hospital_code", FieldValue::Text("BIDMC")),
        ("patient_id", FieldValue::Text("10006")),
        ("sequence", FieldValue::Integer(-3)),
        ("location.ward", FieldValue::Text("W1")),
        ("died", FieldValue::Boolean(true)),
        ("identity.last_name", FieldValue::Text("Müller-Dlamini")),
        ("identity.id_number", FieldValue::Text("8001015009087")),
    ] {
        content.add(path.to_owned(), value);
    }
    let decoded = read(&datum(&event())).unwrap();
    assert_eq!(decoded.content_hash, content.hash(&key()));
}

#[test]
fn an_empty_record_stays_apart_from_none_in_the_event_alone() {
    let empty = AdtEvent {
        location: Some(Location::default()),
        ..AdtEvent::default()
    };
    let decoded = read(&datum(&empty)).unwrap();
    assert_eq!(decoded.event, empty);
    let none = read(&datum(&AdtEvent::default())).unwrap();
    assert_eq!(decoded.content_hash, none.content_hash);
}

#[test]
fn an_event_over_the_limit_is_not_written() {
    let long = AdtEvent {
        patient_id: Some("x".repeat(PAYLOAD_BYTES_MAX)),
        ..AdtEvent::default()
    };
    assert!(matches!(
        AdtEncoder::with_schema_id(1).encode(&long),
        Err(EncodeError::TooLarge(bytes)) if bytes > PAYLOAD_BYTES_MAX
    ));
}

#[test]
fn a_buffer_is_used_again() {
    let encoder = AdtEncoder::with_schema_id(7);
    let mut buffer = b"left over".to_vec();
    encoder.encode_into(&event(), &mut buffer).unwrap();
    assert_eq!(buffer, encoder.encode(&event()).unwrap());
    assert_eq!(buffer[..5], [0, 0, 0, 0, 7]);
}
