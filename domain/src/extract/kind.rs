use super::record::Subject;

/// A kind of file, described by data: a further one needs a description here and SQL beside its
/// neighbours', no loader of its own.
#[derive(Debug)]
pub struct Kind {
    /// Name of the file without its ending; of a hospital's kind also of its table in silver.
    pub name: &'static str,
    /// Who sends it.
    pub sender: Sender,
    /// The columns by schema version: the first are those of version 1.
    pub versions: &'static [&'static [Column]],
    /// What is made of the lines.
    pub meaning: Meaning,
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Kind {}

impl Kind {
    /// The columns of a schema version, from 1.
    pub fn columns(&self, schema_version: u32) -> Option<&'static [Column]> {
        let index = usize::try_from(schema_version).ok()?.checked_sub(1)?;
        self.versions.get(index).copied()
    }
}

/// Who sends a kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    /// Each hospital, every day: all lines are of the sender.
    Hospital,
    /// The network, for all of its hospitals: the lines say of whom they are.
    Network,
}

/// What is made of the lines of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// Each line states a patient, and who is not in the file is not registered any more.
    Snapshot,
    /// Each line states an encounter as it stood at the extract.
    Encounters,
    /// Each line is something that was done or found in an encounter: a row of a fact of its own.
    Clinical,
    /// Each line states what a department is from the extract on.
    Departments,
    /// Each line lists a member of staff: who it is.
    Staff,
    /// Each line states where a member of staff works from a day on, and perhaps to which one.
    Assignments,
    /// Each line states a person, or a patient of a hospital: a row of its own, as last stated.
    Records(Subject),
}

impl Meaning {
    /// Whether chunks of such lines are of one shard of patients. Else they are of one dimension.
    pub const fn is_of_patients(self) -> bool {
        match self {
            Self::Snapshot
            | Self::Encounters
            | Self::Clinical
            | Self::Records(Subject::Patient) => true,
            Self::Departments
            | Self::Staff
            | Self::Assignments
            | Self::Records(Subject::Person) => false,
        }
    }
}

/// A column of a kind of file.
#[derive(Debug)]
pub struct Column {
    /// Name in the header.
    pub name: &'static str,
    /// What its values look like, and what becomes of them.
    pub form: Form,
}

/// What values of a column look like; an empty field is always "not known".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The hospital's number of the patient: identity, silver has the pseudonym.
    PatientId,
    /// The hospital's number of the encounter: identity, silver has the key.
    EncounterId,
    /// The number of a member of staff: identity, silver has the pseudonym.
    StaffId,
    /// The number of a person in `people.csv`: identity, silver has the pseudonym.
    PersonId,
    /// The ID number: identity, silver has the pseudonym that links a person where it is valid.
    IdNumber,
    /// A hospital of the network.
    HospitalCode,
    /// Administrative sex, as a valid ID number lets it stand.
    Sex,
    /// The number of the line within its encounter and kind, a whole number from 1.
    LineNumber,
    /// Text that silver keeps.
    Text,
    /// Text that the vault alone keeps.
    Identity,
    /// When something happened that the line tells, RFC 3339: not after the extract.
    Time,
    /// A day, YYYY-MM-DD.
    Date,
    /// A birth date, YYYY-MM-DD: the vault keeps it, silver has the year.
    BirthDate,
    /// A whole number.
    Whole,
    /// `true` or `false`.
    Truth,
}

impl Form {
    /// Whether silver keeps something of a value in a record of this subject. What names the record is
    /// its key.
    pub fn is_of_silver(self, subject: Subject) -> bool {
        match self {
            Self::PersonId => subject != Subject::Person,
            Self::PatientId | Self::EncounterId | Self::Identity => false,
            _ => true,
        }
    }

    /// Whether the vault keeps a value of a record as sent: identity, and the hospital whose number it is.
    pub const fn is_of_vault(self) -> bool {
        self.is_identity() || matches!(self, Self::HospitalCode)
    }

    /// Whether a message may tell no more of a value than its length.
    pub const fn is_identity(self) -> bool {
        matches!(
            self,
            Self::PatientId
                | Self::EncounterId
                | Self::StaffId
                | Self::PersonId
                | Self::IdNumber
                | Self::Identity
                | Self::BirthDate
        )
    }
}
