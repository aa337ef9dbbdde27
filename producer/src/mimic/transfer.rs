//! TRANSFERS: one row an interval in a ward, and one row a discharge.

use chrono::NaiveDateTime;
use domain::shape::shape;

use super::record::Record;
use super::refusal::{Reason, RefusedRow};
use super::row::Row;
use super::table::Table;

/// A row of TRANSFERS. The order is by time, then by content.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Transfer {
    pub(super) at: NaiveDateTime,
    pub(super) movement: Movement,
    /// Identity.
    pub(super) subject_id: String,
    /// Identity.
    pub(super) hadm_id: String,
}

/// What a row of TRANSFERS says has happened.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Movement {
    /// An interval in a ward begins.
    Interval(Interval),
    /// The patient leaves the hospital. It sorts behind intervals that begin at its instant.
    Discharge,
}

/// An interval that a patient spends in one place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Interval {
    pub(super) ends_at: NaiveDateTime,
    /// Whether the row is an `admit`, not a `transfer`.
    pub(super) is_admit: bool,
    /// The intensive-care unit, where it is one.
    pub(super) care_unit: Option<String>,
    pub(super) ward: Option<String>,
}

impl Record for Transfer {
    /// What is read of TRANSFERS. The places that a row gives for the interval before (`prev_...`)
    /// are not: that interval has its own row.
    const TABLE: Table = Table {
        file: "TRANSFERS.csv",
        columns: &[
            "subject_id",
            "hadm_id",
            "eventtype",
            "curr_careunit",
            "curr_wardid",
            "intime",
            "outtime",
        ],
        key: "hadm_id",
    };

    type Slot<'a> = (&'a str, Option<Start<'a>>);

    fn parse(row: &Row<'_>) -> Result<Self, RefusedRow> {
        let subject_id = row.number("subject_id")?;
        let hadm_id = row.number("hadm_id")?;
        let event_type = row.text("eventtype").unwrap_or_default();
        let at = row.time("intime")?;
        let movement = match event_type.as_str() {
            "admit" | "transfer" => Movement::Interval(interval(row, at, event_type == "admit")?),
            "discharge" => Movement::Discharge,
            "" => return Err(row.refuse("eventtype", Reason::Blank)),
            other => {
                let reason = Reason::EventType(shape(other));
                return Err(row.refuse("eventtype", reason));
            }
        };
        let transfer = Transfer {
            at,
            movement,
            subject_id,
            hadm_id,
        };
        Ok(transfer)
    }

    fn slot(&self) -> Self::Slot<'_> {
        let place = match &self.movement {
            Movement::Interval(interval) => Some(Start {
                at: self.at,
                care_unit: interval.care_unit.as_deref(),
                ward: interval.ward.as_deref(),
            }),
            Movement::Discharge => None,
        };
        (&self.hadm_id, place)
    }

    fn key(&self) -> &str {
        &self.hadm_id
    }
}

/// Where and when an interval of an encounter begins: two that begin alike cannot differ in their
/// ends. An encounter has one discharge.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Start<'a> {
    at: NaiveDateTime,
    care_unit: Option<&'a str>,
    ward: Option<&'a str>,
}

fn interval(row: &Row<'_>, at: NaiveDateTime, is_admit: bool) -> Result<Interval, RefusedRow> {
    let ends_at = row.time("outtime")?;
    if ends_at < at {
        return Err(row.refuse("outtime", Reason::EndsBeforeItBegins));
    }
    Ok(Interval {
        ends_at,
        is_admit,
        care_unit: row.text("curr_careunit"),
        ward: row.text("curr_wardid"),
    })
}
