//! Statements about members of staff.

use domain::staff_event::{StaffEvent, StaffPerson};

use super::record::{self, Record, Target};
use super::writing::{integer, optional, texts};

/// The newest schema of the statement; what this code writes.
pub const STAFF_EVENT_SCHEMA: &str = include_str!("../../../schemas/staff_event.v1.avsc");

impl Record for StaffEvent {
    const NAME: &'static str = "hospital.staff.StaffEvent";
    const SCHEMA: &'static str = STAFF_EVENT_SCHEMA;
    const OTHER_RECORD_CODE: &'static str = "not-a-staff-event";

    fn target(path: &str) -> Target<Self> {
        use Target::{Integer, Record};
        match path {
            "sequence" => Integer(|event| &mut event.sequence),
            "roster_slot" => Integer(|event| &mut event.roster_slot),
            "identity" => Record(|event| event.identity = Some(StaffPerson::default())),
            _ => text(path),
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        let StaffEvent {
            event_id,
            effective_at,
            recorded_at,
            source_system,
            hospital_code,
            staff_id,
            assignment_id,
            sequence,
            status,
            department_code,
            role,
            specialty,
            shift,
            roster_slot,
            hired_on,
            ends_on,
            replaces_staff_id,
            sex,
            identity,
        } = self;
        texts(out, [event_id, effective_at, recorded_at, source_system]);
        texts(out, [hospital_code, staff_id, assignment_id]);
        integer(out, *sequence);
        texts(out, [status, department_code, role, specialty, shift]);
        integer(out, *roster_slot);
        texts(out, [hired_on, ends_on, replaces_staff_id, sex]);
        optional(out, identity.as_ref(), write_person);
    }
}

fn text(path: &str) -> Target<StaffEvent> {
    record::texts!(path;
        event_id, effective_at, recorded_at, source_system, hospital_code, staff_id, assignment_id,
        status, department_code, role, specialty, shift, hired_on, ends_on, replaces_staff_id, sex;
        identity { id_number, first_name, last_name, date_of_birth, registration_number }
    )
}

fn write_person(out: &mut Vec<u8>, person: &StaffPerson) {
    let StaffPerson {
        id_number,
        first_name,
        last_name,
        date_of_birth,
        registration_number,
    } = person;
    texts(out, [id_number, first_name, last_name, date_of_birth]);
    texts(out, [registration_number]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_the_schema_has_its_place() {
        record::assert_every_field_has_its_place::<StaffEvent>();
    }
}
