//! The content hash: what makes two deliveries of one event the same or different.
//!
//! It covers all fields as sent, by name, whatever the schema version: the order of the fields in
//! a schema does not matter, a null counts as left out, and an integer is the same as `int` and as
//! `long`. It is keyed, since the content holds identity.

use std::borrow::Cow;

use uuid::Uuid;

use crate::pseudonym::{PartsMac, PseudonymKey};

/// The value of one field as sent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FieldValue<'a> {
    /// Text.
    Text(&'a str),
    /// An integer of any width.
    Integer(i64),
    /// A truth value.
    Boolean(bool),
    /// A floating-point number, by its bits.
    Float(f64),
    /// Bytes.
    Bytes(&'a [u8]),
}

/// The fields of one event that are not null, by path (`identity.first_name`).
#[derive(Debug, Default)]
pub struct Content<'a> {
    fields: Vec<(Cow<'a, str>, FieldValue<'a>)>,
}

impl<'a> Content<'a> {
    /// Adds a field that is not null.
    pub fn add(&mut self, path: impl Into<Cow<'a, str>>, value: FieldValue<'a>) {
        self.fields.push((path.into(), value));
    }

    /// The first 16 bytes of HMAC("content", fields in the order of their paths).
    pub fn hash(mut self, key: &PseudonymKey) -> Uuid {
        self.fields.sort_by(|a, b| a.0.cmp(&b.0));
        let mut mac = key.mac("content", EVENT_BYTES_TYPICAL);
        for (path, value) in &self.fields {
            mac.part(path.as_bytes());
            match value {
                FieldValue::Text(text) => mac.tagged_part(b's', text.as_bytes()),
                FieldValue::Integer(integer) => mac.tagged_part(b'i', &integer.to_be_bytes()),
                FieldValue::Boolean(boolean) => mac.tagged_part(b'b', &[u8::from(*boolean)]),
                FieldValue::Float(float) => mac.tagged_part(b'f', &float.to_bits().to_be_bytes()),
                FieldValue::Bytes(bytes) => mac.tagged_part(b'y', bytes),
            }
        }
        mac.finish()
    }
}

/// The content hash of a line of a file: HMAC("line", and of each field that is not empty what stands for
/// its column, and its text), in the order of the columns' names.
pub(crate) struct LineContent(PartsMac);

impl LineContent {
    pub(crate) fn new(key: &PseudonymKey) -> Self {
        Self(key.mac("line", LINE_BYTES))
    }

    /// Adds a field as sent, unless it is empty: a column without content is as one that is not there.
    pub(crate) fn add(&mut self, tag: [u8; 2], sent: &str) {
        if !sent.is_empty() {
            self.0.short_part(tag, sent.as_bytes());
        }
    }

    pub(crate) fn hash(self) -> Uuid {
        self.0.finish()
    }
}

/// Bytes that are hashed of a typical event, so that they are collected without growing.
const EVENT_BYTES_TYPICAL: usize = 2048;

/// The same of a line: twice what most have.
const LINE_BYTES: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(fields: &[(&str, FieldValue<'_>)]) -> Uuid {
        let key = PseudonymKey::new(&[7; 32]).unwrap();
        let mut content = Content::default();
        for (path, value) in fields {
            content.add(*path, *value);
        }
        content.hash(&key)
    }

    #[test]
    fn the_order_of_fields_does_not_matter_but_names_and_types_do() {
        let a = ("a", FieldValue::Text("1"));
        let b = ("b", FieldValue::Integer(1));
        assert_eq!(hash(&[a, b]), hash(&[b, a]));
        assert_ne!(hash(&[a]), hash(&[("b", FieldValue::Text("1"))]));
        assert_ne!(hash(&[a]), hash(&[("a", FieldValue::Integer(1))]));
        assert_ne!(hash(&[a]), hash(&[a, b]));
    }
}
