//! Events to payloads.
//!
//! The datum is written field by field in the order of the newest schema. apache-avro's quickest
//! writer (`GenericDatumWriter::write_ser`, 0.22) takes some 2 µs of CPU for a typical event
//! (`examples/codec_speed.rs`), which is as much as librdkafka needs to send it; that it would write the same bytes is tested.

use domain::event::{AdtEvent, Identity, Location};

use super::{ADT_EVENT_SCHEMA, PAYLOAD_BYTES_MAX};
use crate::fault::Fault;
use crate::registry::{Registry, RegistryError};
use crate::wire;

/// A typical payload's size in bytes, so that it is written without growing.
const PAYLOAD_BYTES_TYPICAL: usize = 512;

/// An event that cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// Larger than a payload may be.
    #[error("the event takes {0} bytes, more than the {PAYLOAD_BYTES_MAX} of the largest payload")]
    TooLarge(usize),
}

impl EncodeError {
    /// Always the data's.
    pub fn fault(&self) -> Fault {
        Fault::Data
    }
}

/// Writes events under one schema id.
#[derive(Debug, Clone, Copy)]
pub struct AdtEncoder {
    schema_id: u32,
}

impl AdtEncoder {
    /// Registers the schema under `subject` and writes under the id that it gets.
    pub async fn register(registry: &Registry, subject: &str) -> Result<Self, RegistryError> {
        let schema_id = registry.register(subject, ADT_EVENT_SCHEMA).await?;
        Ok(Self::with_schema_id(schema_id))
    }

    /// Writes under an id that [`ADT_EVENT_SCHEMA`] is known to have.
    pub fn with_schema_id(schema_id: u32) -> Self {
        Self { schema_id }
    }

    /// The id that payloads carry.
    pub fn schema_id(&self) -> u32 {
        self.schema_id
    }

    /// The payload of an event.
    pub fn encode(&self, event: &AdtEvent) -> Result<Vec<u8>, EncodeError> {
        let mut payload = Vec::with_capacity(PAYLOAD_BYTES_TYPICAL);
        self.encode_into(event, &mut payload)?;
        Ok(payload)
    }

    /// Writes the payload of an event to `payload`, in place of what was in it.
    pub fn encode_into(&self, event: &AdtEvent, payload: &mut Vec<u8>) -> Result<(), EncodeError> {
        payload.clear();
        wire::begin(payload, self.schema_id);
        write_event(payload, event);
        match payload.len() {
            bytes if bytes > PAYLOAD_BYTES_MAX => Err(EncodeError::TooLarge(bytes)),
            _ => Ok(()),
        }
    }
}

/// Every field is a union of null (branch 0) and its type (branch 1).
///
/// The patterns here name every field without a rest, so that a new one cannot be forgotten.
fn write_event(out: &mut Vec<u8>, event: &AdtEvent) {
    let AdtEvent {
        event_id,
        event_type,
        occurred_at,
        recorded_at,
        admitted_at,
        discharged_at,
        source_system,
        hospital_code,
        patient_id,
        encounter_id,
        sequence,
        location,
        prior_location,
        hospital_service,
        attending_staff_id,
        admission_type,
        admission_source,
        discharge_disposition,
        died,
        sex,
        citizenship,
        home_language,
        religion,
        ethnicity,
        marital_status,
        medical_scheme,
        municipality,
        province,
        identity,
    } = event;
    texts(out, [event_id, event_type, occurred_at, recorded_at]);
    texts(out, [admitted_at, discharged_at, source_system]);
    texts(out, [hospital_code, patient_id, encounter_id]);
    optional(out, sequence.as_ref(), |out, sequence| long(out, *sequence));
    optional(out, location.as_ref(), write_location);
    optional(out, prior_location.as_ref(), write_location);
    texts(out, [hospital_service, attending_staff_id]);
    texts(out, [admission_type, admission_source]);
    texts(out, [discharge_disposition]);
    optional(out, died.as_ref(), |out, died| out.push(u8::from(*died)));
    texts(out, [sex, citizenship, home_language, religion, ethnicity]);
    texts(
        out,
        [marital_status, medical_scheme, municipality, province],
    );
    optional(out, identity.as_ref(), write_identity);
}

fn write_location(out: &mut Vec<u8>, location: &Location) {
    let Location {
        department_code,
        ward,
        bed,
    } = location;
    texts(out, [department_code, ward, bed]);
}

fn write_identity(out: &mut Vec<u8>, identity: &Identity) {
    let Identity {
        id_number,
        first_name,
        last_name,
        date_of_birth,
        deceased_at,
        phone,
        email,
        street,
        suburb,
        postal_code,
    } = identity;
    texts(out, [id_number, first_name, last_name, date_of_birth]);
    texts(out, [deceased_at, phone, email, street, suburb]);
    texts(out, [postal_code]);
}

fn optional<T>(out: &mut Vec<u8>, value: Option<&T>, write: impl Fn(&mut Vec<u8>, &T)) {
    if let Some(value) = value {
        long(out, 1);
        write(out, value);
    } else {
        long(out, 0);
    }
}

fn texts<const N: usize>(out: &mut Vec<u8>, values: [&Option<String>; N]) {
    for value in values {
        optional(out, value.as_ref(), |out, text| {
            // No allocation has more than `isize::MAX` bytes.
            long(out, i64::try_from(text.len()).unwrap_or(i64::MAX));
            out.extend_from_slice(text.as_bytes());
        });
    }
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
