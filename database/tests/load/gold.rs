//! The gold that the model of the tests derives from a set of records, and its digest: written
//! neither by the fold nor by the loader.

#[path = "../../../domain/tests/history/model.rs"]
mod model;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use database::digest::copy_text::{Field, Moment, line};
use database::digest::{Digest, TableDigest, rows};
use domain::dimension_key::unknown_member_key;
use domain::history::{
    Admission, Departments, Finding, LocationStay, PatientHistory, PatientVersion,
};
use domain::record::AdtRecord;
use uuid::Uuid;

use super::occupancy::{Hour, Place, digest_line, occupancy};

/// The histories of all patients, each with the hospital and the time of the last record.
#[derive(Debug, Clone)]
pub(crate) struct Gold {
    patients: BTreeMap<Uuid, (PatientHistory, String, DateTime<Utc>)>,
    departments: Departments,
    /// The departments that records name, by hospital.
    codes: BTreeSet<(String, String)>,
}

impl Gold {
    /// What the model says of records in any order, copies included.
    pub(crate) fn of<'a>(
        records: impl IntoIterator<Item = &'a AdtRecord>,
        departments: &Departments,
    ) -> Self {
        let mut patients: BTreeMap<Uuid, BTreeMap<(Uuid, Uuid), AdtRecord>> = BTreeMap::new();
        let mut codes = BTreeSet::new();
        for record in records {
            if let Some(code) = &record.location.department_code {
                codes.insert((record.hospital_code.clone(), code.clone()));
            }
            patients
                .entry(record.patient_pseudonym)
                .or_default()
                .insert((record.event_id, record.content_hash), record.clone());
        }
        let history = |records: BTreeMap<_, AdtRecord>| {
            let records: Vec<_> = records.into_values().collect();
            let last = records.iter().max_by_key(|record| record.occurred_at);
            let last = last.unwrap();
            let (hospital, seen_at) = (last.hospital_code.clone(), last.occurred_at);
            (model::model(&records, departments), hospital, seen_at)
        };
        let patients = patients.into_iter();
        Self {
            patients: patients
                .map(|(id, records)| (id, history(records)))
                .collect(),
            departments: departments.clone(),
            codes,
        }
    }

    /// The same with other histories of the patients that both have.
    pub(crate) fn with(&self, changed: Self) -> Self {
        let mut all = self.clone();
        all.patients.extend(changed.patients);
        all.codes.extend(changed.codes);
        all
    }

    /// The same without a patient.
    pub(crate) fn without(&self, patient: Uuid) -> Self {
        let mut others = self.clone();
        others.patients.remove(&patient);
        others
    }

    /// The digest of a warehouse that holds exactly this gold, and the reference data of another's.
    pub(crate) fn digest(&self, reference: &Digest) -> Digest {
        let hours = self.hours().into_iter().map(digest_line);
        let mut own = self.patient_tables().to_vec();
        own.push(rows("gold.fact_bed_occupancy", hours));
        let reference = reference.tables.iter();
        let tables = reference.map(|table| {
            let own = own.iter().find(|own| own.name == table.name);
            own.unwrap_or(table).clone()
        });
        Digest::of(tables.collect())
    }

    /// The digests of the tables whose rows are each about one patient.
    pub(crate) fn patient_tables(&self) -> [TableDigest; 4] {
        [
            self.table("gold.dim_patient", |history| &history.versions, version),
            self.table(
                "gold.fact_admission",
                |history| &history.admissions,
                admission,
            ),
            self.table("gold.fact_location_stay", |history| &history.stays, stay),
            self.table("silver.finding", |history| &history.findings, finding),
        ]
    }

    /// Occupancy by the hour.
    pub(crate) fn hours(&self) -> BTreeMap<Place, Hour> {
        let of_patients = self.patients.iter();
        let last_seen = of_patients.map(|(id, (_, hospital, at))| ((hospital.clone(), *id), *at));
        let stays = self.patients.values();
        let stays = stays.flat_map(|(history, ..)| &history.stays);
        occupancy(stays, &last_seen.collect(), |stay, hour| {
            self.version_at(stay, hour)
        })
    }

    /// The version of a stay's department at the begin of an hour. Here the first ones begin before all
    /// hours.
    fn version_at(&self, stay: &LocationStay, hour: DateTime<Utc>) -> Uuid {
        let find = |code: &str, at| self.departments.find(&stay.hospital_code, Some(code), at);
        let is_its = |(hospital, code): &&(String, String)| {
            *hospital == stay.hospital_code
                && find(code, stay.arrived_at) == Some(stay.department_key)
        };
        let code = self.codes.iter().find(is_its);
        let version = code.and_then(|(_, code)| find(code, hour));
        version.unwrap_or(stay.department_key)
    }

    /// The digest of one table. Rows are in the order of their first columns, which are the key.
    fn table<Row>(
        &self,
        name: &'static str,
        part: fn(&PatientHistory) -> &Vec<Row>,
        fields: fn(&Row) -> Vec<Field<'_>>,
    ) -> TableDigest {
        let mut lines: Vec<String> = self
            .patients
            .values()
            .flat_map(|(history, ..)| part(history))
            .map(|row| line(&fields(row)))
            .collect();
        if name == "gold.dim_patient" {
            lines.push(unknown_patient());
        }
        // UUIDs and times of one form sort as text as they do by value.
        lines.sort_unstable();
        rows(name, lines)
    }
}

