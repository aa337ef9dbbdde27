//! A writer's schema made ready for reading: names resolved, and each field's place known.
//!
//! apache-avro parses the schema; the datum is read by [`super::datum`], not by apache-avro. Its
//! reader (0.22) takes the end of the input for null within strings and unions, so that a
//! truncated event decodes without an error; it follows recursive schemas to the end of the stack;
//! and it builds a tree of owned values with each field's name before the event is even made of it.

use std::collections::HashMap;

use apache_avro::Schema;
use apache_avro::schema::{
    DecimalSchema, InnerDecimalSchema, Name, NamespaceRef, RecordSchema, ResolvedSchema, UuidSchema,
};
use domain::pseudonym::PseudonymKey;

use super::datum;
use super::decoder::Decoded;
use super::error::DecodeError;
use super::record::{Record, Target};
use crate::registry::WriterSchema;

/// Records within records; HL7's own nesting is five. It bounds the stack.
const DEPTH_MAX: usize = 32;

/// Fields and types of a schema when every reference is written out.
const NODES_MAX: usize = 10_000;

/// A writer's schema of the event.
#[derive(Debug)]
pub struct EventSchema<R> {
    id: u32,
    root: Node<R>,
}

/// One type at one place of the record.
#[derive(Debug)]
pub(super) struct Node<R> {
    /// The place: `identity.first_name`. Within an array or a map it is relative to the item.
    pub(super) path: String,
    /// The place for people, from the root on and without keys of maps: `tags{}.name`.
    pub(super) label: String,
    /// Where in the event the value goes.
    pub(super) target: Target<R>,
    pub(super) kind: Kind<R>,
}

/// How a value is written.
#[derive(Debug)]
pub(super) enum Kind<R> {
    Null,
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    Text,
    Fixed(usize),
    Enumeration(Vec<String>),
    Array(Box<Node<R>>),
    Map(Box<Node<R>>),
    Union(Vec<Node<R>>),
    Record(Vec<Node<R>>),
}

impl<R> Kind<R> {
    /// The Avro name of the type.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Int => "an int",
            Self::Long => "a long",
            Self::Float => "a float",
            Self::Double => "a double",
            Self::Bytes => "bytes",
            Self::Text => "a string",
            Self::Fixed(_) => "a fixed",
            Self::Enumeration(_) => "an enum",
            Self::Array(_) => "an array",
            Self::Map(_) => "a map",
            Self::Union(_) => "a union",
            Self::Record(_) => "a record",
        }
    }
}

impl<R: Record> EventSchema<R> {
    /// Makes a schema ready that came from the registry.
    pub fn new(schema: &WriterSchema) -> Result<Self, DecodeError> {
        let id = schema.id;
        if schema.kind != "AVRO" {
            let found = format!("of type {}", schema.kind);
            return Err(DecodeError::other_record::<R>(id, found));
        }
        Self::parse(id, &schema.text)
    }

    /// Makes a schema ready that was kept elsewhere, for reading without a registry.
    pub fn parse(id: u32, text: &str) -> Result<Self, DecodeError> {
        let unusable = |reason: String| DecodeError::UnusableSchema {
            schema_id: id,
            reason,
        };
        let schema = Schema::parse_str(text).map_err(|error| unusable(error.to_string()))?;
        let found = match &schema {
            Schema::Record(record) => record.name.fullname(None),
            _ => "no record".to_owned(),
        };
        if found != R::NAME {
            return Err(DecodeError::other_record::<R>(id, found));
        }
        let resolved = ResolvedSchema::new(&schema).map_err(|error| unusable(error.to_string()))?;
        let mut planner = Planner {
            names: resolved.get_names(),
            nodes: 0,
        };
        let root = planner
            .node(&schema, &Place::root(), None, 0)
            .map_err(|reason| unusable(reason.to_owned()))?;
        Ok(Self { id, root })
    }

    /// Its id in the registry.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Reads the event of a datum (a payload without its header).
    pub fn read(&self, datum: &[u8], key: &PseudonymKey) -> Result<Decoded<R>, DecodeError> {
        let (event, content) = datum::read(&self.root, datum)?;
        Ok(Decoded {
            event,
            content_hash: content.hash(key),
            schema_id: self.id,
        })
    }
}

/// Where in the record a type stands.
struct Place {
    path: String,
    label: String,
    is_root: bool,
    /// Nothing in an array or a map has a place in the event.
    in_collection: bool,
}

impl Place {
    fn root() -> Self {
        Self {
            path: String::new(),
            label: String::new(),
            is_root: true,
            in_collection: false,
        }
    }

