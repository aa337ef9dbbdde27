//! The registry's answers, sorted into what is known, unknown and away.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::net::TcpListener;

use super::stub::Stub;
use super::{Registry, RegistryError};
use crate::configuration::RegistryArgs;
use crate::fault::Fault;

fn error(code: i64) -> String {
    json!({ "error_code": code, "message": "m" }).to_string()
}

async fn lookup(status: u16, body: String) -> Result<String, RegistryError> {
    let stub = Stub::answering(move |_| (status, body.clone()));
    let registry = Registry::new(&stub.args).unwrap();
    Ok(registry.writer_schema(7).await?.text.clone())
}

#[tokio::test]
async fn only_404_with_40403_is_an_unknown_schema() {
    let unknown = lookup(404, error(40_403)).await.unwrap_err();
    assert_eq!(unknown, RegistryError::UnknownSchema(7));
    assert_eq!(unknown.fault(), Fault::Data);
    for (status, body) in [
        (404, error(404)),
        (404, error(40_401)),
        (404, String::new()),
        (404, "<html>no such page</html>".to_owned()),
        (500, error(40_403)),
        (500, error(50_001)),
        (503, String::new()),
        (401, error(40_101)),
        (200, "<html>captive portal</html>".to_owned()),
        (200, "{}".to_owned()),
    ] {
        let away = lookup(status, body.clone()).await.unwrap_err();
        assert_eq!(away.fault(), Fault::Infrastructure, "{status} {body}");
        assert!(away.to_string().contains(&status.to_string()), "{away}");
    }
}

#[tokio::test]
async fn a_schema_is_asked_for_once_and_a_failure_is_not_kept() {
    static AWAY: AtomicBool = AtomicBool::new(true);
    let stub = Stub::answering(|line| {
        assert!(
            line.starts_with("GET /schemas/ids/7?deleted=true "),
            "{line}"
        );
        if AWAY.load(Ordering::SeqCst) {
            (500, String::new())
        } else {
            (200, json!({ "schema": "\"string\"" }).to_string())
        }
    });
    let registry = Registry::new(&stub.args).unwrap();
    assert!(registry.writer_schema(7).await.is_err());
    assert!(registry.writer_schema(7).await.is_err());
    AWAY.store(false, Ordering::SeqCst);
    for _ in 0..3 {
        let schema = registry.clone().writer_schema(7).await.unwrap();
        assert_eq!((schema.id, schema.kind.as_str()), (7, "AVRO"));
        assert_eq!(schema.text, "\"string\"");
    }
    assert_eq!(stub.asked(), 3);
}

#[tokio::test]
async fn an_id_that_no_registry_gives_is_unknown_without_asking() {
    let stub = Stub::answering(|_| (404, error(404)));
    let registry = Registry::new(&stub.args).unwrap();
    for id in [1 << 31, u32::MAX] {
        let unknown = registry.writer_schema(id).await.unwrap_err();
        assert_eq!(unknown, RegistryError::UnknownSchema(id));
    }
    assert_eq!(stub.asked(), 0);
}

#[tokio::test]
async fn a_registry_that_is_away_or_hangs_is_unavailable_in_time() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let args = RegistryArgs {
        url: format!("http://{}", listener.local_addr().unwrap()),
    };
    let registry = Registry::with_call_timeout(&args, Duration::from_millis(200)).unwrap();
    let started = Instant::now();
    for failure in [
        registry.writer_schema(1).await.unwrap_err(),
        registry.register("s", "\"string\"").await.unwrap_err(),
    ] {
        assert_eq!(failure.fault(), Fault::Infrastructure, "{failure}");
    }
    assert!(started.elapsed() < Duration::from_secs(5));
    drop(listener);
    for failure in [
        registry.writer_schema(1).await.unwrap_err(),
        registry.register("s", "\"string\"").await.unwrap_err(),
    ] {
        assert!(failure.to_string().contains("refused"), "{failure}");
    }
}

#[tokio::test]
async fn registration_sets_the_compatibility_first() {
    let stub = Stub::answering(|line| match line {
        "PUT /config/s HTTP/1.1" => (200, "{}".to_owned()),
        "POST /subjects/s/versions HTTP/1.1" => (200, json!({ "id": 12 }).to_string()),
        other => panic!("{other}"),
    });
    let registry = Registry::new(&stub.args).unwrap();
    assert_eq!(registry.register("s", "\"string\"").await, Ok(12));
    assert_eq!(stub.asked(), 2);
}

#[tokio::test]
async fn a_refused_registration_tells_subject_and_reason_and_is_not_tried_again() {
    for (status, code, fault) in [
        (409, 409, Fault::Configuration),
        (422, 42_201, Fault::Configuration),
        (500, 50_001, Fault::Infrastructure),
        (404, 404, Fault::Infrastructure),
    ] {
        let stub = Stub::answering(move |line| {
            if line.starts_with("PUT") {
                (200, "{}".to_owned())
            } else {
                (status, error(code))
            }
        });
        let registry = Registry::new(&stub.args).unwrap();
        let refusal = registry.register("subject-1", "{}").await.unwrap_err();
        assert_eq!(refusal.fault(), fault, "{refusal}");
        assert!(refusal.to_string().contains("subject-1"), "{refusal}");
    }
}

#[test]
fn an_address_that_cannot_be_used_says_what_one_looks_like() {
    for url in ["registry:8080", "not a url", "ftp://registry/apis"] {
        let address = Registry::new(&RegistryArgs {
            url: url.to_owned(),
        })
        .unwrap_err();
        assert_eq!(address.fault(), Fault::Configuration);
        assert!(
            address.to_string().contains("SCHEMA_REGISTRY_URL"),
            "{address}"
        );
    }
}

#[tokio::test]
async fn a_password_in_the_address_is_used_and_not_shown() {
    let stub = Stub::answering(|_| (500, String::new()));
    let url = stub.args.url.replace("http://", "http://user:geheim@");
    let registry = Registry::new(&RegistryArgs { url }).unwrap();
    let said = registry.writer_schema(7).await.unwrap_err().to_string();
    assert!(
        said.contains("127.0.0.1") && !said.contains("geheim"),
        "{said}"
    );
    for url in ["user:geheim@127.0.0.1", "ftp://user:geheim@127.0.0.1"] {
        let url = url.to_owned();
        let said = Registry::new(&RegistryArgs { url })
            .unwrap_err()
            .to_string();
        assert!(!said.contains("geheim"), "{said}");
    }
}
