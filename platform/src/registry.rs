//! The schema registry: schemas by subject and by id.
//!
//! A call may take [`CALL_TIMEOUT`] and no longer; trying again is the caller's
//! ([`crate::retry`]). Schemas are kept for ever once fetched, since an id never changes its
//! meaning; failures are never kept.

mod error;
#[cfg(test)]
pub(crate) mod stub;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use reqwest::{StatusCode, Url};
use schema_registry_converter::async_impl::schema_registry::{SrSettings, post_schema};
use schema_registry_converter::schema_registry_common::{SchemaType, SuppliedSchema};
use serde_json::{Value, json};

pub use error::RegistryError;

use crate::configuration::RegistryArgs;
use crate::endpoint::Need;

/// How long a connection may take to come about.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);

/// How long a call may take in all.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(10);

/// Readers and writers of any version understand each other's events, whoever is upgraded first.
const COMPATIBILITY: &str = "FULL_TRANSITIVE";

/// The registry's code for an id it does not know (Confluent's API).
const SCHEMA_NOT_FOUND: i64 = 40403;

const CONTENT_TYPE: &str = "application/vnd.schemaregistry.v1+json";

/// A schema as a producer registered it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriterSchema {
    /// Its id in this registry.
    pub id: u32,
    /// `AVRO`, or what else the registry keeps.
    pub kind: String,
    /// Its text.
    pub text: String,
}

/// A schema registry; cheap to clone, clones share what was fetched.
#[derive(Clone)]
pub struct Registry {
    inner: Arc<Inner>,
}

struct Inner {
    /// May hold a user and a password.
    url: String,
    /// The same without them, for messages.
    shown_url: String,
    http: reqwest::Client,
    converter: SrSettings,
    fetched: RwLock<HashMap<u32, Arc<WriterSchema>>>,
}

impl fmt::Debug for Registry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Registry({})", self.inner.shown_url)
    }
}

impl Registry {
    /// The registry at a URL; nothing is asked yet.
    pub fn new(args: &RegistryArgs) -> Result<Self, RegistryError> {
        Self::with_call_timeout(args, CALL_TIMEOUT)
    }

    fn with_call_timeout(args: &RegistryArgs, timeout: Duration) -> Result<Self, RegistryError> {
        let parsed = Url::parse(&args.url).map_err(|error| RegistryError::Address {
            // Not to be shown: a password may be in it.
            url: String::new(),
            reason: error.to_string(),
        })?;
        let url = args.url.trim_end_matches('/').to_owned();
        let shown_url = without_password(&parsed);
        let refuse = |reason: String| RegistryError::Address {
            url: shown_url.clone(),
            reason,
        };
        if !matches!(parsed.scheme(), "http" | "https") {
            return Err(refuse("it begins with http:// or https://".to_owned()));
        }
        let http = http_client(&parsed)
            .timeout(timeout)
            .build()
            .map_err(|error| refuse(error.to_string()))?;
        let converter = SrSettings::new_builder(url.clone())
            .set_timeout(timeout)
            .build_with(http_client(&parsed))
            .map_err(|error| refuse(error.error))?;
        Ok(Self {
            inner: Arc::new(Inner {
                url,
                shown_url,
                http,
                converter,
                fetched: RwLock::default(),
            }),
        })
    }

    /// Registers a schema under a subject that accepts only fully compatible ones from then on.
    ///
    /// Returns the schema's id: the one it had, where it was registered before.
    pub async fn register(&self, subject: &str, schema: &str) -> Result<u32, RegistryError> {
        // Before the first version, so that no other can slip in between.
        self.require_compatibility(subject).await?;
        let supplied = SuppliedSchema::new(None, SchemaType::Avro, schema.to_owned());
        let registered = post_schema(&self.inner.converter, subject.to_owned(), supplied)
            .await
            .map_err(|error| {
                RegistryError::of_registration(&self.inner.shown_url, subject, &error)
            })?;
        tracing::info!(subject, schema_id = registered.id, "schema registered");
        Ok(registered.id)
    }

    /// The registry as something that a service needs.
    pub fn need(self) -> Need {
        Need::new("schema registry", move || {
            let registry = self.clone();
            async move { registry.reach().await }
        })
    }

    async fn reach(&self) -> Result<(), RegistryError> {
        let what = "tell its types of schemas";
        let asked = self
            .inner
            .http
            .get(format!("{}/schemas/types", self.inner.url));
        let answer = asked.send().await;
        let status = answer
            .map_err(|error| self.unreachable(what, &error))?
            .status();
        if status.is_success() {
            return Ok(());
        }
        Err(self.unavailable(what, format!("HTTP {status}")))
    }

