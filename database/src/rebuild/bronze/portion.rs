//! Some records of bronze, and what they come to.

use chrono::{DateTime, NaiveDate, Utc};
use domain::clean::Refusal;
use domain::department::DepartmentStatement;
use domain::record::CleanedEvent;
use domain::staff::CleanedStaff;
use uuid::Uuid;

use super::reading::{Doubt, Outcome, Read, Reading};
use super::record::{BronzeRecord, Coordinates};
use crate::DatabaseError;
use crate::load::{Load, Origin};

/// It is written once it has so many records, or so many bytes were read for it: what is made of a record may be as large.
const RECORDS_MAX: usize = 4_096;
const BYTES_MAX: usize = 16 * 1024 * 1024;

/// What some records come to.
#[derive(Default)]
pub(super) struct Portion {
    /// All of them, with the times of receipt.
    pub(super) records: Vec<(Coordinates, DateTime<Utc>)>,
    pub(super) events: Vec<(Coordinates, Box<CleanedEvent>)>,
    pub(super) staff: Vec<(Origin, Box<CleanedStaff>)>,
    pub(super) departments: Vec<(Origin, Box<DepartmentStatement>)>,
    pub(super) refused: Vec<Refused>,
    /// Letters, each with the id that the record which repeats it has in quarantine, if it is refused.
    pub(super) redriven: Vec<(Uuid, Option<Uuid>)>,
    /// Records of erased patients that the books do not tell of.
    pub(super) erased: Vec<(Coordinates, Uuid)>,
    /// Records that no lane can have loaded.
    pub(super) doubtful: Vec<(Coordinates, Doubt)>,
    /// Records that stand under the key of an erased patient.
    pub(super) keyed_by_erased: Vec<Coordinates>,
    bytes: usize,
}

/// A record that comes to quarantine.
pub(super) struct Refused {
    pub(super) quarantine_id: Uuid,
    pub(super) coordinates: Coordinates,
    pub(super) received_on: NaiveDate,
    /// By which rule, which field and why; `None` where its row stays as it is.
    pub(super) rule: Option<&'static str>,
    pub(super) field: Option<&'static str>,
    pub(super) reason: Option<String>,
}

impl Portion {
    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.records.len() >= RECORDS_MAX || self.bytes >= BYTES_MAX
    }

    /// Adds a record.
    pub(super) fn add(
        &mut self,
        record: &BronzeRecord<'_>,
        reading: &Reading,
    ) -> Result<(), DatabaseError> {
        self.bytes += record.bytes();
        self.records.push((record.coordinates, record.received_at));
        if record.is_erased {
            return Ok(());
        }
        require_value(record)?;
        let at = record.coordinates;
        let origin = Origin::Kafka {
            topic_id: at.0,
            partition: at.1,
            offset: at.2,
        };
        match reading.read(record)? {
            Read::Event(outcome) => {
                if let Some(event) = self.part(outcome, record, reading)? {
                    self.events.push((at, event));
                }
            }
            Read::Staff(outcome) => {
                if let Some(stated) = self.part(outcome, record, reading)? {
                    self.staff.push((origin, stated));
                }
            }
            Read::Department(outcome) => {
                if let Some(stated) = self.part(outcome, record, reading)? {
                    self.departments.push((origin, stated));
                }
            }
        }
        Ok(())
    }

    /// Notes what is not silver's, and gives what is.
    fn part<T: Load>(
        &mut self,
        outcome: Outcome<T>,
        record: &BronzeRecord<'_>,
        reading: &Reading,
    ) -> Result<Option<Box<T>>, DatabaseError> {
        let letter = reading.letter_of(record)?;
        let doubtful = |doubt| (record.coordinates, doubt);
        let refusal = match outcome {
            Outcome::Usable(cleaned) => {
                if reading.is_keyed_by_erased(record, &*cleaned) {
                    self.keyed_by_erased.push(record.coordinates);
                }
                self.redriven.extend(letter.map(|letter| (letter, None)));
                return Ok(Some(cleaned));
            }
            Outcome::Erased(patient, doubt) => {
                self.doubtful.extend(doubt.map(doubtful));
                self.erased.push((record.coordinates, patient));
                return Ok(None);
            }
            Outcome::RefusedStill => None,
            Outcome::Refused(refusal, doubt) => {
                self.doubtful.extend(doubt.map(doubtful));
                Some(refusal)
            }
        };
        let quarantine_id = reading.quarantine_id(record)?;
        let repeats = letter.map(|letter| (letter, Some(quarantine_id)));
        self.redriven.extend(repeats);
        let rule = refusal.as_ref().map(|refusal| refusal.rule.code);
        let field = refusal.as_ref().and_then(|refusal| refusal.field);
        self.refused.push(Refused {
            quarantine_id,
            coordinates: record.coordinates,
            received_on: record.received_on,
            rule,
            field,
            reason: refusal.map(|Refusal { reason, .. }| reason),
        });
        Ok(None)
    }
}

/// A value that was framed and is gone would be taken for one that was never there.
fn require_value(record: &BronzeRecord<'_>) -> Result<(), DatabaseError> {
    if record.payload.is_some() || record.schema_id.is_none() {
        return Ok(());
    }
    let (topic, partition, offset) = record.coordinates;
    Err(DatabaseError::State(format!(
        "bronze has lost the value of a record: topic number {topic} partition {partition} offset {offset}. Restore it from \
         a backup; `database verify` names all of them. Nothing was changed"
    )))
}
