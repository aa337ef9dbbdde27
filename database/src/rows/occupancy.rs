use chrono::{DateTime, Utc};
use domain::occupancy::Occupancy;
use uuid::Uuid;

use super::derived_row;

type Time = DateTime<Utc>;

derived_row! {
    /// A row of `gold.fact_bed_occupancy`.
    OccupancyRow of "fact_bed_occupancy" in "fact_bed_occupancy"
    key (hospital_code: String, hour_starts_at: Time, department_key: Uuid) {
        hospital_code: String = TEXT,
        hour_starts_at: Time = TIMESTAMPTZ,
        department_key: Uuid = UUID,
        patients_at_start: i32 = INT4,
        arrivals: i32 = INT4,
        departures: i32 = INT4,
        patient_seconds: i64 = INT8,
    }
}

derived_row! {
    /// A row of `ops.census_roster`.
    RosterRow of "census_roster" in "census_roster" key (hospital_code: String, day_starts_at: Time) {
        hospital_code: String = TEXT,
        day_starts_at: Time = TIMESTAMPTZ,
        encounters: Vec<Uuid> = UUID_ARRAY,
    }
}

impl OccupancyRow {
    pub(crate) fn of(hospital_code: &str, hour: Occupancy) -> Self {
        Self {
            hospital_code: hospital_code.to_owned(),
            hour_starts_at: hour.hour_starts_at,
            department_key: hour.department_key,
            patients_at_start: hour.patients_at_start,
            arrivals: hour.arrivals,
            departures: hour.departures,
            patient_seconds: hour.patient_seconds,
        }
    }
}
