//! The days of which there are files: which are late, and which are missing.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use domain::extract::Extract;

/// The days of which files were taken, by hospital; `None` is the network.
#[derive(Debug, Default)]
pub(crate) struct Days(BTreeMap<Option<String>, BTreeSet<NaiveDate>>);

/// Days of which there is no file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Gap<'d> {
    pub(crate) hospital_code: &'d str,
    pub(crate) first: NaiveDate,
    /// How many.
    pub(crate) days: u64,
}

impl Days {
    pub(crate) fn new(taken: impl IntoIterator<Item = (Option<String>, NaiveDate)>) -> Self {
        let mut days = Self::default();
        for (hospital_code, date) in taken {
            days.0.entry(hospital_code).or_default().insert(date);
        }
        days
    }

    /// Adds the day of an extract; tells the last one of its sender where that is later.
    pub(crate) fn add(&mut self, extract: &Extract) -> Option<NaiveDate> {
        let days = self.0.entry(extract.hospital_code.clone()).or_default();
        days.insert(extract.date);
        days.last().copied().filter(|last| *last > extract.date)
    }

    /// The gaps between the days of each hospital. The network sends files when there is a reason.
    pub(crate) fn gaps(&self) -> impl Iterator<Item = Gap<'_>> {
        let hospitals = self.0.iter();
        let hospitals = hospitals.filter_map(|(code, days)| Some((code.as_ref()?, days)));
        hospitals.flat_map(|(hospital_code, days)| {
            let pairs = days.iter().zip(days.iter().skip(1));
            pairs.filter_map(move |(before, after)| {
                let days = (*after - *before)
                    .num_days()
                    .unsigned_abs()
                    .checked_sub(1)?;
                let first = before.succ_opt().filter(|_| days > 0)?;
                Some(Gap {
                    hospital_code,
                    first,
                    days,
                })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, number).unwrap()
    }

    fn extract(hospital_code: &str, number: u32) -> Extract {
        Extract {
            hospital_code: Some(hospital_code.to_owned()),
            date: day(number),
            extracted_at: "2026-03-02T22:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn what_is_late_or_missing_is_so_by_hospital() {
        let mut days = Days::new([(Some("A".to_owned()), day(2)), (None, day(1))]);
        assert_eq!(days.add(&extract("B", 9)), None);
        let of_network = |number| Extract {
            hospital_code: None,
            ..extract("", number)
        };
        assert_eq!(days.add(&of_network(8)), None);
        assert_eq!(days.add(&of_network(3)), Some(day(8)));
        assert_eq!(days.add(&extract("A", 3)), None);
        assert_eq!(days.add(&extract("A", 7)), None);
        assert_eq!(days.gaps().count(), 1);
        assert_eq!(days.add(&extract("A", 5)), Some(day(7)));
        let gap = |number| Gap {
            hospital_code: "A",
            first: day(number),
            days: 1,
        };
        assert_eq!(days.gaps().collect::<Vec<_>>(), [gap(4), gap(6)]);
        assert_eq!(days.add(&extract("A", 3)), Some(day(7)));
    }
}
