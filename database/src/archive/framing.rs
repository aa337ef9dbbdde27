//! Records of a CSV file, with their lines.
//!
//! A record is a line, and goes on in the next ones while a quote is open (RFC 4180). A line that is
//! too long, or whose quote nobody closes for a while, is a bad record of its own, and the next begins
//! behind it: one bad line never takes the rest of the file with it, nor the memory.

use std::io::{self, BufRead};

use domain::clean::LineReader;
use domain::erased::Erased;
use domain::extract::{Kind, Layout};
use uuid::Uuid;

/// The most bytes of a record.
pub const RECORD_BYTES_MAX: usize = 1024 * 1024;

/// The most lines of a record with line breaks inside of quotes.
const RECORD_LINES_MAX: usize = 100;

/// Fields of a line, for which memory is taken at once.
const FIELDS_TYPICAL: usize = 32;

/// One record of a file.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame {
    /// Its bytes are in the buffer, without the end of the line.
    Record,
    /// It is longer than [`RECORD_BYTES_MAX`].
    TooLong,
    /// Its quote is not closed.
    OpenQuote,
}

/// Reads the records of a file.
pub struct Frames<R> {
    from: R,
    /// Lines that were read ahead for a quote that nobody closed, in reverse.
    ahead: Vec<Line>,
}

/// A line without its end.
struct Line {
    bytes: Vec<u8>,
    is_too_long: bool,
}

impl<R: BufRead> Frames<R> {
    /// The records of a file from its begin.
    pub fn new(from: R) -> Self {
        Self {
            from,
            ahead: Vec::new(),
        }
    }

    /// What the records are read from.
    pub fn into_inner(self) -> R {
        self.from
    }

    /// The next record, into a buffer; `None` at the end of the file.
    pub fn next(&mut self, record: &mut Vec<u8>) -> io::Result<Option<Frame>> {
        record.clear();
        let mut first = Line {
            bytes: std::mem::take(record),
            is_too_long: false,
        };
        let is_there = self.line(&mut first)?;
        *record = first.bytes;
        if !is_there {
            return Ok(None);
        }
        if first.is_too_long {
            return Ok(Some(Frame::TooLong));
        }
        if !is_open(record) {
            return Ok(Some(Frame::Record));
        }
        self.go_on(record).map(Some)
    }

    /// Joins lines until the quote is closed; where nobody closes it, they are read again.
    fn go_on(&mut self, record: &mut Vec<u8>) -> io::Result<Frame> {
        let first_bytes = record.len();
        let mut joined: Vec<Line> = Vec::new();
        while joined.len() < RECORD_LINES_MAX && record.len() < RECORD_BYTES_MAX {
            let mut line = Line {
                bytes: Vec::new(),
                is_too_long: false,
            };
            if !self.line(&mut line)? {
                break;
            }
            record.push(b'\n');
            record.extend_from_slice(&line.bytes);
            let is_too_long = line.is_too_long;
            joined.push(line);
            if is_too_long {
                break;
            }
            if !is_open(record) {
                return Ok(Frame::Record);
            }
        }
        record.truncate(first_bytes);
        self.ahead.extend(joined.into_iter().rev());
        Ok(Frame::OpenQuote)
    }

    /// The next line, into a line; false at the end of the file.
    fn line(&mut self, line: &mut Line) -> io::Result<bool> {
        if let Some(ahead) = self.ahead.pop() {
            *line = ahead;
            return Ok(true);
        }
        let mut is_there = false;
        loop {
            let available = self.from.fill_buf()?;
            if available.is_empty() {
                break;
            }
            is_there = true;
            let end = memchr::memchr(b'\n', available);
            let part = &available[..end.unwrap_or(available.len())];
            if line.bytes.len() + part.len() > RECORD_BYTES_MAX {
                line.is_too_long = true;
                line.bytes.clear();
            } else if !line.is_too_long {
                line.bytes.extend_from_slice(part);
            }
            let used = part.len() + usize::from(end.is_some());
            self.from.consume(used);
            if end.is_some() {
                break;
            }
        }
        if line.bytes.last() == Some(&b'\r') {
            line.bytes.pop();
        }
        Ok(is_there)
    }
}

/// Whether a quote is open at the end of a record. A quote within a field that does not begin with one
/// is a character like others.
fn is_open(record: &[u8]) -> bool {
    if memchr::memchr(b'"', record).is_none() {
        return false;
    }
    let (mut is_open, mut begins_field) = (false, true);
    let mut bytes = record.iter().peekable();
    while let Some(byte) = bytes.next() {
        if is_open {
            // A doubled quote stands for one.
            is_open = *byte != b'"' || bytes.next_if_eq(&&b'"').is_some();
        } else if begins_field && *byte == b'"' {
            is_open = true;
        }
        begins_field = !is_open && *byte == b',';
    }
    is_open
}

