//! Departments: what is stated about them, and the versions that follow.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::dimension_key::department_version_key;
use crate::network::Department;
use crate::statement::{self, Statement};

/// What gold shows of a department: the attributes whose change makes a version.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DepartmentAttributes {
    /// Name.
    pub name: String,
    /// What it does, as network files name it.
    pub kind: String,
    /// Staffed beds, where they are known.
    pub beds: Option<i32>,
}

/// What names a department.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DepartmentCode {
    /// The hospital.
    pub hospital_code: String,
    /// The department within it.
    pub department_code: String,
}

/// One row of `silver.department_statement`: a statement, checked and typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepartmentStatement {
    /// The department.
    pub department: DepartmentCode,
    /// What is stated.
    pub statement: Statement<DepartmentAttributes>,
    /// The sending application.
    pub source_system: Option<String>,
    /// The rules that repaired it, in the order of their codes.
    pub repairs: Vec<&'static crate::rule::Rule>,
}

impl DepartmentStatement {
    /// What a network file states: from the beginning of time on. It has no clock and no id, and says
    /// one thing of a department.
    pub fn of_network(hospital_code: &str, department: &Department) -> Self {
        let beds = department.wards.iter().map(|ward| i32::from(ward.beds));
        let attributes = DepartmentAttributes {
            name: department.name.clone(),
            kind: department.kind.as_str().to_owned(),
            beds: (!department.wards.is_empty()).then(|| beds.sum()),
        };
        Self {
            department: DepartmentCode {
                hospital_code: hospital_code.to_owned(),
                department_code: department.code.clone(),
            },
            statement: Statement {
                statement_id: Uuid::nil(),
                content_hash: Uuid::nil(),
                effective_at: None,
                sequence: None,
                recorded_at: None,
                attributes,
            },
            source_system: None,
            repairs: Vec::new(),
        }
    }
}

/// A row of `gold.dim_department`: one version of a department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DepartmentRow {
    /// Key of the version.
    pub department_key: Uuid,
    /// The department.
    pub department: DepartmentCode,
    /// What holds while the version is valid.
    pub attributes: DepartmentAttributes,
    /// Inclusive; `None` is the beginning of time.
    pub valid_from: Option<DateTime<Utc>>,
    /// Exclusive; `None` is `infinity`: the version is current.
    pub valid_to: Option<DateTime<Utc>>,
}

/// The versions of one department, by time: the first is valid from the beginning of time, whenever
/// it was stated for. Statements may be in any order and hold copies, but are all of the one
/// department.
pub fn department_versions<'a>(
    department: &DepartmentCode,
    statements: impl IntoIterator<Item = &'a Statement<DepartmentAttributes>>,
) -> Vec<DepartmentRow> {
    let mut versions = statement::versions(statements);
    if let Some(first) = versions.first_mut() {
        first.valid_from = None;
    }
    let row = |version: statement::Version<&DepartmentAttributes>| DepartmentRow {
        department_key: department_version_key(
            &department.hospital_code,
            &department.department_code,
            version.valid_from,
        ),
        department: department.clone(),
        attributes: version.attributes.clone(),
        valid_from: version.valid_from,
        valid_to: version.valid_to,
    };
    versions.into_iter().map(row).collect()
}
