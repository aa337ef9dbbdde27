//! `staff.csv`.

use std::path::Path;

use chrono::NaiveDate;

use crate::output::{self, Compression, OutputError, Rows, Size, Writing, Written};
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
    let rows = rows(staff, until, (HEADER, write_row));
    output::write_rows(writing, file, &rows, |_| {})
}

/// How large the file will be, by its first rows and with a hundredth to spare.
pub fn estimate(staff: &Staff<'_>, until: NaiveDate, compression: Compression) -> Size {
    rows(staff, until, (HEADER, write_row)).estimate(compression)
}

/// A row of everybody who starts work before a date.
pub(crate) fn rows<'s>(
    staff: &'s Staff<'_>,
    until: NaiveDate,
    (header, write_row): (&'s str, impl Fn(&StaffMember<'_>, &mut Vec<u8>) + Sync),
) -> Rows<'s, impl Fn(u64, &mut Vec<u8>) -> bool + Sync> {
    Rows {
        header,
        count: staff.count_before(until) as u64,
        in_chunk: CHUNK_ROWS,
        write: move |row, out: &mut Vec<u8>| {
            let Ok(number) = usize::try_from(row) else {
                return false;
            };
            write_row(&staff.member(number), out);
            true
        },
    }
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
