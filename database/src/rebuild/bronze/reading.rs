//! What is made of a record of bronze: decoded by the schemas that were kept, and cleaned, as a lane does it.

use std::collections::HashMap;

use domain::clean::{Clean, Cleaner, Refusal};
use domain::department::DepartmentStatement;
use domain::department_event::DepartmentEvent;
use domain::erased::Erased;
use domain::event::AdtEvent;
use domain::pseudonym::PseudonymKey;
use domain::record::CleanedEvent;
use domain::rule::warehouse::REFUSED;
use domain::staff::CleanedStaff;
use domain::staff_event::StaffEvent;
use platform::codec::{DecodeError, KeptDecoder, Record, unreadable};
use platform::kafka::Topic;
use tokio_postgres::{Row, Transaction};
use uuid::Uuid;

use super::super::failed;
use super::record::BronzeRecord;
use crate::DatabaseError;
use crate::load::{Load, mentioned, quarantine_id};
use crate::{letter, reference};

/// What all records are read with.
pub(super) struct Reading {
    topics: HashMap<i16, KnownTopic>,
    events: KeptDecoder<AdtEvent>,
    staff: KeptDecoder<StaffEvent>,
    departments: KeptDecoder<DepartmentEvent>,
    cleaner: Cleaner,
    erased: Erased,
}

/// A topic that was read.
struct KnownTopic {
    cluster_id: String,
    name: String,
}

/// What a record comes to.
pub(super) enum Outcome<T> {
    /// It can be used.
    Usable(Box<T>),
    /// A rule refuses it.
    Refused(Refusal, Option<Doubt>),
    /// It is in quarantine and stays there: who refused it cannot be asked here (the database, or a registry that told of
    /// its schema), or somebody has decided what becomes of it.
    RefusedStill,
    /// It is an erased patient's, whom it names.
    Erased(Uuid, Option<Doubt>),
}

/// Why no lane can have loaded a record as it stands in bronze.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// Nobody has kept the schema by which it was written.
    LostSchema(u32),
    /// It is no event, or none that can be read.
    Unreadable,
    /// It is refused, and names an erased patient.
    NamesErased,
}

impl Doubt {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::LostSchema(_) => "lost schema",
            Self::Unreadable => "unreadable",
            Self::NamesErased => "names an erased patient",
        }
    }

    pub(super) fn lost_schema_id(self) -> Option<i64> {
        match self {
            Self::LostSchema(id) => Some(id.into()),
            Self::Unreadable | Self::NamesErased => None,
        }
    }
}

/// The same for whatever a topic holds.
pub(super) enum Read {
    Event(Outcome<CleanedEvent>),
    Staff(Outcome<CleanedStaff>),
    Department(Outcome<DepartmentStatement>),
}

impl Reading {
    /// Reads what is needed of the warehouse.
    pub(super) async fn of(
        transaction: &Transaction<'_>,
        key: &PseudonymKey,
    ) -> Result<Self, DatabaseError> {
        let topics = include_str!("../../../sql/rebuild/bronze/topics.sql");
        let topics = transaction.query(topics, &[]).await.map_err(failed)?;
        let topic = |row: &Row| {
            let known = KnownTopic {
                cluster_id: row.get("cluster_id"),
                name: row.get("topic"),
            };
            (row.get("topic_id"), known)
        };
        let schemas = include_str!("../../../sql/rebuild/bronze/schemas.sql");
        let schemas = transaction.query(schemas, &[]).await.map_err(failed)?;
        let schemas: Vec<(u32, &str)> = schemas
            .iter()
            .map(|row| {
                let id: i32 = row.get("schema_id");
                (id.cast_unsigned(), row.get("definition"))
            })
            .collect();
        let schemas = || schemas.iter().copied();
        let reference = reference::reference(transaction).await?;
        Ok(Self {
            topics: topics.iter().map(topic).collect(),
            events: KeptDecoder::new(schemas(), key.clone()),
            staff: KeptDecoder::new(schemas(), key.clone()),
            departments: KeptDecoder::new(schemas(), key.clone()),
            cleaner: Cleaner::new(key.clone(), reference.hospitals),
            erased: reference.erased,
        })
    }

