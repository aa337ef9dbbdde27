//! Reading a datum along the writer's plan, from the bytes straight into the event.
//!
//! The encoding is that of the Avro specification, "Binary Encoding":
//! <https://avro.apache.org/docs/1.12.0/specification/#binary-encoding>.

use domain::content::{Content, FieldValue};

use super::error::DecodeError;
use super::plan::{Kind, Node};
use super::record::{Record, Target};

/// Values of one event, nulls included. An array of a million nulls takes three bytes.
const VALUES_MAX: usize = 100_000;

/// Bytes of all paths within arrays and maps. A long key stands in the path of each of its items.
const PATH_BYTES_MAX: usize = 8 * 1024 * 1024;

/// The event and its content, which is all that was read.
pub(super) fn read<'a, R: Record>(
    root: &'a Node<R>,
    datum: &'a [u8],
) -> Result<(R, Content<'a>), DecodeError> {
    let mut walk = Walk {
        rest: datum,
        event: R::default(),
        content: Content::default(),
        values: 0,
        path_bytes: 0,
    };
    walk.value(root, "")?;
    match walk.rest.len() {
        0 => Ok((walk.event, walk.content)),
        left => Err(DecodeError::TrailingBytes(left)),
    }
}

struct Walk<'a, R> {
    rest: &'a [u8],
    event: R,
    content: Content<'a>,
    values: usize,
    path_bytes: usize,
}

impl<'a, R: Record> Walk<'a, R> {
    /// Reads one value. `prefix` is the place of the item it stands in, empty outside of arrays
    /// and maps. The depth is that of the plan, which is bounded.
    fn value(&mut self, node: &'a Node<R>, prefix: &str) -> Result<(), DecodeError> {
        self.values += 1;
        if self.values > VALUES_MAX {
            return Err(too_complex(node, VALUES_MAX, "values"));
        }
        match &node.kind {
            Kind::Null => Ok(()),
            Kind::Union(branches) => {
                let branch = self.branch(node, branches)?;
                self.value(branch, prefix)
            }
            Kind::Record(fields) => {
                self.open_record(node)?;
                fields
                    .iter()
                    .try_for_each(|field| self.value(field, prefix))
            }
            Kind::Array(items) => {
                fitting(node, matches!(node.target, Target::None))?;
                self.array(node, items, prefix)
            }
            Kind::Map(values) => {
                fitting(node, matches!(node.target, Target::None))?;
                self.map(node, values, prefix)
            }
            Kind::Text => {
                let text = self.text(node)?;
                self.put_text(node, prefix, text)
            }
            Kind::Enumeration(symbols) => {
                let index = usize::try_from(self.int(node)?).ok();
                let symbol = index
                    .and_then(|index| symbols.get(index))
                    .ok_or_else(|| malformed(node, "the enum has no such symbol"))?;
                self.put_text(node, prefix, symbol)
            }
            Kind::Int => {
                let integer = self.int(node)?;
                self.put_integer(node, prefix, integer.into())
            }
            Kind::Long => {
                let integer = self.long(node)?;
                self.put_integer(node, prefix, integer)
            }
            Kind::Boolean => self.boolean(node, prefix),
            Kind::Float | Kind::Double | Kind::Bytes | Kind::Fixed(_) => {
                self.put_other(node, prefix)
            }
        }
    }