/// What some programs put before a text in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Where a file has its columns, by its first record; or why that is no header.
pub fn layout(record: &[u8], kind: &'static Kind, schema_version: u32) -> Result<Layout, String> {
    let text = record.strip_prefix(BYTE_ORDER_MARK).unwrap_or(record);
    let text = std::str::from_utf8(text).map_err(|_| "line 1 is no UTF-8".to_owned())?;
    let layout = with_fields(text, |names| {
        Layout::of(kind, schema_version, names.iter().copied())
    });
    layout.map_err(|error| error.to_string())
}

/// Which erased patient a record names that need not be usable.
pub fn named(reader: &LineReader, erased: &Erased, record: &[u8]) -> Option<Uuid> {
    let text = std::str::from_utf8(record).ok();
    match text.and_then(|text| with_fields(text, |fields| reader.subject_of(fields))) {
        Some(subject) => erased.has(subject).then_some(subject),
        None => reader.mentioned(erased, record),
    }
}

/// Cuts a record into its fields and gives them to whoever asked for them.
pub fn with_fields<T>(record: &str, read: impl FnOnce(&[&str]) -> T) -> T {
    if memchr::memchr(b'"', record.as_bytes()).is_none() {
        let mut fields = Vec::with_capacity(FIELDS_TYPICAL);
        let mut begin = 0;
        for end in memchr::memchr_iter(b',', record.as_bytes()) {
            fields.push(&record[begin..end]);
            begin = end + 1;
        }
        fields.push(&record[begin..]);
        return read(&fields);
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(record.as_bytes());
    let mut quoted = csv::StringRecord::new();
    // It is UTF-8 in memory: nothing can fail.
    let _ = reader.read_record(&mut quoted);
    let fields: Vec<&str> = quoted.iter().collect();
    read(&fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(text: &[u8]) -> Vec<(Frame, String)> {
        // Small, so that lines are read in parts.
        let mut frames = Frames::new(io::BufReader::with_capacity(7, text));
        let (mut record, mut all) = (Vec::new(), Vec::new());
        while let Some(frame) = frames.next(&mut record).unwrap() {
            let text = String::from_utf8_lossy(&record).into_owned();
            all.push((frame, if text.len() > 40 { "...".into() } else { text }));
        }
        all
    }

    fn record(text: &str) -> (Frame, String) {
        (Frame::Record, text.to_owned())
    }

    #[test]
    fn a_line_is_a_record_whatever_ends_it() {
        assert_eq!(frames(b""), []);
        assert_eq!(frames(b"a,b\n"), [record("a,b")]);
        let lines = frames(b"a,b\r\n\nlonger than the buffer\nend");
        let expected = ["a,b", "", "longer than the buffer", "end"];
        assert_eq!(lines, expected.map(record));
    }

    #[test]
    fn a_record_goes_on_while_a_quote_is_open() {
        let lines = frames(b"a,\"b\nc\"\"\",d\ne\n");
        assert_eq!(lines, [record("a,\"b\nc\"\"\",d"), record("e")]);
    }

    #[test]
    fn a_quote_within_a_field_opens_nothing() {
        let lines = frames(b"5\" pipe,b\nc\n6\" pipe\n");
        let expected = ["5\" pipe,b", "c", "6\" pipe"];
        assert_eq!(lines, expected.map(record));
    }

    #[test]
    fn a_quote_that_nobody_closes_costs_one_line() {
        let lines = frames(b"a,\"b\nc\nd\n");
        let open = (Frame::OpenQuote, "a,\"b".to_owned());
        assert_eq!(lines, [open, record("c"), record("d")]);
        let mut long = b"\"x\n".to_vec();
        for _ in 0..RECORD_LINES_MAX {
            long.extend(b"y\n");
        }
        long.extend(b"\"z\n");
        let lines = frames(&long);
        assert_eq!(lines.len(), RECORD_LINES_MAX + 2);
        assert_eq!(lines[0].0, Frame::OpenQuote);
        assert_eq!(lines[RECORD_LINES_MAX + 1].0, Frame::OpenQuote);
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over() {
        let mut text = b"a\n".to_vec();
        text.extend(std::iter::repeat_n(b'x', 10 * RECORD_BYTES_MAX));
        text.extend(b"\nb\n");
        let lines = frames(&text);
        assert_eq!(lines[0], record("a"));
        assert_eq!(lines[1].0, Frame::TooLong);
        assert_eq!(lines[2], record("b"));
        let exact = "x".repeat(RECORD_BYTES_MAX);
        assert_eq!(frames(exact.as_bytes())[0].0, Frame::Record);
    }

    #[test]
    fn fields_are_those_of_rfc_4180() {
        let fields = |text| with_fields(text, |it| it.iter().map(|it| (*it).to_owned()).collect());
        let plain: Vec<String> = fields("a,,c,");
        assert_eq!(plain, ["a", "", "c", ""]);
        let quoted: Vec<String> = fields("\"a,1\",\"b \"\"x\"\"\",\"c\nd\"");
        assert_eq!(quoted, ["a,1", "b \"x\"", "c\nd"]);
        let none: Vec<String> = fields("");
        assert_eq!(none, [""]);
    }
}
