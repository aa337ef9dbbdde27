//! How much there is of everything.

/// The scale of a simulation: how many people, and how many of them are patients. Staff follow the
/// network's beds at any scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Scale {
    /// 100,000 people, 40,000 patients
    Quick,
    /// 5,000,000 people, 2,000,000 patients
    Full,
}

impl Scale {
    /// Its word on command lines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Full => "full",
        }
    }

    /// Rows of `people.csv`.
    pub const fn people(self) -> u64 {
        match self {
            Self::Quick => 100_000,
            Self::Full => 5_000_000,
        }
    }

    /// Rows of `hospital_patients.csv`.
    pub const fn patients(self) -> u64 {
        match self {
            Self::Quick => 40_000,
            Self::Full => 2_000_000,
        }
    }
}