    /// What a record comes to.
    pub(super) fn read(&self, record: &BronzeRecord<'_>) -> Result<Read, DatabaseError> {
        Ok(match self.topic(record)? {
            Topic::Staff => Read::Staff(self.judge(&self.staff, record)),
            Topic::Departments => Read::Department(self.judge(&self.departments, record)),
            _ => Read::Event(self.judge(&self.events, record)),
        })
    }

    fn judge<E: Record + Clean<Cleaned: Load>>(
        &self,
        decoder: &KeptDecoder<E>,
        record: &BronzeRecord<'_>,
    ) -> Outcome<E::Cleaned> {
        let payload = record.payload.ok_or(DecodeError::Empty);
        let decoded = payload.and_then(|payload| decoder.decode(payload));
        let doubt = match decoded {
            Err(DecodeError::UnknownSchema(id)) => Some(Doubt::LostSchema(id)),
            Err(_) => Some(Doubt::Unreadable),
            Ok(_) => None,
        };
        let outcome = match decoded {
            Ok(decoded) => {
                let cleaned = decoded.event.clean(&self.cleaner, decoded.content_hash);
                cleaned.map(Box::new)
            }
            Err(error) => Err(unreadable::<E>(&error)),
        };
        if let Some(patient) = self.erased(record, &outcome) {
            let doubt = outcome.is_err().then_some(Doubt::NamesErased);
            return Outcome::Erased(patient, doubt);
        }
        let is_lost = matches!(doubt, Some(Doubt::LostSchema(_)));
        match outcome {
            Ok(_) if record.is_decided || record.refused_by == Some(REFUSED.code) => {
                Outcome::RefusedStill
            }
            Err(_) if is_lost && record.refused_by.is_some() => Outcome::RefusedStill,
            Ok(cleaned) => Outcome::Usable(cleaned),
            Err(refusal) => Outcome::Refused(refusal, doubt),
        }
    }

    /// Whether the key of somebody's record is an erased patient's.
    pub(super) fn is_keyed_by_erased<T: Load>(
        &self,
        record: &BronzeRecord<'_>,
        cleaned: &T,
    ) -> bool {
        let is_others = |key: &&[u8]| T::IS_OF_PATIENTS && !cleaned.has_key(key);
        let key = record.key.filter(is_others);
        key.is_some_and(|key| {
            self.cleaner
                .mentioned(&self.erased, Some(key), None)
                .is_some()
        })
    }

    /// The erased patient whose record this is.
    fn erased<T: Load>(
        &self,
        record: &BronzeRecord<'_>,
        outcome: &Result<Box<T>, Refusal>,
    ) -> Option<Uuid> {
        if let Ok(cleaned) = outcome {
            return cleaned
                .patient()
                .filter(|patient| self.erased.has(*patient));
        }
        let bytes = (record.key, record.payload);
        mentioned((&self.cleaner, &self.erased), bytes, outcome)
    }

    /// The letter that a record repeats. Nobody's header names one on the topic of events.
    pub(super) fn letter_of(
        &self,
        record: &BronzeRecord<'_>,
    ) -> Result<Option<Uuid>, DatabaseError> {
        if self.topic(record)? == Topic::Events {
            return Ok(None);
        }
        Ok(record.headers.as_deref().and_then(letter::named_in))
    }

    /// The id that the record has in quarantine.
    pub(super) fn quarantine_id(&self, record: &BronzeRecord<'_>) -> Result<Uuid, DatabaseError> {
        let KnownTopic { cluster_id, name } = self.known(record)?;
        let (_, partition, offset) = record.coordinates;
        Ok(quarantine_id((cluster_id, name), (partition, offset)))
    }

    fn topic(&self, record: &BronzeRecord<'_>) -> Result<Topic, DatabaseError> {
        let name = &self.known(record)?.name;
        Topic::of_name(name).ok_or_else(|| {
            DatabaseError::State(format!(
                "bronze holds records of topic {name}, which is none that this program reads: use the release that loaded it"
            ))
        })
    }

    fn known(&self, record: &BronzeRecord<'_>) -> Result<&KnownTopic, DatabaseError> {
        let (number, partition, offset) = record.coordinates;
        self.topics.get(&number).ok_or_else(|| {
            DatabaseError::State(format!(
                "bronze holds records of topic number {number}, the first found in partition {partition} at offset {offset}, \
                 which ops.kafka_topic does not name: restore its row"
            ))
        })
    }
}