    fn branch(
        &mut self,
        node: &'a Node<R>,
        branches: &'a [Node<R>],
    ) -> Result<&'a Node<R>, DecodeError> {
        let index = self.long(node)?;
        usize::try_from(index)
            .ok()
            .and_then(|index| branches.get(index))
            .ok_or_else(|| malformed(node, "the union has no such branch"))
    }

    fn open_record(&mut self, node: &'a Node<R>) -> Result<(), DecodeError> {
        match node.target {
            Target::Record(open) => open(&mut self.event),
            _ => fitting(node, matches!(node.target, Target::None))?,
        }
        Ok(())
    }

    fn array(
        &mut self,
        node: &'a Node<R>,
        items: &'a Node<R>,
        prefix: &str,
    ) -> Result<(), DecodeError> {
        let mut index: u64 = 0;
        loop {
            let count = self.block(node)?;
            if count == 0 {
                return Ok(());
            }
            // Ends by the limit of values, however large the count is.
            for _ in 0..count {
                let item = format!("{prefix}{}[{index}]", node.path);
                self.spend_path(node, item.len())?;
                self.value(items, &item)?;
                index += 1;
            }
        }
    }

    fn map(
        &mut self,
        node: &'a Node<R>,
        values: &'a Node<R>,
        prefix: &str,
    ) -> Result<(), DecodeError> {
        loop {
            let count = self.block(node)?;
            if count == 0 {
                return Ok(());
            }
            for _ in 0..count {
                let key = self.text(node)?;
                let item = format!("{prefix}{}{{{key}}}", node.path);
                self.spend_path(node, item.len())?;
                self.value(values, &item)?;
            }
        }
    }

    /// The number of items in the next block of an array or a map; 0 is the end.
    fn block(&mut self, node: &'a Node<R>) -> Result<u64, DecodeError> {
        let count = self.long(node)?;
        if count < 0 {
            // The block's size in bytes follows, for readers that skip it.
            self.long(node)?;
        }
        Ok(count.unsigned_abs())
    }

    fn put_text(
        &mut self,
        node: &'a Node<R>,
        prefix: &str,
        text: &'a str,
    ) -> Result<(), DecodeError> {
        match node.target {
            Target::Text(slot) => *slot(&mut self.event) = Some(text.to_owned()),
            _ => fitting(node, matches!(node.target, Target::None))?,
        }
        self.add(node, prefix, FieldValue::Text(text))
    }

    fn put_integer(
        &mut self,
        node: &'a Node<R>,
        prefix: &str,
        integer: i64,
    ) -> Result<(), DecodeError> {
        match node.target {
            Target::Integer(slot) => *slot(&mut self.event) = Some(integer),
            _ => fitting(node, matches!(node.target, Target::None))?,
        }
        self.add(node, prefix, FieldValue::Integer(integer))
    }

    fn boolean(&mut self, node: &'a Node<R>, prefix: &str) -> Result<(), DecodeError> {
        let boolean = match self.array_of::<1>(node)? {
            [0] => false,
            [1] => true,
            _ => return Err(malformed(node, "a boolean is neither 0 nor 1")),
        };
        match node.target {
            Target::Boolean(slot) => *slot(&mut self.event) = Some(boolean),
            _ => fitting(node, matches!(node.target, Target::None))?,
        }
        self.add(node, prefix, FieldValue::Boolean(boolean))
    }

    /// Types that no field of the event has; they count in the content alone.
    fn put_other(&mut self, node: &'a Node<R>, prefix: &str) -> Result<(), DecodeError> {
        fitting(node, matches!(node.target, Target::None))?;
        let value = match node.kind {
            Kind::Float => FieldValue::Float(f32::from_le_bytes(self.array_of(node)?).into()),
            Kind::Double => FieldValue::Float(f64::from_le_bytes(self.array_of(node)?)),
            Kind::Fixed(size) => FieldValue::Bytes(self.take(node, size)?),
            _ => FieldValue::Bytes(self.sized(node)?),
        };
        self.add(node, prefix, value)
    }

    fn add(
        &mut self,
        node: &'a Node<R>,
        prefix: &str,
        value: FieldValue<'a>,
    ) -> Result<(), DecodeError> {
        if prefix.is_empty() {
            self.content.add(node.path.as_str(), value);
        } else {
            self.spend_path(node, prefix.len() + node.path.len())?;
            self.content.add(format!("{prefix}{}", node.path), value);
        }
        Ok(())
    }

    fn spend_path(&mut self, node: &'a Node<R>, bytes: usize) -> Result<(), DecodeError> {
        self.path_bytes += bytes;
        if self.path_bytes > PATH_BYTES_MAX {
            return Err(too_complex(node, PATH_BYTES_MAX, "bytes of paths"));
        }
        Ok(())
    }

    fn text(&mut self, node: &'a Node<R>) -> Result<&'a str, DecodeError> {
        let bytes = self.sized(node)?;
        std::str::from_utf8(bytes).map_err(|_| malformed(node, "a string is not UTF-8"))
    }

    /// Bytes led by their number.
    fn sized(&mut self, node: &'a Node<R>) -> Result<&'a [u8], DecodeError> {
        let size = usize::try_from(self.long(node)?)
            .map_err(|_| malformed(node, "a length is negative"))?;
        self.take(node, size)
    }

    fn array_of<const N: usize>(&mut self, node: &'a Node<R>) -> Result<[u8; N], DecodeError> {
        let (bytes, rest) = self
            .rest
            .split_first_chunk()
            .ok_or_else(|| truncated(node))?;
        self.rest = rest;
        Ok(*bytes)
    }

    fn take(&mut self, node: &'a Node<R>, size: usize) -> Result<&'a [u8], DecodeError> {
        let (bytes, rest) = self
            .rest
            .split_at_checked(size)
            .ok_or_else(|| truncated(node))?;
        self.rest = rest;
        Ok(bytes)
    }

    fn int(&mut self, node: &'a Node<R>) -> Result<i32, DecodeError> {
        i32::try_from(self.long(node)?).map_err(|_| malformed(node, "an int is out of its range"))
    }

    /// An integer of variable length, zigzag: seven bits a byte, the low ones first.
    fn long(&mut self, node: &'a Node<R>) -> Result<i64, DecodeError> {
        let mut encoded: u64 = 0;
        for (at, byte) in self.rest.iter().enumerate().take(10) {
            // The tenth byte has room for the 64th bit alone.
            if at == 9 && *byte > 1 {
                break;
            }
            encoded |= u64::from(byte & 0x7f) << (7 * at);
            if byte & 0x80 == 0 {
                self.rest = &self.rest[at + 1..];
                let magnitude = (encoded >> 1).cast_signed();
                return Ok(magnitude ^ -(encoded & 1).cast_signed());
            }
        }
        if self.rest.len() < 10 {
            Err(truncated(node))
        } else {
            Err(malformed(node, "an integer has more than 64 bits"))
        }
    }
}

fn fitting<R>(node: &Node<R>, fits: bool) -> Result<(), DecodeError> {
    if fits {
        return Ok(());
    }
    Err(DecodeError::WrongType {
        field: node.label.clone(),
        expected: node.target.expected(),
        found: node.kind.name(),
    })
}

fn truncated<R>(node: &Node<R>) -> DecodeError {
    DecodeError::Truncated { field: label(node) }
}

fn malformed<R>(node: &Node<R>, problem: &'static str) -> DecodeError {
    DecodeError::Malformed {
        field: label(node),
        problem,
    }
}

fn too_complex<R>(node: &Node<R>, limit: usize, what: &'static str) -> DecodeError {
    DecodeError::TooComplex {
        field: label(node),
        limit,
        what,
    }
}

fn label<R>(node: &Node<R>) -> String {
    if node.label.is_empty() {
        "the event".to_owned()
    } else {
        node.label.clone()
    }
}
