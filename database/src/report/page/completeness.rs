use std::fmt::Write as _;

use chart::label::thousands;
use chart::markup::escape;

use super::Section;
use super::table::{Cell, Table};
use crate::report::completeness::Column;
use crate::report::scan::TableContents;

pub(super) fn section(tables: &[TableContents]) -> Section {
    let there = |it: &&TableContents| it.rows > 0 && !it.columns.is_empty();
    let is_whole = |it: &&TableContents| it.columns.iter().all(|column| column.filled == it.rows);
    let (whole, gappy): (Vec<_>, Vec<_>) = tables.iter().filter(there).partition(is_whole);
    let mut html: String = gappy.into_iter().map(table).collect();
    if !whole.is_empty() {
        let names: Vec<String> = whole.into_iter().map(name).collect();
        let names = escape(&names.join(", "));
        // Writing to a string does not fail.
        let _ = writeln!(
            html,
            "<p class=\"note\">Every column of every row has a value: {names}.</p>"
        );
    }
    if html.is_empty() {
        html.push_str("<p class=\"note\">no table has rows yet</p>\n");
    }
    Section {
        id: "completeness",
        title: "Completeness",
        lead: "The share of rows that have a value, by column of silver and gold. Columns that are always filled \
               are only counted."
            .to_owned(),
        html,
    }
}

fn name(table: &TableContents) -> String {
    format!("{}.{}", table.layer, table.name)
}

/// The emptiest column first.
fn table(contents: &TableContents) -> String {
    let rows = thousands(contents.rows.unsigned_abs());
    let is_gap = |it: &&Column| it.filled < contents.rows;
    let mut gaps: Vec<&Column> = contents.columns.iter().filter(is_gap).collect();
    gaps.sort_by_key(|it| it.filled);
    let (name, always) = (name(contents), contents.columns.len() - gaps.len());
    let summary = format!(
        "{name}: {rows} rows; {always} columns always filled, {} not always",
        gaps.len()
    );
    let mut table = Table::new(&name, &["column", "#filled", "share"]);
    for column in gaps {
        table.row(vec![
            Cell::Code(column.column.clone()),
            Cell::Number(column.filled),
            Cell::Share(column.share(contents.rows)),
        ]);
    }
    table.folded(&summary)
}
