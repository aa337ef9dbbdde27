use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::dimension_key::unknown_member_key;

/// One version of a department, as far as facts refer to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DepartmentVersion {
    /// Key of the version.
    pub department_key: Uuid,
    /// Inclusive; `None` is the beginning of time.
    pub valid_from: Option<DateTime<Utc>>,
}

/// The versions of all departments, to find the one that was valid at a time.
#[derive(Debug, Clone)]
pub struct Departments {
    by_hospital: HashMap<String, HashMap<String, Vec<DepartmentVersion>>>,
    unknown: Uuid,
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
        let versions = self
            .by_hospital
            .entry(hospital_code.to_owned())
            .or_default()
            .entry(department_code.to_owned())
            .or_default();
        let place = versions.partition_point(|other| other.valid_from <= version.valid_from);
        versions.insert(place, version);
    }

    /// The key of the department's version valid at a time, if the department is known then.
    pub fn find(
        &self,
        hospital_code: &str,
        department_code: Option<&str>,
        at: DateTime<Utc>,
    ) -> Option<Uuid> {
        let versions = self.by_hospital.get(hospital_code)?.get(department_code?)?;
        let begun = versions.partition_point(|version| version.valid_from <= Some(at));
        versions
            .get(begun.checked_sub(1)?)
            .map(|version| version.department_key)
    }

    /// The unknown member's key.
    pub fn unknown_key(&self) -> Uuid {
        self.unknown
    }
}
