//! What the services need of the reference data.

use chrono::{DateTime, Utc};
use domain::erased::Erased;
use domain::history::{DepartmentVersion, Departments};
use domain::network::TimeZone;
use tokio_postgres::GenericClient;
use tokio_postgres::types::Timestamp;
use uuid::Uuid;

use crate::DatabaseError;

/// Hospitals, departments and erasures as the warehouse knows them.
#[derive(Debug, Clone)]
pub struct Reference {
    /// Grows with every change of what follows.
    pub version: i64,
    /// The hospitals, by code, each with its time zone.
    pub hospitals: Vec<(String, TimeZone)>,
    /// All versions of all departments, and their wards.
    pub departments: Departments,
    /// Patients who are to be forgotten: nothing of what comes of them is kept.
    pub erased: Erased,
}

/// Reads the reference data; a database without any is an error that says what to run.
pub async fn reference(client: &impl GenericClient) -> Result<Reference, DatabaseError> {
    let failed = |error| DatabaseError::while_doing("read reference data", &error);
    let version = client
        .query_one(include_str!("../sql/reference/version.sql"), &[])
        .await
        .map_err(failed)?
        .get("version");
    let hospitals = client
        .query(include_str!("../sql/reference/hospitals.sql"), &[])
        .await
        .map_err(failed)?;
    if hospitals.is_empty() {
        return Err(DatabaseError::State(
            "the database knows no hospital: run `database seed`".into(),
        ));
    }
    let rows = client
        .query(include_str!("../sql/reference/departments.sql"), &[])
        .await
        .map_err(failed)?;
    let mut departments = Departments::default();
    for row in rows {
        let valid_from = match row.get::<_, Timestamp<DateTime<Utc>>>("valid_from") {
            Timestamp::Value(at) => Some(at),
            Timestamp::NegInfinity | Timestamp::PosInfinity => None,
        };
        let version = DepartmentVersion {
            department_key: row.get::<_, Uuid>("department_key"),
            valid_from,
        };
        departments.add(
            row.get("hospital_code"),
            row.get("department_code"),
            version,
        );
    }
    let wards = client
        .query(include_str!("../sql/reference/wards.sql"), &[])
        .await
        .map_err(failed)?;
    for row in wards {
        departments.add_ward(
            row.get("hospital_code"),
            row.get("department_code"),
            row.get("ward"),
            u16::try_from(row.get::<_, i32>("beds")).unwrap_or(u16::MAX),
        );
    }
    let erased = client
        .query(include_str!("../sql/reference/erased.sql"), &[])
        .await
        .map_err(failed)?;
    let words = client
        .query(include_str!("../sql/reference/erased_words.sql"), &[])
        .await
        .map_err(failed)?;
    let words = words.iter().map(|row| (row.get(0), row.get(1)));
    let erased = Erased::new(erased.iter().map(|row| row.get(0)), words);
    let hospitals = hospitals
        .iter()
        .map(|row| time_zone(row.get("time_zone")).map(|zone| (row.get("hospital_code"), zone)))
        .collect::<Result<_, _>>()?;
    Ok(Reference {
        version,
        hospitals,
        departments,
        erased,
    })
}

fn time_zone(name: &str) -> Result<TimeZone, DatabaseError> {
    TimeZone::parse(name).ok_or_else(|| {
        DatabaseError::State(format!(
            "gold.dim_hospital names the time zone {name:?}, which is unknown: \
             mend it in the network file and run `database seed`"
        ))
    })
}
