//! The producer's settings.

use rdkafka::config::FromClientConfigAndContext;
use rdkafka::{ClientConfig, ClientContext};

use super::topic::RECORD_BYTES_MAX;
use super::{KafkaFailure, client_config};
use crate::configuration::KafkaArgs;

/// Memory of events that wait to be sent, in KiB; then `send` reports a full queue.
const QUEUE_KIB_MAX: u32 = 64 * 1024;

/// A producer that keeps the order within a partition, writes each event once (per session), leaves
/// none out and tries until the broker is back.
pub fn producer_config(args: &KafkaArgs) -> ClientConfig {
    let mut config = client_config(args);
    config
        .set("enable.idempotence", "true")
        .set("acks", "all")
        .set("compression.type", "lz4")
        // Never: an event that timed out would be lost, and those behind it out of order.
        .set("message.timeout.ms", "0")
        // What a broker refuses for good ends the client. Otherwise it would go on with what is
        // queued behind it, and leave a gap.
        .set("enable.gapless.guarantee", "true")
        // As Java producers place a key; without a key, at random.
        .set("partitioner", "murmur2_random")
        // Waiting 10 ms fills batches at any rate above some hundred events a second.
        .set("linger.ms", "10")
        .set("queue.buffering.max.messages", "100000")
        .set("queue.buffering.max.kbytes", QUEUE_KIB_MAX.to_string())
        .set("message.max.bytes", RECORD_BYTES_MAX.to_string());
    config
}

/// A producer of the caller's choice with the caller's context (which hears of deliveries).
pub fn create_producer<C, P>(args: &KafkaArgs, context: C) -> Result<P, KafkaFailure>
where
    C: ClientContext,
    P: FromClientConfigAndContext<C>,
{
    producer_config(args)
        .create_with_context(context)
        .map_err(KafkaFailure::configuration)
}

#[cfg(test)]
mod tests {
    use rdkafka::producer::BaseProducer;

    use super::super::ClientLog;
    use super::*;

    #[test]
    fn librdkafka_takes_the_settings() {
        let args = KafkaArgs::plaintext("127.0.0.1:1");
        let _: BaseProducer<ClientLog> = create_producer(&args, ClientLog).unwrap();
    }

    #[test]
    fn librdkafka_was_built_with_what_clouds_ask_for() {
        use crate::configuration::SecurityProtocol::{SaslSsl, Ssl};
        for (protocol, mechanism) in [
            (Ssl, None),
            (SaslSsl, Some("PLAIN")),
            (SaslSsl, Some("SCRAM-SHA-512")),
            (SaslSsl, Some("OAUTHBEARER")),
        ] {
            let mut args = KafkaArgs::plaintext("127.0.0.1:1");
            args.security_protocol = protocol;
            let mut config = producer_config(&args);
            if let Some(mechanism) = mechanism {
                config.set("sasl.mechanism", mechanism);
                config.set("sasl.username", "u").set("sasl.password", "p");
            }
            let made = config.create_with_context::<_, BaseProducer<ClientLog>>(ClientLog);
            assert!(made.is_ok(), "{protocol:?} {mechanism:?}: {:?}", made.err());
        }
    }
}
