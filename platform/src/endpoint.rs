//! What a service tells over HTTP: its metrics, that it is alive, and whether what it needs can be reached.
//!
//! | path | answer |
//! |---|---|
//! | `/metrics` | the process's metrics in Prometheus' text format |
//! | `/healthz` | 200 while the process answers |
//! | `/readyz` | 200 where everything that the service needs answered when it was asked last, else 503; one line each |
//!
//! What a service needs is asked by the service itself every five seconds, however many ask about it.
//!
//! There is no secret in what is told, and no identity; but it is for the operators' network alone, so a
//! service listens where it is told to, and nowhere by itself.

use std::fmt::Write as _;
use std::future::{Future, IntoFuture as _};
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::future::join_all;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::fault::Fault;
use crate::metrics;

/// How long something that a service needs may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often it is asked.
const INTERVAL: Duration = Duration::from_secs(5);

/// Where a service tells how it is.
#[derive(Debug, Clone, clap::Args)]
pub struct EndpointArgs {
    /// Address and port of /metrics, /healthz and /readyz (0.0.0.0:9400); without it there are none
    #[arg(long, env = "METRICS_ADDR", value_name = "ADDRESS:PORT")]
    pub metrics_addr: Option<SocketAddr>,
}

/// The endpoint cannot be had.
#[derive(Debug, thiserror::Error)]
#[error(
    "cannot listen at {address} for /metrics: {source}; name another address by --metrics-addr or METRICS_ADDR"
)]
pub struct EndpointError {
    address: SocketAddr,
    source: std::io::Error,
}

impl EndpointError {
    /// Always the set-up.
    pub fn fault(&self) -> Fault {
        Fault::Configuration
    }
}

type Asked = Pin<Box<dyn Future<Output = Result<(), String>> + Send>>;

/// Something that a service needs, and how to ask whether it answers.
pub struct Need {
    name: &'static str,
    ask: Box<dyn Fn() -> Asked + Send + Sync>,
}

impl Need {
    /// A need by its name; the error of a question is told as it prints itself.
    pub fn new<F, E>(name: &'static str, ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: std::fmt::Display,
    {
        let ask = move || -> Asked {
            let asked = ask();
            Box::pin(async move { asked.await.map_err(|error| error.to_string()) })
        };
        Self {
            name,
            ask: Box::new(ask),
        }
    }

    /// What it is called.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether it answers, within five seconds; else why not.
    pub async fn answers(&self) -> Result<(), String> {
        match tokio::time::timeout(PATIENCE, (self.ask)()).await {
            Ok(answer) => answer,
            Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
        }
    }
}

/// Listens, where that is asked for, until shutdown. The port is taken when this returns.
pub async fn listen(
    service: &str,
    args: &EndpointArgs,
    needs: Vec<Need>,
    shutdown: &CancellationToken,
) -> Result<Option<SocketAddr>, EndpointError> {
    let Some(address) = args.metrics_addr else {
        return Ok(None);
    };
    let failed = |source| EndpointError { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    metrics::tell_build(service);
    let (answers, answered) = watch::channel(None);
    let router = Router::new()
        .route("/metrics", get(tell_metrics))
        .route("/healthz", get(async || "alive\n"))
        .route("/readyz", get(tell_readiness))
        .with_state(answered);
    let serving = axum::serve(listener, router).into_future();
    let shutdown = shutdown.clone();
    tokio::spawn(async move {
        // Whoever is in the middle of an answer does not hold up the end.
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = keep_asking(&needs, &answers) => {}
            served = serving => if let Err(error) = served {
                tracing::error!(%error, "nothing is told at /metrics any more");
            }
        }
    });
    tracing::info!(%address, "metrics are at /metrics, health at /healthz and /readyz");
    Ok(Some(address))
}

async fn tell_metrics() -> Response {
    match metrics::exposition() {
        Ok((format, text)) => ([(header::CONTENT_TYPE, format)], text).into_response(),
        Err(error) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            format!("metrics cannot be told: {error}\n"),
        )
            .into_response(),
    }
}

