//! An encounter: what the four tables say of one stay, and the steps that follow from it.

use std::sync::Arc;

use chrono::NaiveDateTime;

use super::admission::Admission;
use super::patient::Patient;
use super::service::{Service, Services};
use super::transfer::{Interval, Movement, Transfer};

/// An encounter, its parts understood.
#[derive(Debug)]
pub(super) struct Encounter {
    pub(super) admission: Admission,
    pub(super) patient: Arc<Patient>,
    /// By time.
    intervals: Vec<(NaiveDateTime, Interval)>,
    discharged_at: Option<NaiveDateTime>,
    services: Services,
    /// Whether a row of TRANSFERS was refused that may be this encounter's.
    may_lack_transfers: bool,
    /// Whether the first interval is the admission.
    begins_with_admission: bool,
    /// What happens, by time.
    steps: Vec<Step>,
}

/// Something that happens in an encounter, and so an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Step {
    pub(super) at: NaiveDateTime,
    pub(super) kind: StepKind,
}

/// What happens; of things at one instant the upper comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum StepKind {
    /// The interval of this number begins.
    Arrival(usize),
    /// The change of service of this number, without a move.
    Change(usize),
    /// The patient leaves the hospital.
    Discharge,
}

/// Where a patient is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place<'a> {
    pub(super) department: Option<&'a str>,
    pub(super) ward: Option<&'a str>,
}

impl Encounter {
    /// An encounter of its rows.
    pub(super) fn new(
        admission: Admission,
        patient: Arc<Patient>,
        mut transfers: Vec<Transfer>,
        may_lack_transfers: bool,
        services: Services,
    ) -> Self {
        transfers.sort_unstable();
        let mut intervals = Vec::new();
        let mut discharged_at = None;
        for transfer in transfers {
            match transfer.movement {
                Movement::Interval(interval) => intervals.push((transfer.at, interval)),
                Movement::Discharge => discharged_at = Some(transfer.at),
            }
        }
        // Where the row that is lost may be the admission, the next one is not made into it.
        let begins_with_admission = intervals
            .first()
            .is_some_and(|(_, interval)| interval.is_admit || !may_lack_transfers);
        let mut encounter = Self {
            admission,
            patient,
            intervals,
            discharged_at,
            services,
            may_lack_transfers,
            begins_with_admission,
            steps: Vec::new(),
        };
        encounter.steps = encounter.plan();
        encounter
    }

    /// What happens, by time.
    pub(super) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Whether the extract has the discharge.
    pub(super) fn is_closed(&self) -> bool {
        self.discharged_at.is_some()
    }

    fn plan(&self) -> Vec<Step> {
        let arrivals = self
            .intervals
            .iter()
            .enumerate()
            .map(|(number, (at, _))| Step {
                at: *at,
                kind: StepKind::Arrival(number),
            });
        let changes = self.services.changes().iter().enumerate();
        let changes = changes
            .filter(|(_, service)| self.is_change_without_move(service))
            .map(|(number, service)| Step {
                at: service.at,
                kind: StepKind::Change(number),
            });
        let discharge = self.discharged_at.map(|at| Step {
            at,
            kind: StepKind::Discharge,
        });
        let mut steps: Vec<Step> = arrivals.chain(changes).chain(discharge).collect();
        steps.sort_unstable();
        steps
    }

    /// Whether a service takes over within the stay at a time at which the patient does not move.
    fn is_change_without_move(&self, service: &Service) -> bool {
        let is_after_admission = match self.intervals.first() {
            Some((at, _)) if self.begins_with_admission => *at < service.at,
            _ => true,
        };
        let is_before_discharge = self.discharged_at.is_none_or(|at| service.at < at);
        let moves = self.intervals.iter().any(|(at, _)| *at == service.at);
        is_after_admission && is_before_discharge && !moves
    }

    /// Whether an interval is the admission; all others are transfers.
    pub(super) fn is_admission(&self, interval: usize) -> bool {
        interval == 0 && self.begins_with_admission
    }

    /// The place of an interval: the intensive-care unit where it is one, otherwise the service in
    /// force when it begins.
    pub(super) fn place(&self, interval: usize) -> Option<Place<'_>> {
        let (at, interval) = self.intervals.get(interval)?;
        let unit = interval.care_unit.as_deref();
        Some(Place {
            department: unit.or_else(|| self.services.in_force(*at)),
            ward: interval.ward.as_deref(),
        })
    }

    /// What tells an interval from others of the encounter that begin at its instant: unit and ward.
    pub(super) fn interval_mark(&self, interval: usize) -> [&str; 2] {
        let interval = self.intervals.get(interval).map(|(_, interval)| interval);
        [
            interval
                .and_then(|it| it.care_unit.as_deref())
                .unwrap_or_default(),
            interval
                .and_then(|it| it.ward.as_deref())
                .unwrap_or_default(),
        ]
    }

    /// The number of the interval that is running at a time, or that the discharge ends. Where one
    /// may be lost, an interval runs to its own end and no longer.
    pub(super) fn interval_at(&self, at: NaiveDateTime) -> Option<usize> {
        let latest = self.intervals.iter().rposition(|(start, _)| *start <= at)?;
        let (_, interval) = &self.intervals[latest];
        let is_sure = at < interval.ends_at
            || (at == interval.ends_at && self.discharged_at == Some(at))
            || !self.may_lack_transfers;
        is_sure.then_some(latest)
    }

    /// The place of the interval that an interval follows.
    pub(super) fn prior_place(&self, interval: usize) -> Option<Place<'_>> {
        let (at, _) = self.intervals.get(interval)?;
        let prior = interval.checked_sub(1)?;
        let follows = !self.may_lack_transfers || self.intervals[prior].1.ends_at == *at;
        if follows { self.place(prior) } else { None }
    }

    /// The service that a change puts in force.
    pub(super) fn changed_service(&self, change: usize) -> Option<&str> {
        self.services.changes().get(change)?.code.as_deref()
    }

    /// The place of a patient whose service changes at a time: the ward stays, and so does an
    /// intensive-care unit; elsewhere the department is the new service.
    pub(super) fn place_after_change(&self, at: NaiveDateTime, change: usize) -> Option<Place<'_>> {
        let (_, interval) = self.intervals.get(self.interval_at(at)?)?;
        let unit = interval.care_unit.as_deref();
        Some(Place {
            department: unit.or_else(|| self.changed_service(change)),
            ward: interval.ward.as_deref(),
        })
    }

    /// The service in force at a time.
    pub(super) fn service_at(&self, at: NaiveDateTime) -> Option<&str> {
        self.services.in_force(at)
    }
}
