//! The consumer's settings.

use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::config::FromClientConfigAndContext;
use rdkafka::consumer::ConsumerContext;

use super::topic::RECORD_BYTES_MAX;
use super::{KafkaFailure, client_config};
use crate::configuration::KafkaArgs;

/// Records fetched ahead, in KiB. librdkafka counts them per partition: six are 12 MiB.
const QUEUED_KIB_MAX: u32 = 2048;

/// The most one answer of a broker holds.
const FETCH_BYTES_MAX: usize = 8 * 1024 * 1024;

/// How long a member may be silent before its partitions go to others: a killed one holds them up
/// no longer. Its heart beats in a thread of librdkafka's own, whatever the lanes wait for.
const SESSION_TIMEOUT: Duration = Duration::from_secs(10);

/// How often the topic is looked at: partitions that were added show by then.
const METADATA_REFRESH: Duration = Duration::from_secs(30);

/// A consumer that moves no offset by itself: offsets live in the sink's transaction.
///
/// With `group_instance_id` the member is static: a restart within the session timeout takes its
/// partitions up again without a rebalance. It must be unique among the running members.
pub fn consumer_config(args: &KafkaArgs, group_instance_id: Option<&str>) -> ClientConfig {
    let mut config = client_config(args);
    config
        .set("group.id", &args.group_id)
        .set("partition.assignment.strategy", "cooperative-sticky")
        .set(
            "session.timeout.ms",
            SESSION_TIMEOUT.as_millis().to_string(),
        )
        .set(
            "topic.metadata.refresh.interval.ms",
            METADATA_REFRESH.as_millis().to_string(),
        )
        // An offset outside the log is an error to be counted and shown, never a silent jump.
        .set("auto.offset.reset", "error")
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("enable.partition.eof", "false")
        .set("queued.max.messages.kbytes", QUEUED_KIB_MAX.to_string())
        .set("fetch.message.max.bytes", RECORD_BYTES_MAX.to_string())
        .set("fetch.max.bytes", FETCH_BYTES_MAX.to_string())
        .set("message.max.bytes", RECORD_BYTES_MAX.to_string());
    if let Some(id) = group_instance_id {
        config.set("group.instance.id", id);
    }
    config
}

/// A consumer of the caller's choice with the caller's context (which hears of rebalances).
pub fn create_consumer<C, T>(
    args: &KafkaArgs,
    group_instance_id: Option<&str>,
    context: C,
) -> Result<T, KafkaFailure>
where
    C: ConsumerContext,
    T: FromClientConfigAndContext<C>,
{
    consumer_config(args, group_instance_id)
        .create_with_context(context)
        .map_err(KafkaFailure::configuration)
}

#[cfg(test)]
mod tests {
    use rdkafka::consumer::BaseConsumer;

    use super::super::ClientLog;
    use super::*;

    #[test]
    fn librdkafka_takes_the_settings() {
        let args = KafkaArgs::plaintext("127.0.0.1:1");
        for id in [None, Some("consumer-1")] {
            let _: BaseConsumer<ClientLog> = create_consumer(&args, id, ClientLog).unwrap();
        }
    }
}
