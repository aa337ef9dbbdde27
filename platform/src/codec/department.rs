//! Statements about departments.

use domain::department_event::DepartmentEvent;

use super::record::{self, Record, Target};
use super::writing::{integer, texts};

/// The newest schema of the statement; what this code writes.
pub const DEPARTMENT_METADATA_SCHEMA: &str =
    include_str!("../../../schemas/department_metadata.v1.avsc");

impl Record for DepartmentEvent {
    const NAME: &'static str = "hospital.department.DepartmentMetadata";
    const SCHEMA: &'static str = DEPARTMENT_METADATA_SCHEMA;
    const OTHER_RECORD_CODE: &'static str = "not-department-metadata";

    fn target(path: &str) -> Target<Self> {
        match path {
            "sequence" => Target::Integer(|event| &mut event.sequence),
            "beds" => Target::Integer(|event| &mut event.beds),
            _ => text(path),
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        let DepartmentEvent {
            event_id,
            effective_at,
            recorded_at,
            source_system,
            hospital_code,
            department_code,
            sequence,
            name,
            kind,
            beds,
        } = self;
        texts(out, [event_id, effective_at, recorded_at, source_system]);
        texts(out, [hospital_code, department_code]);
        integer(out, *sequence);
        texts(out, [name, kind]);
        integer(out, *beds);
    }
}

fn text(path: &str) -> Target<DepartmentEvent> {
    record::texts!(path;
        event_id, effective_at, recorded_at, source_system, hospital_code, department_code, name,
        kind;
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_the_schema_has_its_place() {
        record::assert_every_field_has_its_place::<DepartmentEvent>();
    }
}
