//! What is to be loaded of a file, in parts: in files of their own until its chunks are written. One part at
//! a time is in memory, however large the file is.
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
    cut: Cut,
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

/// How a file is cut into parts: by shard, and each shard by the first byte of its members. So members
/// ascend from one part of a shard to the next, as within a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cut {
    shards: u32,
    parts_of_shard: u32,
}

impl Cut {
    /// So many parts at most, unless there are more shards: each is an open file while a file is read.
    const PARTS_MAX: u32 = 256;

    /// That of a kind of files. A dimension is one shard.
    pub(crate) fn of(meaning: Meaning, shards: u32) -> Self {
        let shards = if meaning.is_of_patients() { shards } else { 1 };
        let fitting = Self::PARTS_MAX.checked_div(shards).unwrap_or(1);
        Self {
            shards,
            // The greatest power of two that fits, so that all parts have as many first bytes.
            parts_of_shard: 1 << fitting.max(1).ilog2(),
        }
    }

    /// The part of a member of a shard.
    pub(crate) fn part(self, shard: u32, member: Uuid) -> u32 {
        let first_byte = u32::from(member.as_bytes()[0]);
        shard * self.parts_of_shard + first_byte * self.parts_of_shard / 256
    }

    /// The shard that a part is of.
    pub(crate) fn shard(self, part: u32) -> u32 {
        part / self.parts_of_shard
    }
}

impl Staging {
    /// Begins anew in a folder of its own.
    pub(crate) fn begin(folder: &Path, cut: Cut) -> Result<Self, IngestError> {
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(failed("clear", folder))?;
        }
        folder::make(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            cut,
            parts: (0..cut.shards * cut.parts_of_shard).map(|_| None).collect(),
        })
    }

    /// Adds what is to be loaded of a member of a shard.
    pub(crate) fn add(&mut self, shard: u32, staged: &Staged) -> Result<(), IngestError> {
        let part = self.cut.part(shard, staged.member);
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
            cut: self.cut,
            parts,
        })
    }
}

/// What is staged of a file, complete. Dropped, it is gone.
#[derive(Debug)]
pub(crate) struct Ready {
    folder: PathBuf,
    cut: Cut,
    parts: Vec<u32>,
}

impl Ready {
    /// How the file is cut.
    pub(crate) fn cut(&self) -> Cut {
        self.cut
    }

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

    fn staged(member: u128, line: i64, what: What, text: &str) -> Staged {
        Staged {
            member: Uuid::from_u128(member),
            line,
            what,
            text: text.to_owned(),
        }
    }

    #[test]
    fn what_is_staged_is_read_by_part_in_order_and_then_gone() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("staging");
        let cut = Cut::of(Meaning::Snapshot, 6);
        let mut staging = Staging::begin(&folder, cut).unwrap();
        staging.add(4, &staged(7, 3, What::Line, "b,ü")).unwrap();
        staging.add(4, &staged(7, 2, What::Line, "")).unwrap();
        staging.add(1, &staged(9, 0, What::Unnamed, "P9")).unwrap();
        staging
            .add(4, &staged(5, i64::MAX, What::Unreadable, "P5"))
            .unwrap();
        let last = u128::MAX;
        staging.add(4, &staged(last, 4, What::Line, "z")).unwrap();
        let ready = staging.finish().unwrap();
        let parts = ready.parts().to_vec();
        assert_eq!(
            parts.iter().map(|it| cut.shard(*it)).collect::<Vec<_>>(),
            [1, 4, 4]
        );
        let read = |place: usize| ready.read(parts[place]).unwrap();
        assert_eq!(read(0), [staged(9, 0, What::Unnamed, "P9")]);
        let expected = [
            staged(5, i64::MAX, What::Unreadable, "P5"),
            staged(7, 2, What::Line, ""),
            staged(7, 3, What::Line, "b,ü"),
        ];
        assert_eq!(read(1), expected);
        assert_eq!(read(2), [staged(last, 4, What::Line, "z")]);
        drop(ready);
        assert!(!folder.exists());
    }

    #[test]
    fn members_ascend_from_part_to_part_within_a_shard() {
        let member = |first_byte: u8| Uuid::from_u128(u128::from(first_byte) << 120);
        for (meaning, shards, parts) in [
            (Meaning::Snapshot, 6, 192),
            (Meaning::Snapshot, 1, 256),
            (Meaning::Snapshot, 1_000, 1_000),
            (Meaning::Staff, 6, 256),
        ] {
            let cut = Cut::of(meaning, shards);
            assert_eq!(cut.shards * cut.parts_of_shard, parts, "{cut:?}");
            let mut before = None;
            for shard in 0..cut.shards {
                for first_byte in 0..=u8::MAX {
                    let part = cut.part(shard, member(first_byte));
                    assert_eq!(cut.shard(part), shard);
                    assert!(before <= Some(part) && part < parts, "{cut:?}");
                    before = Some(part);
                }
            }
        }
    }
}