    /// The converter has no call for a subject's settings, hence `reqwest`.
    async fn require_compatibility(&self, subject: &str) -> Result<(), RegistryError> {
        let what = format!("set the compatibility of {subject}");
        let response = self
            .inner
            .http
            .put(format!("{}/config/{subject}", self.inner.url))
            .header(reqwest::header::CONTENT_TYPE, CONTENT_TYPE)
            .body(json!({ "compatibility": COMPATIBILITY }).to_string())
            .send()
            .await
            .map_err(|error| self.unreachable(&what, &error))?;
        match response.status() {
            status if status.is_success() => Ok(()),
            status @ (StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) => {
                Err(RegistryError::Refused {
                    subject: subject.to_owned(),
                    reason: format!("HTTP {status}"),
                })
            }
            status => Err(self.unavailable(&what, format!("HTTP {status}"))),
        }
    }

    /// The schema of an id, asked for once.
    pub async fn writer_schema(&self, id: u32) -> Result<Arc<WriterSchema>, RegistryError> {
        if let Some(schema) = self.fetched(id) {
            return Ok(schema);
        }
        // Ids are positive 32-bit integers; some registries answer a larger one as if the path
        // were wrong, which would look like a registry that is away.
        if i32::try_from(id).is_err() {
            return Err(RegistryError::UnknownSchema(id));
        }
        let schema = Arc::new(self.fetch(id).await?);
        self.inner
            .fetched
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id, Arc::clone(&schema));
        Ok(schema)
    }

    fn fetched(&self, id: u32) -> Option<Arc<WriterSchema>> {
        self.inner
            .fetched
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&id)
            .cloned()
    }

    /// The converter's look-up hides the HTTP status, and its codecs keep errors in their cache:
    /// a registry that is away for a second would make an id unknown for ever. Hence `reqwest`.
    async fn fetch(&self, id: u32) -> Result<WriterSchema, RegistryError> {
        let what = format!("fetch schema {id}");
        let response = self
            .inner
            .http
            // A subject that was deleted still has events in the log.
            .get(format!("{}/schemas/ids/{id}?deleted=true", self.inner.url))
            .header(reqwest::header::ACCEPT, CONTENT_TYPE)
            .send()
            .await
            .map_err(|error| self.unreachable(&what, &error))?;
        let status = response.status();
        let body = response
            .bytes()
            .await
            .map_err(|error| self.unreachable(&what, &error))?;
        let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
        let error_code = answer["error_code"].as_i64();
        if status == StatusCode::NOT_FOUND && error_code == Some(SCHEMA_NOT_FOUND) {
            return Err(RegistryError::UnknownSchema(id));
        }
        match answer["schema"].as_str() {
            Some(text) if status.is_success() => Ok(WriterSchema {
                id,
                kind: answer["schemaType"].as_str().unwrap_or("AVRO").to_owned(),
                text: text.to_owned(),
            }),
            _ => Err(self.unavailable(&what, describe(status, error_code))),
        }
    }

    fn unreachable(&self, what: &str, error: &reqwest::Error) -> RegistryError {
        RegistryError::of_connection(&self.inner.shown_url, what, error)
    }

    fn unavailable(&self, what: &str, reason: String) -> RegistryError {
        RegistryError::Unavailable {
            url: self.inner.shown_url.clone(),
            what: what.to_owned(),
            reason,
        }
    }
}

fn describe(status: StatusCode, error_code: Option<i64>) -> String {
    match error_code {
        Some(code) => format!("HTTP {status}, error code {code}"),
        None => format!("HTTP {status} without an error code or a schema; is the path right?"),
    }
}

/// The URL as a message may show it; empty where it is none of the web's, and may be a password.
fn without_password(url: &Url) -> String {
    if !matches!(url.scheme(), "http" | "https") {
        return String::new();
    }
    let mut shown = url.clone();
    // A URL that can have no user has none.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.as_str().trim_end_matches('/').to_owned()
}

/// A proxy of the environment is not for a registry on this very machine.
fn http_client(url: &Url) -> reqwest::ClientBuilder {
    let client = reqwest::Client::builder().connect_timeout(CONNECT_TIMEOUT);
    match url.host_str() {
        Some("localhost" | "127.0.0.1" | "[::1]") => client.no_proxy(),
        _ => client,
    }
}
