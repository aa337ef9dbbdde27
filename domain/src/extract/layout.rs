use std::collections::HashMap;

use super::kind::{Column, Form, Kind};

/// Where a file has the columns of its kind: the header may have them in any order, and more.
#[derive(Debug, Clone)]
pub struct Layout {
    kind: &'static Kind,
    columns: &'static [Column],
    /// The described columns, by name, and the place of each in a line.
    places: Vec<(&'static Column, usize)>,
    fields: usize,
    unknown: usize,
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
        let mut by_name: HashMap<&str, &'static Column> =
            columns.iter().map(|column| (column.name, column)).collect();
        let (mut places, mut fields, mut unknown) = (Vec::with_capacity(columns.len()), 0, 0);
        for (place, name) in header.into_iter().enumerate() {
            fields += 1;
            let name = name.trim();
            if let Some(column) = by_name.remove(name) {
                places.push((column, place));
            } else if let Some(column) = columns.iter().find(|column| column.name == name) {
                return Err(LayoutError::Twice(column.name));
            } else {
                unknown += 1;
            }
        }
        // In the order of the description, so that the same column is always told.
        if let Some(missing) = columns.iter().find(|it| by_name.contains_key(it.name)) {
            return Err(LayoutError::Missing(missing.name));
        }
        places.sort_unstable_by_key(|(column, _)| column.name);
        Ok(Self {
            kind,
            columns,
            places,
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

    /// The described columns by name, each with its place in a line.
    pub(crate) fn places(&self) -> &[(&'static Column, usize)] {
        &self.places
    }

    /// The place of a column by its name.
    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        let found = self.places.binary_search_by(|(it, _)| it.name.cmp(name));
        found.ok().map(|found| self.places[found].1)
    }
}

#[cfg(test)]
mod tests {
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
            for (column, place) in layout.places() {
                assert_eq!(header[*place], column.name);
                assert_eq!(layout.place(column.name), Some(*place));
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
