//! Whether a zip holds what the course asks for.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;
use zip::ZipArchive;

use super::{BRIEF, CODE, DATA, OF_CHECKOUT};

/// Without these the code builds nothing.
const CODE_AT_LEAST: [&str; 3] = ["Cargo.toml", "Cargo.lock", "README.md"];

/// Columns that each file of data has, among others.
const COLUMNS: [(&str, &[&str]); 3] = [
    ("people.csv", &["person_id", "id_number", "date_of_birth"]),
    (
        "hospital_patients.csv",
        &["patient_id", "person_id", "hospital_code"],
    ),
    (
        "assigned_staff.csv",
        &["assignment_id", "staff_id", "replaces_staff_id"],
    ),
];

/// What was found of something that is to be there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Found {
    pub(crate) name: String,
    /// How much of it there is.
    pub(crate) extent: String,
    /// What is wrong with it.
    pub(crate) complaint: Option<String>,
}

/// Looks at everything that is to be in a zip.
pub(crate) fn check(zip: &Path) -> anyhow::Result<Vec<Found>> {
    let failed = || format!("{} is no zip that can be read", zip.display());
    let file = File::open(zip).with_context(failed)?;
    let mut archive = ZipArchive::new(BufReader::new(file)).with_context(failed)?;
    let names: Result<BTreeSet<String>, _> = archive
        .file_names()
        .map(|name| name.map(std::borrow::Cow::into_owned))
        .collect();
    let names = names.with_context(failed)?;
    let mut found = Vec::new();
    for name in DATA {
        found.push(read(&mut archive, name, data));
    }
    for name in OF_CHECKOUT {
        found.push(read(&mut archive, name, text));
    }
    found.push(read(&mut archive, BRIEF, brief));
    found.push(code(&names));
    Ok(found)
}

/// Tells what was found, line by line.
pub(crate) fn render(found: &[Found], out: &mut impl Write) -> io::Result<()> {
    for it in found {
        let (mark, rest) = match &it.complaint {
            None => ("ok", it.extent.as_str()),
            Some(complaint) => ("MISSING", complaint.as_str()),
        };
        writeln!(out, "{mark:<8}{:<24}{rest}", it.name)?;
    }
    Ok(())
}

type Archive = ZipArchive<BufReader<File>>;

/// Reads a file of the zip, whose contents say how much of it there is or what is wrong.
fn read(
    archive: &mut Archive,
    name: &str,
    look: fn(&str, &mut dyn BufRead) -> Result<String, String>,
) -> Found {
    let looked = match archive.by_name(name) {
        Ok(file) => look(name, &mut BufReader::new(file)),
        Err(_) => Err("it is not in the zip".to_owned()),
    };
    let (extent, complaint) = match looked {
        Ok(extent) => (extent, None),
        Err(complaint) => (String::new(), Some(complaint)),
    };
    Found {
        name: name.to_owned(),
        extent,
        complaint,
    }
}

fn data(name: &str, source: &mut dyn BufRead) -> Result<String, String> {
    let mut reader = csv::Reader::from_reader(source);
    let header = reader.headers().map_err(|error| shape(&error))?;
    let wanted = COLUMNS.iter().filter(|(file, _)| *file == name);
    for column in wanted.flat_map(|(_, columns)| *columns) {
        if !header.iter().any(|it| it == *column) {
            return Err(format!("it has no column {column}"));
        }
    }
    let mut record = csv::ByteRecord::new();
    let mut lines = 0_u64;
    while reader
        .read_byte_record(&mut record)
        .map_err(|error| shape(&error))?
    {
        lines += 1;
    }
    match lines {
        0 => Err("it has a header and no line".to_owned()),
        lines => Ok(format!("{lines} lines")),
    }
}

/// Where a file of CSV is wrong; the library's words may show a value.
fn shape(error: &csv::Error) -> String {
    match error.position() {
        Some(position) => format!("line {} is not as the header says", position.line()),
        None => "it cannot be read as CSV".to_owned(),
    }
}

