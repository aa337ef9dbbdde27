use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use tokio_postgres::Transaction;

/// How many of the last closed hours are told.
const HOURS_MAX: i32 = 31 * 24;

/// How full the beds are, hour by hour.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Occupancy {
    /// Begin of the first hour.
    pub from: DateTime<Utc>,
    /// How many hours.
    pub hours: usize,
    /// By hospital and department; also those in which nobody was.
    pub departments: Vec<DepartmentOccupancy>,
}

/// How full a department is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DepartmentOccupancy {
    /// The hospital.
    pub hospital_code: String,
    /// The department, or `unknown`.
    pub department_code: String,
    /// Its name, at the end.
    pub name: String,
    /// Its kind, at the end.
    pub kind: String,
    /// Beds occupied on average in each hour.
    pub occupied_beds: Vec<f64>,
    /// Staffed beds at the begin of each hour; 0 where nobody says.
    pub beds: Vec<i32>,
}

/// A version of a department.
struct Version {
    name: String,
    kind: String,
    beds: Option<i32>,
    valid_from: Option<DateTime<Utc>>,
    valid_to: Option<DateTime<Utc>>,
}

/// Hospital and department.
type Place = (String, String);

/// The last closed hours; none where no hour is.
pub(super) async fn occupancy(
    transaction: &Transaction<'_>,
) -> Result<Option<Occupancy>, tokio_postgres::Error> {
    let rows = transaction
        .query(
            include_str!("../../sql/report/occupancy.sql"),
            &[&HOURS_MAX],
        )
        .await?;
    let mut counted = BTreeMap::<Place, Vec<(DateTime<Utc>, f64)>>::new();
    for row in &rows {
        let place = (
            row.try_get("hospital_code")?,
            row.try_get("department_code")?,
        );
        let hour = (
            row.try_get("hour_starts_at")?,
            row.try_get("occupied_beds")?,
        );
        counted.entry(place).or_default().push(hour);
    }
    let starts = || counted.values().flatten().map(|(at, _)| *at);
    let (Some(from), Some(last)) = (starts().min(), starts().max()) else {
        return Ok(None);
    };
    let hours = place_of(last, from) + 1;
    let mut versions = versions(transaction).await?;
    for place in counted.keys() {
        versions.entry(place.clone()).or_default();
    }
    let departments = versions.iter().map(|(place, versions)| {
        let counted = counted.get(place).map_or(&[][..], Vec::as_slice);
        DepartmentOccupancy::of(place, versions, counted, (from, hours))
    });
    Ok(Some(Occupancy {
        from,
        hours,
        departments: departments.collect(),
    }))
}

fn place_of(at: DateTime<Utc>, from: DateTime<Utc>) -> usize {
    usize::try_from((at - from).num_hours()).unwrap_or(0)
}

async fn versions(
    transaction: &Transaction<'_>,
) -> Result<BTreeMap<Place, Vec<Version>>, tokio_postgres::Error> {
    let rows = transaction
        .query(include_str!("../../sql/report/capacity.sql"), &[])
        .await?;
    let mut versions = BTreeMap::<Place, Vec<Version>>::new();
    for row in &rows {
        let place = (
            row.try_get("hospital_code")?,
            row.try_get("department_code")?,
        );
        versions.entry(place).or_default().push(Version {
            name: row.try_get("name")?,
            kind: row.try_get("kind")?,
            beds: row.try_get("beds")?,
            valid_from: row.try_get("valid_from")?,
            valid_to: row.try_get("valid_to")?,
        });
    }
    Ok(versions)
}

impl DepartmentOccupancy {
    fn of(
        place: &Place,
        versions: &[Version],
        counted: &[(DateTime<Utc>, f64)],
        (from, hours): (DateTime<Utc>, usize),
    ) -> Self {
        let mut occupied_beds = vec![0.0; hours];
        for (at, beds) in counted {
            occupied_beds[place_of(*at, from)] = *beds;
        }
        let starts = (0..).map(|hour| from + TimeDelta::hours(hour)).take(hours);
        let beds_at = |at| {
            let version = versions.iter().find(|it| it.is_valid(at));
            version.and_then(|it| it.beds).unwrap_or(0)
        };
        let last = versions.last();
        Self {
            hospital_code: place.0.clone(),
            department_code: place.1.clone(),
            name: last.map_or_else(|| "Unknown department".to_owned(), |it| it.name.clone()),
            kind: last.map_or_else(|| "unknown".to_owned(), |it| it.kind.clone()),
            occupied_beds,
            beds: starts.map(beds_at).collect(),
        }
    }
}

impl Version {
    fn is_valid(&self, at: DateTime<Utc>) -> bool {
        self.valid_from.is_none_or(|from| from <= at) && self.valid_to.is_none_or(|to| to > at)
    }
}
