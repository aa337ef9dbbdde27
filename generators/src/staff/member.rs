//! A member of staff.

use std::fmt;

use chrono::NaiveDate;

use super::Staff;
use super::employment::Employment;
use super::roster::Position;
use crate::population::Person;
use crate::text::write_digits;

/// Numbers of members of staff have six digits.
pub(super) const STAFF_MAX: usize = 999_999;

/// The number of a member of staff in files and events: `S` and six digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StaffId([u8; 7]);

impl StaffId {
    /// The text.
    pub fn as_str(&self) -> &str {
        // Letters and digits of ASCII alone.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for StaffId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A member of staff: a person in the one position that they ever hold. `Debug` shows nothing but
/// the number: the rest is identity.
#[derive(Clone, Copy)]
pub struct StaffMember<'s> {
    pub(super) staff: &'s Staff<'s>,
    pub(super) number: usize,
}

impl<'s> StaffMember<'s> {
    /// The number, from 0: first those who hold the positions at the start, in the order of the
    /// roster; then who replaces them, by date.
    pub fn number(&self) -> usize {
        self.number
    }

    /// The number in files and events.
    pub fn id(&self) -> StaffId {
        StaffId(self.numbered(b'S'))
    }

    /// Appends the number of the assignment in files: `A` and six digits. Everybody has one.
    pub(crate) fn write_assignment_id(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.numbered(b'A'));
    }

    fn numbered(&self, letter: u8) -> [u8; 7] {
        let mut text = Vec::with_capacity(7);
        text.push(letter);
        write_digits::<6>(&mut text, self.number as u64 + 1);
        text.try_into().unwrap_or_default()
    }

    /// The person.
    pub fn person(&self) -> Person<'s> {
        self.staff.population.person(self.employment().row)
    }

    /// What they do, where and in which shifts.
    pub fn position(&self) -> &'s Position {
        &self.staff.roster.positions()[self.employment().position]
    }

    /// The code of the hospital.
    pub fn hospital_code(&self) -> &'s str {
        &self.staff.network.hospitals[self.position().hospital].code
    }

    /// The code of the department.
    pub fn department_code(&self) -> &'s str {
        let position = self.position();
        let hospital = &self.staff.network.hospitals[position.hospital];
        &hospital.departments[position.department].code
    }

    /// The day on which they were hired: at 22 years or later, at most the first day of work.
    pub fn hired_on(&self) -> NaiveDate {
        self.employment().hired_on
    }

    /// The first day of work.
    pub fn starts_on(&self) -> NaiveDate {
        self.employment().starts_on
    }

    /// The 65th birthday: the first day on which they work no more.
    pub fn ends_on(&self) -> NaiveDate {
        self.employment().ends_on
    }

    /// Who held the position before; `None` for those who hold it at the start.
    pub fn replaces(&self) -> Option<Self> {
        let replaces = self.employment().replaces;
        replaces.map(|number| Self { number, ..*self })
    }

    /// Appends the number of the profession's register; nothing where the role has none.
    pub fn write_registration_number(&self, out: &mut Vec<u8>) {
        self.employment().registration_number.write(out);
    }

    fn employment(&self) -> &'s Employment {
        &self.staff.employments.list[self.number]
    }
}

impl PartialEq for StaffMember<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl fmt::Debug for StaffMember<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "StaffMember({})", self.id())
    }
}
