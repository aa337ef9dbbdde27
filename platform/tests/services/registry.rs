//! The schema registry: what it takes, what it refuses, and what it says while it is ill.

use domain::event::AdtEvent;
use domain::pseudonym::PseudonymKey;
use embedded::{Options, Wanted, own_for_tests};
use platform::codec::{ADT_EVENT_SCHEMA, AdtDecoder, AdtEncoder, DecodeFailure};
use platform::configuration::RegistryArgs;
use platform::fault::Fault;
use platform::registry::{Registry, RegistryError};
use platform::retry::{Backoff, until_success};
use platform::wire;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::{registry, unique};

fn schema() -> Value {
    serde_json::from_str(ADT_EVENT_SCHEMA).unwrap()
}

fn key() -> PseudonymKey {
    PseudonymKey::new(&[7; 32]).unwrap()
}

#[tokio::test]
async fn a_registered_schema_keeps_its_id_and_takes_only_compatible_ones() {
    let registry = registry().await;
    let subject = unique("subject");
    let first = AdtEncoder::register(&registry, &subject).await.unwrap();
    let second = AdtEncoder::register(&registry, &subject).await.unwrap();
    assert_eq!(first.schema_id(), second.schema_id());
    assert_eq!(compatibility(&subject).await, "FULL_TRANSITIVE");

    let mut incompatible = schema();
    incompatible["fields"][10]["type"] = json!(["null", "string"]);
    let mut required = schema();
    let field = json!({ "name": "triage_level", "type": "int" });
    required["fields"].as_array_mut().unwrap().push(field);
    for schema in [incompatible, required, json!({ "type": "no such type" })] {
        let refusal = registry
            .register(&subject, &schema.to_string())
            .await
            .unwrap_err();
        assert_eq!(refusal.fault(), Fault::Configuration, "{refusal}");
        assert!(refusal.to_string().contains(&subject), "{refusal}");
    }
}

async fn compatibility(subject: &str) -> String {
    let addresses = embedded::for_tests(crate::SERVICES).await.unwrap();
    let url = addresses.schema_registry_url.unwrap();
    let config = reqwest::get(format!("{url}/config/{subject}"))
        .await
        .unwrap();
    let config: Value = config.json().await.unwrap();
    config["compatibilityLevel"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn optional_fields_come_and_go_and_every_version_is_decoded() {
    let registry = registry().await;
    let subject = unique("subject");
    let v1 = AdtEncoder::register(&registry, &subject).await.unwrap();

    let mut v2 = schema();
    let fields = v2["fields"].as_array_mut().unwrap();
    fields.retain(|field| field["name"] != "province" && field["name"] != "identity");
    fields.push(json!({ "name": "triage_level", "type": ["null", "int"], "default": null }));
    let v2 = registry.register(&subject, &v2.to_string()).await.unwrap();
    assert_ne!(v2, v1.schema_id());

    let event = AdtEvent {
        event_type: Some("A01".to_owned()),
        ..AdtEvent::default()
    };
    let payload = v1.encode(&event).unwrap();
    // Two trailing nulls less, one integer more.
    let (_, datum) = wire::unframe(&payload).unwrap();
    let datum = [&datum[..datum.len() - 2], &[2, 6]].concat();
    let decoder = AdtDecoder::new(registry, key());
    let first = decoder.decode(&payload).await.unwrap();
    let second = decoder.decode(&wire::frame(v2, &datum)).await.unwrap();
    assert_eq!(
        (first.event, first.schema_id),
        (event.clone(), v1.schema_id())
    );
    assert_eq!((second.event, second.schema_id), (event, v2));
    assert_ne!(first.content_hash, second.content_hash);
}

#[tokio::test]
async fn an_id_that_nobody_registered_and_another_s_schema_are_the_data_s_fault() {
    let registry = registry().await;
    let other = r#"{"type":"record","name":"hospital.staff.Assignment","fields":[]}"#;
    let other = registry.register(&unique("subject"), other).await.unwrap();
    let decoder = AdtDecoder::new(registry.clone(), key());
    for (id, code) in [
        (2_000_000_000, "unknown-schema"),
        (u32::MAX, "unknown-schema"),
        (0, "unknown-schema"),
        (other, "not-an-adt-event"),
    ] {
        match decoder.decode(&wire::frame(id, &[0])).await {
            Err(DecodeFailure::Data(error)) => assert_eq!(error.code(), code),
            other => panic!("schema {id}: {other:?}"),
        }
    }
}

/// The registry and its database killed and back: never unknown, and found again by the same
/// clients.
#[tokio::test]
async fn a_registry_that_is_ill_is_unavailable_until_it_is_well() {
    let wanted = Wanted {
        registry: true,
        postgres: true,
        kafka: false,
    };
    let options = Options::for_tests(wanted).unwrap();
    let services = own_for_tests(options).await.unwrap();
    let private = services.registry.as_ref().unwrap();
    let args = RegistryArgs { url: private.url() };
    let id = AdtEncoder::register(&Registry::new(&args).unwrap(), "s")
        .await
        .unwrap()
        .schema_id();

    // A new client each time: the schema is not in its memory.
    let lookup = async || Registry::new(&args).unwrap().writer_schema(id).await;
    assert!(lookup().await.is_ok());

    private.kill().unwrap();
    let decoder = AdtDecoder::new(Registry::new(&args).unwrap(), key());
    let payload = AdtEncoder::with_schema_id(id).encode(&AdtEvent::default());
    let payload = payload.unwrap();
    let failure = decoder.decode(&payload).await.unwrap_err();
    assert_eq!(failure.fault(), Fault::Infrastructure, "{failure}");
    private.restart().await.unwrap();
    decoder.decode(&payload).await.unwrap();

    services.postgres.as_ref().unwrap().kill().unwrap();
    // The registry may still know it; what it may not say is that there is none.
    for _ in 0..3 {
        if let Err(failure) = lookup().await {
            assert!(
                matches!(failure, RegistryError::Unavailable { .. }),
                "{failure}"
            );
        }
    }
    services.postgres.as_ref().unwrap().restart().await.unwrap();
    let retryable = |failure: &RegistryError| failure.fault().is_retryable();
    let shutdown = CancellationToken::new();
    let found = until_success(
        "fetch the schema",
        Backoff::default(),
        &shutdown,
        retryable,
        lookup,
    );
    let found = tokio::time::timeout(std::time::Duration::from_mins(2), found).await;
    assert_eq!(found.unwrap().unwrap().id, id);
    services.stop().await.unwrap();
}
