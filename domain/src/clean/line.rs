//! Reading the lines of the hospitals' extracts by the rules that judge events.

mod clinical;
mod department;
mod encounter;
mod fields;
mod patient;
mod record;
mod staff;

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::mention::mentioned_in;
use super::{Cleaner, Refusal, hospital};
use crate::content::LineContent;
use crate::digest::first_uuid;
use crate::erased::Erased;
use crate::extract::{Extract, Layout, Line, Meaning, NO_COLUMN, Sender};
use crate::network::TimeZone;
use crate::pseudonym::PseudonymKey;
use crate::rule::line::UNREADABLE;
use fields::Fields;

/// Reads the lines of one file.
#[derive(Debug)]
pub struct LineReader {
    key: PseudonymKey,
    time_zones: HashMap<String, TimeZone>,
    extract: Extract,
    /// The hospital whose patients the lines are of; empty where they name hospitals themselves.
    hospital_code: String,
    /// The last day on which anybody can be born of whom the lines tell: that of the extract, or that
    /// which begins somewhere when the network's list is made.
    last_day: NaiveDate,
    layout: Layout,
}

impl LineReader {
    /// A reader of a file with this layout. Refuses a hospital that is not in the network (ADT-007).
    pub fn new(cleaner: &Cleaner, extract: &Extract, layout: Layout) -> Result<Self, Refusal> {
        let hospital_code = match layout.kind().sender {
            Sender::Network => String::new(),
            Sender::Hospital => {
                hospital::hospital(extract.hospital_code.as_deref(), &cleaner.time_zones)?.0
            }
        };
        let last_day = match layout.kind().sender {
            Sender::Hospital => None,
            Sender::Network => {
                let zones = cleaner.time_zones.values();
                zones.map(|zone| zone.date_of(extract.extracted_at)).max()
            }
        };
        Ok(Self {
            last_day: last_day.unwrap_or(extract.date),
            key: cleaner.key.clone(),
            time_zones: cleaner.time_zones.clone(),
            extract: extract.clone(),
            hospital_code,
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
            Meaning::Records(subject) => Ok(Line::Record(Box::new(self.record(subject, &fields)?))),
            Meaning::Departments => Ok(Line::Department(Box::new(self.department(&fields)?))),
            Meaning::Staff => Ok(Line::Staff(Box::new(self.staff(&fields)?))),
            Meaning::Assignments => Ok(Line::Assignment(Box::new(self.assignment(&fields)?))),
        }
    }

    /// Whose line it is, where it tells that much, also of a line that cannot be used: the pseudonym
    /// and the hospital's own number.
    pub fn patient_of(&self, line: &[&str]) -> Option<(Uuid, String)> {
        let fields = self.fields(line).ok()?;
        let patient_id = fields.patient_id().ok()?;
        let pseudonym = self.key.patient(&self.hospital_code, &patient_id);
        Some((pseudonym, patient_id))
    }

    /// Whose line it is, where it tells that much: a patient, or of a list of people a person.
    pub fn subject_of(&self, line: &[&str]) -> Option<Uuid> {
        let fields = self.fields(line).ok()?;
        match self.layout.kind().meaning {
            Meaning::Records(subject) => Some(self.subject(subject, &fields).ok()?.0),
            _ => Some(self.patient_of(line)?.0),
        }
    }

    /// Which erased patient a line names whose own patient cannot be read, by a word of it: of the
    /// hospital that sent it, or of any where the network did.
    pub fn mentioned(&self, erased: &Erased, line: &[u8]) -> Option<Uuid> {
        if !self.hospital_code.is_empty() {
            return mentioned_in(line, (&self.key, &self.hospital_code), erased);
        }
        let mut hospitals: Vec<&String> = self.time_zones.keys().collect();
        hospitals.sort_unstable();
        let mut hospitals = hospitals.into_iter();
        hospitals.find_map(|code| mentioned_in(line, (&self.key, code), erased))
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

    /// What names a statement that a line makes about a member: the UUID of the first 16 bytes of
    /// SHA-256 over `kind|member|day|content hash`.
    fn statement_id(&self, member: &str, content_hash: Uuid) -> Uuid {
        let (kind, date) = (self.layout.kind().name, self.extract.date);
        let text = format!("{kind}|{member}|{date}|{content_hash}");
        first_uuid(&Sha256::digest(text.as_bytes()).into())
    }

    /// The hash of all described fields as sent, and of the rules that hit them where that matters.
    fn content_hash(&self, fields: &Fields<'_>, repairs: &str) -> Uuid {
        let mut content = LineContent::new(&self.key);
        content.add(NO_COLUMN, repairs);
        for place in self.layout.places() {
            content.add(place.tag, fields.line[place.field]);
        }
        content.hash()
    }
}
