use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::dimension_key::unknown_member_key;
use crate::record::AdtRecord;
use crate::rule::{Rule, history as rule};

/// One version of a department, as far as facts refer to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DepartmentVersion {
    /// Key of the version.
    pub department_key: Uuid,
    /// Inclusive; `None` is the beginning of time.
    pub valid_from: Option<DateTime<Utc>>,
}

/// The versions of all departments, to find the one that was valid at a time, and their wards.
#[derive(Debug, Clone)]
pub struct Departments {
    by_hospital: HashMap<String, HashMap<String, Department>>,
    unknown: Uuid,
}

#[derive(Debug, Clone, Default)]
struct Department {
    versions: Vec<DepartmentVersion>,
    /// Beds, by the ward's code; empty where nobody says.
    wards: HashMap<String, u16>,
}

impl Default for Departments {
    fn default() -> Self {
        Self {
            by_hospital: HashMap::new(),
            unknown: unknown_member_key("dim_department"),
        }
    }
}

impl Departments {
    /// Adds a version of a department; versions may come in any order.
    pub fn add(&mut self, hospital_code: &str, department_code: &str, version: DepartmentVersion) {
        let versions = &mut self.department(hospital_code, department_code).versions;
        let place = versions.partition_point(|other| other.valid_from <= version.valid_from);
        versions.insert(place, version);
    }

    /// Adds a ward of a department, with its number of beds.
    pub fn add_ward(&mut self, hospital_code: &str, department_code: &str, ward: &str, beds: u16) {
        let wards = &mut self.department(hospital_code, department_code).wards;
        wards.insert(ward.to_owned(), beds);
    }

    /// Numbers of beds by ward, of a department whose wards are known; else empty.
    pub fn wards(
        &self,
        hospital_code: &str,
        department_code: &str,
    ) -> impl Iterator<Item = (&str, u16)> {
        let hospital = self.by_hospital.get(hospital_code);
        let department = hospital.and_then(|departments| departments.get(department_code));
        let wards = department.into_iter().flat_map(|it| &it.wards);
        wards.map(|(code, beds)| (code.as_str(), *beds))
    }

    fn department(&mut self, hospital_code: &str, department_code: &str) -> &mut Department {
        self.by_hospital
            .entry(hospital_code.to_owned())
            .or_default()
            .entry(department_code.to_owned())
            .or_default()
    }

    /// The key of the department's version valid at a time, if the department is known then.
    pub fn find(
        &self,
        hospital_code: &str,
        department_code: Option<&str>,
        at: DateTime<Utc>,
    ) -> Option<Uuid> {
        let department = self.by_hospital.get(hospital_code)?.get(department_code?)?;
        let versions = &department.versions;
        let begun = versions.partition_point(|version| version.valid_from <= Some(at));
        versions
            .get(begun.checked_sub(1)?)
            .map(|version| version.department_key)
    }

    /// What is odd about the place of an admission statement.
    pub(super) fn misplaced(&self, record: &AdtRecord) -> Option<&'static Rule> {
        let place = &record.location;
        let code = place.department_code.as_deref();
        if self
            .find(&record.hospital_code, code, record.occurred_at)
            .is_none()
        {
            return Some(&rule::UNKNOWN_DEPARTMENT);
        }
        let wards = &self
            .by_hospital
            .get(&record.hospital_code)?
            .get(code?)?
            .wards;
        if wards.is_empty() {
            return None;
        }
        let Some(beds) = wards.get(place.ward.as_deref()?) else {
            return Some(&rule::UNKNOWN_WARD);
        };
        let is_there = number_of(place.bed.as_deref()?)
            .is_some_and(|number| (1..=u32::from(*beds)).contains(&number));
        (!is_there).then_some(&rule::UNKNOWN_BED)
    }

    /// The unknown member's key.
    pub fn unknown_key(&self) -> Uuid {
        self.unknown
    }
}

/// The number that a bed's code is: up to nine digits, and nothing else.
fn number_of(bed: &str) -> Option<u32> {
    let is_number = (1..=9).contains(&bed.len()) && bed.bytes().all(|byte| byte.is_ascii_digit());
    bed.parse().ok().filter(|_| is_number)
}
