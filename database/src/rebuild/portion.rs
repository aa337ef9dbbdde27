//! Some Kafka records, and what they come to.

use chrono::{DateTime, NaiveDate, Utc};
use domain::department::DepartmentStatement;
use domain::record::CleanedEvent;
use domain::staff::CleanedStaff;
use uuid::Uuid;

use super::outcome::{Doubt, Outcome};
use crate::load::{Load, Origin, quarantine_id};

/// It is written once it has so many records, or so many bytes were read for it: what is made of a record may be as large.
const RECORDS_MAX: usize = 4_096;
const BYTES_MAX: usize = 16 * 1024 * 1024;

/// Topic by its short number, partition, offset.
pub(super) type Coordinates = (i16, i32, i64);

/// What some records come to.
#[derive(Default)]
pub(super) struct Portion {
    /// All of them, with the times of receipt, where bronze is read.
    pub(super) records: Vec<(Coordinates, DateTime<Utc>)>,
    pub(super) events: Vec<(Coordinates, Box<CleanedEvent>)>,
    pub(super) staff: Vec<(Origin, Box<CleanedStaff>)>,
    pub(super) departments: Vec<(Origin, Box<DepartmentStatement>)>,
    pub(super) refused: Vec<Refused>,
    /// Records that repeat letters.
    pub(super) redriven: Vec<Redriven>,
    /// Records of erased patients that the books do not tell of.
    pub(super) erased: Vec<(Coordinates, Uuid)>,
    /// Records that no lane can have loaded.
    pub(super) doubtful: Vec<(Coordinates, Doubt)>,
    /// Records that stand under the key of an erased patient.
    pub(super) keyed_by_erased: Vec<Coordinates>,
    len: usize,
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

/// A record that repeats a letter.
pub(super) struct Redriven {
    pub(super) letter: Uuid,
    /// The id that it has in quarantine, if it is refused.
    pub(super) quarantine_id: Option<Uuid>,
    pub(super) received_at: DateTime<Utc>,
    pub(super) offset: i64,
}

/// Where a record stands.
pub(super) struct Place<'t> {
    pub(super) coordinates: Coordinates,
    pub(super) received_at: DateTime<Utc>,
    pub(super) received_on: NaiveDate,
    pub(super) cluster_id: &'t str,
    pub(super) topic: &'t str,
    /// The letter that it repeats.
    pub(super) letter: Option<Uuid>,
}

impl Place<'_> {
    /// The id that the record has in quarantine.
    fn quarantine_id(&self) -> Uuid {
        let (_, partition, offset) = self.coordinates;
        quarantine_id((self.cluster_id, self.topic), (partition, offset))
    }

    /// The same as what repeats a letter, where it does.
    fn redriven(&self, quarantine_id: Option<Uuid>) -> Option<Redriven> {
        Some(Redriven {
            letter: self.letter?,
            quarantine_id,
            received_at: self.received_at,
            offset: self.coordinates.2,
        })
    }

    fn origin(&self) -> Origin {
        let (topic_id, partition, offset) = self.coordinates;
        Origin::Kafka {
            topic_id,
            partition,
            offset,
        }
    }
}

/// What a topic holds once it is cleaned.
pub(super) trait Part: Load {
    /// Adds a usable one.
    fn put(self: Box<Self>, portion: &mut Portion, place: &Place<'_>);
}

impl Part for CleanedEvent {
    fn put(self: Box<Self>, portion: &mut Portion, place: &Place<'_>) {
        portion.events.push((place.coordinates, self));
    }
}

impl Part for CleanedStaff {
    fn put(self: Box<Self>, portion: &mut Portion, place: &Place<'_>) {
        portion.staff.push((place.origin(), self));
    }
}

impl Part for DepartmentStatement {
    fn put(self: Box<Self>, portion: &mut Portion, place: &Place<'_>) {
        portion.departments.push((place.origin(), self));
    }
}

impl Portion {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn is_full(&self) -> bool {
        self.len >= RECORDS_MAX || self.bytes >= BYTES_MAX
    }

    /// Counts a record of so many bytes.
    pub(super) fn count(&mut self, bytes: usize) {
        self.len += 1;
        self.bytes += bytes;
    }

    /// Adds what a record that was counted comes to.
    pub(super) fn add<T: Part>(&mut self, outcome: Outcome<T>, place: &Place<'_>) {
        let doubtful = |doubt| (place.coordinates, doubt);
        let refusal = match outcome {
            Outcome::Usable(cleaned) => {
                self.redriven.extend(place.redriven(None));
                return cleaned.put(self, place);
            }
            Outcome::Erased(patient, doubt) => {
                self.doubtful.extend(doubt.map(doubtful));
                self.erased.push((place.coordinates, patient));
                return;
            }
            Outcome::RefusedStill => None,
            Outcome::Refused(refusal, doubt) => {
                self.doubtful.extend(doubt.map(doubtful));
                Some(refusal)
            }
        };
        let quarantine_id = place.quarantine_id();
        self.redriven.extend(place.redriven(Some(quarantine_id)));
        self.refused.push(Refused {
            quarantine_id,
            coordinates: place.coordinates,
            received_on: place.received_on,
            rule: refusal.as_ref().map(|refusal| refusal.rule.code),
            field: refusal.as_ref().and_then(|refusal| refusal.field),
            reason: refusal.map(|refusal| refusal.reason),
        });
    }
}
