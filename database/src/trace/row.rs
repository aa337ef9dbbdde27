use serde_json::{Map, Value};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, Transaction};

use super::failed;
use crate::DatabaseError;
use crate::rows::{AdmissionRow, DerivedRow, FindingRow, LocationStayRow, PatientVersionRow};

/// The columns of a row, in their order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Columns(pub(super) Vec<(String, Value)>);

impl Columns {
    /// Of the columns `names` and `contents` of a statement.
    pub(super) fn read(row: &Row) -> Result<Self, DatabaseError> {
        let (names, contents): (Vec<String>, Vec<Option<String>>) =
            (row.get("names"), row.get("contents"));
        let columns = names.into_iter().zip(contents).map(|(name, content)| {
            let value = content.map_or(Ok(Value::Null), |it| serde_json::from_str(&it));
            let unreadable = |_| DatabaseError::State("PostgreSQL sends JSON that is none".into());
            value.map(|value| (name, value)).map_err(unreadable)
        });
        columns.collect::<Result<_, _>>().map(Self)
    }

    /// The text or number in a column.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.get(name)? {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    fn get(&self, name: &str) -> Option<&Value> {
        let found = self.0.iter().find(|(column, _)| column == name);
        found.map(|(_, value)| value)
    }

    /// The columns without some.
    pub(super) fn without(mut self, names: &[&str]) -> Self {
        self.0.retain(|(name, _)| !names.contains(&&**name));
        self
    }

    /// The row as an object.
    pub(super) fn to_json(&self) -> Value {
        Value::Object(self.0.iter().cloned().collect::<Map<_, _>>())
    }
}

/// What a record does to a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Difference {
    /// There is no such row without the record.
    Made(Columns),
    /// The row would say something else: that, and what it says.
    Changed(Columns, Columns),
    /// Without the record there would be this row.
    Prevented(Columns),
}

/// A row that depends on a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The table, with its schema.
    pub table: &'static str,
    /// The columns that identify a row of it.
    pub key: &'static [&'static str],
    /// What the record does to it.
    pub difference: Difference,
}

impl Change {
    /// The columns that identify the row.
    pub(super) fn key_columns(&self) -> impl Iterator<Item = &(String, Value)> {
        let (Difference::Made(row) | Difference::Changed(_, row) | Difference::Prevented(row)) =
            &self.difference;
        let is_key = |name: &str| self.key.contains(&name);
        row.0.iter().filter(move |(name, _)| is_key(name))
    }

    /// The columns that differ: their name, what would stand there and what does.
    pub(super) fn changed_columns(&self) -> Vec<(&str, &Value, &Value)> {
        let Difference::Changed(without, with) = &self.difference else {
            return Vec::new();
        };
        let pairs = with.0.iter().map(|(name, value)| {
            let other = without.get(name).unwrap_or(&Value::Null);
            (&**name, other, value)
        });
        pairs.filter(|(_, without, with)| without != with).collect()
    }
}

/// A table of derived rows that can be shown.
pub(super) trait Shown: DerivedRow + ToSql {
    const TABLE: &'static str;
    const KEY: &'static [&'static str];
    const SHOW: &'static str;

    async fn columns(&self, transaction: &Transaction<'_>) -> Result<Columns, DatabaseError>;
}

macro_rules! shown {
    ($row:ident, $table:literal, $key:expr, $sql:literal) => {
        impl Shown for $row {
            const TABLE: &'static str = $table;
            const KEY: &'static [&'static str] = &$key;
            const SHOW: &'static str = include_str!(concat!("../../sql/trace/", $sql, ".sql"));

            async fn columns(
                &self,
                transaction: &Transaction<'_>,
            ) -> Result<Columns, DatabaseError> {
                let row = transaction.query_one(Self::SHOW, &[self]).await;
                Columns::read(&row.map_err(|error| failed(&error))?)
            }
        }
    };
}

shown!(
    PatientVersionRow,
    "gold.dim_patient",
    ["valid_from"],
    "dim_patient"
);
shown!(
    AdmissionRow,
    "gold.fact_admission",
    ["encounter_key"],
    "fact_admission"
);
shown!(
    LocationStayRow,
    "gold.fact_location_stay",
    ["encounter_key", "arrived_at"],
    "fact_location_stay"
);
shown!(
    FindingRow,
    "silver.finding",
    ["rule", "event_id"],
    "finding"
);
