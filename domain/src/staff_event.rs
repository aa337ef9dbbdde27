//! The statement about a member of staff as a source system sends it: wide, nullable, unchecked.
//!
//! The wire form is `schemas/staff_event.v1.avsc`. What the cleaning makes of it is
//! [`crate::staff::StaffStatement`].

use std::fmt;

use serde::Serialize;

/// Where somebody works, and as what, from a time on, as sent.
///
/// Times and dates are text. `None` means that the source said nothing. `Debug` prints nothing of
/// who it is.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct StaffEvent {
    /// UUID of the event, derived from its natural key (see [`crate::event_id`]).
    pub event_id: Option<String>,
    /// From when on it holds, RFC 3339 expected.
    pub effective_at: Option<String>,
    /// When it was entered.
    pub recorded_at: Option<String>,
    /// The sending application.
    pub source_system: Option<String>,
    /// The hospital's code in the network file.
    pub hospital_code: Option<String>,
    /// Identity. The number of the member of staff.
    pub staff_id: Option<String>,
    /// Identity. The number of the assignment.
    pub assignment_id: Option<String>,
    /// Number among the statements about the member of staff; breaks ties of time.
    pub sequence: Option<i64>,
    /// `employed`, `assigned`, `left`.
    pub status: Option<String>,
    /// The department's code in the network file.
    pub department_code: Option<String>,
    /// Doctor, nurse and so on.
    pub role: Option<String>,
    /// The field.
    pub specialty: Option<String>,
    /// `day`, `night`, `rotating`.
    pub shift: Option<String>,
    /// The place in the eight-day roster, 0 to 7.
    pub roster_slot: Option<i64>,
    /// When hired, `YYYY-MM-DD` expected.
    pub hired_on: Option<String>,
    /// Identity, as it is the 65th birthday. The first day on which they will work no more.
    pub ends_on: Option<String>,
    /// Identity. Whose position it is from now on.
    pub replaces_staff_id: Option<String>,
    /// Administrative sex.
    pub sex: Option<String>,
    /// Who it is.
    pub identity: Option<StaffPerson>,
}

/// Who a member of staff is. Kept in Kafka, bronze and the vault alone; `Debug` prints nothing of it.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct StaffPerson {
    /// South African identity number, 13 digits.
    pub id_number: Option<String>,
    /// Given names.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Date of birth, `YYYY-MM-DD` expected.
    pub date_of_birth: Option<String>,
    /// Number in the profession's register.
    pub registration_number: Option<String>,
}

impl fmt::Debug for StaffEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("StaffEvent")
            .field("event_id", &self.event_id)
            .field("effective_at", &self.effective_at)
            .field("hospital_code", &self.hospital_code)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for StaffPerson {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("StaffPerson(secret)")
    }
}

impl StaffEvent {
    /// The Kafka key of the event, `hospital_code:staff_id`, where both are known.
    pub fn key(&self) -> Option<String> {
        Some(format!(
            "{}:{}",
            self.hospital_code.as_ref()?,
            self.staff_id.as_ref()?
        ))
    }
}
