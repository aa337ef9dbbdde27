//! How a stay goes on and ends: from bed to bed, and away.

use domain::network::{DepartmentKind, Next};

use super::Engine;
use crate::flow::agenda::{Caller, Happening, Visit};
use crate::flow::bed::Bed;
use crate::flow::bed_manager::Target;
use crate::flow::encounter::Encounter;
use crate::flow::step::{Discharge, Place, What};
use crate::random::SplitMix64;

/// A patient is discharged on paper up to so many minutes before the bed is left.
const PAPERS_MINUTES_MAX: i64 = 30;

/// Nobody waits for longer for a bed in the house.
const WAIT_SECONDS_MAX: i64 = 48 * 3600;

impl Engine<'_> {
    /// Enters what a stay in a department will bring.
    pub(super) fn expect_progress(&mut self, at: i64, key: u64) {
        let Some(encounter) = self.encounters.get(&key) else {
            return;
        };
        let (visit, ends) = (encounter.visit(), encounter.plan.ends_seconds);
        self.agenda.enter(ends, Happening::StayEnds(visit));
        self.expect_move(at, key);
    }

    pub(super) fn expect_move(&mut self, at: i64, key: u64) {
        // Whoever was moved to even out wards has a move to come already.
        let waiting = |it: &&Encounter| !it.move_is_expected;
        let Some(encounter) = self.encounters.get(&key).filter(waiting) else {
            return;
        };
        let kind = self.kind(encounter.hospital, encounter.department());
        let (visit, ends) = (encounter.visit(), encounter.plan.ends_seconds);
        if let Some(due) = self.pathways.next_move(kind, at, &mut self.random)
            && due < ends
        {
            self.agenda.enter(due, Happening::MoveDue(visit));
            if let Some(encounter) = self.encounters.get_mut(&key) {
                encounter.move_is_expected = true;
            }
        }
    }

    pub(super) fn expect_change(&mut self, after: i64, key: u64) {
        const AHEAD_SECONDS: i64 = 400 * 24 * 3600;
        let Some(encounter) = self.encounters.get(&key) else {
            return;
        };
        let span = (after + 1, after.saturating_add(AHEAD_SECONDS));
        let mut changes = self
            .registry
            .changes_told(encounter.hospital, encounter.patient, span);
        if let Some(at) = changes.next() {
            self.agenda.enter(at, Happening::Change(key));
        }
    }

    pub(super) fn change(&mut self, at: i64, key: u64) {
        if self.encounters.contains_key(&key) {
            self.tell(at, key, What::Update, None, None);
            self.expect_change(at, key);
        }
    }

    pub(super) fn end_stay(&mut self, at: i64, visit: Visit) {
        let Some(encounter) = self.present(visit) else {
            return;
        };
        let (hospital, from, next) = (
            encounter.hospital,
            encounter.department(),
            encounter.plan.next,
        );
        // What was due within the department is void now.
        self.managers.forget(visit);
        let Next::Department(kind) = next else {
            self.discharge(at, visit.encounter, next);
            return;
        };
        let Some(to) = self.hospitals[hospital].other_department(kind, from) else {
            self.discharge(at, visit.encounter, Next::OtherHospital);
            return;
        };
        let is_emergency =
            self.hospitals[hospital].departments[from].kind == DepartmentKind::Emergency;
        if is_emergency || kind == DepartmentKind::IntensiveCare {
            self.wait(at, visit, to);
        } else {
            self.hold(at, visit, Target::Department(to));
        }
    }

    /// Lets a patient wait for a bed of another department before all who can wait for longer.
    pub(super) fn wait(&mut self, at: i64, visit: Visit, to: usize) {
        let Some(hospital) = self.present(visit).map(|encounter| encounter.hospital) else {
            return;
        };
        let department = &mut self.hospitals[hospital].departments[to];
        department.urgent.push_back(visit.encounter);
        self.agenda
            .enter(at + WAIT_SECONDS_MAX, Happening::WaitEnds(visit));
        self.fill(at, hospital, to);
    }

    /// Who finds no bed in the house goes to another one. Otherwise two departments could wait for each
    /// other for ever.
    pub(super) fn end_wait(&mut self, at: i64, visit: Visit) {
        let Some(hospital) = self.present(visit).map(|encounter| encounter.hospital) else {
            return;
        };
        for department in &mut self.hospitals[hospital].departments {
            department.urgent.retain(|key| *key != visit.encounter);
        }
        self.discharge(at, visit.encounter, Next::OtherHospital);
    }

    /// Moves a patient into a bed that is theirs already.
    pub(super) fn transfer(&mut self, at: i64, key: u64, department: usize, bed: Bed) {
        let Some(encounter) = self.encounters.get_mut(&key) else {
            return;
        };
        let (hospital, from, prior) = (encounter.hospital, encounter.department(), encounter.place);
        encounter.place = Place::new(department, bed);
        encounter.in_bed_seconds = at;
        let is_within = from == department;
        if !is_within {
            encounter.visit += 1;
            encounter.move_is_expected = false;
            let traits = encounter.traits;
            let kind = self.kind(hospital, department);
            let plan = self
                .pathways
                .plan((hospital, kind), traits, at, &mut self.random);
            if let Some(encounter) = self.encounters.get_mut(&key) {
                encounter.plan = plan;
            }
        }
        self.vacate(at, hospital, prior);
        self.managers.count_transfer();
        self.tell(at, key, What::Transfer, Some(prior), None);
        if is_within {
            self.expect_move(at, key);
        } else {
            self.expect_progress(at, key);
        }
    }

    pub(super) fn discharge(&mut self, at: i64, key: u64, next: Next) {
        let Some(encounter) = self.encounters.get(&key) else {
            return;
        };
        let (hospital, prior, patient) = (encounter.hospital, encounter.place, encounter.patient);
        let kind = self.kind(hospital, encounter.department());
        // Nobody is discharged on paper before they are in the bed, nor on the day before they leave it.
        let calendar = self.registry.calendar();
        let midnight = calendar.begins(hospital, calendar.date(hospital, at));
        let earliest = at.min(midnight.max(encounter.in_bed_seconds + 60));
        let died = next == Next::Died;
        let minutes = self.random.between(0, PAPERS_MINUTES_MAX);
        let papers = if died { at } else { at - 60 * minutes };
        let discharge = Discharge {
            discharged_seconds: papers.max(earliest),
            disposition: disposition_of(next, &mut self.random),
            died,
        };
        self.tell(at, key, What::Discharge, Some(prior), Some(discharge));
        self.encounters.remove(&key);
        self.vacate(at, hospital, prior);
        if died {
            self.patients.die(hospital, patient);
        } else {
            let back = (next == Next::Home)
                .then(|| self.pathways.readmission(kind, at, &mut self.random))
                .flatten();
            self.patients.leave((hospital, kind), patient, at, back);
        }
    }

    pub(super) fn vacate(&mut self, at: i64, hospital: usize, place: Place) {
        let department = usize::from(place.department);
        let bed = place.bed;
        self.hospitals[hospital].departments[department]
            .beds
            .leave(bed);
        let ready = Happening::BedReady {
            hospital,
            department,
            bed,
        };
        self.agenda.enter(at + self.rules.turnaround_seconds, ready);
    }

    /// Gives free beds to those who wait: first to those in the house who cannot wait for long.
    pub(super) fn fill(&mut self, at: i64, hospital: usize, department: usize) {
        loop {
            let hospital_at_work = &mut self.hospitals[hospital];
            let found = &mut hospital_at_work.departments[department];
            if found.beds.free() == 0 {
                return;
            }
            if let Some(key) = found.urgent.pop_front() {
                if let Some(bed) = found.beds.take(key, None, &mut self.random) {
                    self.transfer(at, key, department, bed);
                }
            } else if let Some(caller) = hospital_at_work.next_caller(department) {
                self.admit(
                    at,
                    Caller {
                        department,
                        ..caller
                    },
                );
            } else {
                return;
            }
        }
    }
}

fn disposition_of(next: Next, random: &mut SplitMix64) -> &'static str {
    match next {
        Next::Died => "Died",
        Next::Left => "Left without care",
        Next::OtherHospital => "Other hospital",
        Next::Home | Next::Department(_) if random.percent(6.0) => "Step-down facility",
        Next::Home | Next::Department(_) => "Home",
    }
}
