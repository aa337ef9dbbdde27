//! What of a flow is in the topic already, told by the topic's tails.
//!
//! A partition gets a flow's events in ascending order, and without a gap (`sender`). So every event
//! of the partition up to the one that it ends with is there, and an event is missing exactly if its
//! number is above that one's. This holds whoever else sends the same flow meanwhile, and whatever a
//! killed producer's last request adds after the tail was read: each sender begins behind an event up
//! to which all is there, and goes on without a gap, so that of each event that ever stood in the
//! partition all before it stand there too. What was in flight may be there twice, in the same
//! bytes; readers know it by its id. (`docs/decisions/011-a-producer-resumes-by-the-tails.md`)

use platform::kafka::TopicName;

use crate::address::Address;
use crate::tail::{LastEvent, Tail};

pub use refusal::{FlowDiffers, TailProblem, TailRefused};

mod refusal;

/// What a flow may be sent behind, where it begins and where it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resume {
    /// Goes on behind records of the flow itself; a topic that ends otherwise is refused.
    Strictly,
    /// Goes on behind records of the flow itself, and sends all behind any other. Readers drop what
    /// comes twice.
    OrAppend,
    /// Sends all, whatever is there.
    Never,
}

impl Resume {
    /// What the flag `--append` says.
    pub fn of_append(append: bool) -> Self {
        if append {
            Self::OrAppend
        } else {
            Self::Strictly
        }
    }
}

/// What of a flow is in the topic.
#[derive(Clone, Default)]
pub struct Resumption {
    /// The event of the flow that each partition ends with.
    last: Vec<Option<LastEvent>>,
}

impl Resumption {
    /// What of the flow `run` is in a topic that ends so.
    pub fn of(
        tails: Vec<Tail>,
        topic: &TopicName,
        run: &str,
        resume: Resume,
    ) -> Result<Self, TailRefused> {
        let mut last = Vec::with_capacity(tails.len());
        for (partition, tail) in tails.into_iter().enumerate() {
            let event = match (own_event(tail, run), resume) {
                (_, Resume::Never) => None,
                (Ok(event), _) => event,
                (Err(problem), Resume::Strictly) => {
                    return Err(TailRefused {
                        topic: topic.clone(),
                        partition,
                        problem,
                    });
                }
                (Err(problem), Resume::OrAppend) => {
                    tracing::info!(%topic, partition, "all is sent: {problem}");
                    None
                }
            };
            last.push(event);
        }
        Ok(Self { last })
    }

    /// Whether the event of that address is there.
    pub fn has(&self, address: &Address) -> Result<bool, FlowDiffers> {
        self.check(address)?;
        let place = usize::try_from(address.partition).unwrap_or(usize::MAX);
        let last = self.last.get(place).and_then(Option::as_ref);
        Ok(last.is_some_and(|last| address.ordinal <= last.ordinal))
    }

    /// The greatest number that stands in the topic: all events behind it are missing.
    pub fn last_ordinal(&self) -> Option<u64> {
        self.last.iter().flatten().map(|last| last.ordinal).max()
    }

    /// Where the topic ends with the event of that number, it has its partition and its key.
    fn check(&self, address: &Address) -> Result<(), FlowDiffers> {
        for (partition, last) in self.last.iter().enumerate() {
            let Some(last) = last.as_ref().filter(|last| last.ordinal == address.ordinal) else {
                continue;
            };
            let key = address.key.as_ref().map(String::as_bytes);
            let is_there = usize::try_from(address.partition) == Ok(partition);
            if !is_there || last.key.as_deref() != key {
                return Err(FlowDiffers {
                    ordinal: address.ordinal,
                    partition,
                    offset: last.offset,
                });
            }
        }
        Ok(())
    }
}

/// The event of the flow `run` that a partition ends with; `None` where it is empty.
fn own_event(tail: Tail, run: &str) -> Result<Option<LastEvent>, TailProblem> {
    match tail {
        Tail::Empty => Ok(None),
        Tail::Ends(event) if event.run == run => Ok(Some(event)),
        Tail::Ends(event) => Err(TailProblem::OtherRun {
            offset: event.offset,
            run: event.run.chars().take(100).collect(),
            expected: run.to_owned(),
        }),
        Tail::Unnamed { offset } => Err(TailProblem::Unnamed { offset }),
        Tail::Lost { next } => Err(TailProblem::Lost { next }),
    }
}

#[cfg(test)]
mod tests;
