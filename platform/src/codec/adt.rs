//! Events of patients.

use domain::event::{AdtEvent, Identity, Location};

use super::record::{self, Record, Target};
use super::writing::{integer, optional, texts};

/// The newest schema of the event; what this code writes.
pub const ADT_EVENT_SCHEMA: &str = include_str!("../../../schemas/adt_event.v1.avsc");

impl Record for AdtEvent {
    const NAME: &'static str = "hospital.adt.AdtEvent";
    const SCHEMA: &'static str = ADT_EVENT_SCHEMA;
    const OTHER_RECORD_CODE: &'static str = "not-an-adt-event";

    fn target(path: &str) -> Target<Self> {
        use Target::{Boolean, Integer, Record};
        match path {
            "sequence" => Integer(|event| &mut event.sequence),
            "died" => Boolean(|event| &mut event.died),
            "location" => Record(|event| event.location = Some(Location::default())),
            "prior_location" => Record(|event| event.prior_location = Some(Location::default())),
            "identity" => Record(|event| event.identity = Some(Identity::default())),
            _ => text(path),
        }
    }

    /// The patterns here name every field without a rest, so that a new one cannot be forgotten.
    fn write(&self, out: &mut Vec<u8>) {
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
        } = self;
        texts(out, [event_id, event_type, occurred_at, recorded_at]);
        texts(out, [admitted_at, discharged_at, source_system]);
        texts(out, [hospital_code, patient_id, encounter_id]);
        integer(out, *sequence);
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
}

fn text(path: &str) -> Target<AdtEvent> {
    record::texts!(path;
        event_id, event_type, occurred_at, recorded_at, admitted_at, discharged_at, source_system,
        hospital_code, patient_id, encounter_id, hospital_service, attending_staff_id,
        admission_type, admission_source, discharge_disposition, sex, citizenship, home_language,
        religion, ethnicity, marital_status, medical_scheme, municipality, province;
        location { department_code, ward, bed }
        prior_location { department_code, ward, bed }
        identity {
            id_number, first_name, last_name, date_of_birth, deceased_at, phone, email, street,
            suburb, postal_code
        }
    )
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_the_schema_has_its_place() {
        record::assert_every_field_has_its_place::<AdtEvent>();
    }
}