/// What each need answered last; `None` before the first time.
type Answers = Option<Vec<(&'static str, Result<(), String>)>>;

/// Asks what a service needs, again and again.
async fn keep_asking(needs: &[Need], answers: &watch::Sender<Answers>) {
    loop {
        let asked = needs
            .iter()
            .map(async |need| (need.name, need.answers().await));
        let told = join_all(asked).await;
        for (name, answer) in &told {
            metrics::need_answers(name, answer.is_ok());
        }
        answers.send_replace(Some(told));
        tokio::time::sleep(INTERVAL).await;
    }
}

async fn tell_readiness(State(mut answered): State<watch::Receiver<Answers>>) -> Response {
    // The first time takes as long as the slowest need has to answer.
    let Ok(answers) = answered.wait_for(Option::is_some).await else {
        return (StatusCode::SERVICE_UNAVAILABLE, "the service ends\n").into_response();
    };
    let mut text = String::new();
    let mut status = StatusCode::OK;
    for (name, answer) in answers.iter().flatten() {
        let told = match answer {
            Ok(()) => "answers",
            Err(reason) => {
                status = StatusCode::SERVICE_UNAVAILABLE;
                reason
            }
        };
        // Writing to a string does not fail.
        let _ = writeln!(text, "{name}: {told}");
    }
    (status, text).into_response()
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    use super::*;

    async fn listening(needs: Vec<Need>, shutdown: &CancellationToken) -> SocketAddr {
        let args = EndpointArgs {
            metrics_addr: Some("127.0.0.1:0".parse().unwrap()),
        };
        let listening = listen("tried", &args, needs, shutdown).await;
        listening.unwrap().unwrap()
    }

    /// Status line and body.
    async fn asked(address: SocketAddr, path: &str) -> (String, String) {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.lines().next().unwrap().to_owned(), body.to_owned())
    }

    #[tokio::test]
    async fn what_is_away_is_named_and_the_service_is_not_ready() {
        let shutdown = CancellationToken::new();
        let needs = vec![
            Need::new("database", async || Ok::<_, String>(())),
            Need::new("Kafka", async || Err("nobody is there")),
        ];
        let address = listening(needs, &shutdown).await;
        let (status, body) = asked(address, "/readyz").await;
        assert_eq!(status, "HTTP/1.1 503 Service Unavailable");
        assert_eq!(body, "database: answers\nKafka: nobody is there\n");
        let (status, _) = asked(address, "/healthz").await;
        assert_eq!(status, "HTTP/1.1 200 OK");
        let (_, body) = asked(address, "/metrics").await;
        for line in [
            "wardflow_need_answers{need=\"database\"} 1",
            "wardflow_need_answers{need=\"Kafka\"} 0",
        ] {
            assert!(body.contains(line), "{line} is not in {body}");
        }
    }

    #[tokio::test]
    async fn metrics_are_told_until_shutdown() {
        let shutdown = CancellationToken::new();
        let address = listening(Vec::new(), &shutdown).await;
        metrics::retried("try");
        let (status, body) = asked(address, "/metrics").await;
        assert_eq!(status, "HTTP/1.1 200 OK");
        for line in [
            "wardflow_build_info{service=\"tried\"",
            "wardflow_retries_total{operation=\"try\"} 1",
            "process_resident_memory_bytes",
        ] {
            assert!(body.contains(line), "{line} is not in {body}");
        }
        let (status, _) = asked(address, "/readyz").await;
        assert_eq!(status, "HTTP/1.1 200 OK");
        shutdown.cancel();
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(TcpStream::connect(address).await.is_err());
    }

    #[tokio::test]
    async fn a_taken_port_is_an_error_with_a_remedy() {
        let shutdown = CancellationToken::new();
        let address = listening(Vec::new(), &shutdown).await;
        let args = EndpointArgs {
            metrics_addr: Some(address),
        };
        let error = listen("tried", &args, Vec::new(), &shutdown)
            .await
            .unwrap_err();
        let said = error.to_string();
        assert!(
            said.contains(&address.to_string()) && said.contains("METRICS_ADDR"),
            "{said}"
        );
    }
}
