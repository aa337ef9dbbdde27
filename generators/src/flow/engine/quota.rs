//! When moves that can wait are made: so that every window of time has its transfers.

use domain::network::DepartmentKind;

use super::{Engine, Rules};
use crate::flow::agenda::{Happening, Visit};
use crate::flow::bed_manager::Target;
use crate::flow::encounter::Encounter;

/// How long a move that is due may be held back, in minutes: of somebody in an emergency department,
/// and of others.
const HOLD_MINUTES_EMERGENCY: (i64, i64) = (15, 50);
const HOLD_MINUTES: (i64, i64) = (60, 480);

/// Nobody is moved to even out wards who came into the bed so shortly before.
const SETTLED_SECONDS: i64 = 3600;

impl Engine<'_> {
    pub(super) fn move_is_due(&mut self, at: i64, visit: Visit) {
        let Some(encounter) = self.present(visit) else {
            return;
        };
        if encounter.plan.ends_seconds <= at {
            return;
        }
        if let Some(encounter) = self.encounters.get_mut(&visit.encounter) {
            encounter.move_is_expected = false;
        }
        self.hold(at, visit, Target::Within);
    }

    /// Puts a move into the bed managers' queue, and says how long it may stay there.
    pub(super) fn hold(&mut self, at: i64, visit: Visit, to: Target) {
        let Some(encounter) = self.present(visit) else {
            return;
        };
        let kind = self.kind(encounter.hospital, encounter.department());
        let (least, most) = if kind == DepartmentKind::Emergency {
            HOLD_MINUTES_EMERGENCY
        } else {
            HOLD_MINUTES
        };
        let number = self.managers.queue(visit, to);
        let ends = at + self.random.between(least * 60, most * 60);
        self.agenda.enter(ends, Happening::HoldEnds(number));
    }

    /// A move that was held back for long enough is made at once, or as soon as there is a bed.
    pub(super) fn end_hold(&mut self, at: i64, number: u64) {
        let Some(due) = self.managers.take(number) else {
            return;
        };
        if self.present(due.visit).is_none() {
            return;
        }
        match due.to {
            Target::Department(to) => {
                self.wait(at, due.visit, to);
            }
            // Where the department is full, the patient stays in the bed.
            Target::Within => {
                if !self.release(at, due.visit, due.to) {
                    self.expect_move(at, due.visit.encounter);
                }
            }
        }
    }

    /// Counts the window that is over, and plans the next one.
    pub(super) fn begin_window(&mut self, at: i64) {
        let Rules {
            window_seconds,
            transfers_per_window_min,
            ..
        } = self.rules;
        if self.managers.transfers_in_window() < transfers_per_window_min.into() {
            self.tally
                .count(at - window_seconds, |tally| tally.windows_missed += 1);
        }
        self.managers.begin_window();
        let part = window_seconds / (i64::from(transfers_per_window_min) + 1);
        for transfers in 1..=transfers_per_window_min {
            let after = part * i64::from(transfers) + self.random.between(0, part / 2);
            self.agenda.enter(at + after, Happening::Quota(transfers));
        }
        self.agenda.enter(at + window_seconds, Happening::Window);
    }

    /// Releases moves until the window has had so many transfers.
    pub(super) fn keep_quota(&mut self, at: i64, transfers: u8) {
        while self.managers.transfers_in_window() < u32::from(transfers) {
            if !self.release_one(at) && !self.even_out(at) {
                return;
            }
        }
    }

    /// Makes the move that has been due longest of those for which there is a bed.
    pub(super) fn release_one(&mut self, at: i64) -> bool {
        let mut place = 0;
        while let Some(due) = self.managers.at(place) {
            let is_made = self.release(at, due.visit, due.to);
            if is_made || self.present(due.visit).is_none() {
                self.managers.take(due.number);
            } else {
                place += 1;
            }
            if is_made {
                return true;
            }
        }
        false
    }

    /// Makes a move, if there is a bed and the patient is still there.
    pub(super) fn release(&mut self, at: i64, visit: Visit, to: Target) -> bool {
        let Some(encounter) = self.present(visit) else {
            return false;
        };
        let (hospital, department) = match to {
            Target::Within => (encounter.hospital, encounter.department()),
            Target::Department(to) => (encounter.hospital, to),
        };
        let ward = encounter.place.bed.ward;
        let rather_not = (to == Target::Within).then_some(ward);
        let key = visit.encounter;
        let beds = &mut self.hospitals[hospital].departments[department].beds;
        let Some(bed) = beds.take(key, rather_not, &mut self.random) else {
            return false;
        };
        self.transfer(at, key, department, bed);
        true
    }

    /// Where nothing is due, somebody is moved from a crowded ward to another of the department.
    pub(super) fn even_out(&mut self, at: i64) -> bool {
        let mut crowded: Vec<(usize, u64)> = Vec::new();
        for hospital in &self.hospitals {
            for department in &hospital.departments {
                crowded.extend(department.beds.crowded(&mut self.random));
            }
        }
        crowded.sort_unstable();
        while let Some((_, key)) = crowded.pop() {
            let settled = self.encounters.get(&key).filter(|it| {
                it.in_bed_seconds + SETTLED_SECONDS <= at && at < it.plan.ends_seconds
            });
            let Some(visit) = settled.map(Encounter::visit) else {
                continue;
            };
            if self.release(at, visit, Target::Within) {
                self.tally.count(at, |tally| tally.evened_out += 1);
                return true;
            }
        }
        false
    }
}