fn text(_: &str, source: &mut dyn BufRead) -> Result<String, String> {
    let mut content = String::new();
    let read = source.read_to_string(&mut content);
    match read {
        Ok(_) if content.trim().is_empty() => Err("it is empty".to_owned()),
        Ok(_) => Ok(format!("{} lines", content.lines().count())),
        Err(_) => Err("it is no text".to_owned()),
    }
}

fn brief(_: &str, source: &mut dyn BufRead) -> Result<String, String> {
    let mut content = Vec::new();
    source
        .read_to_end(&mut content)
        .map_err(|_| "it is damaged".to_owned())?;
    let end = &content[content.len().saturating_sub(1024)..];
    let is_whole = content.starts_with(b"%PDF-") && end.windows(5).any(|it| it == b"%%EOF");
    if is_whole {
        Ok(format!("{} kB", content.len() / 1_000))
    } else {
        Err("it is no whole PDF".to_owned())
    }
}

fn code(names: &BTreeSet<String>) -> Found {
    let files: BTreeSet<&str> = names
        .iter()
        .filter_map(|it| it.strip_prefix(CODE))
        .collect();
    let lacks: Vec<&str> = CODE_AT_LEAST
        .into_iter()
        .filter(|it| !files.contains(it))
        .collect();
    let sources = files.iter().filter(|it| is_rust(it)).count();
    let complaint = match lacks.as_slice() {
        [] if sources == 0 => Some("there is no Rust in it".to_owned()),
        [] => None,
        lacks => Some(format!("there is no {}", lacks.join(", no "))),
    };
    Found {
        name: CODE.to_owned(),
        extent: format!("{} files, {sources} of Rust", files.len()),
        complaint,
    }
}

fn is_rust(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|it| it == "rs")
}

#[cfg(test)]
mod tests {
    use super::super::pack::pack;
    use super::*;
    use tokio_util::sync::CancellationToken;

    const PEOPLE: &str = "person_id,id_number,date_of_birth\n1,2,3\n";

    /// A zip of these files.
    fn zipped(files: &[(&str, &str)]) -> Vec<Found> {
        let folder = tempfile::tempdir().unwrap();
        let mut contents = Vec::new();
        for (number, (name, content)) in files.iter().enumerate() {
            let path = folder.path().join(number.to_string());
            std::fs::write(&path, content).unwrap();
            contents.push(((*name).to_owned(), path));
        }
        let zip = folder.path().join("it.zip");
        pack(&zip, &contents, &CancellationToken::new()).unwrap();
        check(&zip).unwrap()
    }

    fn complaint<'f>(found: &'f [Found], name: &str) -> Option<&'f str> {
        let it = found.iter().find(|it| it.name == name).unwrap();
        it.complaint.as_deref()
    }

    #[test]
    fn what_is_whole_is_found_and_what_is_not_is_named() {
        let found = zipped(&[
            ("people.csv", PEOPLE),
            ("hospital_patients.csv", "patient_id,person_id\n1,2\n"),
            (
                "assigned_staff.csv",
                "assignment_id,staff_id,replaces_staff_id\n",
            ),
            ("README.md", "# Wardflow\n"),
            ("docker-compose.yml", "\n"),
            ("project_brief.pdf", "%PDF-1.7\nhalf of it"),
            ("code/Cargo.toml", "[workspace]\n"),
            ("code/README.md", "#\n"),
        ]);
        assert_eq!(complaint(&found, "people.csv"), None);
        assert_eq!(complaint(&found, "README.md"), None);
        for (name, words) in [
            ("hospital_patients.csv", "no column hospital_code"),
            ("assigned_staff.csv", "no line"),
            ("docker-compose.yml", "empty"),
            ("project_brief.pdf", "no whole PDF"),
            ("code/", "no Cargo.lock"),
        ] {
            let said = complaint(&found, name).unwrap();
            assert!(said.contains(words), "{name}: {said}");
        }
        let found = zipped(&[("people.csv", PEOPLE)]);
        let missing = found.iter().filter(|it| it.complaint.is_some()).count();
        assert_eq!(missing, found.len() - 1);
    }
}
