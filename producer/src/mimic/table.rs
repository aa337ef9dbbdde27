//! A CSV file of the extract: its header, and its rows one by one.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::error::ExtractError;
use super::line;
use super::refusal::{CELL_CHARACTERS_MAX, Reason, RefusedRow};
use super::row::Row;

/// The longest line that is read into memory. A row of the published extract has some 300 bytes.
const LINE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// A file of the extract and what is read of it.
#[derive(Debug)]
pub(super) struct Table {
    /// Name of the file.
    pub(super) file: &'static str,
    /// The columns that are read, in lower case. The file may have others, in any order.
    pub(super) columns: &'static [&'static str],
    /// The column by which rows of other files refer to a row of this one.
    pub(super) key: &'static str,
}

impl Table {
    /// Reads the file in `dir` and shows each row, with what is wrong with the whole of it.
    pub(super) fn read(
        &self,
        dir: &Path,
        mut show: impl FnMut(&Row<'_>, Option<Reason>),
    ) -> Result<(), ExtractError> {
        let path = dir.join(self.file);
        let file = match open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(ExtractError::NoFile { path });
            }
            Err(source) => return Err(ExtractError::Unreadable { path, source }),
            Ok(file) => file,
        };
        let mut lines = Lines::new(path, BufReader::new(file));
        let header = self.header(&mut lines)?;
        while lines.advance()? {
            if lines.text().is_empty() {
                continue;
            }
            let cells = line::split(lines.text());
            if !lines.is_ended() && header.is_cut(&cells) {
                return Err(ExtractError::CutShort {
                    path: lines.path,
                    line: lines.number,
                });
            }
            let row = Row {
                table: self,
                places: &header.places,
                line: lines.number,
                text: lines.text(),
                cells: cells.as_deref().unwrap_or_default(),
            };
            let damage = match &cells {
                Ok(cells) if cells.len() == header.width => long_cell(cells),
                Ok(cells) => Some(Reason::Columns {
                    found: cells.len(),
                    expected: header.width,
                }),
                Err(reason) => Some(reason.clone()),
            };
            show(&row, damage);
        }
        Ok(())
    }

    /// The refusal of a row of this table.
    pub(super) fn refusal(&self, line: u64, column: &'static str, reason: Reason) -> RefusedRow {
        RefusedRow {
            file: self.file,
            line,
            column: Some(column),
            reason,
        }
    }

    /// Reads the header, its names in upper or lower case.
    fn header(&self, lines: &mut Lines) -> Result<Header, ExtractError> {
        lines.advance()?;
        // A byte order mark is no part of the first name.
        let text = lines.text();
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        let names = line::split(text).map_err(|reason| ExtractError::Header {
            path: lines.path.clone(),
            reason,
        })?;
        let mut places = Vec::new();
        let mut faulty = Vec::new();
        for column in self.columns {
            let mut found = (0..names.len()).filter(|at| names[*at].eq_ignore_ascii_case(column));
            match (found.next(), found.next()) {
                (Some(at), None) => places.push(at),
                _ => faulty.push(*column),
            }
        }
        if faulty.is_empty() {
            Ok(Header {
                width: names.len(),
                places,
            })
        } else {
            Err(ExtractError::Columns {
                path: lines.path.clone(),
                columns: faulty,
            })
        }
    }
}

/// Opens a regular file: a pipe would be waited for, and a device never ends.
fn open(path: &Path) -> io::Result<File> {
    if std::fs::metadata(path)?.is_file() {
        File::open(path)
    } else {
        Err(io::Error::other("it is no regular file"))
    }
}

/// Where the columns stand that are read.
struct Header {
    /// Cells in a row.
    width: usize,
    /// Place of each of the table's columns.
    places: Vec<usize>,
}

impl Header {
    /// Whether a last line without a line break has lost something that is needed. It may have lost
    /// the end of its last cell: that harms where the cell is read, or cells are missing behind it.
    fn is_cut(&self, cells: &Result<Vec<String>, Reason>) -> bool {
        match cells {
            Ok(cells) => cells.len() < self.width || self.places.contains(&(self.width - 1)),
            // An open quote, half a character: what a cut leaves.
            Err(_) => true,
        }
    }
}

/// The lines of a file, one at a time.
struct Lines {
    path: PathBuf,
    reader: BufReader<File>,
    buffer: Vec<u8>,
    /// Number of the current line, from 1.
    number: u64,
}

impl Lines {
    fn new(path: PathBuf, reader: BufReader<File>) -> Self {
        Self {
            path,
            reader,
            buffer: Vec::new(),
            number: 0,
        }
    }

    /// Goes to the next line; false at the end.
    fn advance(&mut self) -> Result<bool, ExtractError> {
        self.buffer.clear();
        self.number += 1;
        let bytes = (&mut self.reader)
            .take(LINE_BYTES_MAX)
            .read_until(b'\n', &mut self.buffer)
            .map_err(|source| ExtractError::Unreadable {
                path: self.path.clone(),
                source,
            })?;
        if bytes as u64 == LINE_BYTES_MAX && !self.is_ended() {
            return Err(ExtractError::LongLine {
                path: self.path.clone(),
                line: self.number,
                bytes_max: LINE_BYTES_MAX,
            });
        }
        Ok(bytes > 0)
    }

    /// Whether the current line has its line break.
    fn is_ended(&self) -> bool {
        self.buffer.ends_with(b"\n")
    }

    /// The current line without its line break, of whatever system.
    fn text(&self) -> &[u8] {
        let text = self.buffer.strip_suffix(b"\n").unwrap_or(&self.buffer);
        text.strip_suffix(b"\r").unwrap_or(text)
    }
}

/// What is wrong with a row of which a cell is too long to be what it should be.
fn long_cell(cells: &[String]) -> Option<Reason> {
    let characters = cells.iter().map(|cell| cell.chars().count()).max()?;
    (characters > CELL_CHARACTERS_MAX).then_some(Reason::LongCell { characters })
}
