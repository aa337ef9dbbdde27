//! `assigned_staff.csv`.

use std::path::Path;

use chrono::NaiveDate;

use crate::output::{self, Compression, OutputError, Rows, Size, Writing, Written};
use crate::staff::{Staff, StaffMember};
use crate::staff_file;
use crate::text::{write_date, write_number};

/// The file's name.
pub const NAME: &str = "assigned_staff.csv";

const HEADER: &str = "assignment_id,staff_id,hospital_code,department_code,role,specialty,shift,roster_slot,starts_on,\
     ends_on,replaces_staff_id\n";

/// Writes the assignments of everybody who starts work before a date, in the order of their numbers.
/// Ends are given where they lie before that date.
pub fn write(
    staff: &Staff<'_>,
    until: NaiveDate,
    writing: &Writing,
    file: (&Path, &str),
) -> Result<Written, OutputError> {
    output::write_rows(writing, file, &rows(staff, until), |_| {})
}

/// How large the file will be, by its first rows and with a hundredth to spare.
pub fn estimate(staff: &Staff<'_>, until: NaiveDate, compression: Compression) -> Size {
    rows(staff, until).estimate(compression)
}

fn rows<'s>(
    staff: &'s Staff<'_>,
    until: NaiveDate,
) -> Rows<'s, impl Fn(u64, &mut Vec<u8>) -> bool + Sync> {
    let write_row =
        move |member: &StaffMember<'_>, out: &mut Vec<u8>| write_row(member, until, out);
    staff_file::rows(staff, until, (HEADER, write_row))
}

fn write_row(member: &StaffMember<'_>, until: NaiveDate, out: &mut Vec<u8>) {
    let position = member.position();
    member.write_assignment_id(out);
    for text in [
        member.id().as_str(),
        member.hospital_code(),
        member.department_code(),
        position.role.as_str(),
        position.specialty,
        position.pattern.as_str(),
    ] {
        out.push(b',');
        out.extend_from_slice(text.as_bytes());
    }
    out.push(b',');
    write_number(out, u64::from(position.roster_slot));
    out.push(b',');
    write_date(out, member.starts_on());
    out.push(b',');
    if member.ends_on() < until {
        write_date(out, member.ends_on());
    }
    out.push(b',');
    if let Some(replaced) = member.replaces() {
        out.extend_from_slice(replaced.id().as_str().as_bytes());
    }
    out.push(b'\n');
}
