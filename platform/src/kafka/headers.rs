//! The headers of a record, as they came.

use std::ffi::{CStr, c_char, c_void};
use std::{ptr, slice};

use rdkafka::bindings::{
    rd_kafka_header_get_all, rd_kafka_headers_t, rd_kafka_message_headers, rd_kafka_resp_err_t,
};
use rdkafka::message::BorrowedMessage;

/// The name and the value of a header. The protocol asks a name to be UTF-8, and no broker looks.
pub type Header = (Vec<u8>, Option<Vec<u8>>);

/// The headers of a record in their order, `None` where it has none.
///
/// A name ends at its first zero byte. The `rdkafka` crate's own reading panics at a name that is not
/// UTF-8, and whoever may write to a topic can send one.
#[expect(
    unsafe_code,
    reason = "librdkafka's own function is the only one that gives names as bytes"
)]
pub fn headers_of(message: &BorrowedMessage<'_>) -> Option<Vec<Header>> {
    let mut headers: *mut rd_kafka_headers_t = ptr::null_mut();
    // SAFETY: the pointer is that of a message that is borrowed for all of this function. What
    // librdkafka tells belongs to the message.
    let found = unsafe { rd_kafka_message_headers(message.ptr(), &raw mut headers) };
    if found != rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR {
        return None;
    }
    let header = |index| {
        let mut name: *const c_char = ptr::null();
        let mut value: *const c_void = ptr::null();
        let mut bytes = 0;
        // SAFETY: as above; the index is checked by librdkafka.
        let found = unsafe {
            rd_kafka_header_get_all(
                headers,
                index,
                &raw mut name,
                &raw mut value,
                &raw mut bytes,
            )
        };
        if found != rd_kafka_resp_err_t::RD_KAFKA_RESP_ERR_NO_ERROR {
            return None;
        }
        // SAFETY: librdkafka ends each name with a zero byte.
        let name = unsafe { CStr::from_ptr(name) }.to_bytes().to_vec();
        // SAFETY: so many bytes are there, as part of the message.
        let copied = || unsafe { slice::from_raw_parts(value.cast::<u8>(), bytes) }.to_vec();
        Some((name, (!value.is_null()).then(copied)))
    };
    Some((0..).map_while(header).collect())
}
