//! A consumer of its own process, and what it tells over HTTP.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Child;

use crate::pipeline::{KeyFile, Pipeline};

/// The program itself, killed at the end of a test.
pub(crate) struct Watched {
    child: Child,
    address: SocketAddr,
    pub(crate) topic: String,
    _key: KeyFile,
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Watched {
    pub(crate) fn start(pipeline: &Pipeline) -> Self {
        let key = KeyFile::new();
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let child = pipeline
            .program(&key.path())
            .args(["--batch-rows", "20"])
            .env("METRICS_ADDR", address.to_string())
            .spawn()
            .unwrap();
        Self {
            child,
            address,
            topic: pipeline.topic.to_string(),
            _key: key,
        }
    }

    /// Status line and body; nothing where it does not listen yet.
    pub(crate) fn ask(&self, path: &str) -> Option<(String, String)> {
        let mut stream = TcpStream::connect(self.address).ok()?;
        let host = self.address;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        Some((head.lines().next().unwrap().to_owned(), body.to_owned()))
    }

    /// The sum of a metric's values over the topic's other labels that hold `text`, in whole numbers.
    #[expect(clippy::cast_possible_truncation, reason = "counts and seconds")]
    pub(crate) fn sum(&self, name: &str, text: &str) -> i64 {
        let (_, metrics) = self.ask("/metrics").unwrap_or_default();
        let of_topic = format!("topic=\"{}\"", self.topic);
        let is_wanted = |labels: &str| labels.contains(&of_topic) && labels.contains(text);
        let values = metrics.lines().filter_map(|line| {
            let (labels, value) = line
                .strip_prefix(name)?
                .strip_prefix('{')?
                .split_once("} ")?;
            is_wanted(labels).then(|| value.parse::<f64>().unwrap())
        });
        values.sum::<f64>() as i64
    }

    /// The value of a metric without labels, in whole numbers; -1 where it is not told.
    #[expect(clippy::cast_possible_truncation, reason = "seconds")]
    pub(crate) fn value(&self, name: &str) -> i64 {
        let (_, metrics) = self.ask("/metrics").unwrap_or_default();
        let told = metrics
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        told.map_or(-1, |value| value.parse::<f64>().unwrap() as i64)
    }

    /// How many series of a metric the topic has.
    pub(crate) fn series(&self, name: &str) -> usize {
        let (_, metrics) = self.ask("/metrics").unwrap_or_default();
        let begin = format!("{name}{{");
        let of_topic = format!("topic=\"{}\"", self.topic);
        let lines = metrics.lines();
        lines
            .filter(|it| it.starts_with(&begin) && it.contains(&of_topic))
            .count()
    }
}
