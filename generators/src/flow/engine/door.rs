//! How patients come in: from the door to the first bed.

use domain::network::DepartmentKind;

use super::Engine;
use crate::flow::agenda::{Caller, Happening};
use crate::flow::encounter::Encounter;
use crate::flow::step::{Admission, Place, What};
use crate::random::SplitMix64;

/// Minutes between the desk and the first bed.
const DESK_MINUTES: (i64, i64) = (3, 25);

impl Engine<'_> {
    pub(super) fn expect_arrival(&mut self, stream: usize, after: i64) {
        if let Some(at) = self.arrivals[stream].next(after) {
            self.agenda.enter(at, Happening::Arrival(stream));
        }
    }

    pub(super) fn arrive(&mut self, at: i64, stream: usize) {
        self.expect_arrival(stream, at);
        self.tally.count(at, |tally| tally.arrivals += 1);
        self.keys += 1;
        let caller = Caller {
            hospital: self.arrivals[stream].hospital,
            department: self.arrivals[stream].department,
            arrived_seconds: at,
            number: self.keys,
        };
        let (least, most) = DESK_MINUTES;
        let wait = self.random.between(least * 60, most * 60);
        self.agenda.enter(at + wait, Happening::Door(caller));
    }

    pub(super) fn knock(&mut self, at: i64, caller: Caller) {
        let hospital = &mut self.hospitals[caller.hospital];
        let kind = hospital.departments[caller.department].kind;
        if hospital.departments[caller.department].is_open() {
            self.admit(at, caller);
        } else if let Some(department) = hospital.open_department(kind) {
            // The house has several of a kind.
            self.admit(
                at,
                Caller {
                    department,
                    ..caller
                },
            );
        } else {
            let department = &mut hospital.departments[caller.department];
            department.door.push_back(caller);
            let patience = at + self.rules.diversion_seconds;
            self.agenda.enter(patience, Happening::Diversion(caller));
        }
    }

    /// Sends somebody who has waited for too long to the hospital with most free beds, if there is one.
    pub(super) fn divert(&mut self, at: i64, caller: Caller) {
        let department = &mut self.hospitals[caller.hospital].departments[caller.department];
        let kind = department.kind;
        let Some(place) = department.door.iter().position(|it| *it == caller) else {
            return;
        };
        department.door.remove(place);
        let hospitals = self.hospitals.iter().enumerate();
        let open = hospitals.filter_map(|(place, hospital)| {
            let department = hospital.open_department(kind)?;
            let free = hospital.departments[department].beds.free();
            Some((free, place, department))
        });
        match open.max_by_key(|(free, place, _)| (*free, usize::MAX - place)) {
            None => {
                let came = caller.arrived_seconds;
                self.tally.count(came, |tally| tally.turned_away += 1);
            }
            Some((_, hospital, department)) if hospital == caller.hospital => {
                self.admit(
                    at,
                    Caller {
                        department,
                        ..caller
                    },
                );
            }
            Some((_, hospital, department)) => {
                let came = caller.arrived_seconds;
                self.tally.count(came, |tally| tally.diverted += 1);
                let caller = Caller {
                    hospital,
                    department,
                    arrived_seconds: at,
                    ..caller
                };
                self.admit(at, caller);
            }
        }
    }

    /// Gives a bed to somebody at the door; there must be one.
    pub(super) fn admit(&mut self, at: i64, caller: Caller) {
        let Caller {
            hospital,
            department,
            ..
        } = caller;
        let kind = self.kind(hospital, department);
        let Some((patient, traits)) =
            self.patients
                .admit(hospital, kind, caller.arrived_seconds, &mut self.random)
        else {
            let came = caller.arrived_seconds;
            self.tally.count(came, |tally| tally.stayed_away += 1);
            return;
        };
        self.keys += 1;
        let key = self.keys;
        let beds = &mut self.hospitals[hospital].departments[department].beds;
        let Some(bed) = beds.take(key, None, &mut self.random) else {
            return;
        };
        let (admission_type, source) = admission_of(kind, &mut self.random);
        let admission = Admission {
            admitted_seconds: caller.arrived_seconds,
            first_bed_seconds: at,
            kind: admission_type,
            source,
        };
        let plan = self
            .pathways
            .plan((hospital, kind), traits, at, &mut self.random);
        let number = self.hospitals[hospital].next_encounter();
        let place = Place::new(department, bed);
        let encounter = Encounter::new(
            (key, number),
            hospital,
            (patient, traits),
            admission,
            place,
            plan,
        );
        self.encounters.insert(key, encounter);
        self.tell(at, key, What::Admission, None, None);
        self.expect_progress(at, key);
        self.expect_change(at, key);
    }
}

/// Type and source of an admission.
fn admission_of(kind: DepartmentKind, random: &mut SplitMix64) -> (&'static str, &'static str) {
    match kind {
        DepartmentKind::Emergency => ("Emergency", "Casualty"),
        DepartmentKind::IntensiveCare => ("Emergency", "Other hospital"),
        DepartmentKind::Maternity => ("Labour", "Antenatal clinic"),
        _ if random.percent(30.0) => ("Urgent", "Referral"),
        _ => ("Elective", "Clinic"),
    }
}
