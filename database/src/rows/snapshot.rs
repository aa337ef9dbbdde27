use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use domain::extract::snapshot::State;
use domain::extract::{PatientSnapshot, RegisteredPatient};
use domain::record::PatientAttributes;
use uuid::Uuid;

use super::derived_row;
use crate::DatabaseError;
use crate::load::{record_rule, unknown_code};

derived_row! {
    /// A row of `silver.patients`.
    SnapshotRow of "patients" in "silver_patients"
    key (hospital_code: String, patient_pseudonym: Uuid, extract_date: NaiveDate) {
        hospital_code: String = TEXT,
        patient_pseudonym: Uuid = UUID,
        extract_date: NaiveDate = DATE,
        extracted_at: DateTime<Utc> = TIMESTAMPTZ,
        state: String = TEXT,
        content_hash: Option<Uuid> = UUID,
        person_pseudonym: Option<Uuid> = UUID,
        sex: Option<String> = TEXT,
        birth_year: Option<i32> = INT4,
        citizenship: Option<String> = TEXT,
        home_language: Option<String> = TEXT,
        marital_status: Option<String> = TEXT,
        medical_scheme: Option<String> = TEXT,
        municipality: Option<String> = TEXT,
        province: Option<String> = TEXT,
        blood_type: Option<String> = TEXT,
        chronic_conditions: Option<String> = TEXT,
        registered_on: Option<NaiveDate> = DATE,
        updated_on: Option<NaiveDate> = DATE,
        repairs: Vec<String> = TEXT_ARRAY,
        file_id: i64 = INT8,
        line: Option<i64> = INT8,
    }
}

const REGISTERED: &str = "registered";
const ABSENT: &str = "absent";
const UNREADABLE: &str = "unreadable";

impl SnapshotRow {
    /// A row with the coordinates of what it follows from.
    pub(crate) fn new(snapshot: &PatientSnapshot, (file_id, line): (i64, Option<i64>)) -> Self {
        let row = Self {
            hospital_code: snapshot.hospital_code.clone(),
            patient_pseudonym: snapshot.patient_pseudonym,
            extract_date: snapshot.extract_date,
            extracted_at: snapshot.extracted_at,
            state: String::new(),
            content_hash: None,
            person_pseudonym: None,
            sex: None,
            birth_year: None,
            citizenship: None,
            home_language: None,
            marital_status: None,
            medical_scheme: None,
            municipality: None,
            province: None,
            blood_type: None,
            chronic_conditions: None,
            registered_on: None,
            updated_on: None,
            repairs: Vec::new(),
            file_id,
            line,
        };
        match &snapshot.state {
            State::Absent => Self {
                state: ABSENT.to_owned(),
                ..row
            },
            State::Unreadable => Self {
                state: UNREADABLE.to_owned(),
                ..row
            },
            State::Registered(registered) => row.with(registered),
        }
    }

    fn with(self, registered: &RegisteredPatient) -> Self {
        let patient = &registered.patient;
        Self {
            state: REGISTERED.to_owned(),
            content_hash: Some(registered.content_hash),
            person_pseudonym: patient.person_pseudonym,
            sex: patient.sex.clone(),
            birth_year: patient.birth_year,
            citizenship: patient.citizenship.clone(),
            home_language: patient.home_language.clone(),
            marital_status: patient.marital_status.clone(),
            medical_scheme: patient.medical_scheme.clone(),
            municipality: patient.municipality.clone(),
            province: patient.province.clone(),
            blood_type: registered.blood_type.clone(),
            chronic_conditions: registered.chronic_conditions.clone(),
            registered_on: registered.registered_on,
            updated_on: registered.updated_on,
            repairs: registered
                .repairs
                .iter()
                .map(|rule| rule.code.to_owned())
                .collect(),
            ..self
        }
    }

    /// What the row says.
    pub(crate) fn state(&self) -> Result<State<Arc<RegisteredPatient>>, DatabaseError> {
        let unknown = |code: &str| unknown_code("silver.patients", "state", code);
        match (&*self.state, self.content_hash) {
            (REGISTERED, Some(content_hash)) => {
                Ok(State::Registered(Arc::new(self.registered(content_hash)?)))
            }
            (ABSENT, _) => Ok(State::Absent),
            (UNREADABLE, _) => Ok(State::Unreadable),
            (other, _) => Err(unknown(other)),
        }
    }

    fn registered(&self, content_hash: Uuid) -> Result<RegisteredPatient, DatabaseError> {
        let repairs = self.repairs.iter();
        Ok(RegisteredPatient {
            content_hash,
            patient: PatientAttributes {
                person_pseudonym: self.person_pseudonym,
                sex: self.sex.clone(),
                birth_year: self.birth_year,
                citizenship: self.citizenship.clone(),
                home_language: self.home_language.clone(),
                religion: None,
                ethnicity: None,
                marital_status: self.marital_status.clone(),
                medical_scheme: self.medical_scheme.clone(),
                municipality: self.municipality.clone(),
                province: self.province.clone(),
            },
            blood_type: self.blood_type.clone(),
            chronic_conditions: self.chronic_conditions.clone(),
            registered_on: self.registered_on,
            updated_on: self.updated_on,
            repairs: repairs
                .map(|code| record_rule("silver.patients", code))
                .collect::<Result<_, _>>()?,
        })
    }

    /// The row without its coordinates.
    pub(crate) fn snapshot(&self) -> Result<PatientSnapshot, DatabaseError> {
        Ok(PatientSnapshot {
            patient_pseudonym: self.patient_pseudonym,
            hospital_code: self.hospital_code.clone(),
            extract_date: self.extract_date,
            extracted_at: self.extracted_at,
            state: self.state()?,
        })
    }
}
