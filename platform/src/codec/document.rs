//! Records as JSON, for people who look at one or mend it.

use std::collections::HashMap;

use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::schema::{Name, RecordField, Schema};
use apache_avro::types::Value as AvroValue;
use apache_avro::writer::datum::GenericDatumWriter;
use serde_json::{Map, Value};

use crate::registry::WriterSchema;
use crate::wire;

/// How the description of a field begins that is identity.
const IDENTITY: &str = "Identity";

/// A schema that records are shown by, and mended records are held against.
#[derive(Debug)]
pub struct DocumentSchema {
    id: u32,
    schema: Schema,
}

/// Why a document is none of a schema. It names fields, never a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// The schema is none of a record.
    #[error("schema {0} is not that of a record in Avro")]
    Schema(u32),
    /// The bytes are not what the schema says.
    #[error("the record is not of schema {0}")]
    Datum(u32),
    /// It is no JSON object.
    #[error("a record is a JSON object, {{\"field\": value, ...}}")]
    Shape,
    /// The schema has no such field.
    #[error("the schema has no field {0}")]
    Unknown(String),
    /// A field has another type.
    #[error("field {0} is not of the schema's type {1}")]
    Type(String, String),
}

impl DocumentSchema {
    /// By a schema of the registry.
    pub fn new(schema: &WriterSchema) -> Result<Self, DocumentError> {
        Self::parse(schema.id, &schema.text)
    }

    /// By the text of a schema that has an id in the registry.
    pub fn parse(id: u32, text: &str) -> Result<Self, DocumentError> {
        match Schema::parse_str(text) {
            Ok(schema @ Schema::Record(_)) => Ok(Self { id, schema }),
            _ => Err(DocumentError::Schema(id)),
        }
    }

    /// A datum that is known to be of the schema (a decoder of ours has read it, within its bounds), as JSON.
    pub fn read(&self, datum: &[u8]) -> Result<Value, DocumentError> {
        let failed = || DocumentError::Datum(self.id);
        let reader = GenericDatumReader::builder(&self.schema).build();
        let value = reader.map_err(|_| failed())?.read_value(&mut &*datum);
        value
            .map_err(|_| failed())?
            .try_into()
            .map_err(|_| failed())
    }

    /// A record of whatever schema without what is identity by this one: of that, and of all that this
    /// schema does not know, only the shape is told.
    #[must_use]
    pub fn masked(&self, mut document: Value) -> Value {
        if let (Schema::Record(record), Value::Object(fields)) = (&self.schema, &mut document) {
            Records::of(&self.schema).mask(&record.fields, fields);
        }
        document
    }

    /// A document as a payload: framed, in the schema's binary form. A field that is left out is null.
    pub fn write(&self, document: &Value) -> Result<Vec<u8>, DocumentError> {
        let (Schema::Record(record), Value::Object(told)) = (&self.schema, document) else {
            return Err(DocumentError::Shape);
        };
        let value =
            AvroValue::Record(Records::of(&self.schema).values(&record.fields, told, "")?);
        let failed = || DocumentError::Datum(self.id);
        let writer = GenericDatumWriter::builder(&self.schema).build();
        let datum = writer.map_err(|_| failed())?.write_value_to_vec(value);
        Ok(wire::frame(self.id, &datum.map_err(|_| failed())?))
    }
}

/// The records of a schema by name: one that was spelt out once is only named from then on.
struct Records<'a>(HashMap<&'a Name, &'a [RecordField]>);

impl<'a> Records<'a> {
    fn of(schema: &'a Schema) -> Self {
        let mut records = Self(HashMap::new());
        records.find(schema);
        records
    }

    fn find(&mut self, schema: &'a Schema) {
        match schema {
            Schema::Record(record) => {
                self.0.insert(&record.name, &record.fields);
                record
                    .fields
                    .iter()
                    .for_each(|field| self.find(&field.schema));
            }
            Schema::Union(union) => union.variants().iter().for_each(|it| self.find(it)),
            _ => {}
        }
    }

