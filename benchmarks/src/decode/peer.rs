//! The crate apache-avro as a reader of events.

use std::borrow::Cow;

use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value;
use domain::content::{Content, FieldValue};
use platform::wire;

use super::sent::Sent;
use crate::error::MeasureError;

/// What it is called.
pub(super) const NAME: &str = "apache-avro";

/// It, with a schema made ready.
pub(super) struct Peer<'s> {
    reader: GenericDatumReader<'s>,
}

impl<'s> Peer<'s> {
    pub(super) fn new(schema: &'s Schema) -> Result<Self, MeasureError> {
        let reader = GenericDatumReader::builder(schema).build();
        Ok(Self {
            reader: reader.map_err(MeasureError::of_schema(NAME))?,
        })
    }

    /// The event of a payload as a tree of values.
    pub(super) fn value(&self, payload: &[u8]) -> Result<Value, String> {
        let mut datum = datum(payload)?;
        let read = self.reader.read_value(&mut datum);
        read.map_err(|error| error.to_string())
    }

    /// The event of a payload as a struct, by serde.
    pub(super) fn sent(&self, payload: &[u8]) -> Result<Sent, String> {
        let mut datum = datum(payload)?;
        let read = self.reader.read_deser(&mut datum);
        read.map_err(|error| error.to_string())
    }
}

fn datum(payload: &[u8]) -> Result<&[u8], String> {
    let (_, datum) = wire::unframe(payload).map_err(|error| error.to_string())?;
    Ok(datum)
}

/// The fields of an event that are not null, in their order.
pub(super) fn content(event: &Value) -> Content<'_> {
    let mut content = Content::default();
    collect(&mut content, Cow::Borrowed(""), event);
    content
}

fn collect<'v>(content: &mut Content<'v>, path: Cow<'v, str>, value: &'v Value) {
    let field = match value {
        Value::Record(fields) => {
            for (name, value) in fields {
                let path = match &*path {
                    "" => Cow::Borrowed(name.as_str()),
                    record => Cow::Owned(format!("{record}.{name}")),
                };
                collect(content, path, value);
            }
            return;
        }
        Value::Union(_, value) => return collect(content, path, value),
        Value::String(text) => FieldValue::Text(text),
        Value::Int(integer) => FieldValue::Integer((*integer).into()),
        Value::Long(integer) => FieldValue::Integer(*integer),
        Value::Boolean(boolean) => FieldValue::Boolean(*boolean),
        // An event has no others, but for null, which is left out.
        _ => return,
    };
    content.add(path, field);
}
