//! What became of each table, for people and for programs.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Rebuilt;

impl Rebuilt {
    /// A line a table.
    pub fn write_table(&self, out: &mut impl Write) -> io::Result<()> {
        let (table, rows) = ("table", "rows");
        writeln!(
            out,
            "{table:<27}  {rows:>11}  {:>11}  {:>11}",
            "taken away", "written"
        )?;
        for table in &self.tables {
            writeln!(
                out,
                "{:<27}  {:>11}  {:>11}  {:>11}",
                table.name, table.rows, table.removed, table.written
            )?;
        }
        Ok(())
    }

    /// The same, with the sums.
    pub fn to_json(&self) -> Value {
        let tables = self.tables.iter().map(|table| {
            json!({
                "name": table.name,
                "rows": table.rows,
                "removed": table.removed,
                "written": table.written,
            })
        });
        json!({
            "records": self.records,
            "patients": self.patients,
            "is_same": self.is_same(),
            "tables": tables.collect::<Vec<_>>(),
        })
    }
}
