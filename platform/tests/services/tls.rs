//! Kafka over TLS: a broker with the right certificate is talked to, also as clouds want it; one with a
//! wrong one is refused, and the reason is told.

use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use clap::Parser as _;
use embedded::{KafkaTls, Options, Services, Wanted, own_for_tests};
use openssl::ssl::{SslAcceptor, SslFiletype, SslMethod};
use platform::configuration::{KafkaArgs, RegistryArgs};
use platform::fault::Fault;
use platform::kafka::{ClientLog, Cluster, KafkaFailure, Topic, TopicSpec, create_producer};
use platform::registry::Registry;
use rdkafka::producer::{FutureProducer, FutureRecord};

use crate::certificates::{Authority, Shown, Validity};

/// As Azure Event Hubs names a user, and makes a password.
const USER: &str = "$ConnectionString";
const PASSWORD: &str = "Endpoint=sb://hub.example/;SharedAccessKeyName=k;SharedAccessKey=c2VjcmV0=";

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// A broker that shows a certificate, and says that it is reached by this name.
async fn broker(shown: &Shown, host: &str) -> (Services, KafkaTls) {
    let tls = KafkaTls {
        keystore: shown.keystore.clone(),
        host: host.to_owned(),
        port: free_port(),
        sasl_port: free_port(),
        user: USER.to_owned(),
        password: PASSWORD.to_owned(),
    };
    let wanted = Wanted {
        kafka: true,
        ..Wanted::NOTHING
    };
    let options = Options {
        kafka_tls: Some(tls.clone()),
        ..Options::for_tests(wanted).unwrap()
    };
    (own_for_tests(options).await.unwrap(), tls)
}

/// Kafka's settings as a user gives them.
fn args(servers: &str, protocol: &str, settings: &[(&str, &str)]) -> KafkaArgs {
    #[derive(clap::Parser)]
    struct Command {
        #[command(flatten)]
        kafka: KafkaArgs,
    }
    let settings: Vec<_> = settings
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let arguments = [
        "x",
        "--kafka-bootstrap-servers",
        servers,
        "--kafka-security-protocol",
        protocol,
        "--kafka-security-settings",
        &settings.join(","),
    ];
    Command::parse_from(arguments).kafka
}

fn trusting(authority: &Path) -> (&'static str, &str) {
    ("ssl.ca.location", authority.to_str().unwrap())
}

/// What is asked of a broker that is not talked to.
async fn refusal(args: &KafkaArgs) -> String {
    let cluster = Cluster::connect(args).unwrap();
    let asked = cluster.partition_count(&Topic::Events.name("")).await;
    let failure = asked.unwrap_err();
    assert_eq!(failure.fault(), Fault::Configuration, "{failure}");
    match failure {
        KafkaFailure::Insecure { reason, .. } => reason,
        other => panic!("another failure: {other}"),
    }
}

async fn assert_sends(args: &KafkaArgs) {
    let topic = Topic::Events.name(&crate::unique("tls."));
    let spec = TopicSpec::new(topic.clone(), Topic::Events.retention());
    assert!(
        Cluster::connect(args)
            .unwrap()
            .ensure_topic(&spec)
            .await
            .unwrap()
    );
    let producer: FutureProducer<ClientLog> = create_producer(args, ClientLog).unwrap();
    let record = FutureRecord::to(topic.as_str()).key("k").payload("v");
    producer
        .send(record, Duration::from_secs(20))
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_with_tls_is_talked_to_and_one_that_is_not_the_right_one_is_not() {
    let (authority, other) = (Authority::new(), Authority::new());
    let shown = authority.server("localhost", Validity::Now);
    let (services, tls) = broker(&shown, "localhost").await;
    let file = authority.file();
    let secure = format!("localhost:{}", tls.port);
    assert_sends(&args(&secure, "ssl", &[trusting(&file)])).await;

    let with_sasl = format!("localhost:{}", tls.sasl_port);
    let sasl = |password| {
        let settings = [
            ("sasl.mechanism", "PLAIN"),
            ("sasl.username", USER),
            ("sasl.password", password),
            trusting(&file),
        ];
        args(&with_sasl, "sasl_ssl", &settings)
    };
    assert_sends(&sasl(PASSWORD)).await;
    let said = refusal(&sasl("wrong")).await;
    assert!(said.contains("Authentication failed"), "{said}");
    assert!(!said.contains("wrong"), "{said}");

    // By an authority that the client does not know, and by none that is named.
    let unknown = other.file();
    let said = refusal(&args(&secure, "ssl", &[trusting(&unknown)])).await;
    assert_eq!(said, "self-signed certificate in certificate chain");
    refusal(&args(&secure, "ssl", &[])).await;
    // A certificate for localhost is none for an address.
    let by_address = format!("127.0.0.1:{}", tls.port);
    let said = refusal(&args(&by_address, "ssl", &[trusting(&file)])).await;
    assert_eq!(said, "IP address mismatch");
    services.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_whose_certificate_is_over_is_refused() {
    let authority = Authority::new();
    let shown = authority.server("localhost", Validity::Over);
    let (services, tls) = broker(&shown, "localhost").await;
    let servers = format!("localhost:{}", tls.port);
    let said = refusal(&args(&servers, "ssl", &[trusting(&authority.file())])).await;
    assert_eq!(said, "certificate has expired");
    services.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_whose_certificate_nobody_knows_is_refused() {
    let authority = Authority::new();
    let shown = authority.server("localhost", Validity::Now);
    let mut acceptor = SslAcceptor::mozilla_intermediate(SslMethod::tls_server()).unwrap();
    acceptor
        .set_certificate_chain_file(&shown.certificate)
        .unwrap();
    acceptor
        .set_private_key_file(&shown.key, SslFiletype::PEM)
        .unwrap();
    let acceptor = acceptor.build();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            // Whoever asks breaks it off.
            let _ = acceptor.accept(stream.unwrap());
        }
    });
    let url = format!("https://user:geheim@localhost:{port}/apis/ccompat/v7");
    let registry = Registry::new(&RegistryArgs { url }).unwrap();
    for failure in [
        registry.writer_schema(1).await.unwrap_err(),
        registry.register("s", "\"string\"").await.unwrap_err(),
    ] {
        assert_eq!(failure.fault(), Fault::Configuration, "{failure}");
        let said = failure.to_string();
        assert!(
            said.contains("SSL_CERT_FILE") && !said.contains("geheim"),
            "{said}"
        );
    }
}
