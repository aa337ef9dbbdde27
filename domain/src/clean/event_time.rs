use chrono::{DateTime, NaiveDate, Utc};

use super::repair::Repairs;
use super::{Refusal, administrative, future, time};
use crate::event::AdtEvent;
use crate::network::TimeZone;
use crate::record::Trigger;
use crate::rule::record as rule;

/// The times of an event.
#[derive(Debug, Clone, Copy)]
#[allow(
    clippy::struct_field_names,
    reason = "they are called what events call them"
)]
pub(super) struct EventTimes {
    pub(super) occurred_at: DateTime<Utc>,
    pub(super) recorded_at: DateTime<Utc>,
    pub(super) admitted_at: Option<DateTime<Utc>>,
    pub(super) discharged_at: Option<DateTime<Utc>>,
}

impl EventTimes {
    /// As sent.
    pub(super) fn read(event: &AdtEvent) -> Result<Self, Refusal> {
        let occurred_at = event.occurred_at.as_deref();
        let recorded_at = event.recorded_at.as_deref();
        Ok(Self {
            occurred_at: time::required("occurred_at", &rule::OCCURRED_AT, occurred_at)?,
            recorded_at: time::required("recorded_at", &rule::RECORDED_AT, recorded_at)?,
            admitted_at: time::optional("admitted_at", event.admitted_at.as_deref())?,
            discharged_at: time::optional("discharged_at", event.discharged_at.as_deref())?,
        })
    }

    /// What the rules make of them.
    pub(super) fn judged(self, trigger: Trigger, repairs: &mut Repairs) -> Self {
        let admitted_at = repairs.note(administrative::admission(trigger, self.admitted_at));
        let discharged_at = administrative::discharge(admitted_at, self.discharged_at);
        Self {
            occurred_at: repairs.note(future::happened(self.occurred_at, self.recorded_at)),
            recorded_at: self.recorded_at,
            admitted_at,
            discharged_at: repairs.note(discharged_at),
        }
    }

    /// The hospital's date of the admission, or of the event where that is missing.
    pub(super) fn admitted_on(&self, time_zone: TimeZone) -> NaiveDate {
        time_zone.date_of(self.admitted_at.unwrap_or(self.occurred_at))
    }

    /// The hospital's date of the event or of the admission, whichever is later.
    pub(super) fn last_day(&self, time_zone: TimeZone) -> NaiveDate {
        time_zone
            .date_of(self.occurred_at)
            .max(self.admitted_on(time_zone))
    }
}