    /// The fields of a nested record, and its place where it is one of a union.
    fn within(&self, schema: &Schema) -> Option<(Option<u32>, &'a [RecordField])> {
        match schema {
            Schema::Record(record) => Some((None, self.0.get(&record.name)?)),
            Schema::Ref { name } => Some((None, self.0.get(name)?)),
            Schema::Union(union) => union.variants().iter().zip(0..).find_map(|(variant, at)| {
                let (_, fields) = self.within(variant)?;
                Some((Some(at), fields))
            }),
            _ => None,
        }
    }

    /// The values of a record's fields as a document tells them.
    fn values(
        &self,
        fields: &[RecordField],
        told: &Map<String, Value>,
        within: &str,
    ) -> Result<Vec<(String, AvroValue)>, DocumentError> {
        let is_known = |name: &String| fields.iter().any(|field| field.name == *name);
        if let Some(name) = told.keys().find(|name| !is_known(name)) {
            return Err(DocumentError::Unknown(format!("{within}{name}")));
        }
        let values = fields.iter().map(|field| {
            let place = format!("{within}{}", field.name);
            let value = told.get(&field.name).unwrap_or(&Value::Null);
            let value = self.value(&field.schema, value, &place)?;
            Ok((field.name.clone(), value))
        });
        values.collect()
    }

    fn value(
        &self,
        schema: &Schema,
        value: &Value,
        place: &str,
    ) -> Result<AvroValue, DocumentError> {
        let wrong = || DocumentError::Type(place.to_owned(), type_of(schema));
        if let (Schema::Union(union), Value::Null) = (schema, value) {
            let null = union
                .variants()
                .iter()
                .zip(0..)
                .find(|(it, _)| **it == Schema::Null);
            let (_, at) = null.ok_or_else(wrong)?;
            return Ok(AvroValue::Union(at, Box::new(AvroValue::Null)));
        }
        match (self.within(schema), value) {
            (Some((at, fields)), Value::Object(told)) => {
                let record = AvroValue::Record(self.values(fields, told, &format!("{place}."))?);
                Ok(match at {
                    Some(at) => AvroValue::Union(at, Box::new(record)),
                    None => record,
                })
            }
            (Some(_), _) => Err(wrong()),
            (None, _) => avro(value).resolve(schema).map_err(|_| wrong()),
        }
    }

    /// Puts a shape in the place of what is identity, or not known.
    fn mask(&self, fields: &[RecordField], told: &mut Map<String, Value>) {
        for (name, value) in told {
            let field = fields.iter().find(|field| field.name == *name);
            let field = field.filter(|field| {
                let doc = field.doc.as_deref().unwrap_or_default();
                !doc.starts_with(IDENTITY)
            });
            let within = field.and_then(|field| self.within(&field.schema));
            match (field, within, &mut *value) {
                (Some(_), Some((_, inner)), Value::Object(told)) => self.mask(inner, told),
                (Some(_), None, it) if !it.is_object() && !it.is_array() => {}
                (_, _, it) => *it = shape_of(it),
            }
        }
    }
}

/// JSON in Avro's types, before a schema says which.
fn avro(value: &Value) -> AvroValue {
    match value {
        Value::Null => AvroValue::Null,
        Value::Bool(truth) => AvroValue::Boolean(*truth),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => AvroValue::Long(whole),
            None => AvroValue::Double(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => AvroValue::String(text.clone()),
        Value::Array(items) => AvroValue::Array(items.iter().map(avro).collect()),
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, value)| (name.clone(), avro(value)));
            AvroValue::Map(fields.collect())
        }
    }
}

fn shape_of(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let shapes = fields
                .iter()
                .map(|(name, value)| (name.clone(), shape_of(value)));
            Value::Object(shapes.collect())
        }
        Value::Null => Value::Null,
        Value::String(text) => Value::String(format!("({})", domain::shape::shape(text))),
        _ => Value::String("(hidden)".to_owned()),
    }
}

