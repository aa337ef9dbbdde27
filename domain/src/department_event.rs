//! The statement about a department as a source system sends it: wide, nullable, unchecked.
//!
//! The wire form is `schemas/department_metadata.v1.avsc`. What the cleaning makes of it is
//! [`crate::department::DepartmentStatement`].

use serde::Serialize;

/// What a department is from a time on, as sent. Times are text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DepartmentEvent {
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
    /// The department's code.
    pub department_code: Option<String>,
    /// Number among the statements about the department; breaks ties of time.
    pub sequence: Option<i64>,
    /// Name.
    pub name: Option<String>,
    /// Kind of department, as network files name it.
    pub kind: Option<String>,
    /// Staffed beds.
    pub beds: Option<i64>,
}

impl DepartmentEvent {
    /// The Kafka key of the event, `hospital_code:department_code`, where both are known.
    pub fn key(&self) -> Option<String> {
        Some(format!(
            "{}:{}",
            self.hospital_code.as_ref()?,
            self.department_code.as_ref()?
        ))
    }
}
