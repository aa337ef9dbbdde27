//! What is sent when: a flow with its faults, as a plan, before anybody writes an event.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::{Class, Rates};
use crate::flow::Step;
use crate::random::{Purpose, SplitMix64};

/// Steps after which a copy follows.
const COPY_AFTER_STEPS: (i64, i64) = (1, 50);

/// Steps that a late event lets pass. The greater one bounds how many are held back.
const LATE_STEPS: (i64, i64) = (300, 3_000);

/// A step whose event is sent, with its fault and the random numbers for it.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    pub(crate) step: Step,
    pub(crate) fault: Option<(Class, SplitMix64)>,
}

/// The steps of a flow in the order in which their events are sent.
///
/// It never looks ahead: what is sent up to a step does not depend on what follows, so a longer flow
/// begins with the shorter one. What would be sent after the end of a flow is not sent. It holds as
/// many late steps and copies as [`LATE_STEPS`] and [`COPY_AFTER_STEPS`] say, and one step for each
/// patient in a bed: a step that waits for the patient's next one is never a discharge.
#[derive(Debug)]
pub(crate) struct Delivery<I> {
    steps: I,
    rates: Rates,
    seed: u64,
    /// Of the next step of the clean flow.
    number: u64,
    /// What is held back until a step of the clean flow comes, by the numbers of both.
    due: BTreeMap<(u64, u64), Planned>,
    /// What is held back until the next step of a patient, by hospital and patient.
    overtaken: HashMap<(u16, u64), Planned>,
    ready: VecDeque<Planned>,
}

impl<I: Iterator<Item = Step>> Delivery<I> {
    /// The delivery of a clean flow.
    pub(crate) fn new(steps: I, rates: Rates, seed: u64) -> Self {
        Self {
            steps,
            rates,
            seed,
            number: 0,
            due: BTreeMap::new(),
            overtaken: HashMap::new(),
            ready: VecDeque::new(),
        }
    }

    /// Where the steps come from.
    pub(crate) fn steps(&self) -> &I {
        &self.steps
    }

    fn take(&mut self, step: Step) {
        let number = self.number;
        self.number += 1;
        while let Some(entry) = self.due.first_entry()
            && entry.key().0 <= number
        {
            self.ready.push_back(entry.remove());
        }
        // What overtakes another one has no fault of its own, so that the order is all that is wrong.
        if let Some(overtaken) = self.overtaken.remove(&(step.hospital, step.patient)) {
            self.ready.push_back(Planned { step, fault: None });
            self.ready.push_back(overtaken);
            return;
        }
        let mut random = SplitMix64::of(self.seed, Purpose::Fault, number);
        let class = self.rates.draw(|it| it.befits(step.what()), &mut random);
        self.place(step, number, class.map(|class| (class, random)));
    }

    /// Sends a step at once, later, or twice, as its fault says.
    fn place(&mut self, step: Step, number: u64, fault: Option<(Class, SplitMix64)>) {
        let class = fault.as_ref().map(|(class, _)| *class);
        let mut planned = Planned { step, fault };
        match class {
            Some(Class::OutOfOrder) => {
                let patient = (step.hospital, step.patient);
                self.overtaken.insert(patient, planned);
            }
            Some(Class::LateDelivery) => {
                let due = number + planned.draw(LATE_STEPS);
                self.due.insert((due, number), planned);
            }
            Some(Class::DuplicateEventId | Class::ConflictingEventId) => {
                let due = number + planned.draw(COPY_AFTER_STEPS);
                self.due.insert((due, number), planned);
                self.ready.push_back(Planned { step, fault: None });
            }
            _ => self.ready.push_back(planned),
        }
    }

    /// How many steps are held back.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        self.due.len() + self.overtaken.len() + self.ready.len()
    }
}

impl Planned {
    fn draw(&mut self, (least, most): (i64, i64)) -> u64 {
        let random = self.fault.as_mut().map(|(_, random)| random);
        random.map_or(1, |random| random.between(least, most).unsigned_abs())
    }
}

impl<I: Iterator<Item = Step>> Iterator for Delivery<I> {
    type Item = Planned;

    fn next(&mut self) -> Option<Planned> {
        loop {
            if let Some(planned) = self.ready.pop_front() {
                return Some(planned);
            }
            let step = self.steps.next()?;
            self.take(step);
        }
    }
}
