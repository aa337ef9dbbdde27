//! Tables of the page.

use std::fmt::Write as _;

use chart::label::thousands;
use chart::markup::escape;

/// A table: its name, its heads, and its rows.
pub(super) struct Table {
    caption: String,
    heads: Vec<(String, bool)>,
    rows: Vec<Vec<Cell>>,
    note: Option<String>,
}

/// What stands in a cell.
pub(super) enum Cell {
    /// Words.
    Text(String),
    /// Words that are not broken into lines.
    Plain(String),
    /// As it is written in a program.
    Code(String),
    /// A whole number.
    Number(i64),
    /// A number as it is told.
    Told(String),
    /// From 0 to 1, with a bar.
    Share(f64),
    /// Good or not, in words.
    Verdict(bool, &'static str),
}

impl Table {
    /// A table without rows. Heads that begin with `#` stand over numbers.
    pub(super) fn new(caption: &str, heads: &[&str]) -> Self {
        let heads = heads.iter().map(|head| match head.strip_prefix('#') {
            Some(head) => (head.to_owned(), true),
            None => ((*head).to_owned(), false),
        });
        Self {
            caption: caption.to_owned(),
            heads: heads.collect(),
            rows: Vec::new(),
            note: None,
        }
    }

    pub(super) fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }

    /// Says what is left out, if anything is.
    pub(super) fn note(&mut self, note: Option<String>) {
        self.note = note;
    }

    /// Leaves out what is more than so many rows, and says so.
    pub(super) fn cut(&mut self, rows_max: usize) {
        let more = self.rows.len().saturating_sub(rows_max);
        if more > 0 {
            self.rows.truncate(rows_max);
            self.note = Some(format!("{more} more"));
        }
    }

    pub(super) fn html(&self) -> String {
        let mut html = format!(
            "<div class=\"table\"><table>\n<caption>{}</caption>\n<thead><tr>",
            escape(&self.caption)
        );
        for (head, is_number) in &self.heads {
            let class = if *is_number { " class=\"number\"" } else { "" };
            let _ = write!(html, "<th scope=\"col\"{class}>{}</th>", escape(head));
        }
        html.push_str("</tr></thead>\n<tbody>\n");
        for row in &self.rows {
            let cells: String = row.iter().map(Cell::html).collect();
            let _ = writeln!(html, "<tr>{cells}</tr>");
        }
        html.push_str("</tbody></table></div>\n");
        if let Some(note) = &self.note {
            let _ = writeln!(html, "<p class=\"note\">{}</p>", escape(note));
        }
        html
    }

    /// The same, shown when it is asked for.
    pub(super) fn folded(&self, summary: &str) -> String {
        let (summary, table) = (escape(summary), self.html());
        format!("<details><summary>{summary}</summary>\n{table}</details>\n")
    }
}

impl Cell {
    /// Words, where there are any.
    pub(super) fn maybe(text: Option<impl ToString>) -> Self {
        Self::Plain(text.map_or_else(|| "–".to_owned(), |text| text.to_string()))
    }

    fn html(&self) -> String {
        match self {
            Self::Text(text) => format!("<td>{}</td>", escape(text)),
            Self::Plain(text) => format!("<td class=\"plain\">{}</td>", escape(text)),
            Self::Code(text) => format!("<td class=\"plain\"><code>{}</code></td>", escape(text)),
            Self::Number(number) => {
                let sign = if *number < 0 { "-" } else { "" };
                let number = thousands(number.unsigned_abs());
                format!("<td class=\"number\">{sign}{number}</td>")
            }
            Self::Told(text) => format!("<td class=\"number\">{}</td>", escape(text)),
            Self::Share(share) => format!(
                "<td class=\"plain\"><span class=\"share\"><span style=\"width: {:.1}%\"></span></span>{}</td>",
                100.0 * share,
                percent(*share)
            ),
            Self::Verdict(is_good, words) => {
                let (class, sign) = if *is_good {
                    ("good", "✓")
                } else {
                    ("bad", "✗")
                };
                format!(
                    "<td class=\"plain\"><span class=\"{class}\">{sign} {}</span></td>",
                    escape(words)
                )
            }
        }
    }
}

/// A share in percent: all is 100 % only where it is all.
pub(super) fn percent(share: f64) -> String {
    if (0.9999..1.0).contains(&share) {
        "99.99 %".to_owned()
    } else if share > 0.0 && share < 0.0001 {
        "below 0.01 %".to_owned()
    } else {
        format!("{:.2} %", 100.0 * share)
    }
}
