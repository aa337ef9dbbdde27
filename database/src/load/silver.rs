use std::collections::{BTreeMap, HashSet};

use domain::history::PatientRecords;
use domain::record::{AdtRecord, CleanedEvent, PatientAttributes, Place, Trigger};
use domain::rule::{Rule, record as rule};
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use super::held::{Held, Patients};
use super::prepared::COPY_SILVER;
use super::unreadable::{ReadError, unknown_code};
use super::{Batch, Incoming, Step};
use crate::DatabaseError;
use crate::fault::{self, Point};

const TABLE: &str = "silver.adt_record";

/// What silver held of the batch's patients, and which of its records are new.
pub(super) struct Silver<'b> {
    held: BTreeMap<Uuid, Held>,
    pub(super) new: Vec<(&'b Incoming, &'b CleanedEvent)>,
    pub(super) duplicates: Vec<(&'b Incoming, &'b CleanedEvent)>,
}

impl<'b> Silver<'b> {
    /// Parts usable records into new ones and those already held or met.
    fn part(held: BTreeMap<Uuid, Held>, usable: Vec<(&'b Incoming, &'b CleanedEvent)>) -> Self {
        let identity = |record: &AdtRecord| {
            (
                record.patient_pseudonym,
                record.event_id,
                record.content_hash,
            )
        };
        let events = held.values().flat_map(|held| &held.events);
        let mut met: HashSet<_> = events.map(identity).collect();
        let (mut new, mut duplicates) = (Vec::new(), Vec::new());
        for (incoming, event) in usable {
            let part = if met.insert(identity(&event.record)) {
                &mut new
            } else {
                &mut duplicates
            };
            part.push((incoming, event));
        }
        Self {
            held,
            new,
            duplicates,
        }
    }

    /// Whether silver knew a patient before.
    pub(super) fn knew(&self, patient: Uuid) -> bool {
        self.held.contains_key(&patient)
    }

    /// The patients of whom something new is known, each with all that silver holds.
    pub(super) fn patients_with_news(&self) -> BTreeMap<Uuid, PatientRecords<'_>> {
        let mut patients: BTreeMap<Uuid, PatientRecords<'_>> = BTreeMap::new();
        for (_, event) in &self.new {
            let patient = event.record.patient_pseudonym;
            let records = patients.entry(patient).or_insert_with(|| {
                let held = self.held.get(&patient);
                held.map(Held::records).unwrap_or_default()
            });
            records.events.push(&event.record);
        }
        patients
    }
}

impl Step<'_> {
    /// Adds to silver what it does not hold.
    pub(super) async fn write_silver<'b>(
        &self,
        batch: &'b Batch,
    ) -> Result<Silver<'b>, DatabaseError> {
        let usable = |record: &'b Incoming| Some((record, &**record.outcome.as_ref().ok()?));
        let usable: Vec<_> = self.kept(batch).filter_map(usable).collect();
        let records = usable.iter().map(|(_, event)| &event.record);
        let patients =
            Patients::of(records.map(|record| (record.patient_pseudonym, &*record.hospital_code)));
        let silver = Silver::part(self.session.read_silver(&patients).await?, usable);
        self.copy_silver(&silver).await?;
        fault::reach(Point::Silver)?;
        Ok(silver)
    }

    async fn copy_silver(&self, silver: &Silver<'_>) -> Result<(), DatabaseError> {
        let topic_id = self.topic.topic_id;
        let rows = silver.new.iter().map(|(incoming, event)| {
            SilverRow::of(
                &event.record,
                (topic_id, incoming.partition, incoming.offset),
            )
        });
        self.session
            .copy(
                SilverRow::COPY,
                "write silver",
                SilverRow::TYPES,
                rows,
                SilverRow::values,
            )
            .await?;
        Ok(())
    }
}

/// A row to write, with the coordinates of its first delivery.
pub(crate) struct SilverRow<'b> {
    record: &'b AdtRecord,
    event_type: &'static str,
    repairs: Vec<&'static str>,
    coordinates: (i16, i32, i64),
}

impl<'b> SilverRow<'b> {
    /// Copies rows into silver.
    pub(crate) const COPY: &'static str = COPY_SILVER;

