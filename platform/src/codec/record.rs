//! What a record is to the codec: its schema, where each field goes, and how it is written.

use std::fmt;

/// A record that is sent as a Kafka value.
///
/// Every field is a union of null (branch 0) and its type (branch 1).
pub trait Record: Default + fmt::Debug + Send + Sync + 'static {
    /// The full name of the Avro record.
    const NAME: &'static str;
    /// The newest schema; what [`Self::write`] writes.
    const SCHEMA: &'static str;
    /// How a payload is called whose schema is another record's; it never changes.
    const OTHER_RECORD_CODE: &'static str;

    /// Where the value at a path of the writer's record (`identity.first_name`) goes.
    fn target(path: &str) -> Target<Self>;

    /// Appends the datum.
    fn write(&self, out: &mut Vec<u8>);
}

/// Where a decoded value goes.
pub enum Target<R> {
    /// Nowhere: this code does not know the field.
    None,
    /// A text.
    Text(fn(&mut R) -> &mut Option<String>),
    /// An integer.
    Integer(fn(&mut R) -> &mut Option<i64>),
    /// A truth value.
    Boolean(fn(&mut R) -> &mut Option<bool>),
    /// A nested record, which is there even if all its fields are null.
    Record(fn(&mut R)),
}

impl<R> Clone for Target<R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Target<R> {}

impl<R> fmt::Debug for Target<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.expected())
    }
}

impl<R> Target<R> {
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

/// The text field of a path.
macro_rules! texts {
    ($path:expr; $($name:ident),*; $($record:ident { $($inner:ident),* })*) => {
        match $path {
            $(stringify!($name) => $crate::codec::Target::Text(|event| &mut event.$name),)*
            $($(concat!(stringify!($record), ".", stringify!($inner)) => {
                $crate::codec::Target::Text(|event| {
                    &mut event.$record.get_or_insert_default().$inner
                })
            })*)*
            _ => $crate::codec::Target::None,
        }
    };
}
pub(super) use texts;

/// A field that is in the schema and has no target would be dropped in silence.
#[cfg(test)]
pub(super) fn assert_every_field_has_its_place<R: Record>() {
    use apache_avro::Schema;

    let Ok(Schema::Record(record)) = Schema::parse_str(R::SCHEMA) else {
        panic!("not a record");
    };
    assert_eq!(record.name.fullname(None), R::NAME);
    let has_place = |path: &str| !matches!(R::target(path), Target::None);
    for field in &record.fields {
        assert!(has_place(&field.name), "{} is not decoded", field.name);
        let Schema::Union(union) = &field.schema else {
            panic!("{} is not nullable", field.name);
        };
        let inner = match &union.variants()[1] {
            Schema::Record(inner) => &inner.fields[..],
            _ => &[],
        };
        for inner in inner {
            let path = format!("{}.{}", field.name, inner.name);
            assert!(has_place(&path), "{path} is not decoded");
        }
    }
}
