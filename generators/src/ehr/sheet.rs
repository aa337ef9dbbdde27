//! The rows of a small file.

use crate::text::write_number;

/// The rows of a file that fits into memory, header first.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) name: &'static str,
    /// The first line, with its line feed.
    pub(super) header: &'static str,
    pub(super) text: Vec<u8>,
    pub(super) rows: u64,
}

/// A row that is being written: commas stand between what is added.
pub(super) struct Row<'s> {
    out: &'s mut Vec<u8>,
    is_first: bool,
}

impl Sheet {
    pub(super) fn new(name: &'static str, header: &'static str) -> Self {
        Self {
            name,
            header,
            text: header.as_bytes().to_vec(),
            rows: 0,
        }
    }

    /// Adds a row.
    pub(super) fn row(&mut self, write: impl FnOnce(&mut Row<'_>)) {
        let mut row = Row {
            out: &mut self.text,
            is_first: true,
        };
        write(&mut row);
        self.text.push(b'\n');
        self.rows += 1;
    }
}

impl Row<'_> {
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.field(|out| out.extend_from_slice(text.as_bytes()))
    }

    pub(super) fn number(&mut self, number: u64) -> &mut Self {
        self.field(|out| write_number(out, number))
    }

    pub(super) fn field(&mut self, write: impl FnOnce(&mut Vec<u8>)) -> &mut Self {
        if !std::mem::take(&mut self.is_first) {
            self.out.push(b',');
        }
        write(self.out);
        self
    }
}
