//! What shall happen in a run, as its seed says.

use std::time::Duration;

use database::fault::{Act, Fault, Point};

use super::deed::{Deed, Harm, Target};
use super::dice::Dice;

/// The most consumers of a run.
pub(super) const CONSUMERS_MAX: usize = 3;

/// Longer than the session of a group's member lasts: it wakes as a zombie.
const BEYOND_SESSION: Duration = Duration::from_secs(12);

/// A run's course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    seed: u64,
    /// How many consumers there are beside the ingester.
    pub(super) consumers: usize,
    /// What is done, each so long after the one before.
    pub(super) steps: Vec<(Duration, Deed)>,
}

impl Plan {
    /// What a seed says; what happens from outside takes so many times as long.
    pub(super) fn of(seed: u64, stretch: u32) -> Self {
        let mut dice = Dice::of(seed, 0);
        let consumers = 1 + usize::try_from(dice.below(CONSUMERS_MAX as u64)).unwrap_or(0);
        let steps = 2 + dice.below(5);
        let steps = (0..steps)
            .map(|_| {
                (
                    dice.between(50, 900) * stretch,
                    deed(&mut dice, consumers + 1),
                )
            })
            .collect();
        Self {
            seed,
            consumers,
            steps,
        }
    }

    /// The faults that a member has in one of its lives; the last ones have none, so that a run ends. The first
    /// consumer's first one comes soon, and at the points in turn, so that few runs have come to all of them.
    pub(super) fn faults(&self, member: usize, life: u64) -> Vec<Fault> {
        let mut dice = Dice::of(self.seed, 1 + member as u64 * 1_000 + life);
        if life > 4 {
            return Vec::new();
        }
        if (member, life) == (0, 0) {
            let points = Point::ALL.len() as u64;
            return vec![Fault {
                point: Point::ALL[usize::try_from(self.seed % points).unwrap_or(0)],
                act: dice.pick(&Act::ALL),
                time: 1 + dice.below(3),
            }];
        }
        let faults = match dice.below(10) {
            0..2 => 0,
            2..8 => 1,
            _ => 2,
        };
        let fault = |_| Fault {
            point: dice.pick(&Point::ALL),
            act: dice.pick(&Act::ALL),
            time: 1 + dice.below(8),
        };
        (0..faults).map(fault).collect()
    }

    /// How long a member is away that ended.
    pub(super) fn away(&self, member: usize, life: u64) -> Duration {
        Dice::of(self.seed, 1_000_000 + member as u64 * 1_000 + life).between(0, 400)
    }
}

fn deed(dice: &mut Dice, members: usize) -> Deed {
    let member = usize::try_from(dice.below(members as u64)).unwrap_or(0);
    match dice.below(100) {
        0..30 => Deed::Kill(member),
        30..42 => Deed::Leave(member),
        42..44 => Deed::Freeze(member, BEYOND_SESSION),
        44..55 => Deed::Freeze(member, dice.between(100, 2_000)),
        55..70 => Deed::Cut,
        70..84 => Deed::Harm(Target::Postgres, harm(dice)),
        84..93 => Deed::Harm(Target::Kafka, harm(dice)),
        _ => Deed::Harm(Target::Registry, harm(dice)),
    }
}

fn harm(dice: &mut Dice) -> Harm {
    match dice.below(3) {
        0 => Harm::Kill,
        1 => Harm::Restart,
        _ => Harm::Pause(dice.between(100, 2_500)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_seed_says_the_same_again_and_seeds_differ() {
        assert_eq!(Plan::of(7, 1), Plan::of(7, 1));
        assert_ne!(Plan::of(7, 1).steps, Plan::of(8, 1).steps);
        assert_eq!(Plan::of(7, 1).faults(1, 2), Plan::of(7, 1).faults(1, 2));
    }

    #[test]
    fn a_thousand_seeds_have_everything() {
        let plans: Vec<Plan> = (0..1_000).map(|seed| Plan::of(seed, 1)).collect();
        let deeds = plans.iter().flat_map(|plan| &plan.steps);
        let kinds: BTreeSet<&str> = deeds.map(|(_, deed)| deed.kind()).collect();
        assert_eq!(kinds.len(), 13);
        let faults = plans.iter().flat_map(|plan| plan.faults(0, 0));
        let faults: BTreeSet<_> = faults.map(|fault| (fault.point, fault.act)).collect();
        assert_eq!(faults.len(), Point::ALL.len() * Act::ALL.len());
        let consumers: BTreeSet<usize> = plans.iter().map(|plan| plan.consumers).collect();
        assert_eq!(consumers, (1..=CONSUMERS_MAX).collect());
    }
}
