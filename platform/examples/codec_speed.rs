//! What encoding and decoding one event costs, beside apache-avro's own reader.
//!
//! `cargo run --release -p platform --example codec_speed`

#![allow(clippy::unwrap_used, reason = "a failure is the end of a measurement")]

use std::hint::black_box;
use std::io::Write;

use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::writer::datum::GenericDatumWriter;
use domain::content::{Content, FieldValue};
use domain::event::{AdtEvent, Identity, Location};
use domain::pseudonym::PseudonymKey;
use platform::codec::{ADT_EVENT_SCHEMA, AdtEncoder, AdtSchema};
use platform::wire;

const EVENTS: u32 = 200_000;
const RUNS: usize = 5;

fn main() {
    let event = typical_event();
    let key = PseudonymKey::new(&[7; 32]).unwrap();
    let encoder = AdtEncoder::with_schema_id(1);
    let payload = encoder.encode(&event).unwrap();
    let (_, datum) = wire::unframe(&payload).unwrap();
    let schema = AdtSchema::parse(1, ADT_EVENT_SCHEMA).unwrap();
    let avro = Schema::parse_str(ADT_EVENT_SCHEMA).unwrap();
    let writer = GenericDatumWriter::builder(&avro).build().unwrap();
    let reader = GenericDatumReader::builder(&avro).build().unwrap();

    let mut out = std::io::stdout().lock();
    writeln!(out, "payload: {} bytes", payload.len()).unwrap();
    let mut buffer = Vec::new();
    report(&mut out, "encode", || {
        encoder.encode_into(black_box(&event), &mut buffer).unwrap();
    });
    report(&mut out, "  apache-avro's write_ser of the same", || {
        buffer.clear();
        writer.write_ser(&mut buffer, black_box(&event)).unwrap();
    });
    report(&mut out, "decode with content hash", || {
        black_box(schema.read(black_box(datum), &key).unwrap());
    });
    let paths: Vec<String> = (0..38)
        .map(|field| format!("identity.field_{field}"))
        .collect();
    report(&mut out, "  of which: content hash alone", || {
        black_box(typical_content(&event, &paths).hash(&key));
    });
    report(&mut out, "  apache-avro's Value of the same", || {
        black_box(reader.read_value(&mut black_box(datum)).unwrap());
    });
}

fn report(out: &mut impl Write, what: &str, mut call: impl FnMut()) {
    let mut nanoseconds: Vec<u64> = (0..RUNS)
        .map(|_| {
            let started = cpu_nanoseconds();
            (0..EVENTS).for_each(|_| call());
            (cpu_nanoseconds() - started) / u64::from(EVENTS)
        })
        .collect();
    nanoseconds.sort_unstable();
    let median = nanoseconds[RUNS / 2].max(1);
    let rate = 1_000_000_000 / median;
    writeln!(out, "{what:45} {median:>7} ns {rate:>10} events/CPU-s").unwrap();
}

/// CPU time of this thread, which waiting for a core is not part of.
fn cpu_nanoseconds() -> u64 {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    statistics.split(' ').next().unwrap().parse().unwrap()
}

fn typical_event() -> AdtEvent {
    AdtEvent {
        event_id: Some("01954d3c-1f80-7c4e-9d6b-3f1a2b4c5d6e".to_owned()),
        event_type: Some("A02".to_owned()),
        occurred_at: Some("2026-03-02T08:15:30+02:00".to_owned()),
        recorded_at: Some("2026-03-02T08:17:02+02:00".to_owned()),
        admitted_at: Some("2026-03-01T23:40:00+02:00".to_owned()),
        source_system: Some("EHR-JHB-01".to_owned()),
        hospital_code: Some("JHB01".to_owned()),
        patient_id: Some("P00123456".to_owned()),
        encounter_id: Some("E000987654".to_owned()),
        sequence: Some(3),
        location: Some(Location {
            department_code: Some("ICU".to_owned()),
            ward: Some("ICU-2".to_owned()),
            bed: Some("14".to_owned()),
        }),
        prior_location: Some(Location {
            department_code: Some("EMERGENCY".to_owned()),
            ward: Some("ED-A".to_owned()),
            bed: Some("07".to_owned()),
        }),
        hospital_service: Some("MED".to_owned()),
        attending_staff_id: Some("S0004711".to_owned()),
        admission_type: Some("emergency".to_owned()),
        admission_source: Some("emergency department".to_owned()),
        died: Some(false),
        sex: Some("F".to_owned()),
        citizenship: Some("citizen".to_owned()),
        home_language: Some("isiZulu".to_owned()),
        marital_status: Some("married".to_owned()),
        medical_scheme: Some("Discovery Health".to_owned()),
        municipality: Some("City of Johannesburg".to_owned()),
        province: Some("Gauteng".to_owned()),
        identity: Some(Identity {
            id_number: Some("8001015009087".to_owned()),
            first_name: Some("Nomvula".to_owned()),
            last_name: Some("Dlamini".to_owned()),
            date_of_birth: Some("1980-01-01".to_owned()),
            phone: Some("+27 82 555 0123".to_owned()),
            email: Some("nomvula.dlamini@example.org".to_owned()),
            street: Some("12 Vilakazi Street".to_owned()),
            suburb: Some("Orlando West".to_owned()),
            postal_code: Some("1804".to_owned()),
            ..Identity::default()
        }),
        ..AdtEvent::default()
    }
}

/// Some forty fields, as the typical event has.
fn typical_content<'a>(event: &'a AdtEvent, paths: &'a [String]) -> Content<'a> {
    let mut content = Content::default();
    let text = event.recorded_at.as_deref().unwrap_or_default();
    for path in paths {
        content.add(path.as_str(), FieldValue::Text(text));
    }
    content
}
