//! Dirty data on purpose, and the truth about it.
//!
//! Faults are laid over a clean flow and over clean files: whatever is not faulty stays as it was,
//! byte for byte. An event, and a line of a file, has one fault at most. Which one it has follows from
//! the seed, the rates and its own number alone, so that a longer flow begins with the shorter one.
//! `docs/faults.md` says what each class changes, and which rule should find it.

mod birth;
mod class;
mod clock;
mod delivery;
mod event;
mod file;
mod ground_truth;
mod line;
mod rates;
mod spoiler;

pub use class::Class;
pub use ground_truth::{GroundTruth, NAME as GROUND_TRUTH};
pub use rates::{DEFAULT_RATES, Rates, RatesError};

pub(crate) use delivery::{Delivery, Planned};
pub(crate) use file::{FileFaults, Place};
pub(crate) use spoiler::Spoiler;

use domain::event::AdtEvent;

/// A fault, as the ground truth tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong.
    pub class: Class,
    /// The field that is wrong, by its name in the event or the file.
    pub field: &'static str,
}

/// An event as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// What it says.
    pub event: AdtEvent,
    /// What happens to its bytes.
    pub damage: Option<Damage>,
    /// What is wrong with it, its bytes or its place in the flow.
    pub fault: Option<Fault>,
}

/// What happens to the bytes of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// Only the first so many bytes arrive: fewer than there are, perhaps none.
    Truncated {
        /// How many.
        keep_bytes: usize,
    },
    /// The schema that they name is known to no registry.
    UnknownSchema,
}

impl From<AdtEvent> for Sent {
    /// A clean event.
    fn from(event: AdtEvent) -> Self {
        Self {
            event,
            damage: None,
            fault: None,
        }
    }
}

#[cfg(test)]
mod tests;
