use chrono::{DateTime, Utc};
use domain::history::{Admission, Finding, LocationStay, PatientVersion};
use tokio_postgres::types::Timestamp;
use uuid::Uuid;

use super::derived_row;

type Time = DateTime<Utc>;

derived_row! {
    /// A row of `gold.dim_patient`.
    PatientVersionRow of "dim_patient" in "dim_patient" key (patient_key: Uuid) {
        patient_key: Uuid = UUID,
        patient_pseudonym: Uuid = UUID,
        hospital_code: String = TEXT,
        person_pseudonym: Option<Uuid> = UUID,
        sex: Option<String> = TEXT,
        birth_year: Option<i32> = INT4,
        citizenship: Option<String> = TEXT,
        home_language: Option<String> = TEXT,
        religion: Option<String> = TEXT,
        ethnicity: Option<String> = TEXT,
        marital_status: Option<String> = TEXT,
        medical_scheme: Option<String> = TEXT,
        municipality: Option<String> = TEXT,
        province: Option<String> = TEXT,
        valid_from: Timestamp<Time> = TIMESTAMPTZ,
        valid_to: Timestamp<Time> = TIMESTAMPTZ,
        is_current: bool = BOOL,
        is_registered: Option<bool> = BOOL,
    }
}

derived_row! {
    /// A row of `gold.fact_admission`.
    AdmissionRow of "fact_admission" in "fact_admission" key (encounter_key: Uuid) {
        encounter_key: Uuid = UUID,
        patient_key: Uuid = UUID,
        patient_pseudonym: Uuid = UUID,
        hospital_code: String = TEXT,
        admission_department_key: Uuid = UUID,
        last_department_key: Uuid = UUID,
        admitted_at: Option<Time> = TIMESTAMPTZ,
        first_location_at: Option<Time> = TIMESTAMPTZ,
        last_location_left_at: Option<Time> = TIMESTAMPTZ,
        discharged_at: Option<Time> = TIMESTAMPTZ,
        length_of_stay_seconds: Option<i64> = INT8,
        transfer_count: i32 = INT4,
        admission_type: Option<String> = TEXT,
        admission_source: Option<String> = TEXT,
        disposition: Option<String> = TEXT,
        died: Option<bool> = BOOL,
        age_at_admission_years: Option<i32> = INT4,
        age_band: String = TEXT,
    }
}

derived_row! {
    /// A row of `gold.fact_location_stay`.
    LocationStayRow of "fact_location_stay" in "fact_location_stay"
    key (encounter_key: Uuid, arrived_at: Time) {
        encounter_key: Uuid = UUID,
        arrived_at: Time = TIMESTAMPTZ,
        stay_number: i32 = INT4,
        patient_key: Uuid = UUID,
        patient_pseudonym: Uuid = UUID,
        hospital_code: String = TEXT,
        department_key: Uuid = UUID,
        ward: Option<String> = TEXT,
        bed: Option<String> = TEXT,
        left_at: Option<Time> = TIMESTAMPTZ,
        stay_seconds: Option<i64> = INT8,
    }
}

derived_row! {
    /// A row of `silver.finding`.
    FindingRow of "finding" in "finding" key (patient_pseudonym: Uuid, rule: String, event_id: Uuid) {
        patient_pseudonym: Uuid = UUID,
        rule: String = TEXT,
        event_id: Uuid = UUID,
        encounter_key: Option<Uuid> = UUID,
    }
}

impl From<PatientVersion> for PatientVersionRow {
    fn from(version: PatientVersion) -> Self {
        let is_current = version.is_current();
        let attributes = version.attributes;
        Self {
            patient_key: version.patient_key,
            patient_pseudonym: version.patient_pseudonym,
            hospital_code: version.hospital_code,
            person_pseudonym: attributes.person_pseudonym,
            sex: attributes.sex,
            birth_year: attributes.birth_year,
            citizenship: attributes.citizenship,
            home_language: attributes.home_language,
            religion: attributes.religion,
            ethnicity: attributes.ethnicity,
            marital_status: attributes.marital_status,
            medical_scheme: attributes.medical_scheme,
            municipality: attributes.municipality,
            province: attributes.province,
            valid_from: Timestamp::Value(version.valid_from),
            valid_to: version
                .valid_to
                .map_or(Timestamp::PosInfinity, Timestamp::Value),
            is_current,
            is_registered: version.is_registered,
        }
    }
}

impl From<Admission> for AdmissionRow {
    fn from(admission: Admission) -> Self {
        Self {
            encounter_key: admission.encounter_key,
            patient_key: admission.patient_key,
            patient_pseudonym: admission.patient_pseudonym,
            hospital_code: admission.hospital_code,
            admission_department_key: admission.admission_department_key,
            last_department_key: admission.last_department_key,
            admitted_at: admission.admitted_at,
            first_location_at: admission.first_location_at,
            last_location_left_at: admission.last_location_left_at,
            discharged_at: admission.discharged_at,
            length_of_stay_seconds: admission.length_of_stay_seconds,
            transfer_count: admission.transfer_count,
            admission_type: admission.admission_type,
            admission_source: admission.admission_source,
            disposition: admission.disposition,
            died: admission.died,
            age_at_admission_years: admission.age_at_admission_years,
            age_band: admission.age_band.as_str().to_owned(),
        }
    }
}

impl From<LocationStay> for LocationStayRow {
    fn from(stay: LocationStay) -> Self {
        Self {
            encounter_key: stay.encounter_key,
            arrived_at: stay.arrived_at,
            stay_number: stay.stay_number,
            patient_key: stay.patient_key,
            patient_pseudonym: stay.patient_pseudonym,
            hospital_code: stay.hospital_code,
            department_key: stay.department_key,
            ward: stay.ward,
            bed: stay.bed,
            left_at: stay.left_at,
            stay_seconds: stay.stay_seconds,
        }
    }
}

impl From<Finding> for FindingRow {
    fn from(finding: Finding) -> Self {
        Self {
            patient_pseudonym: finding.patient_pseudonym,
            rule: finding.rule.code.to_owned(),
            event_id: finding.event_id,
            encounter_key: finding.encounter_key,
        }
    }
}
