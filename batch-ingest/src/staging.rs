//! What is to be loaded of a file, in parts: in files of their own until its chunks are written. A part is
//! a shard of patients, or the members of a dimension with one first byte.
//!
//! They hold lines as they came, so they lie where identity may lie, below the archive folder.

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use database::archive::folder;
use domain::extract::Meaning;
use uuid::Uuid;

use crate::error::{IngestError, failed};

/// What is staged of a file.
#[derive(Debug)]
pub(crate) struct Staging {
    folder: PathBuf,
    parts: Vec<Option<BufWriter<File>>>,
}

/// What is to be loaded of a patient, or of a member of a dimension: lines with their numbers.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Staged {
    pub(crate) member: Uuid,
    /// Number of the line in the file; 0 where no line says it.
    pub(crate) line: i64,
    pub(crate) what: What,
    /// The line as it came, or the hospital's number of the patient.
    pub(crate) text: String,
}

/// What is staged of a patient or member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// A usable line.
    Line = 0,
    /// The number of a patient whose line cannot be used.
    Unreadable = 1,
    /// The number of a patient whom a snapshot does not name.
    Unnamed = 2,
}

/// How many parts there are of members of a dimension: one of them is in memory.
const PARTS_OF_MEMBERS: u32 = 256;

/// How many parts are staged of a kind of file.
pub(crate) fn parts(meaning: Meaning, shards: u32) -> u32 {
    if meaning.is_of_patients() {
        shards
    } else {
        PARTS_OF_MEMBERS
    }
}

/// The part of a member of a dimension: parts follow each other as members do.
pub(crate) fn part_of_member(member: Uuid) -> u32 {
    u32::from(member.as_bytes()[0])
}

impl Staging {
    /// Begins anew in a folder of its own.
    pub(crate) fn begin(folder: &Path, parts: u32) -> Result<Self, IngestError> {
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(failed("clear", folder))?;
        }
        folder::make(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            parts: (0..parts).map(|_| None).collect(),
        })
    }

    /// Adds what is to be loaded of a member of a part.
    pub(crate) fn add(&mut self, part: u32, staged: &Staged) -> Result<(), IngestError> {
        let path = path(&self.folder, part);
        let place = &mut self.parts[part as usize];
        if place.is_none() {
            *place = Some(BufWriter::new(folder::create(&path)?));
        }
        let Some(out) = place else {
            return Ok(());
        };
        write(out, staged).map_err(failed("write", &path))
    }

    /// All of it is there.
    pub(crate) fn finish(mut self) -> Result<Ready, IngestError> {
        let mut parts = Vec::new();
        for (number, out) in (0..).zip(&mut self.parts) {
            if let Some(out) = out {
                let path = path(&self.folder, number);
                out.flush().map_err(failed("write", &path))?;
                parts.push(number);
            }
        }
        Ok(Ready {
            folder: self.folder,
            parts,
        })
    }
}

/// What is staged of a file, complete. Dropped, it is gone.
#[derive(Debug)]
pub(crate) struct Ready {
    folder: PathBuf,
    parts: Vec<u32>,
}

impl Ready {
    /// The parts of which something is staged, in ascending order.
    pub(crate) fn parts(&self) -> &[u32] {
        &self.parts
    }

    /// What is staged of a part, by member and line.
    pub(crate) fn read(&self, part: u32) -> Result<Vec<Staged>, IngestError> {
        let path = path(&self.folder, part);
        let file = File::open(&path).map_err(failed("open", &path))?;
        let mut from = BufReader::new(file);
        let mut all = Vec::new();
        while let Some(staged) = read(&mut from).map_err(failed("read", &path))? {
            all.push(staged);
        }
        all.sort_by_key(|staged| (staged.member, staged.line));
        Ok(all)
    }
}

impl Drop for Ready {
    fn drop(&mut self) {
        // What cannot be removed now is cleared when the next file is staged.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn path(folder: &Path, part: u32) -> PathBuf {
    folder.join(format!("part-{part}"))
}

fn write(out: &mut impl Write, staged: &Staged) -> io::Result<()> {
    let bytes = u32::try_from(staged.text.len()).map_err(io::Error::other)?;
    out.write_all(staged.member.as_bytes())?;
    out.write_all(&staged.line.to_le_bytes())?;
    out.write_all(&[staged.what as u8])?;
    out.write_all(&bytes.to_le_bytes())?;
    out.write_all(staged.text.as_bytes())
}

/// Bytes before the text: member, line, what it is, and the length of the text.
const HEAD_BYTES: usize = 16 + 8 + 1 + 4;

fn read(from: &mut impl Read) -> io::Result<Option<Staged>> {
    let mut head = [0; HEAD_BYTES];
    if from.read(&mut head[..1])? == 0 {
        return Ok(None);
    }
    from.read_exact(&mut head[1..])?;
    let (member, rest) = head.split_at(16);
    let (line, rest) = rest.split_at(8);
    let (what, bytes) = rest.split_at(1);
    let number = |bytes: &[u8]| {
        bytes
            .iter()
            .rev()
            .fold(0_u64, |sum, it| sum << 8 | u64::from(*it))
    };
    let mut text = vec![0; usize::try_from(number(bytes)).map_err(io::Error::other)?];
    from.read_exact(&mut text)?;
    Ok(Some(Staged {
        member: Uuid::from_slice(member).map_err(io::Error::other)?,
        line: number(line).cast_signed(),
        what: match what {
            [0] => What::Line,
            [1] => What::Unreadable,
            _ => What::Unnamed,
        },
        text: String::from_utf8(text).map_err(io::Error::other)?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_staged_is_read_by_part_in_order_and_then_gone() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("staging");
        let staged = |member: u128, line, what, text: &str| Staged {
            member: Uuid::from_u128(member),
            line,
            what,
            text: text.to_owned(),
        };
        let mut staging = Staging::begin(&folder, 6).unwrap();
        staging.add(4, &staged(7, 3, What::Line, "b,ü")).unwrap();
        staging.add(4, &staged(7, 2, What::Line, "")).unwrap();
        staging.add(1, &staged(9, 0, What::Unnamed, "P9")).unwrap();
        staging
            .add(4, &staged(5, i64::MAX, What::Unreadable, "P5"))
            .unwrap();
        let ready = staging.finish().unwrap();
        assert_eq!(ready.parts(), [1, 4]);
        assert_eq!(ready.read(1).unwrap(), [staged(9, 0, What::Unnamed, "P9")]);
        let expected = [
            staged(5, i64::MAX, What::Unreadable, "P5"),
            staged(7, 2, What::Line, ""),
            staged(7, 3, What::Line, "b,ü"),
        ];
        assert_eq!(ready.read(4).unwrap(), expected);
        drop(ready);
        assert!(!folder.exists());
    }
}
