use std::collections::BTreeMap;

use foldhash::{HashMap, HashMapExt as _};
use sha2::{Digest as _, Sha256};

use super::kind::{Column, Form, Kind};

/// Where a file has the columns of its kind: the header may have them in any order, and more.
#[derive(Debug, Clone)]
pub struct Layout {
    kind: &'static Kind,
    columns: &'static [Column],
    /// The described columns, by name.
    places: Vec<Place>,
    by_name: HashMap<&'static str, usize>,
    fields: usize,
    unknown: usize,
}

/// Where a column stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// What stands for the name in a content hash, which would else consist of names for the most part.
    pub(crate) tag: [u8; 2],
    /// Which field of a line it is, from 0.
    pub(crate) field: usize,
}

/// A header that does not fit its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// No such version is described.
    #[error("schema version {0} is not known: this release reads up to version {1}")]
    Version(u32, usize),
    /// A column is missing.
    #[error("column {0} is missing in the header")]
    Missing(&'static str),
    /// A column is there twice.
    #[error("column {0} is in the header more than once")]
    Twice(&'static str),
}

impl Layout {
    /// Finds the columns of a schema version of a kind in a header.
    pub fn of<'h>(
        kind: &'static Kind,
        schema_version: u32,
        header: impl IntoIterator<Item = &'h str>,
    ) -> Result<Self, LayoutError> {
        let columns = kind
            .columns(schema_version)
            .ok_or(LayoutError::Version(schema_version, kind.versions.len()))?;
        let (mut by_name, mut fields, mut unknown) = (HashMap::with_capacity(columns.len()), 0, 0);
        for (field, name) in header.into_iter().enumerate() {
            fields += 1;
            let name = name.trim();
            let Some(column) = columns.iter().find(|column| column.name == name) else {
                unknown += 1;
                continue;
            };
            if by_name.insert(column.name, field).is_some() {
                return Err(LayoutError::Twice(column.name));
            }
        }
        // In the order of the description, so that the same column is always told.
        if let Some(missing) = columns.iter().find(|it| !by_name.contains_key(it.name)) {
            return Err(LayoutError::Missing(missing.name));
        }
        let in_order: BTreeMap<&str, usize> =
            by_name.iter().map(|(name, at)| (*name, *at)).collect();
        let places = in_order.into_iter().map(|(name, field)| Place {
            tag: tag(name),
            field,
        });
        Ok(Self {
            kind,
            columns,
            places: places.collect(),
            by_name,
            fields,
            unknown,
        })
    }

    /// The kind of file.
    pub fn kind(&self) -> &'static Kind {
        self.kind
    }

    /// The described columns, in the order of the description.
    pub fn columns(&self) -> &'static [Column] {
        self.columns
    }

    /// The column of a form that a kind has once.
    pub(crate) fn column_of(&self, form: Form) -> Option<&'static str> {
        let found = self.columns.iter().find(|column| column.form == form);
        found.map(|column| column.name)
    }

    /// How many fields a line has.
    pub fn fields(&self) -> usize {
        self.fields
    }

    /// How many columns nobody described: they are not read.
    pub fn unknown_columns(&self) -> usize {
        self.unknown
    }

    /// Where the described columns stand, in the order of their names.
    pub(crate) fn places(&self) -> &[Place] {
        &self.places
    }

    /// Which field of a line a column is, by its name.
    pub(crate) fn field(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }
}

/// The tag of what is hashed beside the columns.
pub(crate) const NO_COLUMN: [u8; 2] = [0; 2];

/// The first bytes of SHA-256 of a name. No two columns of a kind have the same.
fn tag(name: &str) -> [u8; 2] {
    let [first, second, ..]: [u8; 32] = Sha256::digest(name.as_bytes()).into();
    [first, second]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::{ALL, DIAGNOSES};
    use super::*;

    fn names(kind: &'static Kind) -> Vec<&'static str> {
        kind.versions[0].iter().map(|column| column.name).collect()
    }

    #[test]
    fn columns_are_found_by_name_wherever_they_stand() {
        for kind in ALL {
            let mut header = names(kind);
            let layout = Layout::of(kind, 1, header.iter().copied()).unwrap();
            assert_eq!(layout.fields(), header.len());
            header.reverse();
            header.insert(1, "something else");
            let layout = Layout::of(kind, 1, header.iter().copied()).unwrap();
            assert_eq!(layout.unknown_columns(), 1);
            assert_eq!(layout.places().len(), kind.versions[0].len());
            for (place, name) in layout.places().iter().zip(in_order(&names(kind))) {
                assert_eq!(header[place.field], name);
                assert_eq!(layout.field(name), Some(place.field));
            }
        }
    }

    fn in_order(names: &[&'static str]) -> BTreeSet<&'static str> {
        names.iter().copied().collect()
    }

    #[test]
    fn no_two_columns_of_a_kind_have_the_same_tag() {
        for kind in ALL {
            for columns in kind.versions {
                let tags: BTreeSet<[u8; 2]> = columns.iter().map(|it| tag(it.name)).collect();
                assert_eq!(tags.len(), columns.len(), "{}", kind.name);
                assert!(!tags.contains(&NO_COLUMN), "{}", kind.name);
            }
        }
    }

    #[test]
    fn a_header_that_does_not_fit_is_told_by_its_column() {
        let mut header = names(&DIAGNOSES);
        let of = |version, header: &[&'static str]| {
            Layout::of(&DIAGNOSES, version, header.iter().copied()).unwrap_err()
        };
        assert_eq!(of(2, &header), LayoutError::Version(2, 1));
        assert_eq!(of(0, &header), LayoutError::Version(0, 1));
        header[3] = "line_number";
        assert_eq!(of(1, &header), LayoutError::Twice("line_number"));
        header[3] = "icd9";
        assert_eq!(of(1, &header), LayoutError::Missing("icd10"));
        assert_eq!(of(1, &[]), LayoutError::Missing("encounter_id"));
    }
}
