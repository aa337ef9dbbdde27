//! The fields of an event by their path, and where each is put.

use domain::event::{AdtEvent, Identity, Location};

/// Where a decoded value goes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target {
    /// Nowhere: this code does not know the field.
    None,
    /// A text.
    Text(fn(&mut AdtEvent) -> &mut Option<String>),
    /// An integer.
    Integer(fn(&mut AdtEvent) -> &mut Option<i64>),
    /// A truth value.
    Boolean(fn(&mut AdtEvent) -> &mut Option<bool>),
    /// A nested record, which is there even if all its fields are null.
    Record(fn(&mut AdtEvent)),
}

impl Target {
    /// What the writer must have written, for people.
    pub(super) fn expected(self) -> &'static str {
        match self {
            Self::None => "anything",
            Self::Text(_) => "a string",
            Self::Integer(_) => "an int or a long",
            Self::Boolean(_) => "a boolean",
            Self::Record(_) => "a record",
        }
    }
}

/// Where the value at `path` of the writer's record goes.
pub(super) fn target(path: &str) -> Target {
    use Target::{Boolean, Integer, Record};
    match path {
        "sequence" => Integer(|event| &mut event.sequence),
        "died" => Boolean(|event| &mut event.died),
        "location" => Record(|event| event.location = Some(Location::default())),
        "prior_location" => Record(|event| event.prior_location = Some(Location::default())),
        "identity" => Record(|event| event.identity = Some(Identity::default())),
        _ => text(path).map_or(Target::None, Target::Text),
    }
}

/// The text field of a path.
macro_rules! texts {
    ($path:expr; $($name:ident),*; $($record:ident { $($inner:ident),* })*) => {
        match $path {
            $(stringify!($name) => Some(|event| &mut event.$name),)*
            $($(concat!(stringify!($record), ".", stringify!($inner)) => {
                Some(|event| &mut event.$record.get_or_insert_default().$inner)
            })*)*
            _ => None,
        }
    };
}

fn text(path: &str) -> Option<fn(&mut AdtEvent) -> &mut Option<String>> {
    texts!(path;
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

#[cfg(test)]
mod tests {
    use apache_avro::Schema;

    use super::*;
    use crate::adt_codec::ADT_EVENT_SCHEMA;

    /// A field that is in the schema and not in this table would be dropped in silence.
    #[test]
    fn every_field_of_the_schema_has_its_place() {
        let Schema::Record(record) = Schema::parse_str(ADT_EVENT_SCHEMA).unwrap() else {
            panic!("not a record");
        };
        for field in &record.fields {
            let target = target(&field.name);
            assert!(
                !matches!(target, Target::None),
                "{} is not decoded",
                field.name
            );
            let Schema::Union(union) = &field.schema else {
                panic!("{} is not nullable", field.name);
            };
            let (Schema::Record(inner), Target::Record(_)) = (&union.variants()[1], target) else {
                continue;
            };
            for inner in &inner.fields {
                let path = format!("{}.{}", field.name, inner.name);
                assert!(text(&path).is_some(), "{path} is not decoded");
            }
        }
    }
}
