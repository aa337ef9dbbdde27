use std::collections::HashMap;
use std::hash::RandomState;

use super::DerivedRow;

/// The rows of the touched patients as they stand in a table.
pub(crate) struct Existing<R: DerivedRow>(HashMap<R::Key, R, RandomState>);

impl<R: DerivedRow> Existing<R> {
    pub(crate) fn read(rows: &[tokio_postgres::Row]) -> Result<Self, tokio_postgres::Error> {
        let mut existing = HashMap::with_capacity(rows.len());
        for row in rows {
            let row = R::read(row)?;
            existing.insert(row.key(), row);
        }
        Ok(Self(existing))
    }

    /// Rows that were read.
    pub(crate) fn of(rows: impl IntoIterator<Item = R>) -> Self {
        Self(rows.into_iter().map(|row| (row.key(), row)).collect())
    }

    /// What has to be written so that the table holds exactly these rows of those patients.
    pub(crate) fn differences(mut self, wanted: impl IntoIterator<Item = R>) -> Differences<R> {
        let mut before = Vec::new();
        let mut changed = Vec::new();
        let mut new = Vec::new();
        for row in wanted {
            match self.0.remove(&row.key()) {
                Some(stands) if stands == row => {}
                Some(stands) => {
                    before.push(stands);
                    changed.push(row);
                }
                None => new.push(row),
            }
        }
        Differences {
            gone: self.0.into_values().collect(),
            before,
            changed,
            new,
        }
    }
}

/// What has to be written to one table.
pub(crate) struct Differences<R> {
    pub(crate) gone: Vec<R>,
    /// What stands in place of each of those that changed, in their order.
    pub(crate) before: Vec<R>,
    pub(crate) changed: Vec<R>,
    pub(crate) new: Vec<R>,
}

impl<R> Differences<R> {
    /// Whether the table holds exactly the rows that are wanted.
    pub(crate) fn is_empty(&self) -> bool {
        self.all().next().is_none()
    }

    /// Every row that goes, changes or comes.
    pub(crate) fn all(&self) -> impl Iterator<Item = &R> {
        self.gone.iter().chain(&self.changed).chain(&self.new)
    }
}
