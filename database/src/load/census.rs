use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::prepared::{COPY_CENSUS_TODO, COPY_CENSUS_WITNESS};
use super::silver::Silver;
use super::{Session, Step};
use crate::DatabaseError;
use crate::rows::{Differences, LocationStayRow};

/// An hour is closed when the records of so many patients of its hospital follow it.
const WITNESSES: usize = 3;

const TODO_TYPES: [Type; 3] = [Type::TEXT, Type::TIMESTAMPTZ, Type::TIMESTAMPTZ];
const WITNESS_TYPES: [Type; 3] = [Type::TEXT, Type::UUID, Type::TIMESTAMPTZ];

impl Session<'_> {
    /// Leaves the hours that these differences touch to the census. Also those that are not closed
    /// yet: whether they are by then, only the census can tell.
    pub(super) async fn write_census_todo(
        &self,
        stays: &Differences<LocationStayRow>,
    ) -> Result<(), DatabaseError> {
        let touched = touched(stays);
        self.copy(
            COPY_CENSUS_TODO,
            "leave hours to the census",
            &TODO_TYPES,
            touched.iter(),
            |hours| vec![&hours.hospital_code, &hours.from, &hours.to],
        )
        .await?;
        Ok(())
    }
}

impl Step<'_> {
    /// Tells the census the latest records of each hospital in this batch.
    pub(super) async fn write_census_witnesses(
        &self,
        silver: &Silver<'_>,
    ) -> Result<(), DatabaseError> {
        let mut latest: BTreeMap<(&str, Uuid), DateTime<Utc>> = BTreeMap::new();
        for (_, event) in &silver.new {
            let record = &event.record;
            let at = latest
                .entry((&record.hospital_code, record.patient_pseudonym))
                .or_insert(record.occurred_at);
            *at = record.occurred_at.max(*at);
        }
        let mut rows: Vec<_> = latest
            .into_iter()
            .map(|((hospital, patient), at)| (hospital, patient, at))
            .collect();
        rows.sort_unstable_by_key(|(hospital, _, at)| (*hospital, std::cmp::Reverse(*at)));
        let of_hospitals = rows.chunk_by(|one, next| one.0 == next.0);
        let rows: Vec<_> = of_hospitals
            .flat_map(|rows| rows.iter().take(WITNESSES))
            .collect();
        self.session
            .copy(
                COPY_CENSUS_WITNESS,
                "tell the census the latest records",
                &WITNESS_TYPES,
                rows.into_iter(),
                |(hospital, patient, at)| vec![hospital, patient, at],
            )
            .await?;
        Ok(())
    }
}

/// A run of hours of one hospital.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Hours<'a> {
    hospital_code: &'a str,
    pub(crate) from: DateTime<Utc>,
    /// Exclusive; `None` where all that follow are meant.
    pub(crate) to: Option<DateTime<Utc>>,
}

impl<'a> Hours<'a> {
    /// From the hour of a time to that of another one, `None` being never.
    fn between(hospital_code: &'a str, from: DateTime<Utc>, to: Option<DateTime<Utc>>) -> Self {
        Self {
            hospital_code,
            from: hour_of(from),
            to: to.map(|to| hour_of(to) + TimeDelta::hours(1)),
        }
    }

    fn of_stay(stay: &'a LocationStayRow) -> Self {
        Self::between(&stay.hospital_code, stay.arrived_at, stay.left_at)
    }

    /// The hours in which a stay is another than it was.
    fn of_change(before: &'a LocationStayRow, stay: &'a LocationStayRow) -> Option<Self> {
        let last = before.left_at.zip(stay.left_at);
        let last = last.map(|(before, after)| before.max(after));
        let from = if before.department_key != stay.department_key {
            stay.arrived_at
        } else if before.left_at != stay.left_at {
            let ends = before.left_at.into_iter().chain(stay.left_at);
            ends.min()?
        } else {
            return None;
        };
        Some(Self::between(&stay.hospital_code, from, last))
    }
}

