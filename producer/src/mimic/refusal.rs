//! A row that is not sent, where it stands, and why.

/// A row of the extract that is sent nowhere.
///
/// It reads `TRANSFERS.csv:17: intime: "99/99/99 99:99" is not YYYY-MM-DD HH:MM:SS`: values are told
/// by their form or shape alone ([`domain::shape`]).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {}{reason}", .column.map(|name| format!("{name}: ")).unwrap_or_default())]
pub struct RefusedRow {
    /// Name of the file.
    pub file: &'static str,
    /// Line of the file; the header is line 1.
    pub line: u64,
    /// Column that is at fault, where it is one.
    pub column: Option<&'static str>,
    /// What is wrong.
    pub reason: Reason,
}

/// The longest cell that is read: the published extract has none of 200 characters, and an
/// event must fit into a Kafka record.
pub(super) const CELL_CHARACTERS_MAX: usize = 10_000;

/// Why a row is not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The line has more or fewer cells than the header.
    #[error("{found} columns where the header has {expected}")]
    Columns {
        /// Cells in the line.
        found: usize,
        /// Cells in the header.
        expected: usize,
    },
    /// A cell longer than anything that belongs there.
    #[error("a cell has {characters} characters, more than {CELL_CHARACTERS_MAX}")]
    LongCell {
        /// Characters of the longest cell.
        characters: usize,
    },
    /// A quoted cell does not end in its line.
    #[error("a quote is opened and not closed in this line")]
    OpenQuote,
    /// A quote stands inside a cell.
    #[error("a quote stands inside a cell; a cell that holds one is quoted, its quotes doubled")]
    StrayQuote,
    /// The line is not UTF-8.
    #[error("byte {byte} of the line is not UTF-8")]
    NotUtf8 {
        /// The first bad byte, from 1.
        byte: usize,
    },
    /// The line holds a NUL byte: most often a file that a crash left half-written.
    #[error("the line holds a NUL byte; take a fresh copy of the file")]
    Nul,
    /// A value is missing that no event can do without.
    #[error("is blank")]
    Blank,
    /// Not a time in the one form that is read.
    #[error("{0} is not YYYY-MM-DD HH:MM:SS")]
    Time(String),
    /// Not a number of a patient or an encounter.
    #[error("{0} is not a number")]
    Number(String),
    /// Not a flag.
    #[error("{0} is neither 0 nor 1")]
    Flag(String),
    /// Not an event type of TRANSFERS.
    #[error("{0} is not admit, transfer or discharge")]
    EventType(String),
    /// An interval that ends before it begins.
    #[error("lies before intime")]
    EndsBeforeItBegins,
    /// The row that this row needs is not there.
    #[error("no row of {file} has it")]
    Missing {
        /// Name of the file that should have the row.
        file: &'static str,
    },
    /// The row that this row needs was itself refused.
    #[error("its row in {file} (line {line}) is refused")]
    Refused {
        /// Name of the file that has the row.
        file: &'static str,
        /// Line of that row.
        line: u64,
    },
    /// Nothing can be sent of an encounter whose rows in TRANSFERS are, or may be, all refused.
    #[error("no row of {file} is left that is not refused")]
    NothingLeft {
        /// Name of the file that has the rows.
        file: &'static str,
    },
    /// The patient is another than the one of the encounter.
    #[error("is not the patient whom ADMISSIONS.csv (line {line}) names for this encounter")]
    OtherPatient {
        /// Line of the encounter in ADMISSIONS.
        line: u64,
    },
    /// A row that says again what another one says.
    #[error("repeats line {line}")]
    Repeats {
        /// Line of the row that is used.
        line: u64,
    },
    /// Rows that contradict each other: none is preferred.
    #[error("contradicts line {line}; neither is used")]
    Contradicts {
        /// Line of the other row.
        line: u64,
    },
    /// A change of service at or after the discharge.
    #[error("is not before the discharge")]
    AfterDischarge,
}

#[cfg(test)]
mod tests {
    use domain::shape::form;

    use super::*;

    #[test]
    fn a_refusal_says_file_line_column_and_reason() {
        let row = RefusedRow {
            file: "TRANSFERS.csv",
            line: 17,
            column: Some("intime"),
            reason: Reason::Time(form("10/23/64 21:09")),
        };
        assert_eq!(
            row.to_string(),
            r#"TRANSFERS.csv:17: intime: "99/99/99 99:99" is not YYYY-MM-DD HH:MM:SS"#
        );
        let whole = RefusedRow {
            column: None,
            reason: Reason::Columns {
                found: 3,
                expected: 13,
            },
            ..row
        };
        assert_eq!(
            whole.to_string(),
            "TRANSFERS.csv:17: 3 columns where the header has 13"
        );
    }
}