    fn field(&self, name: &str) -> Self {
        let join = |base: &str| {
            if self.is_root {
                name.to_owned()
            } else {
                format!("{base}.{name}")
            }
        };
        Self {
            path: join(&self.path),
            label: join(&self.label),
            is_root: false,
            in_collection: self.in_collection,
        }
    }

    fn item(&self, brackets: &str) -> Self {
        Self {
            path: String::new(),
            label: format!("{}{brackets}", self.label),
            is_root: false,
            in_collection: true,
        }
    }

    fn target<R: Record>(&self) -> Target<R> {
        if self.in_collection {
            Target::None
        } else {
            R::target(&self.path)
        }
    }
}

struct Planner<'s> {
    names: &'s HashMap<Name, &'s Schema>,
    nodes: usize,
}

impl Planner<'_> {
    fn node<R: Record>(
        &mut self,
        schema: &Schema,
        place: &Place,
        namespace: NamespaceRef<'_>,
        depth: usize,
    ) -> Result<Node<R>, &'static str> {
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return Err("it unfolds to too many fields");
        }
        if depth > DEPTH_MAX {
            return Err("it is recursive or nested too deeply");
        }
        if let Schema::Ref { name } = schema {
            let name = name.fully_qualified_name(namespace);
            let named = *self
                .names
                .get(&*name)
                .ok_or("it refers to an unknown name")?;
            return self.node(named, place, name.namespace(), depth + 1);
        }
        Ok(Node {
            path: place.path.clone(),
            label: place.label.clone(),
            target: place.target(),
            kind: self.kind(schema, place, namespace, depth + 1)?,
        })
    }

    fn kind<R: Record>(
        &mut self,
        schema: &Schema,
        place: &Place,
        namespace: NamespaceRef<'_>,
        depth: usize,
    ) -> Result<Kind<R>, &'static str> {
        Ok(match schema {
            Schema::Array(array) => {
                let items = self.node(&array.items, &place.item("[]"), namespace, depth)?;
                Kind::Array(Box::new(items))
            }
            Schema::Map(map) => {
                let values = self.node(&map.types, &place.item("{}"), namespace, depth)?;
                Kind::Map(Box::new(values))
            }
            Schema::Union(union) => {
                let branches = union.variants().iter();
                let nodes = branches.map(|branch| self.node(branch, place, namespace, depth));
                Kind::Union(nodes.collect::<Result<_, _>>()?)
            }
            Schema::Record(record) => Kind::Record(self.fields(record, place, namespace, depth)?),
            Schema::Enum(enumeration) => Kind::Enumeration(enumeration.symbols.clone()),
            _ => leaf(schema),
        })
    }

    fn fields<R: Record>(
        &mut self,
        record: &RecordSchema,
        place: &Place,
        namespace: NamespaceRef<'_>,
        depth: usize,
    ) -> Result<Vec<Node<R>>, &'static str> {
        let name = record.name.fully_qualified_name(namespace);
        record
            .fields
            .iter()
            .map(|field| {
                let place = place.field(&field.name);
                self.node(&field.schema, &place, name.namespace(), depth)
            })
            .collect()
    }
}

/// Logical types are read as what they are written as: the content is what was sent.
fn leaf<R>(schema: &Schema) -> Kind<R> {
    match schema {
        Schema::Boolean => Kind::Boolean,
        Schema::Int | Schema::Date | Schema::TimeMillis => Kind::Int,
        Schema::Long
        | Schema::TimeMicros
        | Schema::TimestampMillis
        | Schema::TimestampMicros
        | Schema::TimestampNanos
        | Schema::LocalTimestampMillis
        | Schema::LocalTimestampMicros
        | Schema::LocalTimestampNanos => Kind::Long,
        Schema::Float => Kind::Float,
        Schema::Double => Kind::Double,
        Schema::Bytes
        | Schema::BigDecimal
        | Schema::Uuid(UuidSchema::Bytes)
        | Schema::Decimal(DecimalSchema {
            inner: InnerDecimalSchema::Bytes,
            ..
        }) => Kind::Bytes,
        Schema::String | Schema::Uuid(UuidSchema::String) => Kind::Text,
        Schema::Fixed(fixed)
        | Schema::Duration(fixed)
        | Schema::Uuid(UuidSchema::Fixed(fixed))
        | Schema::Decimal(DecimalSchema {
            inner: InnerDecimalSchema::Fixed(fixed),
            ..
        }) => Kind::Fixed(fixed.size),
        // Types with parts were told apart before.
        Schema::Null
        | Schema::Array(_)
        | Schema::Map(_)
        | Schema::Union(_)
        | Schema::Record(_)
        | Schema::Enum(_)
        | Schema::Ref { .. } => Kind::Null,
    }
}
