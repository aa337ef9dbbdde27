//! Waiting until a service answers.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::process::Process;
use crate::{Error, log};

const BETWEEN_TRIES: Duration = Duration::from_millis(25);
const HTTP_PATIENCE: Duration = Duration::from_secs(5);

/// Why a service is not ready.
#[derive(Debug)]
pub(crate) enum Obstacle {
    /// It may be gone at the next try.
    Passing(String),
    /// Waiting is of no use.
    Lasting(String),
}

/// Waits until `probe` is content with the process, which must not die meanwhile.
pub(crate) async fn until_ready(
    process: &Process,
    patience: Duration,
    mut probe: impl AsyncFnMut() -> Result<(), Obstacle>,
) -> Result<(), Error> {
    let started = Instant::now();
    loop {
        if let Some(status) = process.exit_status() {
            return Err(Error::Died {
                service: process.service(),
                status,
                log: process.log().to_owned(),
                tail: log::tail(process.log()),
            });
        }
        let (why, last_try) = match probe().await {
            Ok(()) => {
                let took_ms = started.elapsed().as_millis();
                tracing::info!(service = %process.service(), took_ms, "ready");
                return Ok(());
            }
            Err(Obstacle::Passing(why)) => (why, started.elapsed() >= patience),
            Err(Obstacle::Lasting(why)) => (why, true),
        };
        if last_try {
            return Err(Error::NotReady {
                service: process.service(),
                seconds: started.elapsed().as_secs(),
                why,
                log: process.log().to_owned(),
                tail: log::tail(process.log()),
            });
        }
        tokio::time::sleep(BETWEEN_TRIES).await;
    }
}

/// The status of `GET path` at a loopback port. Blocks for some seconds at most.
pub(crate) fn http_status(port: u16, path: &str) -> Result<u16, String> {
    let ask = || -> std::io::Result<String> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut stream = TcpStream::connect_timeout(&address, HTTP_PATIENCE)?;
        stream.set_read_timeout(Some(HTTP_PATIENCE))?;
        stream.set_write_timeout(Some(HTTP_PATIENCE))?;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
        )?;
        // "HTTP/1.1 200" is all that matters.
        let mut head = [0; 12];
        stream.read_exact(&mut head)?;
        Ok(String::from_utf8_lossy(&head).into_owned())
    };
    let head = ask().map_err(|error| error.to_string())?;
    head.rsplit(' ')
        .next()
        .and_then(|status| status.parse().ok())
        .ok_or_else(|| "it does not speak HTTP".to_owned())
}
