use std::fmt;

use chrono::{DateTime, Utc};
use database::{bronze, letter};
use platform::kafka::headers_of;
use rdkafka::message::{BorrowedMessage, Message as _};
use uuid::Uuid;

/// One Kafka record, copied out of librdkafka. `Debug` prints no key and no value.
pub(crate) struct KafkaRecord {
    pub(crate) partition: i32,
    pub(crate) offset: i64,
    pub(crate) received_at: DateTime<Utc>,
    pub(crate) key: Option<Vec<u8>>,
    pub(crate) payload: Option<Vec<u8>>,
    /// Names and values in turn.
    pub(crate) headers: Option<Vec<Option<Vec<u8>>>>,
}

impl fmt::Debug for KafkaRecord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("KafkaRecord")
            .field("partition", &self.partition)
            .field("offset", &self.offset)
            .finish_non_exhaustive()
    }
}

impl KafkaRecord {
    pub(crate) fn copy_of(message: &BorrowedMessage<'_>) -> Self {
        Self {
            partition: message.partition(),
            offset: message.offset(),
            received_at: bronze::received_at(message.timestamp().to_millis()),
            key: message.key().map(<[u8]>::to_vec),
            payload: message.payload().map(<[u8]>::to_vec),
            headers: headers_of(message).map(|headers| {
                let in_turn = headers
                    .into_iter()
                    .flat_map(|(name, value)| [Some(name), value]);
                in_turn.collect()
            }),
        }
    }

    /// The letter in quarantine that was sent again as this record, by its header.
    pub(crate) fn letter(&self) -> Option<Uuid> {
        letter::named_in(self.headers.as_deref()?)
    }

    /// What the record takes in memory, nearly.
    pub(crate) fn bytes(&self) -> usize {
        let headers = self
            .headers
            .iter()
            .flatten()
            .flatten()
            .map(Vec::len)
            .sum::<usize>();
        let key = self.key.as_ref().map_or(0, Vec::len);
        let payload = self.payload.as_ref().map_or(0, Vec::len);
        size_of::<Self>() + key + payload + headers
    }
}
