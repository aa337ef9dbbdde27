use serde::Serialize;

/// How complete a column of a table is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its name.
    pub column: String,
    /// How many rows have a value in it.
    pub filled: i64,
}

impl Column {
    /// The share of a table's rows that have a value, from 0 to 1; of no rows all have one.
    #[expect(clippy::cast_precision_loss, reason = "numbers of rows are below 2^53")]
    pub fn share(&self, rows: i64) -> f64 {
        if rows == 0 {
            1.0
        } else {
            self.filled as f64 / rows as f64
        }
    }
}
