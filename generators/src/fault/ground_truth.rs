//! `ground_truth.csv`: every fault, so that whoever looks for them can be scored.

use std::path::Path;

use super::Fault;
use crate::output::{GrowingFile, OutputError, Writing, Written};
use crate::text::write_number;

/// The file's name.
pub const NAME: &str = "ground_truth.csv";

const HEADER: &str = "source,ordinal,file,line,class,field\n";

/// The file while it is written: first the faults of the flow, in order, then those of the files.
#[derive(Debug)]
pub struct GroundTruth<'w>(GrowingFile<'w>);

impl<'w> GroundTruth<'w> {
    /// Begins the file; it stands under its name when it is finished.
    pub fn create(
        writing: &'w Writing,
        (folder, name): (&Path, &str),
    ) -> Result<Self, OutputError> {
        GrowingFile::create(writing, folder, name, HEADER).map(Self)
    }

    /// Adds the fault of an event, by its number in the flow as it is sent, from 0.
    pub fn add_event(&mut self, ordinal: u64, fault: Fault) -> Result<(), OutputError> {
        self.0.row(|out| {
            out.extend_from_slice(b"flow,");
            write_number(out, ordinal);
            out.extend_from_slice(b",,");
            write_fault(out, fault);
        })
    }

    /// Adds the fault of a line, counted from 1, which is the header.
    pub fn add_line(&mut self, file: &str, line: u64, fault: Fault) -> Result<(), OutputError> {
        self.0.row(|out| {
            out.extend_from_slice(b"file,,");
            out.extend_from_slice(file.as_bytes());
            out.push(b',');
            write_number(out, line);
            write_fault(out, fault);
        })
    }

    /// Gives the file its name.
    pub fn finish(self) -> Result<Written, OutputError> {
        self.0.finish()
    }
}

fn write_fault(out: &mut Vec<u8>, Fault { class, field }: Fault) {
    for text in [class.as_str(), field] {
        out.push(b',');
        out.extend_from_slice(text.as_bytes());
    }
}
