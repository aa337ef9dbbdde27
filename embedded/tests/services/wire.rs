//! The least a client has to say to PostgreSQL, Kafka and the registry.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use tokio_postgres::{Client, NoTls};

/// A connection to PostgreSQL.
pub(crate) async fn postgres(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Asks a broker for the versions it speaks (`ApiVersions`, version 0) and gives its error code, which is 0.
pub(crate) fn kafka_error_code(bootstrap_servers: &str) -> i16 {
    let mut stream = TcpStream::connect(bootstrap_servers).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    // Length, API key 18, version 0, correlation id 7, no client id.
    stream
        .write_all(&[0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 7, 0xff, 0xff])
        .unwrap();
    let mut head = [0; 10];
    stream.read_exact(&mut head).unwrap();
    assert_eq!(head[4..8], [0, 0, 0, 7], "the answer to another question");
    i16::from_be_bytes([head[8], head[9]])
}

/// Sends an HTTP request to a URL and gives status and body.
pub(crate) fn http(method: &str, url: &str, body: &str) -> (u16, String) {
    let (host, path) = url
        .strip_prefix("http://")
        .and_then(|rest| rest.split_once('/'))
        .unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    write!(
        stream,
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Type: application/vnd.schemaregistry.v1+json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    (status, body.to_owned())
}

/// Registers an Avro schema and gives its id.
pub(crate) fn register_schema(registry: &str, subject: &str) -> u64 {
    let request = serde_json::json!({ "schema": "{\"type\":\"string\"}" });
    let (status, body) = http(
        "POST",
        &format!("{registry}/subjects/{subject}/versions"),
        &request.to_string(),
    );
    assert_eq!(status, 200, "{body}");
    let answer: serde_json::Value = serde_json::from_str(&body).unwrap();
    answer["id"].as_u64().unwrap()
}
