//! What is made of a record of bronze: decoded by the schemas that were kept, and cleaned, as a lane does it.

use std::collections::HashMap;

use domain::clean::{Clean, Cleaner, Refusal};
use domain::department_event::DepartmentEvent;
use domain::erased::Erased;
use domain::event::AdtEvent;
use domain::pseudonym::PseudonymKey;
use domain::record::CleanedEvent;
use domain::rule::warehouse::REFUSED;
use domain::staff_event::StaffEvent;
use platform::codec::{DecodeError, KeptDecoder, Record, unreadable};
use platform::kafka::Topic;
use tokio_postgres::{Row, Transaction};
use uuid::Uuid;

use super::super::failed;
use super::super::outcome::{Doubt, Outcome};
use super::super::portion::{Part, Place, Portion};
use super::record::BronzeRecord;
use crate::DatabaseError;
use crate::load::{Load as _, mentioned};
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

    /// Adds a record, and what it comes to.
    pub(super) fn add(
        &self,
        record: &BronzeRecord<'_>,
        portion: &mut Portion,
    ) -> Result<(), DatabaseError> {
        portion.count(record.bytes());
        portion
            .records
            .push((record.coordinates, record.received_at));
        if record.is_erased {
            return Ok(());
        }
        require_value(record)?;
        let topic = self.topic(record)?;
        let place = self.place_of(record, topic)?;
        match topic {
            Topic::Staff => portion.add(self.judge(&self.staff, record), &place),
            Topic::Departments => portion.add(self.judge(&self.departments, record), &place),
            _ => {
                let outcome = self.judge(&self.events, record);
                if self.is_keyed_by_erased(record, &outcome) {
                    portion.keyed_by_erased.push(record.coordinates);
                }
                portion.add(outcome, &place);
            }
        }
        Ok(())
    }

    fn judge<E: Record + Clean<Cleaned: Part>>(
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
    fn is_keyed_by_erased(
        &self,
        record: &BronzeRecord<'_>,
        outcome: &Outcome<CleanedEvent>,
    ) -> bool {
        let Outcome::Usable(event) = outcome else {
            return false;
        };
        let key = record.key.filter(|key| !event.has_key(key));
        key.is_some_and(|key| {
            self.cleaner
                .mentioned(&self.erased, Some(key), None)
                .is_some()
        })
    }

    /// The erased patient whose record this is.
    fn erased<T: Part>(
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

    fn place_of(
        &self,
        record: &BronzeRecord<'_>,
        topic: Topic,
    ) -> Result<Place<'_>, DatabaseError> {
        let KnownTopic { cluster_id, name } = self.known(record)?;
        // Nobody's header names a letter on the topic of events.
        let headers = record.headers.as_deref();
        let headers = headers.filter(|_| topic != Topic::Events);
        Ok(Place {
            coordinates: record.coordinates,
            received_at: record.received_at,
            received_on: record.received_on,
            cluster_id,
            topic: name,
            letter: headers.and_then(letter::named_in),
        })
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
