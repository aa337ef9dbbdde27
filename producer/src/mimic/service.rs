//! SERVICES: one row a clinical service that takes the patient over.

use chrono::NaiveDateTime;

use super::record::Record;
use super::refusal::RefusedRow;
use super::row::Row;
use super::table::Table;

/// A row of SERVICES. The order is by time, then by content.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Service {
    pub(super) at: NaiveDateTime,
    pub(super) code: Option<String>,
    /// Identity.
    pub(super) subject_id: String,
    /// Identity.
    pub(super) hadm_id: String,
}

impl Record for Service {
    /// What is read of SERVICES.
    const TABLE: Table = Table {
        file: "SERVICES.csv",
        columns: &["subject_id", "hadm_id", "transfertime", "curr_service"],
        key: "hadm_id",
    };

    type Slot<'a> = &'a Service;

    fn parse(row: &Row<'_>) -> Result<Self, RefusedRow> {
        let service = Service {
            subject_id: row.number("subject_id")?,
            hadm_id: row.number("hadm_id")?,
            at: row.time("transfertime")?,
            code: row.text("curr_service"),
        };
        Ok(service)
    }

    fn slot(&self) -> Self::Slot<'_> {
        self
    }

    fn key(&self) -> &str {
        &self.hadm_id
    }
}

/// The services of one encounter.
#[derive(Debug, Clone)]
pub(super) struct Services {
    /// The rows that are understood, by time.
    pub(super) rows: Vec<Service>,
    /// Whether these are all: no row of the encounter was refused.
    pub(super) are_complete: bool,
}

impl Services {
    /// The service in force at a time: the latest at or before it; before the first one, the first
    /// one, since registration may follow the patient by minutes. Where a row was refused, any
    /// earlier service may be out of date, so that only one which begins at that very time is sure.
    pub(super) fn in_force(&self, at: NaiveDateTime) -> Option<&str> {
        let latest = self.rows.iter().rev().find(|service| service.at <= at);
        let service = if self.are_complete {
            latest.or(self.rows.first())
        } else {
            latest.filter(|service| service.at == at)
        };
        service?.code.as_deref()
    }

    /// The rows that change the service: all but the first. Where a row was refused, it may have
    /// been the first.
    pub(super) fn changes(&self) -> &[Service] {
        if self.are_complete {
            self.rows.get(1..).unwrap_or_default()
        } else {
            &self.rows
        }
    }
}
