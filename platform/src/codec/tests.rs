//! The codec as a whole: what goes in comes out, and nothing else gets through.

mod bomb;
mod evolution;
mod garbage;
mod round_trip;
mod statements;

use domain::event::{AdtEvent, Identity, Location};
use domain::pseudonym::PseudonymKey;

use super::{ADT_EVENT_SCHEMA, AdtEncoder, AdtSchema, DecodeError, Decoded};
use crate::wire;

fn key() -> PseudonymKey {
    PseudonymKey::new(&[7; 32]).unwrap()
}

fn schema() -> AdtSchema {
    AdtSchema::parse(1, ADT_EVENT_SCHEMA).unwrap()
}

/// The datum of an event under the newest schema.
fn datum(event: &AdtEvent) -> Vec<u8> {
    let payload = AdtEncoder::with_schema_id(1).encode(event).unwrap();
    wire::unframe(&payload).unwrap().1.to_vec()
}

fn read(datum: &[u8]) -> Result<Decoded<AdtEvent>, DecodeError> {
    schema().read(datum, &key())
}

/// A schema named as the event's with the given fields, as JSON.
fn schema_of(fields: &str) -> Result<AdtSchema, DecodeError> {
    let text = format!(
        r#"{{"type":"record","name":"AdtEvent","namespace":"hospital.adt","fields":[{fields}]}}"#
    );
    AdtSchema::parse(9, &text)
}

/// An integer as Avro writes it.
fn long(value: i64) -> Vec<u8> {
    let mut encoded = ((value << 1) ^ (value >> 63)).cast_unsigned();
    let mut bytes = Vec::new();
    while encoded > 0x7f {
        bytes.push(encoded.to_le_bytes()[0] | 0x80);
        encoded >>= 7;
    }
    bytes.push(encoded.to_le_bytes()[0]);
    bytes
}

/// A string as Avro writes it.
fn text(value: &str) -> Vec<u8> {
    let mut bytes = long(i64::try_from(value.len()).unwrap());
    bytes.extend_from_slice(value.as_bytes());
    bytes
}

/// One field of each type, and records within.
fn event() -> AdtEvent {
    AdtEvent {
        event_type: Some("A01".to_owned()),
        hospital_code: Some("BIDMC".to_owned()),
        patient_id: Some("10006".to_owned()),
        sequence: Some(-3),
        location: Some(Location {
            ward: Some("W1".to_owned()),
            ..Location::default()
        }),
        died: Some(true),
        identity: Some(Identity {
            last_name: Some("Müller-Dlamini".to_owned()),
            id_number: Some("8001015009087".to_owned()),
            ..Identity::default()
        }),
        ..AdtEvent::default()
    }
}
