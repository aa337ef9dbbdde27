use std::fmt;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::rule::Rule;
use crate::staff::{CleanedStaff, StaffIdentity};

/// What a line of `staff.csv` says of a member of staff, without identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedStaff {
    /// The member of staff.
    pub staff_pseudonym: Uuid,
    /// Hash of all described fields as sent.
    pub content_hash: Uuid,
    /// Doctor, nurse and so on.
    pub role: Option<String>,
    /// The field.
    pub specialty: Option<String>,
    /// When hired.
    pub hired_on: Option<NaiveDate>,
    /// Administrative sex.
    pub sex: Option<String>,
    /// Year of birth.
    pub birth_year: Option<i32>,
    /// The rules that repaired the line, in the order of their codes.
    pub repairs: Vec<&'static Rule>,
}

/// A usable line of `staff.csv`, in its two halves. `Debug` prints no identity.
#[derive(Clone)]
pub struct StaffLine {
    /// Without identity.
    pub listed: ListedStaff,
    /// For the vault.
    pub identity: StaffIdentity,
}

impl fmt::Debug for StaffLine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("StaffLine")
            .field("listed", &self.listed)
            .finish_non_exhaustive()
    }
}

/// A usable line of `assigned_staff.csv`: one statement of its begin, and one of its end where it tells
/// that. What it does not tell of the member of staff `staff.csv` does.
#[derive(Debug, Clone)]
pub struct AssignmentLine {
    /// The member of staff.
    pub staff_pseudonym: Uuid,
    /// Hash of all described fields as sent.
    pub content_hash: Uuid,
    /// That they work there, and that they work no more.
    pub statements: Vec<CleanedStaff>,
}
