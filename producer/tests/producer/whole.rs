//! What must hold of a topic to which one flow was sent, however often that was interrupted.

use std::collections::BTreeMap;

use crate::topic::Record;

/// What came twice.
#[derive(Debug, Default)]
pub(crate) struct Doubles {
    /// Each stretch of records that were there already.
    pub(crate) stretches: Vec<Stretch>,
}

/// Records that follow each other in a partition and were there already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) partition: i32,
    pub(crate) records: u64,
    pub(crate) bytes: usize,
}

impl Doubles {
    pub(crate) fn records(&self) -> u64 {
        self.stretches.iter().map(|stretch| stretch.records).sum()
    }

    /// In how many stretches of a partition they are, at most.
    pub(crate) fn stretches_max(&self) -> usize {
        let of = |partition| {
            let stretches = self.stretches.iter();
            stretches.filter(move |stretch| stretch.partition == partition)
        };
        let partitions = self.stretches.iter().map(|stretch| stretch.partition);
        partitions.map(|it| of(it).count()).max().unwrap_or(0)
    }
}

/// Checks that a topic holds each of a flow's first `events`, in one partition, in ascending order
/// but for doubles, which have the same bytes.
pub(crate) fn assert_whole(topic: &BTreeMap<i32, Vec<Record>>, events: u64) -> Doubles {
    let mut doubles = Doubles::default();
    let mut seen: BTreeMap<u64, (i32, &Record)> = BTreeMap::new();
    for (partition, records) in topic {
        let mut last = None;
        let mut stretch: Option<Stretch> = None;
        for record in records {
            if let Some((first_partition, first)) = seen.get(&record.ordinal) {
                assert_eq!((first_partition, *first), (partition, record));
                let stretch = stretch.get_or_insert(Stretch {
                    partition: *partition,
                    ..Stretch::default()
                });
                stretch.records += 1;
                stretch.bytes += record.payload.len();
            } else {
                assert!(last < Some(record.ordinal), "{} is late", record.ordinal);
                last = Some(record.ordinal);
                seen.insert(record.ordinal, (*partition, record));
                doubles.stretches.extend(stretch.take());
            }
        }
        doubles.stretches.extend(stretch);
    }
    let missing: Vec<u64> = (0..events).filter(|it| !seen.contains_key(it)).collect();
    assert_eq!(missing, [0; 0], "gaps");
    assert_eq!(seen.len() as u64, events);
    doubles
}