/// The hours that differences touch, as few runs as there are gaps between them.
pub(crate) fn touched(stays: &Differences<LocationStayRow>) -> Vec<Hours<'_>> {
    let whole = stays.gone.iter().chain(&stays.new).map(Hours::of_stay);
    let pairs = stays.before.iter().zip(&stays.changed);
    let in_part = pairs.filter_map(|(before, stay)| Hours::of_change(before, stay));
    let mut hours: Vec<_> = whole.chain(in_part).collect();
    hours.sort_unstable_by_key(|hours| (hours.hospital_code, hours.from));
    hours.dedup_by(|next, run| {
        let joins =
            next.hospital_code == run.hospital_code && run.to.is_none_or(|to| next.from <= to);
        if joins {
            run.to = run.to.zip(next.to).map(|(one, other)| one.max(other));
        }
        joins
    });
    hours
}

/// The begin of the hour that holds a time.
fn hour_of(at: DateTime<Utc>) -> DateTime<Utc> {
    let into_the_hour = TimeDelta::seconds(at.timestamp().rem_euclid(3_600))
        + TimeDelta::nanoseconds(at.timestamp_subsec_nanos().into());
    at - into_the_hour
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
    }

    fn stay(hospital_code: &str, arrived: i64, left: Option<i64>) -> LocationStayRow {
        LocationStayRow {
            encounter_key: Uuid::nil(),
            arrived_at: at(arrived),
            stay_number: 1,
            patient_key: Uuid::nil(),
            patient_pseudonym: Uuid::nil(),
            hospital_code: hospital_code.to_owned(),
            department_key: Uuid::nil(),
            ward: None,
            bed: None,
            left_at: left.map(at),
            stay_seconds: None,
        }
    }

    /// Runs of hours, each from one to another in hours since the epoch.
    fn hours(stays: &Differences<LocationStayRow>) -> Vec<(&str, i64, Option<i64>)> {
        let hour = |at: DateTime<Utc>| at.timestamp() / 3_600;
        let runs = touched(stays).into_iter();
        runs.map(|run| (run.hospital_code, hour(run.from), run.to.map(hour)))
            .collect()
    }

    fn new(new: Vec<LocationStayRow>) -> Differences<LocationStayRow> {
        Differences {
            gone: Vec::new(),
            before: Vec::new(),
            changed: Vec::new(),
            new,
        }
    }

    fn change(before: LocationStayRow, after: LocationStayRow) -> Differences<LocationStayRow> {
        Differences {
            before: vec![before],
            changed: vec![after],
            ..new(Vec::new())
        }
    }

    #[test]
    fn a_stay_touches_the_hours_from_its_begin_to_its_end() {
        assert_eq!(
            hours(&new(vec![stay("A", 59, Some(61))])),
            [("A", 0, Some(2))]
        );
        // On the hour it counts as a departure.
        assert_eq!(
            hours(&new(vec![stay("A", 0, Some(60))])),
            [("A", 0, Some(2))]
        );
        assert_eq!(hours(&new(vec![stay("A", 61, None)])), [("A", 1, None)]);
        // Before 1970, too.
        assert_eq!(hours(&new(vec![stay("A", -61, None)])), [("A", -2, None)]);
        let gone = Differences {
            gone: vec![stay("A", 120, None)],
            ..new(Vec::new())
        };
        assert_eq!(hours(&gone), [("A", 2, None)]);
    }

    #[test]
    fn a_change_touches_the_hours_in_which_it_shows() {
        let ended = |left| stay("A", 0, left);
        assert_eq!(
            hours(&change(ended(None), ended(Some(130)))),
            [("A", 2, None)]
        );
        assert_eq!(
            hours(&change(ended(Some(130)), ended(Some(70)))),
            [("A", 1, Some(3))]
        );
        let elsewhere = LocationStayRow {
            department_key: Uuid::max(),
            ..ended(Some(130))
        };
        assert_eq!(
            hours(&change(ended(Some(200)), elsewhere)),
            [("A", 0, Some(4))]
        );
        let other_bed = LocationStayRow {
            bed: Some("2".to_owned()),
            ..ended(Some(130))
        };
        assert_eq!(hours(&change(ended(Some(130)), other_bed)), []);
    }

    #[test]
    fn runs_that_overlap_or_touch_are_one() {
        let stays = vec![
            stay("B", 0, Some(10)),
            stay("A", 300, None),
            stay("A", 0, Some(10)),
            stay("A", 600, Some(610)),
            stay("A", 60, Some(130)),
            stay("A", 70, Some(80)),
        ];
        assert_eq!(
            hours(&new(stays)),
            [("A", 0, Some(3)), ("A", 5, None), ("B", 0, Some(1))]
        );
    }
}
