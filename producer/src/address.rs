//! Where an event goes: its number in the flow, its key and its partition.

use domain::shard::partition_of;

/// Where an event goes. It is fixed by the event and its number alone, so that a producer that
/// starts again knows where each event is, or would be.
///
/// The key is identity, so there is no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// Number of the event in the flow, from 0.
    pub ordinal: u64,
    /// The record's key: a patient's events share it.
    pub key: Option<String>,
    /// The partition, from 0.
    pub partition: u32,
}

impl Address {
    /// The address of event number `ordinal`, with its key, in a topic of so many partitions.
    ///
    /// A key goes where Java's producers, and librdkafka's `murmur2`, place it. An event without a
    /// key belongs with no other: these take turns.
    pub fn of(ordinal: u64, key: Option<String>, partitions: u32) -> Self {
        let partition = match &key {
            Some(key) => partition_of(key.as_bytes(), partitions),
            // The remainder is below a number of 32 bits.
            None => u32::try_from(ordinal % u64::from(partitions)).unwrap_or_default(),
        };
        Self {
            ordinal,
            key,
            partition,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_without_a_key_take_turns() {
        let partitions = (0..8).map(|ordinal| Address::of(ordinal, None, 3).partition);
        assert_eq!(partitions.collect::<Vec<_>>(), [0, 1, 2, 0, 1, 2, 0, 1]);
        let last = Address::of(u64::MAX, None, u32::MAX);
        assert!((last.partition, last.key.is_none()) == (0, true));
    }

    #[test]
    fn a_key_goes_where_its_patient_s_shard_is() {
        for ordinal in [0, 1, u64::MAX] {
            let address = Address::of(ordinal, Some("H:P".to_owned()), 6);
            assert_eq!(address.key.as_deref(), Some("H:P"));
            assert_eq!(address.partition, domain::shard::shard_of("H", "P", 6));
        }
    }
}
