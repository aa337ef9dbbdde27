//! Where the partitions of a topic end: the last record of each, and the event that it holds.

use platform::kafka::{Cluster, Found, KafkaFailure, Probe, TopicName, Watermarks};

use crate::sender::{ORDINAL_HEADER, RUN_HEADER};

/// Where a partition ends. Markers of transactions, and what was taken back, are no records.
///
/// A key is identity, so there is no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub enum Tail {
    /// It never held a record, or was made again.
    Empty,
    /// Its last record is an event of a flow.
    Ends(LastEvent),
    /// Its last record does not say to which flow it belongs: another program sent it.
    Unnamed {
        /// Its offset.
        offset: i64,
    },
    /// It held records, and they are gone.
    Lost {
        /// The offset that the next record gets.
        next: i64,
    },
}

/// The event that a partition ends with.
#[derive(Clone, PartialEq, Eq)]
pub struct LastEvent {
    /// Its offset.
    pub offset: i64,
    /// Its flow, as the header `wardflow.run` names it.
    pub run: String,
    /// Its number in the flow, from 0.
    pub ordinal: u64,
    /// Its key.
    pub key: Option<Vec<u8>>,
}

impl Tail {
    /// The tails of all partitions of a topic, by partition. Asks once; an error may be worth
    /// another try.
    pub async fn read_all(
        cluster: &Cluster,
        probe: &Probe,
        topic: &TopicName,
    ) -> Result<Vec<Self>, KafkaFailure> {
        let logs = cluster.watermarks(topic).await?;
        let last_records = probe.last_records(logs).await?;
        let tails = last_records.into_iter();
        Ok(tails.map(|(log, last)| Self::of(log, last)).collect())
    }

    fn of(log: Watermarks, last: Option<Found>) -> Self {
        match last {
            Some(record) => Self::of_record(record),
            // Retention, and whoever deletes records, moves the beginning.
            None if log.low > 0 => Self::Lost { next: log.high },
            None => Self::Empty,
        }
    }

    fn of_record(record: Found) -> Self {
        let header = |name: &str| {
            let (_, value) = record
                .headers
                .iter()
                .find(|(key, _)| key == name.as_bytes())?;
            std::str::from_utf8(value.as_deref()?).ok()
        };
        let run = header(RUN_HEADER).map(str::to_owned);
        let ordinal = header(ORDINAL_HEADER).and_then(|text| text.parse().ok());
        match (run, ordinal) {
            (Some(run), Some(ordinal)) => Self::Ends(LastEvent {
                offset: record.offset,
                run,
                ordinal,
                key: record.key,
            }),
            _ => Self::Unnamed {
                offset: record.offset,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(low: i64, high: i64) -> Watermarks {
        Watermarks {
            partition: 0,
            low,
            high,
        }
    }

    fn record(headers: &[(&str, Option<&str>)]) -> Found {
        let headers = headers.iter().map(|(key, value)| {
            let value = value.map(|value| value.as_bytes().to_vec());
            (key.as_bytes().to_vec(), value)
        });
        Found {
            offset: 7,
            appended_at_ms: None,
            key: None,
            payload: None,
            headers: headers.collect(),
        }
    }

    #[test]
    fn what_is_gone_is_not_what_never_was() {
        assert!(Tail::of(log(0, 0), None) == Tail::Empty);
        // Nothing but transactions that were taken back.
        assert!(Tail::of(log(0, 5), None) == Tail::Empty);
        assert!(Tail::of(log(5, 5), None) == Tail::Lost { next: 5 });
        assert!(Tail::of(log(3, 5), None) == Tail::Lost { next: 5 });
    }

    #[test]
    fn a_record_says_its_event_by_its_headers() {
        let of = |headers: &[_]| Tail::of(log(0, 8), Some(record(headers)));
        let (run, ordinal) = ((RUN_HEADER, Some("small")), (ORDINAL_HEADER, Some("12")));
        let expected = Tail::Ends(LastEvent {
            offset: 7,
            run: "small".to_owned(),
            ordinal: 12,
            key: None,
        });
        assert!(of(&[run, ordinal]) == expected);
        assert!(of(&[("other", None), ordinal, run]) == expected);
        for headers in [
            &[][..],
            &[run],
            &[ordinal],
            &[run, (ORDINAL_HEADER, Some("-1"))],
            &[run, (ORDINAL_HEADER, Some("twelve"))],
            &[run, (ORDINAL_HEADER, None)],
        ] {
            assert!(of(headers) == Tail::Unnamed { offset: 7 });
        }
    }
}
