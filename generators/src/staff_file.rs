//! `staff.csv`.

use std::path::Path;

use chrono::NaiveDate;

use crate::output::{self, OutputError, Rows, Writing, Written};
use crate::staff::{Staff, StaffMember};
use crate::text::{write_date, write_number};

/// The file's name.
pub const NAME: &str = "staff.csv";

const HEADER: &str = "staff_id,person_id,id_number,first_name,last_name,sex,date_of_birth,role,specialty,\
     registration_number,hired_on\n";

/// Rows that are made at once: about 500 kB.
const CHUNK_ROWS: u64 = 4_096;

/// Writes everybody who starts work before a date, in the order of their numbers.
pub fn write(
    staff: &Staff<'_>,
    until: NaiveDate,
    writing: &Writing,
    file: (&Path, &str),
) -> Result<Written, OutputError> {
    write_members(staff, until, writing, file, (HEADER, write_row))
}

/// Writes a row of everybody who starts work before a date.
pub(crate) fn write_members(
    staff: &Staff<'_>,
    until: NaiveDate,
    writing: &Writing,
    file: (&Path, &str),
    (header, write_row): (&str, impl Fn(&StaffMember<'_>, &mut Vec<u8>) + Sync),
) -> Result<Written, OutputError> {
    let rows = Rows {
        header,
        count: staff.count_before(until) as u64,
        in_chunk: CHUNK_ROWS,
        write: |row, out: &mut Vec<u8>| {
            let Ok(number) = usize::try_from(row) else {
                return false;
            };
            write_row(&staff.member(number), out);
            true
        },
    };
    output::write_rows(writing, file, &rows, |_| {})
}

fn write_row(member: &StaffMember<'_>, out: &mut Vec<u8>) {
    let (person, position) = (member.person(), member.position());
    out.extend_from_slice(member.id().as_str().as_bytes());
    out.push(b',');
    write_number(out, person.id());
    out.push(b',');
    person.write_who(out);
    for text in [position.role.as_str(), position.specialty] {
        out.push(b',');
        out.extend_from_slice(text.as_bytes());
    }
    out.push(b',');
    member.write_registration_number(out);
    out.push(b',');
    write_date(out, member.hired_on());
    out.push(b'\n');
}
