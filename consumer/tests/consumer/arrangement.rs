//! How records come: their order, their partitions, how often.

use crate::pipeline::{PARTITIONS, Sending};
use crate::random::Random;

/// Disorders sendings that stay in the partition of their key.
pub(crate) fn shuffled(mut sendings: Vec<Sending>, random: &mut Random) -> Vec<Sending> {
    random.shuffle(&mut sendings);
    sendings
}

/// Sends each to any partition, whatever its key.
pub(crate) fn scattered(mut sendings: Vec<Sending>, random: &mut Random) -> Vec<Sending> {
    for sending in &mut sendings {
        let partition = random.below(usize::try_from(PARTITIONS).unwrap());
        sending.partition = Some(i32::try_from(partition).unwrap());
    }
    sendings
}

/// Sends each one to three times in a row.
pub(crate) fn repeated(sendings: &[Sending], random: &mut Random) -> Vec<Sending> {
    let copies = sendings.iter().flat_map(|sending| {
        let times = 1 + random.below(3);
        std::iter::repeat_n(sending.clone(), times)
    });
    copies.collect()
}
