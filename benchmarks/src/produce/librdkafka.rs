//! librdkafka in a loop that does nothing but hand it records.

use std::time::{Duration, Instant};

use platform::configuration::KafkaArgs;
use platform::kafka::{ClientLog, TopicName, create_producer};
use producer::sender::{headers, is_queue_full};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};

use super::Ready;
use super::sending::Sending;
use crate::error::MeasureError;
use crate::process::Run;
use crate::processor::Watch;
use crate::warehouse::{Cost, Used};

/// What it is called.
pub(super) const NAME: &str = "librdkafka";

/// After so many records acknowledgements are taken.
const TURN: usize = 256;

/// How long is waited for room, and for what is sent last.
const FOR_ROOM: Duration = Duration::from_millis(5);
const FOR_THE_LAST: Duration = Duration::from_mins(1);

/// Whether records have those of the producer, and then the name of the flow.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Headers<'h> {
    With(&'h str),
    Without,
}

/// Sends records with the producer's settings. Counted is from the acknowledgement of the first one on, which has found
/// the broker and the topic; `used` tells what services have used.
pub(super) fn send(
    kafka: &KafkaArgs,
    topic: &TopicName,
    records: &[Ready],
    headers_too: Headers<'_>,
    used: impl Fn() -> Result<Used, MeasureError>,
) -> Result<Sending, MeasureError> {
    let producer: BaseProducer<ClientLog> = create_producer(kafka, ClientLog)?;
    let last = records.len().saturating_sub(1) as u64;
    let Some((first, others)) = records.split_first() else {
        return Err(MeasureError::Missing("an event"));
    };
    let hand = |record| hand(&producer, topic, record, headers_too);
    hand(first)?;
    let flush = || {
        let flushed = producer.flush(FOR_THE_LAST);
        flushed.map_err(MeasureError::of_event(NAME, last))
    };
    flush()?;
    let used_before = used()?;
    let (began, processors) = (Instant::now(), Watch::of_all_threads());
    for (number, record) in others.iter().enumerate() {
        hand(record)?;
        if number % TURN == 0 {
            producer.poll(Duration::ZERO);
        }
    }
    flush()?;
    let (wall_seconds, cpu_seconds) = (began.elapsed().as_secs_f64(), processors.seconds());
    let services = used()? - used_before;
    #[expect(clippy::cast_precision_loss, reason = "events in memory")]
    let events = others.len() as f64;
    let client = Run {
        wall_seconds,
        cpu_seconds,
        ..Run::default()
    };
    let cost = Cost { client, services };
    Ok(Sending { events, cost })
}

/// Hands over a record; waits while the queue is full.
fn hand(
    producer: &BaseProducer<ClientLog>,
    topic: &TopicName,
    ready: &Ready,
    headers_too: Headers<'_>,
) -> Result<(), MeasureError> {
    let address = &ready.address;
    let payload: &[u8] = &ready.payload;
    let mut record: BaseRecord<'_, String, [u8]> = BaseRecord::to(topic.as_str())
        .payload(payload)
        .partition(i32::try_from(address.partition).unwrap_or(i32::MAX));
    record.key = address.key.as_ref();
    if let Headers::With(run) = headers_too {
        record = record.headers(headers(run, address.ordinal));
    }
    loop {
        match producer.send(record) {
            Ok(()) => return Ok(()),
            Err((error, refused)) if is_queue_full(&error) => record = refused,
            Err((error, _)) => return Err(MeasureError::of_event(NAME, address.ordinal)(error)),
        }
        producer.poll(FOR_ROOM);
    }
}
