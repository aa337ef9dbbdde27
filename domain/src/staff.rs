//! Members of staff: what is stated about them, and the versions that follow.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::dimension_key::staff_version_key;
use crate::rule::Rule;
use crate::statement::{self, Statement};

/// How somebody stands to a hospital.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum StaffStatus {
    /// Hired, and without a place to work yet.
    Employed,
    /// Works in a department.
    Assigned,
    /// Does not work any more.
    Left,
}

impl StaffStatus {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Employed, Self::Assigned, Self::Left];

    /// The name in events and in the warehouse.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Employed => "employed",
            Self::Assigned => "assigned",
            Self::Left => "left",
        }
    }

    /// The status of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

/// What gold shows of a member of staff: the attributes whose change makes a version.
///
/// The last day of work is not among them: where it is the 65th birthday, it tells the birth date.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StaffAttributes {
    /// The hospital.
    pub hospital_code: String,
    /// The department, by its code as sent.
    pub department_code: Option<String>,
    /// Whether they work there.
    pub status: StaffStatus,
    /// Doctor, nurse and so on.
    pub role: Option<String>,
    /// The field.
    pub specialty: Option<String>,
    /// Which shifts they work.
    pub shift: Option<String>,
    /// The place in the eight-day roster, 0 to 7.
    pub roster_slot: Option<i32>,
    /// When hired.
    pub hired_on: Option<NaiveDate>,
    /// Administrative sex.
    pub sex: Option<String>,
    /// Year of birth.
    pub birth_year: Option<i32>,
    /// Who held the position before.
    pub replaces_staff_pseudonym: Option<Uuid>,
}

/// One row of `silver.staff_statement`: a statement, checked, typed and without identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffStatement {
    /// The member of staff.
    pub staff_pseudonym: Uuid,
    /// What is stated.
    pub statement: Statement<StaffAttributes>,
    /// The sending application.
    pub source_system: Option<String>,
    /// The rules that repaired it, in the order of their codes.
    pub repairs: Vec<&'static Rule>,
}

/// Identity of a member of staff, for the vault alone. `Debug` prints nothing of it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct StaffIdentity {
    /// The number of the member of staff.
    pub staff_id: String,
    /// The number of the assignment.
    pub assignment_id: Option<String>,
    /// Identity number as sent.
    pub id_number: Option<String>,
    /// Given names.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Date of birth, where it could be read.
    pub date_of_birth: Option<NaiveDate>,
    /// Number in the profession's register.
    pub registration_number: Option<String>,
    /// The first day on which they will work no more, where it could be read.
    pub ends_on: Option<NaiveDate>,
}

impl fmt::Debug for StaffIdentity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("StaffIdentity(secret)")
    }
}

/// A usable statement, in its two halves. `Debug` prints the first alone.
#[derive(Clone, PartialEq, Eq)]
pub struct CleanedStaff {
    /// Without identity.
    pub statement: StaffStatement,
    /// Who it is.
    pub identity: StaffIdentity,
    /// The number of the one who held the position before. Identity.
    pub replaces_staff_id: Option<String>,
}

impl fmt::Debug for CleanedStaff {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("CleanedStaff")
            .field("statement", &self.statement)
            .finish_non_exhaustive()
    }
}

/// A row of `gold.dim_staff`: one version of a member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffVersion {
    /// Key of the version.
    pub staff_key: Uuid,
    /// The member of staff.
    pub staff_pseudonym: Uuid,
    /// What holds while the version is valid.
    pub attributes: StaffAttributes,
    /// Inclusive; `None` is the beginning of time.
    pub valid_from: Option<DateTime<Utc>>,
    /// Exclusive; `None` is `infinity`: the version is current.
    pub valid_to: Option<DateTime<Utc>>,
}

/// The versions of one member of staff, by time. Statements may be in any order and hold copies, but
/// are all of the one member.
pub fn staff_versions<'a>(
    staff_pseudonym: Uuid,
    statements: impl IntoIterator<Item = &'a Statement<StaffAttributes>>,
) -> Vec<StaffVersion> {
    let versions = statement::versions(statements).into_iter();
    let version = |version: statement::Version<&StaffAttributes>| StaffVersion {
        staff_key: staff_version_key(staff_pseudonym, version.valid_from),
        staff_pseudonym,
        attributes: version.attributes.clone(),
        valid_from: version.valid_from,
        valid_to: version.valid_to,
    };
    versions.map(version).collect()
}
