//! What a fault changes in a line of an extract.

use chrono::{DateTime, NaiveDate, Utc};

use super::spoiler::UnknownDepartments;
use super::{Class, Fault, birth, clock, event};
use crate::random::SplitMix64;

/// The times of `encounters.csv`, in order.
const TIMES: [&str; 4] = [
    "admitted_at",
    "first_location_at",
    "discharged_at",
    "last_location_left_at",
];

/// What a line is wrong against.
#[derive(Debug)]
pub(super) struct Extract<'n> {
    pub(super) extracted_at: DateTime<Utc>,
    /// The day that it tells of.
    pub(super) date: NaiveDate,
    pub(super) departments: UnknownDepartments<'n>,
}

/// A line in its fields. Clean data needs no quotes, so that commas part them.
#[derive(Debug)]
pub(super) struct Line<'h> {
    header: &'h str,
    fields: Vec<String>,
}

impl<'h> Line<'h> {
    /// The line of a text, with its line feed; nothing where it is not UTF-8.
    pub(super) fn read(header: &'h str, line: &[u8]) -> Option<Self> {
        let text = str::from_utf8(line).ok()?.strip_suffix('\n')?;
        Some(Self {
            header,
            fields: text.split(',').map(str::to_owned).collect(),
        })
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.fields.join(",").as_bytes());
        out.push(b'\n');
    }

    fn place(&self, name: &str) -> Option<usize> {
        let mut names = self.header.trim_end().split(',');
        names.position(|column| column == name)
    }

    /// A field that is not empty.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let field = self.fields.get(self.place(name)?)?;
        Some(field.as_str()).filter(|field| !field.is_empty())
    }

    fn set(&mut self, name: &'static str, value: String) -> Option<&'static str> {
        let place = self.place(name)?;
        *self.fields.get_mut(place)? = value;
        Some(name)
    }

    /// Gives the line a fault, or tells that it cannot have it.
    pub(super) fn spoil(
        &mut self,
        class: Class,
        extract: &Extract<'_>,
        random: &mut SplitMix64,
    ) -> Option<Fault> {
        let field = match class {
            Class::MissingAdmissionTime => self.set("admitted_at", String::new()),
            Class::MissingPatient => self.set("patient_id", String::new()),
            Class::InvalidAge | Class::AgeOver100 => {
                let born_on = self.field("date_of_birth")?.parse().ok()?;
                let change = if class == Class::InvalidAge {
                    birth::invalid
                } else {
                    birth::over_100
                };
                let changed = change(born_on, extract.date, random);
                self.set("date_of_birth", changed.to_string())
            }
            // The last time: another one would also be behind those that follow it.
            Class::FutureTimestamp => {
                let present = TIMES.into_iter().rfind(|name| self.field(name).is_some());
                self.set(present?, clock::after(extract.extracted_at, random))
            }
            Class::WrongTimeFormat => {
                let present: Vec<&str> = TIMES
                    .into_iter()
                    .filter(|name| self.field(name).is_some())
                    .collect();
                let name = *present.get(random.place(present.len().max(1)))?;
                let changed = clock::in_other_form(self.field(name)?, random)?;
                self.set(name, changed)
            }
            Class::DischargeBeforeAdmission => {
                self.field("discharged_at")?;
                let admitted_at = clock::read(self.field("admitted_at")?)?;
                self.set("discharged_at", clock::before(admitted_at, random))
            }
            Class::UnknownDepartment => {
                self.set("department_code", extract.departments.draw(random))
            }
            Class::BadIdCheckDigit => {
                let changed = event::with_other_last_digit(self.field("id_number")?, random)?;
                self.set("id_number", changed)
            }
            Class::DuplicateEventId
            | Class::ConflictingEventId
            | Class::OutOfOrder
            | Class::LateDelivery
            | Class::TruncatedPayload
            | Class::UnknownSchemaId => None,
        };
        field.map(|field| Fault { class, field })
    }
}
