//! The classes of fault.

use crate::flow::What;

/// What can be wrong with an event or a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// An admission without its administrative time.
    MissingAdmissionTime,
    /// A patient who is not born yet, or above 120 years of age.
    InvalidAge,
    /// A patient of 101 to 119 years whose ID number says otherwise.
    AgeOver100,
    /// A time after that of entry, or after the extract.
    FutureTimestamp,
    /// A time that is not RFC 3339.
    WrongTimeFormat,
    /// An administrative discharge before the administrative admission.
    DischargeBeforeAdmission,
    /// An event that is sent again, byte for byte.
    DuplicateEventId,
    /// An event that is sent again under the same id, with other content.
    ConflictingEventId,
    /// A department that the network does not have.
    UnknownDepartment,
    /// An ID number whose last digit is not the check digit of the others.
    BadIdCheckDigit,
    /// No patient.
    MissingPatient,
    /// An event that is sent behind the next one of its patient.
    OutOfOrder,
    /// An event that is sent behind hundreds of later ones.
    LateDelivery,
    /// An event of which only the first bytes are sent.
    TruncatedPayload,
    /// An event under a schema that no registry knows.
    UnknownSchemaId,
}

impl Class {
    /// All of them, in the order in which one is drawn.
    pub const ALL: [Self; 15] = [
        Self::MissingAdmissionTime,
        Self::InvalidAge,
        Self::AgeOver100,
        Self::FutureTimestamp,
        Self::WrongTimeFormat,
        Self::DischargeBeforeAdmission,
        Self::DuplicateEventId,
        Self::ConflictingEventId,
        Self::UnknownDepartment,
        Self::BadIdCheckDigit,
        Self::MissingPatient,
        Self::OutOfOrder,
        Self::LateDelivery,
        Self::TruncatedPayload,
        Self::UnknownSchemaId,
    ];

    /// Its name in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MissingAdmissionTime => "missing_admission_time",
            Self::InvalidAge => "invalid_age",
            Self::AgeOver100 => "age_over_100",
            Self::FutureTimestamp => "future_timestamp",
            Self::WrongTimeFormat => "wrong_time_format",
            Self::DischargeBeforeAdmission => "discharge_before_admission",
            Self::DuplicateEventId => "duplicate_event_id",
            Self::ConflictingEventId => "conflicting_event_id",
            Self::UnknownDepartment => "unknown_department",
            Self::BadIdCheckDigit => "bad_id_check_digit",
            Self::MissingPatient => "missing_patient",
            Self::OutOfOrder => "out_of_order",
            Self::LateDelivery => "late_delivery",
            Self::TruncatedPayload => "truncated_payload",
            Self::UnknownSchemaId => "unknown_schema_id",
        }
    }

    /// The class of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.as_str() == name)
    }

    /// Whether the event of a step can have it.
    pub(super) fn befits(self, what: What) -> bool {
        match self {
            Self::MissingAdmissionTime => what == What::Admission,
            Self::DischargeBeforeAdmission => what == What::Discharge,
            Self::UnknownDepartment => matches!(what, What::Admission | What::Transfer),
            // Behind a discharge nothing more may come of the patient.
            Self::OutOfOrder => what != What::Discharge,
            _ => true,
        }
    }
}
