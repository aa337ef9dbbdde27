//! Reading the lines of the hospitals' extracts by the rules that judge events.

mod clinical;
mod encounter;
mod fields;
mod patient;

#[cfg(test)]
mod tests;

use uuid::Uuid;

use super::mention::mentioned_in;
use super::{Cleaner, Refusal, hospital};
use crate::content::{FieldValue, SortedContent};
use crate::erased::Erased;
use crate::extract::{Extract, Layout, Line, Meaning};
use crate::pseudonym::PseudonymKey;
use crate::rule::line::UNREADABLE;
use fields::Fields;

/// Reads the lines of one file.
#[derive(Debug)]
pub struct LineReader {
    key: PseudonymKey,
    extract: Extract,
    layout: Layout,
}

impl LineReader {
    /// A reader of a file with this layout. Refuses a hospital that is not in the network (ADT-007).
    pub fn new(cleaner: &Cleaner, extract: &Extract, layout: Layout) -> Result<Self, Refusal> {
        let code = Some(&*extract.hospital_code);
        let (hospital_code, _) = hospital::hospital(code, &cleaner.time_zones)?;
        Ok(Self {
            key: cleaner.key.clone(),
            extract: Extract {
                hospital_code,
                ..*extract
            },
            layout,
        })
    }

    /// Which extract the file belongs to.
    pub fn extract(&self) -> &Extract {
        &self.extract
    }

    /// Where the file has its columns.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Checks and types a line, and parts it into what silver holds and the identity.
    pub fn read(&self, line: &[&str]) -> Result<Line, Refusal> {
        let fields = self.fields(line)?;
        match self.layout.kind().meaning {
            Meaning::Snapshot => Ok(Line::Patient(Box::new(self.patient(&fields)?))),
            Meaning::Encounters => Ok(Line::Encounter(Box::new(self.encounter(&fields)?))),
            Meaning::Clinical => Ok(Line::Clinical(Box::new(self.clinical(&fields)?))),
        }
    }

    /// Whose line it is, where it tells that much, also of a line that cannot be used: the pseudonym
    /// and the hospital's own number.
    pub fn patient_of(&self, line: &[&str]) -> Option<(Uuid, String)> {
        let fields = self.fields(line).ok()?;
        let patient_id = fields.patient_id().ok()?;
        let pseudonym = self.key.patient(&self.extract.hospital_code, &patient_id);
        Some((pseudonym, patient_id))
    }

    /// Which erased patient a line names whose own patient cannot be read, by a word of it.
    pub fn mentioned(&self, erased: &Erased, line: &[u8]) -> Option<Uuid> {
        mentioned_in(line, (&self.key, &self.extract.hospital_code), erased)
    }

    fn fields<'l>(&'l self, line: &'l [&'l str]) -> Result<Fields<'l>, Refusal> {
        let (there, expected) = (line.len(), self.layout.fields());
        if there != expected {
            let reason = format!("{there} fields where the header has {expected}");
            return Err(Refusal {
                rule: &UNREADABLE,
                field: None,
                reason,
            });
        }
        Ok(Fields {
            layout: &self.layout,
            line,
        })
    }

    /// The hash of all described fields as sent, and of the rules that hit them where that matters.
    fn content_hash(&self, fields: &Fields<'_>, repairs: &str) -> Uuid {
        let mut content = SortedContent::new(&self.key);
        // An empty name comes before all others.
        if !repairs.is_empty() {
            content.add("", FieldValue::Text(repairs));
        }
        for (column, place) in self.layout.places() {
            let sent = fields.line[*place];
            if !sent.is_empty() {
                content.add(column.name, FieldValue::Text(sent));
            }
        }
        content.hash()
    }
}