    /// Types of the columns, in the order of `copy_silver.sql`.
    pub(crate) const TYPES: &'static [Type] = &[
        Type::UUID,
        Type::UUID,
        Type::UUID,
        Type::UUID,
        Type::TEXT,
        Type::TIMESTAMPTZ,
        Type::TIMESTAMPTZ,
        Type::TIMESTAMPTZ,
        Type::TIMESTAMPTZ,
        Type::TEXT,
        Type::TEXT,
        Type::INT8,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::UUID,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::BOOL,
        Type::INT4,
        Type::UUID,
        Type::TEXT,
        Type::INT4,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT_ARRAY,
        Type::INT2,
        Type::INT4,
        Type::INT8,
    ];

    /// A record that came by a topic, partition and offset.
    pub(crate) fn of(record: &'b AdtRecord, coordinates: (i16, i32, i64)) -> Self {
        Self {
            record,
            event_type: record.trigger.code(),
            repairs: record.repairs.iter().map(|rule| rule.code).collect(),
            coordinates,
        }
    }

    /// Values in the order of `copy_silver.sql`.
    pub(crate) fn values(&self) -> Vec<&(dyn ToSql + Sync)> {
        let record = self.record;
        let patient = &record.patient;
        vec![
            &record.patient_pseudonym,
            &record.event_id,
            &record.content_hash,
            &record.encounter_key,
            &self.event_type,
            &record.occurred_at,
            &record.recorded_at,
            &record.admitted_at,
            &record.discharged_at,
            &record.source_system,
            &record.hospital_code,
            &record.sequence,
            &record.location.department_code,
            &record.location.ward,
            &record.location.bed,
            &record.prior_location.department_code,
            &record.prior_location.ward,
            &record.prior_location.bed,
            &record.hospital_service,
            &record.attending_staff_pseudonym,
            &record.admission_type,
            &record.admission_source,
            &record.discharge_disposition,
            &record.died,
            &record.age_at_admission_years,
            &patient.person_pseudonym,
            &patient.sex,
            &patient.birth_year,
            &patient.citizenship,
            &patient.home_language,
            &patient.religion,
            &patient.ethnicity,
            &patient.marital_status,
            &patient.medical_scheme,
            &patient.municipality,
            &patient.province,
            &self.repairs,
            &self.coordinates.0,
            &self.coordinates.1,
            &self.coordinates.2,
        ]
    }
}

/// Reads a row of `read_silver.sql`.
pub(super) fn read(row: &Row) -> Result<AdtRecord, DatabaseError> {
    read_columns(row).map_err(|error| match error {
        ReadError::Column(error) => DatabaseError::while_doing("read silver", &error),
        ReadError::Unknown(error) => error,
    })
}

fn read_columns(row: &Row) -> Result<AdtRecord, ReadError> {
    let event_type: &str = row.try_get("event_type")?;
    let repairs: Vec<&str> = row.try_get("repairs")?;
    Ok(AdtRecord {
        patient_pseudonym: row.try_get("patient_pseudonym")?,
        event_id: row.try_get("event_id")?,
        content_hash: row.try_get("content_hash")?,
        encounter_key: row.try_get("encounter_key")?,
        trigger: Trigger::parse(event_type)
            .ok_or_else(|| unknown_code(TABLE, "event_type", event_type))?,
        occurred_at: row.try_get("occurred_at")?,
        recorded_at: row.try_get("recorded_at")?,
        admitted_at: row.try_get("admitted_at")?,
        discharged_at: row.try_get("discharged_at")?,
        source_system: row.try_get("source_system")?,
        hospital_code: row.try_get("hospital_code")?,
        sequence: row.try_get("sequence")?,
        location: place(row, ["department_code", "ward", "bed"])?,
        prior_location: place(row, ["prior_department_code", "prior_ward", "prior_bed"])?,
        hospital_service: row.try_get("hospital_service")?,
        attending_staff_pseudonym: row.try_get("attending_staff_pseudonym")?,
        admission_type: row.try_get("admission_type")?,
        admission_source: row.try_get("admission_source")?,
        discharge_disposition: row.try_get("discharge_disposition")?,
        died: row.try_get("died")?,
        age_at_admission_years: row.try_get("age_at_admission_years")?,
        patient: PatientAttributes {
            person_pseudonym: row.try_get("person_pseudonym")?,
            sex: row.try_get("sex")?,
            birth_year: row.try_get("birth_year")?,
            citizenship: row.try_get("citizenship")?,
            home_language: row.try_get("home_language")?,
            religion: row.try_get("religion")?,
            ethnicity: row.try_get("ethnicity")?,
            marital_status: row.try_get("marital_status")?,
            medical_scheme: row.try_get("medical_scheme")?,
            municipality: row.try_get("municipality")?,
            province: row.try_get("province")?,
        },
        repairs: repairs
            .into_iter()
            .map(|code| record_rule(TABLE, code))
            .collect::<Result<_, _>>()?,
    })
}

fn place(row: &Row, [department, ward, bed]: [&str; 3]) -> Result<Place, tokio_postgres::Error> {
    Ok(Place {
        department_code: row.try_get(department)?,
        ward: row.try_get(ward)?,
        bed: row.try_get(bed)?,
    })
}

/// The record rule of a code that a table of silver holds.
pub(crate) fn record_rule(table: &'static str, code: &str) -> Result<&'static Rule, DatabaseError> {
    let found = rule::ALL.iter().find(|rule| rule.code == code);
    let unknown = || unknown_code(table, "repairs", code);
    found.copied().ok_or_else(unknown)
}
