//! Why a broker is none to talk to: librdkafka tries such a one again for ever, and tells the reason in a
//! line of its log alone.

use std::net::{TcpStream, ToSocketAddrs as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use openssl::ssl::{HandshakeError, SslConnector, SslMethod};
use openssl::x509::X509VerifyResult;
use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::KafkaError;

use super::client_config;
use crate::configuration::{KafkaArgs, SecurityProtocol};

/// How long it is listened for a reason.
const PATIENCE: Duration = Duration::from_secs(5);

/// Within this time a broker of this network answers, or says what is wrong.
const LOOK: Duration = Duration::from_millis(200);

/// Why the brokers are not talked to; none where they are, or are merely away.
///
/// A client of its own asks once more: nobody hears the lines of one that only administers.
pub(super) fn refusal(args: &KafkaArgs) -> Option<String> {
    if args.security_protocol == SecurityProtocol::Plaintext {
        return None;
    }
    let refusals = Refusals::default();
    let client: BaseConsumer<Refusals> = client_config(args)
        .create_with_context(refusals.clone())
        .ok()?;
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if client.fetch_metadata(None, LOOK).is_ok() {
            return None;
        }
        // Lines and errors come to the context within the poll.
        let _ = client.poll(LOOK);
        if let Some(reason) = refusals.lasting() {
            return Some(of_certificate(args).unwrap_or(reason));
        }
    }
    None
}

/// What is wrong with the certificate of the first broker, where something is: librdkafka says only that it
/// is not accepted.
fn of_certificate(args: &KafkaArgs) -> Option<String> {
    let setting = |wanted| {
        let mut settings = args.security_settings.iter();
        settings.find_map(|(name, value)| (name == wanted).then_some(value))
    };
    let broker = args.bootstrap_servers.split(',').next()?.trim();
    let (host, _) = broker.rsplit_once(':')?;
    let address = broker.to_socket_addrs().ok()?.next()?;
    let mut builder = SslConnector::builder(SslMethod::tls_client()).ok()?;
    if let Some(authority) = setting("ssl.ca.location") {
        builder.set_ca_file(authority).ok()?;
    }
    let stream = TcpStream::connect_timeout(&address, PATIENCE).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    match builder.build().connect(host, stream) {
        Err(HandshakeError::Failure(broken_off)) => {
            let found = broken_off.ssl().verify_result();
            (found != X509VerifyResult::OK).then(|| found.error_string().to_owned())
        }
        _ => None,
    }
}

/// Remembers the last reason, and how often there was one. Clones share it.
#[derive(Debug, Clone, Default)]
struct Refusals(Arc<Mutex<(u32, String)>>);

impl Refusals {
    /// A reason that was given twice: once may be a broker that starts, or knows its users not yet.
    fn lasting(&self) -> Option<String> {
        let heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (heard.0 >= 2).then(|| heard.1.clone())
    }

    fn hear(&self, line: &str) {
        if let Some(reason) = reason(line) {
            let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            *heard = (heard.0 + 1, reason.to_owned());
        }
    }
}

/// What a line says of a certificate or a password. A handshake or question that was broken off is none of
/// it: the broker may be starting or stopping.
fn reason(line: &str) -> Option<&str> {
    let certificate = "SSL handshake failed: ";
    let password = "SASL authentication error: ";
    let of_certificate = line.split_once(certificate).map(|(_, reason)| reason);
    let reason = match of_certificate {
        Some(reason) => reason.contains("certificate").then_some(reason)?,
        None => line.split_once(password)?.1,
    };
    // Of the request itself, which had no answer.
    if reason.contains("failed: Local:") || reason.contains("parsing failed") {
        return None;
    }
    // How long it took is of no use.
    Some(reason.split_once(" (after ").map_or(reason, |(it, _)| it))
}

impl ClientContext for Refusals {
    fn log(&self, _level: RDKafkaLogLevel, _facility: &str, message: &str) {
        self.hear(message);
    }

    fn stats_raw(&self, _statistics: &[u8]) {}

    fn error(&self, _error: KafkaError, reason: &str) {
        self.hear(reason);
    }
}

impl ConsumerContext for Refusals {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_pass_is_told_from_what_may() {
        let refused = "[thrd:ssl://h:1/bootstrap]: ssl://h:1/bootstrap: SSL handshake failed: \
                       certificate verify failed: no authority (after 3ms in state SSL_HANDSHAKE)";
        assert_eq!(
            reason(refused),
            Some("certificate verify failed: no authority")
        );
        let password =
            "sasl_ssl://h:1: SASL authentication error: Authentication failed (after 9ms)";
        assert_eq!(reason(password), Some("Authentication failed"));
        for passing in [
            "ssl://h:1: SSL handshake failed: Disconnected: connecting to a PLAINTEXT broker listener?",
            "h:1: Connect to ipv4#127.0.0.1:1 failed: Connection refused",
            "h:1: SASL authentication error: SaslAuthenticateRequest failed: Local: Broker transport failure",
            "h:1: SASL authentication error: SaslAuthenticateResponse parsing failed: Local: Bad message",
        ] {
            assert_eq!(reason(passing), None, "{passing}");
        }
    }
}
