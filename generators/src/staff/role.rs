//! What members of staff do.

use domain::network::DepartmentKind;

/// What a member of staff does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Doctor.
    Doctor,
    /// Nurse.
    Nurse,
    /// Physiotherapist.
    Physiotherapist,
    /// Pharmacist.
    Pharmacist,
    /// Clerk.
    Clerk,
    /// Porter.
    Porter,
}

impl Role {
    /// All roles, in the order in which a department's positions stand.
    pub const ALL: [Self; 6] = [
        Self::Doctor,
        Self::Nurse,
        Self::Physiotherapist,
        Self::Pharmacist,
        Self::Clerk,
        Self::Porter,
    ];

    /// The name in files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Doctor => "doctor",
            Self::Nurse => "nurse",
            Self::Physiotherapist => "physiotherapist",
            Self::Pharmacist => "pharmacist",
            Self::Clerk => "clerk",
            Self::Porter => "porter",
        }
    }

    /// How many in a hundred are women. Assumptions: no source was looked up.
    pub(super) const fn women_percent(self) -> f64 {
        match self {
            Self::Doctor => 45.0,
            Self::Nurse => 90.0,
            _ => 50.0,
        }
    }

    /// The field of those who work in a department of a kind; empty where the role has none.
    pub const fn specialty(self, kind: DepartmentKind) -> &'static str {
        if !matches!(self, Self::Doctor | Self::Nurse) {
            return "";
        }
        match kind {
            DepartmentKind::Emergency => "Emergency medicine",
            DepartmentKind::IntensiveCare => "Critical care",
            DepartmentKind::Surgery => "General surgery",
            DepartmentKind::Medicine => "Internal medicine",
            DepartmentKind::Maternity => "Obstetrics and gynaecology",
            DepartmentKind::Paediatrics => "Paediatrics",
            DepartmentKind::Orthopaedics => "Orthopaedics",
            DepartmentKind::Oncology => "Oncology",
            DepartmentKind::Psychiatry => "Psychiatry",
            DepartmentKind::Other => "General medicine",
        }
    }
}