/// A type in the words of its schema.
fn type_of(schema: &Schema) -> String {
    match schema {
        Schema::Union(union) => {
            let names: Vec<_> = union.variants().iter().map(type_of).collect();
            names.join(" or ")
        }
        Schema::Record(_) | Schema::Ref { .. } => "record".to_owned(),
        other => format!("{other:?}").to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::codec::{ADT_EVENT_SCHEMA, AdtEncoder};
    use domain::event::{AdtEvent, Identity, Location};

    fn schema() -> DocumentSchema {
        DocumentSchema::new(&WriterSchema {
            id: 7,
            kind: "AVRO".to_owned(),
            text: ADT_EVENT_SCHEMA.to_owned(),
        })
        .unwrap()
    }

    fn payload() -> Vec<u8> {
        let event = AdtEvent {
            event_type: Some("A01".to_owned()),
            patient_id: Some("P1234".to_owned()),
            sequence: Some(3),
            died: Some(false),
            location: Some(Location {
                ward: Some("MED-1".to_owned()),
                ..Location::default()
            }),
            identity: Some(Identity {
                first_name: Some("Thandi".to_owned()),
                ..Identity::default()
            }),
            ..AdtEvent::default()
        };
        AdtEncoder::with_schema_id(7).encode(&event).unwrap()
    }

    #[test]
    fn what_is_read_and_written_again_is_the_same_payload() {
        let payload = payload();
        let mut document = schema().read(&payload[wire::HEADER_BYTES..]).unwrap();
        assert_eq!(document["location"]["ward"], "MED-1");
        assert_eq!(schema().write(&document).unwrap(), payload);
        // What is null need not be said.
        let fields = document.as_object_mut().unwrap();
        fields.retain(|_, value| !value.is_null());
        assert_eq!(schema().write(&document).unwrap(), payload);
    }

    #[test]
    fn identity_is_told_by_its_shape_where_it_is_not_asked_for() {
        let document = schema().read(&payload()[wire::HEADER_BYTES..]).unwrap();
        let document = schema().masked(document);
        assert_eq!(document["event_type"], "A01");
        let text = document.to_string();
        assert!(
            !text.contains("P1234") && !text.contains("Thandi"),
            "{text}"
        );
        assert_eq!(document["identity"]["last_name"], Value::Null);
    }

    #[test]
    fn what_another_schema_tells_beyond_ours_is_hidden() {
        let told = json!({
            "event_type": "A01",
            "next_of_kin": "Thandi",
            "sequence": ["Thandi"],
            "location": {"ward": "MED-1", "roommate": {"name": "Thandi"}},
            "sex": {"of": "Thandi"},
        });
        let masked = schema().masked(told).to_string();
        assert!(!masked.contains("Thandi"), "{masked}");
        assert!(
            masked.contains("A01") && masked.contains("MED-1"),
            "{masked}"
        );
    }

    #[test]
    fn what_is_not_of_the_schema_is_named_without_its_value() {
        for (document, problem) in [
            (json!([]), DocumentError::Shape),
            (
                json!({"ward": 1}),
                DocumentError::Unknown("ward".to_owned()),
            ),
            (
                json!({"location": {"Ward": "MED-1"}}),
                DocumentError::Unknown("location.Ward".to_owned()),
            ),
            (
                json!({"sequence": "three"}),
                DocumentError::Type("sequence".to_owned(), "null or long".to_owned()),
            ),
            (
                json!({"identity": {"first_name": 3}}),
                DocumentError::Type(
                    "identity.first_name".to_owned(),
                    "null or string".to_owned(),
                ),
            ),
            (
                json!({"location": "MED-1"}),
                DocumentError::Type("location".to_owned(), "null or record".to_owned()),
            ),
        ] {
            assert_eq!(schema().write(&document), Err(problem));
        }
    }
}
