//! A MIMIC-III extract as events: what `docs/mimic-mapping.md` says, in code.
//!
//! [`Extract::read`] takes the four files; [`Extract::events`] gives the events one by one in the
//! order of event time. What is read is kept as rows, a tenth of the size of the events. A row that
//! is not understood is in [`Extract::refused`] and in no event.

use std::path::Path;

use chrono::NaiveDateTime;
use domain::event::AdtEvent;

use encounter::Encounter;
use join::{Tables, join};
use record::Records;

pub use error::ExtractError;
pub use event::{HOSPITAL_CODE, SOURCE_SYSTEM};
pub use refusal::{Reason, RefusedRow};

mod admission;
mod encounter;
mod error;
mod event;
mod join;
mod line;
mod patient;
mod record;
mod refusal;
mod row;
mod service;
mod table;
mod transfer;

/// A MIMIC-III extract, its rows understood or refused.
#[derive(Debug)]
pub struct Extract {
    encounters: Vec<Encounter>,
    /// All steps of all encounters, in the order of the events.
    agenda: Vec<Entry>,
    refused: Vec<RefusedRow>,
}

/// Where the content of an event is.
#[derive(Debug, Clone, Copy)]
struct Entry {
    at: NaiveDateTime,
    encounter: usize,
    /// Number of the step in the encounter, from 0.
    step: usize,
}

impl Extract {
    /// Reads `ADMISSIONS.csv`, `TRANSFERS.csv`, `PATIENTS.csv` and `SERVICES.csv` of a folder.
    ///
    /// An error means that a file is missing, unreadable, cut short or not the one it should be.
    /// Single rows that are wrong are no error: see [`Extract::refused`].
    pub fn read(dir: &Path) -> Result<Self, ExtractError> {
        if !dir.is_dir() {
            return Err(ExtractError::NoFolder {
                dir: dir.to_owned(),
            });
        }
        let tables = Tables {
            patients: Records::read(dir)?,
            admissions: Records::read(dir)?,
            transfers: Records::read(dir)?,
            services: Records::read(dir)?,
        };
        let (mut encounters, refused) = join(tables);
        // Ids are unique, so this order is total whatever the order of the rows was.
        encounters.sort_unstable_by(|a, b| a.admission.hadm_id.cmp(&b.admission.hadm_id));
        let mut agenda: Vec<Entry> = Vec::new();
        for (number, encounter) in encounters.iter().enumerate() {
            let steps = encounter.steps().iter().enumerate();
            agenda.extend(steps.map(|(step, what)| Entry {
                at: what.at,
                encounter: number,
                step,
            }));
        }
        agenda.sort_unstable_by_key(|entry| (entry.at, entry.encounter, entry.step));
        Ok(Self {
            encounters,
            agenda,
            refused,
        })
    }

    /// The events in the order of event time; of events at one instant by encounter and sequence.
    pub fn events(&self) -> impl Iterator<Item = AdtEvent> + '_ {
        let event = |entry: &Entry| event::event(&self.encounters[entry.encounter], entry.step);
        self.agenda.iter().filter_map(event)
    }

    /// How many events there are.
    pub fn event_count(&self) -> usize {
        self.agenda.len()
    }

    /// The rows that are sent nowhere, by file and line.
    pub fn refused(&self) -> &[RefusedRow] {
        &self.refused
    }

    /// How many encounters have no discharge row and so stay open.
    pub fn open_encounter_count(&self) -> usize {
        let open = self.encounters.iter().filter(|it| !it.is_closed());
        open.count()
    }
}
