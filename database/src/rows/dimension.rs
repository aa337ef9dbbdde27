use chrono::{DateTime, NaiveDate, Utc};
use domain::department::DepartmentRow;
use domain::staff::StaffVersion;
use tokio_postgres::types::Timestamp;
use uuid::Uuid;

use super::derived_row;

type Time = DateTime<Utc>;

derived_row! {
    /// A row of `gold.dim_staff`.
    StaffVersionRow of "dim_staff" in "dim_staff" key (staff_key: Uuid) {
        staff_key: Uuid = UUID,
        staff_pseudonym: Uuid = UUID,
        hospital_code: String = TEXT,
        department_code: Option<String> = TEXT,
        status: String = TEXT,
        role: Option<String> = TEXT,
        specialty: Option<String> = TEXT,
        shift: Option<String> = TEXT,
        roster_slot: Option<i32> = INT4,
        hired_on: Option<NaiveDate> = DATE,
        sex: Option<String> = TEXT,
        birth_year: Option<i32> = INT4,
        replaces_staff_pseudonym: Option<Uuid> = UUID,
        valid_from: Timestamp<Time> = TIMESTAMPTZ,
        valid_to: Timestamp<Time> = TIMESTAMPTZ,
        is_current: bool = BOOL,
    }
}

derived_row! {
    /// A row of `gold.dim_department`.
    DepartmentVersionRow of "dim_department" in "dim_department" key (department_key: Uuid) {
        department_key: Uuid = UUID,
        hospital_code: String = TEXT,
        department_code: String = TEXT,
        name: String = TEXT,
        kind: String = TEXT,
        valid_from: Timestamp<Time> = TIMESTAMPTZ,
        valid_to: Timestamp<Time> = TIMESTAMPTZ,
        is_current: bool = BOOL,
        beds: Option<i32> = INT4,
    }
}

/// When something begins that may have no beginning.
pub(crate) fn begin(at: Option<Time>) -> Timestamp<Time> {
    at.map_or(Timestamp::NegInfinity, Timestamp::Value)
}

/// When something ends that may have no end.
pub(crate) fn end(at: Option<Time>) -> Timestamp<Time> {
    at.map_or(Timestamp::PosInfinity, Timestamp::Value)
}

impl From<StaffVersion> for StaffVersionRow {
    fn from(version: StaffVersion) -> Self {
        let attributes = version.attributes;
        Self {
            staff_key: version.staff_key,
            staff_pseudonym: version.staff_pseudonym,
            hospital_code: attributes.hospital_code,
            department_code: attributes.department_code,
            status: attributes.status.as_str().to_owned(),
            role: attributes.role,
            specialty: attributes.specialty,
            shift: attributes.shift,
            roster_slot: attributes.roster_slot,
            hired_on: attributes.hired_on,
            sex: attributes.sex,
            birth_year: attributes.birth_year,
            replaces_staff_pseudonym: attributes.replaces_staff_pseudonym,
            valid_from: begin(version.valid_from),
            valid_to: end(version.valid_to),
            is_current: version.valid_to.is_none(),
        }
    }
}

impl From<DepartmentRow> for DepartmentVersionRow {
    fn from(version: DepartmentRow) -> Self {
        Self {
            department_key: version.department_key,
            hospital_code: version.department.hospital_code,
            department_code: version.department.department_code,
            name: version.attributes.name,
            kind: version.attributes.kind,
            valid_from: begin(version.valid_from),
            valid_to: end(version.valid_to),
            is_current: version.valid_to.is_none(),
            beds: version.attributes.beds,
        }
    }
}
