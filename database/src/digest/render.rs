//! The digest for a terminal and for programs.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Digest;

/// How many digits of a table's digest are shown on a terminal.
const SHORT: usize = 16;

/// Writes one line a table with its rows and the first digits of its digest; the last line is the
/// digest of all, alone.
pub fn render(digest: &Digest, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{:<24}  {:>11}  sha-256", "table", "rows")?;
    for table in &digest.tables {
        let short = table.sha256.get(..SHORT).unwrap_or(&table.sha256);
        writeln!(out, "{:<24}  {:>11}  {short}", table.name, table.rows)?;
    }
    writeln!(out, "{}", digest.sha256)
}

/// The digest as JSON.
pub(super) fn to_json(digest: &Digest) -> Value {
    let tables: Vec<_> = digest
        .tables
        .iter()
        .map(|table| json!({"name": table.name, "rows": table.rows, "sha256": table.sha256}))
        .collect();
    json!({"tables": tables, "sha256": digest.sha256})
}