fn unknown_patient() -> String {
    let mut fields: Vec<Field<'_>> = vec![
        unknown_member_key("dim_patient").into(),
        Uuid::nil().into(),
        "unknown".into(),
    ];
    fields.extend([Field::Null; 11]);
    fields.push(Moment::NegativeInfinity.into());
    fields.push(Moment::Infinity.into());
    fields.push(true.into());
    fields.push(Field::Null);
    line(&fields)
}

fn version(row: &PatientVersion) -> Vec<Field<'_>> {
    let patient = &row.attributes;
    vec![
        row.patient_key.into(),
        row.patient_pseudonym.into(),
        row.hospital_code.as_str().into(),
        patient.person_pseudonym.into(),
        patient.sex.as_deref().into(),
        patient.birth_year.into(),
        patient.citizenship.as_deref().into(),
        patient.home_language.as_deref().into(),
        patient.religion.as_deref().into(),
        patient.ethnicity.as_deref().into(),
        patient.marital_status.as_deref().into(),
        patient.medical_scheme.as_deref().into(),
        patient.municipality.as_deref().into(),
        patient.province.as_deref().into(),
        row.valid_from.into(),
        row.valid_to.map_or(Moment::Infinity, Moment::At).into(),
        row.valid_to.is_none().into(),
        row.is_registered.into(),
    ]
}

fn admission(row: &Admission) -> Vec<Field<'_>> {
    vec![
        row.encounter_key.into(),
        row.patient_key.into(),
        row.patient_pseudonym.into(),
        row.hospital_code.as_str().into(),
        row.admission_department_key.into(),
        row.last_department_key.into(),
        row.admitted_at.into(),
        row.first_location_at.into(),
        row.last_location_left_at.into(),
        row.discharged_at.into(),
        row.length_of_stay_seconds.into(),
        row.transfer_count.into(),
        row.admission_type.as_deref().into(),
        row.admission_source.as_deref().into(),
        row.disposition.as_deref().into(),
        row.died.into(),
        row.age_at_admission_years.into(),
        row.age_band.as_str().into(),
    ]
}

fn stay(row: &LocationStay) -> Vec<Field<'_>> {
    vec![
        row.encounter_key.into(),
        row.arrived_at.into(),
        row.stay_number.into(),
        row.patient_key.into(),
        row.patient_pseudonym.into(),
        row.hospital_code.as_str().into(),
        row.department_key.into(),
        row.ward.as_deref().into(),
        row.bed.as_deref().into(),
        row.left_at.into(),
        row.stay_seconds.into(),
    ]
}

fn finding(row: &Finding) -> Vec<Field<'_>> {
    vec![
        row.patient_pseudonym.into(),
        row.rule.code.into(),
        row.event_id.into(),
        row.encounter_key.into(),
    ]
}
