//! The MIMIC-III demo, read by code of the tests' own: what must come out at the other end.

use std::collections::{BTreeMap, HashMap};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Once;

use chrono::{DateTime, Datelike as _, NaiveDateTime, Utc};

type Row = HashMap<String, String>;

/// The folder of the demo; without `WARDFLOW_REAL_DATA` one line says that the tests are not run.
pub(super) fn folder() -> Option<PathBuf> {
    static TOLD: Once = Once::new();
    let Some(data) = std::env::var_os("WARDFLOW_REAL_DATA").filter(|value| !value.is_empty())
    else {
        // Not by a macro: the harness would keep that to itself.
        let mut stderr = std::io::stderr();
        TOLD.call_once(|| {
            stderr
                .write_all(b"not run: WARDFLOW_REAL_DATA is not set\n")
                .unwrap();
        });
        return None;
    };
    let folder = PathBuf::from(data).join("mimic-iii-demo");
    for file in [
        "ADMISSIONS.csv",
        "TRANSFERS.csv",
        "PATIENTS.csv",
        "SERVICES.csv",
    ] {
        let path = folder.join(file);
        assert!(
            path.is_file(),
            "{} is missing; WARDFLOW_REAL_DATA must name the folder of the published data",
            path.display()
        );
    }
    Some(folder)
}

/// A row of TRANSFERS that says where a patient was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Interval {
    pub(super) from: DateTime<Utc>,
    pub(super) to: DateTime<Utc>,
    pub(super) ward: String,
    /// The care unit, or else the service in force.
    pub(super) department: String,
}

/// A row of ADMISSIONS with what belongs to it.
#[derive(Debug)]
pub(super) struct Encounter {
    pub(super) admitted_at: DateTime<Utc>,
    pub(super) discharged_at: DateTime<Utc>,
    pub(super) died: bool,
    /// `None` where it is hidden: above 120.
    pub(super) age_years: Option<i32>,
    /// By time.
    pub(super) intervals: Vec<Interval>,
}

/// The encounters by `hadm_id`.
pub(super) struct RealExtract(pub(super) BTreeMap<String, Encounter>);

impl RealExtract {
    pub(super) fn read(folder: &Path) -> Self {
        let [admissions, transfers, patients, services] =
            ["ADMISSIONS", "TRANSFERS", "PATIENTS", "SERVICES"].map(|name| table(folder, name));
        let births: HashMap<&str, NaiveDateTime> = patients
            .iter()
            .map(|row| (row["subject_id"].as_str(), naive(&row["dob"])))
            .collect();
        let encounters = admissions.iter().map(|admission| {
            let own = |row: &&Row| row["hadm_id"] == admission["hadm_id"];
            let changes: Vec<&Row> = services.iter().filter(own).collect();
            let mut intervals: Vec<Interval> = transfers
                .iter()
                .filter(own)
                .filter(|row| row["eventtype"] != "discharge")
                .map(|row| Interval {
                    from: utc(&row["intime"]),
                    to: utc(&row["outtime"]),
                    ward: row["curr_wardid"].clone(),
                    department: department(row, &changes),
                })
                .collect();
            intervals.sort();
            let birth = births[admission["subject_id"].as_str()];
            let age = age_years(birth, naive(&admission["admittime"]));
            let encounter = Encounter {
                admitted_at: utc(&admission["admittime"]),
                discharged_at: utc(&admission["dischtime"]),
                died: admission["hospital_expire_flag"] == "1",
                age_years: (age <= 120).then_some(age),
                intervals,
            };
            (admission["hadm_id"].clone(), encounter)
        });
        Self(encounters.collect())
    }

    pub(super) fn intervals(&self) -> impl Iterator<Item = &Interval> {
        self.0.values().flat_map(|encounter| &encounter.intervals)
    }

    /// Patients by department and ward at a moment.
    pub(super) fn occupancy_at(&self, moment: DateTime<Utc>) -> BTreeMap<(String, String), i64> {
        let mut patients = BTreeMap::new();
        for stay in self.intervals() {
            if stay.from <= moment && moment < stay.to {
                *patients
                    .entry((stay.department.clone(), stay.ward.clone()))
                    .or_default() += 1;
            }
        }
        patients
    }
}

fn table(folder: &Path, name: &str) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(folder.join(format!("{name}.csv"))).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// The department of an interval by `docs/mimic-mapping.md`.
fn department(interval: &Row, changes_of_service: &[&Row]) -> String {
    let unit = &interval["curr_careunit"];
    if !unit.is_empty() {
        return unit.clone();
    }
    let time = |row: &&&Row| utc(&row["transfertime"]);
    let start = utc(&interval["intime"]);
    let in_force = changes_of_service
        .iter()
        .filter(|row| time(row) <= start)
        .max_by_key(time)
        .or_else(|| changes_of_service.iter().min_by_key(time));
    in_force.unwrap()["curr_service"].clone()
}

fn naive(time: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(time, "%Y-%m-%d %H:%M:%S").unwrap()
}

fn utc(time: &str) -> DateTime<Utc> {
    naive(time).and_utc()
}

fn age_years(birth: NaiveDateTime, at: NaiveDateTime) -> i32 {
    let birthday_is_to_come = (at.month(), at.day()) < (birth.month(), birth.day());
    at.year() - birth.year() - i32::from(birthday_is_to_come)
}
