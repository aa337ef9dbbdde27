//! A registry of a few lines for tests: answers what it was told to, and counts.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::configuration::RegistryArgs;

/// An answer: status and body.
pub(crate) type Answer = (u16, String);

pub(crate) struct Stub {
    pub(crate) args: RegistryArgs,
    asked: Arc<AtomicUsize>,
}

impl Stub {
    /// A registry that answers every request, by its first line ("GET /schemas/ids/1 ...").
    ///
    /// Its thread ends with the test's process.
    pub(crate) fn answering(answer: impl Fn(&str) -> Answer + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                counter.fetch_add(1, Ordering::SeqCst);
                serve(stream, &answer);
            }
        });
        Self {
            args: RegistryArgs { url },
            asked,
        }
    }

    /// How many requests came.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn serve(mut stream: TcpStream, answer: impl Fn(&str) -> Answer) {
    let request = read_request(&mut stream);
    let (status, body) = answer(request.lines().next().unwrap_or_default());
    let response = format!(
        "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    let _ = stream.write_all(response.as_bytes());
}

/// The whole request: an answer before its end would reset the connection.
fn read_request(stream: &mut TcpStream) -> String {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&request).to_lowercase();
        if let Some(end) = text.find("\r\n\r\n") {
            let length = text
                .lines()
                .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            if request.len() >= end + 4 + length.unwrap_or(0) {
                return String::from_utf8_lossy(&request).into_owned();
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return String::new(),
            Ok(bytes) => request.extend_from_slice(&buffer[..bytes]),
        }
    }
}
