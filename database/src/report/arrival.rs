use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use serde::Serialize;
use tokio_postgres::Transaction;

/// How many of the last hours are told.
const HOURS_MAX: i32 = 31 * 24;

/// Who was admitted, hour by hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Arrivals {
    /// Begin of the first hour, by each hospital's clocks.
    pub from: NaiveDateTime,
    /// By hospital.
    pub hospitals: Vec<HospitalArrivals>,
}

/// Who was admitted to a hospital.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HospitalArrivals {
    /// The hospital.
    pub hospital_code: String,
    /// Admissions in each hour from the first one; as many hours for each hospital.
    pub admissions: Vec<i64>,
}

impl Arrivals {
    /// Admissions to all hospitals in each hour.
    pub fn all(&self) -> Vec<i64> {
        let hours = self.hospitals.first().map_or(0, |it| it.admissions.len());
        let of_hour = |hour: usize| self.hospitals.iter().map(|it| it.admissions[hour]).sum();
        (0..hours).map(of_hour).collect()
    }
}

/// The admissions of the last hours; none where nobody was admitted.
pub(super) async fn arrivals(
    transaction: &Transaction<'_>,
) -> Result<Option<Arrivals>, tokio_postgres::Error> {
    let rows = transaction
        .query(include_str!("../../sql/report/arrivals.sql"), &[&HOURS_MAX])
        .await?;
    let mut counts = Vec::with_capacity(rows.len());
    for row in &rows {
        let hour: NaiveDateTime = row.try_get("hour")?;
        counts.push((
            row.try_get::<_, String>("hospital_code")?,
            hour,
            row.try_get("admissions")?,
        ));
    }
    let hours = || {
        counts
            .iter()
            .map(|(_, hour, _): &(_, NaiveDateTime, i64)| *hour)
    };
    let (Some(from), Some(last)) = (hours().min(), hours().max()) else {
        return Ok(None);
    };
    let place = |hour: NaiveDateTime| usize::try_from((hour - from).num_hours()).unwrap_or(0);
    let mut hospitals = BTreeMap::<String, Vec<i64>>::new();
    for (hospital_code, hour, admissions) in counts {
        let of_hospital = hospitals.entry(hospital_code);
        of_hospital.or_insert_with(|| vec![0; place(last) + 1])[place(hour)] = admissions;
    }
    let hospitals = hospitals.into_iter();
    Ok(Some(Arrivals {
        from,
        hospitals: hospitals
            .map(|(hospital_code, admissions)| HospitalArrivals {
                hospital_code,
                admissions,
            })
            .collect(),
    }))
}
