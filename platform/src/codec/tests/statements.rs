//! Statements about staff and departments are written and read as events of patients are.

use apache_avro::Schema;
use apache_avro::writer::datum::GenericDatumWriter;
use domain::department_event::DepartmentEvent;
use domain::staff_event::{StaffEvent, StaffPerson};
use proptest::prelude::*;

use super::key;
use crate::codec::{DecodeError, Encoder, EventSchema, Record};
use crate::wire;

type Text = Option<String>;

fn text() -> impl Strategy<Value = Text> {
    prop::option::of("(?s).{0,12}")
}

prop_compose! {
    fn people()(texts in prop::array::uniform5(text())) -> StaffPerson {
        let [id_number, first_name, last_name, date_of_birth, registration_number] = texts;
        StaffPerson { id_number, first_name, last_name, date_of_birth, registration_number }
    }
}

prop_compose! {
    fn staff_events()(
        [event_id, effective_at, recorded_at, source_system] in prop::array::uniform4(text()),
        [hospital_code, staff_id, assignment_id, status] in prop::array::uniform4(text()),
        [department_code, role, specialty, shift] in prop::array::uniform4(text()),
        [hired_on, ends_on, replaces_staff_id, sex] in prop::array::uniform4(text()),
        sequence in any::<Option<i64>>(),
        roster_slot in any::<Option<i64>>(),
        identity in prop::option::of(people()),
    ) -> StaffEvent {
        StaffEvent {
            event_id, effective_at, recorded_at, source_system, hospital_code, staff_id,
            assignment_id, sequence, status, department_code, role, specialty, shift, roster_slot,
            hired_on, ends_on, replaces_staff_id, sex, identity,
        }
    }
}

prop_compose! {
    fn department_events()(
        [event_id, effective_at, recorded_at, source_system] in prop::array::uniform4(text()),
        [hospital_code, department_code, name, kind] in prop::array::uniform4(text()),
        sequence in any::<Option<i64>>(),
        beds in any::<Option<i64>>(),
    ) -> DepartmentEvent {
        DepartmentEvent {
            event_id, effective_at, recorded_at, source_system, hospital_code, department_code,
            sequence, name, kind, beds,
        }
    }
}

/// What is written is what apache-avro writes, and reads back as it was; no cut of it reads.
fn assert_round_trip<R: Record + PartialEq>(
    event: &R,
    avro: impl Fn(&GenericDatumWriter<'_>, &R) -> Vec<u8>,
) {
    let payload = Encoder::with_schema_id(1).encode(event).unwrap();
    let (_, datum) = wire::unframe(&payload).unwrap();
    let parsed = Schema::parse_str(R::SCHEMA).unwrap();
    let writer = GenericDatumWriter::builder(&parsed).build().unwrap();
    assert_eq!(datum, avro(&writer, event));
    let schema = EventSchema::<R>::parse(1, R::SCHEMA).unwrap();
    assert_eq!(schema.read(datum, &key()).unwrap().event, *event);
    for cut in 0..datum.len() {
        assert!(schema.read(&datum[..cut], &key()).is_err());
    }
}

proptest! {
    #[test]
    fn staff_events_come_back_as_they_were(event in staff_events()) {
        assert_round_trip(&event, |writer, event| writer.write_ser_to_vec(event).unwrap());
    }

    #[test]
    fn department_metadata_comes_back_as_it_was(event in department_events()) {
        assert_round_trip(&event, |writer, event| writer.write_ser_to_vec(event).unwrap());
    }
}

#[test]
fn one_record_is_not_read_as_another() {
    let other = EventSchema::<StaffEvent>::parse(1, DepartmentEvent::SCHEMA).unwrap_err();
    assert_eq!(other.code(), "not-a-staff-event");
    let other = EventSchema::<DepartmentEvent>::parse(1, StaffEvent::SCHEMA).unwrap_err();
    assert_eq!(other.code(), "not-department-metadata");
    assert!(matches!(other, DecodeError::OtherRecord { .. }));
}
