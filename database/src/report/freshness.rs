use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use tokio_postgres::Transaction;

use super::received::ReceivedOnDay;

/// How far the warehouse has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Freshness {
    /// When the last record of each topic, and the last file of each kind, was received.
    pub sources: Vec<LatestAt>,
    /// How far each hospital has come, by its own time.
    pub hospitals: Vec<HospitalFreshness>,
}

/// When the last of something came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LatestAt {
    /// What came.
    pub source: String,
    /// When the last of it was received.
    pub latest_at: DateTime<Utc>,
    /// How long before the report.
    pub age_seconds: i64,
}

/// How far a hospital has come.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct HospitalFreshness {
    /// The hospital.
    pub hospital_code: String,
    /// When its last event happened.
    pub latest_event_at: Option<DateTime<Utc>>,
    /// Day of its last extract.
    pub latest_extract_on: Option<NaiveDate>,
    /// When that was received.
    pub latest_extract_received_at: Option<DateTime<Utc>>,
    /// Until when its occupied beds are counted.
    pub hours_counted_until: Option<DateTime<Utc>>,
}

/// Puts together what is known of sources and hospitals.
pub(super) async fn freshness(
    transaction: &Transaction<'_>,
    received: &[ReceivedOnDay],
    events: &BTreeMap<String, DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Freshness, tokio_postgres::Error> {
    let mut sources = BTreeMap::<&str, DateTime<Utc>>::new();
    for on_day in received {
        let latest = sources.entry(&on_day.source).or_insert(on_day.latest_at);
        *latest = on_day.latest_at.max(*latest);
    }
    let mut hospitals = BTreeMap::<String, HospitalFreshness>::new();
    for row in &transaction
        .query(include_str!("../../sql/report/hospitals.sql"), &[])
        .await?
    {
        let hospital_code: String = row.try_get("hospital_code")?;
        let hospital = HospitalFreshness {
            hospital_code: hospital_code.clone(),
            latest_event_at: None,
            latest_extract_on: row.try_get("latest_extract_on")?,
            latest_extract_received_at: row.try_get("latest_extract_received_at")?,
            hours_counted_until: row.try_get("hours_counted_until")?,
        };
        hospitals.insert(hospital_code, hospital);
    }
    for (hospital_code, at) in events {
        let hospital = hospitals.entry(hospital_code.clone()).or_default();
        hospital.hospital_code.clone_from(hospital_code);
        hospital.latest_event_at = Some(*at);
    }
    let sources = sources.into_iter().map(|(source, latest_at)| LatestAt {
        source: source.to_owned(),
        latest_at,
        age_seconds: (now - latest_at).num_seconds(),
    });
    Ok(Freshness {
        sources: sources.collect(),
        hospitals: hospitals.into_values().collect(),
    })
}
