//! One line of a CSV file, split into cells.
//!
//! A row of a MIMIC-III extract is a line: no field of the tables read here holds a line break. So
//! a quote that is never closed spoils its own row and not the file behind it, as it would with a
//! reader that follows quotes across lines. The splitter is strict (RFC 4180): where a lenient one
//! would make something of a stray quote, the row is refused.

use super::refusal::Reason;

/// The cells of a line without its line break.
pub(super) fn split(line: &[u8]) -> Result<Vec<String>, Reason> {
    if line.contains(&0) {
        return Err(Reason::Nul);
    }
    let text = str::from_utf8(line).map_err(|error| Reason::NotUtf8 {
        byte: error.valid_up_to() + 1,
    })?;
    let mut cells = Vec::new();
    let mut rest = text;
    loop {
        let (cell, behind) = if let Some(quoted) = rest.strip_prefix('"') {
            quoted_cell(quoted)?
        } else {
            plain_cell(rest)?
        };
        cells.push(cell);
        match behind.strip_prefix(',') {
            Some(next) => rest = next,
            None => return Ok(cells),
        }
    }
}

/// A cell without quotes, and what follows it: nothing, or a comma and the next cell.
fn plain_cell(text: &str) -> Result<(String, &str), Reason> {
    let end = text.find(',').unwrap_or(text.len());
    let (cell, behind) = text.split_at(end);
    if cell.contains('"') {
        return Err(Reason::StrayQuote);
    }
    Ok((cell.to_owned(), behind))
}

/// A cell whose opening quote is already taken, and what follows its closing quote.
fn quoted_cell(text: &str) -> Result<(String, &str), Reason> {
    let mut cell = String::new();
    let mut rest = text;
    loop {
        let end = rest.find('"').ok_or(Reason::OpenQuote)?;
        cell.push_str(&rest[..end]);
        let behind = &rest[end + 1..];
        if let Some(next) = behind.strip_prefix('"') {
            cell.push('"');
            rest = next;
        } else if behind.is_empty() || behind.starts_with(',') {
            return Ok((cell, behind));
        } else {
            return Err(Reason::StrayQuote);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(line: &str) -> Vec<String> {
        split(line.as_bytes()).unwrap()
    }

    #[test]
    fn cells_are_split_at_commas_outside_quotes() {
        assert_eq!(cells("a,,c"), ["a", "", "c"]);
        assert_eq!(cells(""), [""]);
        assert_eq!(cells(r#""a,b","say ""no""","#), ["a,b", r#"say "no""#, ""]);
    }

    #[test]
    fn what_a_lenient_reader_would_guess_is_refused() {
        assert_eq!(split(br#"a,"b,c"#), Err(Reason::OpenQuote));
        assert_eq!(split(br#"a,"b"c,d"#), Err(Reason::StrayQuote));
        assert_eq!(split(br#"a,b"c,d"#), Err(Reason::StrayQuote));
        assert_eq!(split(b"a,\xff,c"), Err(Reason::NotUtf8 { byte: 3 }));
        assert_eq!(split(b"a,\0,c"), Err(Reason::Nul));
    }

    proptest! {
        #[test]
        fn what_another_writer_writes_is_read(cells in prop::collection::vec("[a-z\", ]{0,6}", 1..6)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(&cells).unwrap();
            let line = writer.into_inner().unwrap();
            prop_assert_eq!(split(line.strip_suffix(b"\n").unwrap()).unwrap(), cells);
        }
    }
}
