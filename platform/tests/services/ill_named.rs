//! Records that the `rdkafka` crate would not send: a name of a header that is no UTF-8.

use std::time::Duration;

use platform::configuration::KafkaArgs;
use platform::kafka::{ClientLog, producer_config};
use rdkafka::bindings::{rd_kafka_producev, rd_kafka_resp_err_t, rd_kafka_vtype_t as Tag};
use rdkafka::producer::{BaseProducer, Producer as _};

/// Such a name.
pub(crate) const NAME: &[u8] = b"ward\xff\xfeflow";

/// The same, as C has it.
const C_NAME: &std::ffi::CStr = c"ward\xff\xfeflow";

/// Sends a record with that header (its value is `told`), and with one that has no value, to a partition;
/// the topic must be there.
#[allow(
    unsafe_code,
    reason = "only librdkafka's own function takes a name as bytes"
)]
pub(crate) fn send(args: &KafkaArgs, topic: &str, partition: i32, (key, payload): (&[u8], &[u8])) {
    let producer: BaseProducer<ClientLog> = producer_config(args)
        .create_with_context(ClientLog)
        .unwrap();
    let topic = std::ffi::CString::new(topic).unwrap();
    let told = b"told";
    // SAFETY: the arguments are tags and what each of them says that follows; all that is pointed to
    // lives until the call is over, and librdkafka copies it.
    let sent = unsafe {
        rd_kafka_producev(
            producer.client().native_ptr(),
            Tag::RD_KAFKA_VTYPE_TOPIC,
            topic.as_ptr(),
            Tag::RD_KAFKA_VTYPE_PARTITION,
            partition,
            Tag::RD_KAFKA_VTYPE_MSGFLAGS,
            2, // RD_KAFKA_MSG_F_COPY
            Tag::RD_KAFKA_VTYPE_KEY,
            key.as_ptr(),
            key.len(),
            Tag::RD_KAFKA_VTYPE_VALUE,
            payload.as_ptr(),
            payload.len(),
            Tag::RD_KAFKA_VTYPE_HEADER,
            C_NAME.as_ptr(),
            told.as_ptr(),
            told.len(),
            Tag::RD_KAFKA_VTYPE_HEADER,
            c"empty".as_ptr(),
            std::ptr::null::<u8>(),
            0_usize,
            Tag::RD_KAFKA_VTYPE_END,
        )
    };
    assert_eq!(sent, rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR);
    producer.flush(Duration::from_secs(30)).unwrap();
}
