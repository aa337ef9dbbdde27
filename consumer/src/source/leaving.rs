use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rdkafka::TopicPartitionList;
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _};

use super::context::Context;

/// How long the group's coordinator may take to let go of a member: it answers within milliseconds
/// where it answers at all.
const LEAVING_MAX: Duration = Duration::from_secs(5);

/// Tells Kafka what was written last (only lag tools look at it), leaves the group, so that others
/// need not wait for the session's end, and closes the client.
///
/// librdkafka waits for the coordinator for ever, also where no broker is there. We do not: the
/// client is left to close itself when a broker is back, or to end with the process.
pub(super) fn leave(consumer: BaseConsumer<Context>, written: TopicPartitionList) {
    let (left, leaving) = mpsc::channel();
    let closing = move || {
        if written.count() > 0
            && let Err(error) = consumer.commit(&written, CommitMode::Sync)
        {
            tracing::debug!(%error, "Kafka was not told the offsets; lag tools lag");
        }
        drop(consumer);
        let _ = left.send(());
    };
    let thread = thread::Builder::new().name("leave the group".to_owned());
    if let Err(error) = thread.spawn(closing) {
        tracing::warn!(%error, "no thread to leave the consumer group in; it was left without a bound");
    } else if leaving.recv_timeout(LEAVING_MAX).is_err() {
        tracing::warn!(
            "the group's coordinator does not answer: ended without leaving the consumer group, which gives the \
             partitions to others when the session times out"
        );
    }
}
