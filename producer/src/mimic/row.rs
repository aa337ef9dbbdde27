//! A row of a table, and what its cells say.

use std::collections::HashSet;

use chrono::{NaiveDate, NaiveDateTime};
use domain::shape::{form, shape};

use super::refusal::{Reason, RefusedRow};
use super::table::Table;

/// A row of a table.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub(super) table: &'a Table,
    /// Place of each of the table's columns among the cells.
    pub(super) places: &'a [usize],
    /// Line of the file; the header is line 1.
    pub(super) line: u64,
    /// The whole line.
    pub(super) text: &'a [u8],
    pub(super) cells: &'a [String],
}

impl Row<'_> {
    /// The refusal of this row for what stands in a column.
    pub(super) fn refuse(&self, column: &'static str, reason: Reason) -> RefusedRow {
        self.table.refusal(self.line, column, reason)
    }

    /// The refusal of this row as a whole.
    pub(super) fn refuse_whole(&self, reason: Reason) -> RefusedRow {
        RefusedRow {
            file: self.table.file,
            line: self.line,
            column: None,
            reason,
        }
    }

    /// What stands in a column; blank where the row ends before it.
    fn cell(&self, column: &'static str) -> &str {
        let place = self.table.columns.iter().position(|name| *name == column);
        debug_assert!(place.is_some(), "{column} is no column of the table");
        place
            .and_then(|place| self.cells.get(*self.places.get(place)?))
            .map_or("", String::as_str)
    }

    /// A text as it stands there, or `None` where it is blank.
    pub(super) fn text(&self, column: &'static str) -> Option<String> {
        let cell = self.cell(column);
        (!cell.trim().is_empty()).then(|| cell.to_owned())
    }

    /// The number of a patient or an encounter, as text. Identity.
    pub(super) fn number(&self, column: &'static str) -> Result<String, RefusedRow> {
        let cell = self.cell(column);
        if cell.trim().is_empty() {
            return Err(self.refuse(column, Reason::Blank));
        }
        if !cell.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(self.refuse(column, Reason::Number(shape(cell))));
        }
        Ok(cell.to_owned())
    }

    /// Every run of digits in the line, wherever it stands. Identity.
    pub(super) fn numbers(&self) -> HashSet<String> {
        runs_of_digits(self.text)
    }

    /// Every run of digits in a cell. Identity.
    pub(super) fn numbers_in(&self, column: &'static str) -> HashSet<String> {
        runs_of_digits(self.cell(column).as_bytes())
    }

    /// A time that must be there.
    pub(super) fn time(&self, column: &'static str) -> Result<NaiveDateTime, RefusedRow> {
        let cell = self.cell(column);
        if cell.trim().is_empty() {
            return Err(self.refuse(column, Reason::Blank));
        }
        parse_time(cell).ok_or_else(|| self.refuse(column, Reason::Time(form(cell))))
    }

    /// A time that tells who the patient is (of birth, of death), `None` where it is blank.
    pub(super) fn identity_time(
        &self,
        column: &'static str,
    ) -> Result<Option<NaiveDateTime>, RefusedRow> {
        let cell = self.cell(column);
        if cell.trim().is_empty() {
            return Ok(None);
        }
        match parse_time(cell) {
            Some(time) => Ok(Some(time)),
            None => Err(self.refuse(column, Reason::Time(shape(cell)))),
        }
    }

    /// A flag, `None` where it is blank.
    pub(super) fn flag(&self, column: &'static str) -> Result<Option<bool>, RefusedRow> {
        match self.cell(column) {
            "" => Ok(None),
            "0" => Ok(Some(false)),
            "1" => Ok(Some(true)),
            other => Err(self.refuse(column, Reason::Flag(form(other)))),
        }
    }
}

fn runs_of_digits(text: &[u8]) -> HashSet<String> {
    text.split(|byte| !byte.is_ascii_digit())
        .filter(|run| !run.is_empty())
        .map(|run| String::from_utf8_lossy(run).into_owned())
        .collect()
}

/// Reads `YYYY-MM-DD HH:MM:SS` and nothing else: no other order, no missing zero, no leap second.
fn parse_time(text: &str) -> Option<NaiveDateTime> {
    const FORM: &[u8; 19] = b"0000-00-00 00:00:00";
    let bytes: &[u8; 19] = text.as_bytes().try_into().ok()?;
    let fits = |(byte, form): (&u8, &u8)| match form {
        b'0' => byte.is_ascii_digit(),
        mark => byte == mark,
    };
    if !bytes.iter().zip(FORM).all(fits) {
        return None;
    }
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u32>().ok();
    let year = text.get(0..4)?.parse().ok()?;
    NaiveDate::from_ymd_opt(year, number(5, 7)?, number(8, 10)?)?.and_hms_opt(
        number(11, 13)?,
        number(14, 16)?,
        number(17, 19)?,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_form_of_time_is_read() {
        let time = parse_time("2164-02-29 21:10:15").unwrap();
        assert_eq!(time.to_string(), "2164-02-29 21:10:15");
    }

    #[test]
    fn no_other_form_is_guessed() {
        for text in [
            "10/23/64 21:09",
            "2164-10-23",
            "2164-10-23T21:10:15",
            "2164-10-23 21:10",
            "2164-10-23 21:10:15 ",
            " 2164-10-23 21:10:15",
            "2164-10-23 21:10:15.0",
            "2164-1-23 021:10:15",
            "2163-02-29 21:10:15",
            "2164-13-01 21:10:15",
            "2164-10-23 24:00:00",
            "2164-10-23 23:59:60",
            "+164-10-23 21:10:15",
            "２164-10-23 21:10",
        ] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }
}
