//! TLS to the warehouse, by the parameters that libpq has for it in a connection string
//! (<https://www.postgresql.org/docs/current/libpq-ssl.html>).
//!
//! | `sslmode` | encrypted | the server's certificate |
//! |---|---|---|
//! | `disable` | no | |
//! | `prefer` (default) | where the server can | not looked at |
//! | `require` | yes | not looked at, unless `sslrootcert` is given: then as `verify-ca` |
//! | `verify-ca` | yes | by a known authority |
//! | `verify-full` | yes | by a known authority, and made for this host |
//!
//! `sslrootcert` is a file of the authorities' certificates (PEM); without it those of the system are known.
//! `sslcert` and `sslkey` are files of a certificate of the client's own and its key.

use std::error::Error as _;
use std::path::Path;
use std::sync::OnceLock;

use openssl::error::ErrorStack;
use openssl::ssl::{SslConnector, SslFiletype, SslMethod, SslVerifyMode};
use openssl::x509::X509;
use openssl::x509::store::X509StoreBuilder;
use percent_encoding::percent_decode_str;
use postgres_openssl::MakeTlsConnector;
use tokio_postgres::Config;
use tokio_postgres::config::SslMode;

use crate::DatabaseError;

/// Where the system keeps the certificates of authorities, for psql: it knows of none by itself.
const SYSTEM_ROOTS: &str = "/etc/ssl/certs/ca-certificates.crt";

/// What is looked at of the server's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verification {
    Nothing,
    Authority,
    AuthorityAndHost,
}

/// What a connection string says of TLS.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tls {
    mode: Option<String>,
    root: Option<String>,
    certificate: Option<String>,
    key: Option<String>,
}

/// Parts a connection string into what the driver knows and what it leaves to its user.
pub(super) fn parse(url: &str) -> Result<(Config, Tls), DatabaseError> {
    let (address, parameters) = url.split_once('?').unwrap_or((url, ""));
    let mut tls = Tls::default();
    let mut others = Vec::new();
    for parameter in parameters.split('&').filter(|it| !it.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let place = match name {
            "sslmode" => &mut tls.mode,
            "sslrootcert" => &mut tls.root,
            "sslcert" => &mut tls.certificate,
            "sslkey" => &mut tls.key,
            _ => {
                others.push(parameter);
                continue;
            }
        };
        let value = percent_decode_str(value).decode_utf8();
        let value = value.map_err(|_| DatabaseError::Url(format!("{name} is not UTF-8")))?;
        *place = Some(value.into_owned());
    }
    let rest = match others.as_slice() {
        [] => address.to_owned(),
        others => format!("{address}?{}", others.join("&")),
    };
    let mut config: Config = rest
        .parse()
        .map_err(|error: tokio_postgres::Error| DatabaseError::Url(error.to_string()))?;
    match tls.mode.as_deref() {
        Some(mode) => {
            config.ssl_mode(driver_mode(mode)?);
        }
        // Of a string that is no URL the driver reads it.
        None => tls.mode = mode_of_driver(config.get_ssl_mode()),
    }
    Ok((config, tls))
}

fn driver_mode(mode: &str) -> Result<SslMode, DatabaseError> {
    match mode {
        "disable" => Ok(SslMode::Disable),
        "prefer" => Ok(SslMode::Prefer),
        "require" | "verify-ca" | "verify-full" => Ok(SslMode::Require),
        _ => Err(DatabaseError::Url(
            "sslmode is disable, prefer, require, verify-ca or verify-full".to_owned(),
        )),
    }
}

fn mode_of_driver(mode: SslMode) -> Option<String> {
    match mode {
        SslMode::Disable => Some("disable".to_owned()),
        SslMode::Require => Some("require".to_owned()),
        _ => None,
    }
}

impl Tls {
    fn verification(&self) -> Verification {
        match self.mode.as_deref() {
            Some("verify-full") => Verification::AuthorityAndHost,
            Some("verify-ca") => Verification::Authority,
            Some("require") if self.root.is_some() => Verification::Authority,
            _ => Verification::Nothing,
        }
    }

    /// What makes connections. It is made once where it reads no files of ours and verifies nothing: OpenSSL reads all
    /// authorities of the system whenever one is made, which takes tens of milliseconds.
    pub(super) fn connector(&self) -> Result<MakeTlsConnector, DatabaseError> {
        static TRUSTING: OnceLock<MakeTlsConnector> = OnceLock::new();
        // Where it is not used, what it would need may not be there.
        let is_used = self.mode.as_deref() != Some("disable");
        let has_files = [&self.root, &self.certificate, &self.key]
            .into_iter()
            .any(Option::is_some);
        if is_used && (has_files || self.verification() != Verification::Nothing) {
            return self.new_connector();
        }
        if let Some(made) = TRUSTING.get() {
            return Ok(made.clone());
        }
        let made = Self::default().new_connector()?;
        Ok(TRUSTING.get_or_init(|| made).clone())
    }

    fn new_connector(&self) -> Result<MakeTlsConnector, DatabaseError> {
        let failed = |error: ErrorStack| {
            DatabaseError::Url(format!("TLS cannot be set up: {}", in_words(&error)))
        };
        let mut builder = SslConnector::builder(SslMethod::tls_client()).map_err(failed)?;
        postgres_openssl::set_postgresql_alpn(&mut builder).map_err(failed)?;
        if let Some(root) = &self.root {
            // These authorities and no others.
            let mut store = X509StoreBuilder::new().map_err(failed)?;
            for authority in authorities(root)? {
                store.add_cert(authority).map_err(failed)?;
            }
            builder.set_cert_store(store.build());
        }
        if let Some(certificate) = &self.certificate {
            let unusable = |error: ErrorStack| unusable("sslcert", certificate, &in_words(&error));
            let taken = builder.set_certificate_chain_file(certificate);
            taken.map_err(unusable)?;
        }
        if let Some(key) = &self.key {
            let unusable = |error: ErrorStack| unusable("sslkey", key, &in_words(&error));
            let taken = builder.set_private_key_file(key, SslFiletype::PEM);
            taken.map_err(unusable)?;
        }
        let verification = self.verification();
        if verification == Verification::Nothing {
            builder.set_verify(SslVerifyMode::NONE);
        }
        let mut connector = MakeTlsConnector::new(builder.build());
        connector.set_callback(move |connection, _| {
            connection.set_verify_hostname(verification == Verification::AuthorityAndHost);
            Ok(())
        });
        Ok(connector)
    }

    /// The same for programs of libpq.
    pub(super) fn environment(&self) -> Vec<(&'static str, String)> {
        let is_verified = self.verification() != Verification::Nothing;
        let system =
            || (is_verified && Path::new(SYSTEM_ROOTS).exists()).then(|| SYSTEM_ROOTS.to_owned());
        let values = [
            ("PGSSLMODE", self.mode.clone()),
            ("PGSSLROOTCERT", self.root.clone().or_else(system)),
            ("PGSSLCERT", self.certificate.clone()),
            ("PGSSLKEY", self.key.clone()),
        ];
        let given = values.into_iter();
        given
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }
}

fn authorities(file: &str) -> Result<Vec<X509>, DatabaseError> {
    let text = std::fs::read(file);
    let text = text.map_err(|error| unusable("sslrootcert", file, &error.to_string()))?;
    match X509::stack_from_pem(&text) {
        Ok(authorities) if !authorities.is_empty() => Ok(authorities),
        _ => Err(unusable(
            "sslrootcert",
            file,
            "there is no certificate in it (PEM)",
        )),
    }
}

fn unusable(parameter: &str, file: &str, reason: &str) -> DatabaseError {
    DatabaseError::Url(format!("{parameter}: {file} cannot be used: {reason}"))
}

fn in_words(error: &ErrorStack) -> String {
    let reasons = error
        .errors()
        .iter()
        .filter_map(openssl::error::Error::reason);
    reasons.collect::<Vec<_>>().join(", ")
}

/// What a failure to come to terms with a server is, where that was it. One of a certificate does not pass
/// by itself; whatever else it is, the server may be starting.
pub(super) fn refusal(error: &tokio_postgres::Error) -> Option<DatabaseError> {
    let is_of_handshake = error
        .to_string()
        .starts_with("error performing TLS handshake");
    let text = error.source()?.to_string();
    // The words before the last colon are OpenSSL's own.
    let reason = text
        .rsplit(": ")
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned();
    let lasting = ["certificate", "mismatch", "unknown ca"];
    // What a server says of ours comes when the handshake is over for us.
    let is_alert = text.contains("alert");
    if (is_of_handshake || is_alert) && lasting.iter().any(|words| reason.contains(words)) {
        return Some(DatabaseError::Certificate(reason));
    }
    is_of_handshake.then(|| DatabaseError::Unavailable(format!("no TLS with it: {reason}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_libpq_knows_is_taken_out_and_the_rest_is_left() {
        let url = "postgres://u:p@h:1/d?sslmode=verify-full&connect_timeout=3&sslrootcert=%2Ftmp%2Fa%20b.crt";
        let (config, tls) = parse(url).unwrap();
        assert_eq!(config.get_ssl_mode(), SslMode::Require);
        assert_eq!(config.get_connect_timeout().unwrap().as_secs(), 3);
        assert_eq!(tls.root.as_deref(), Some("/tmp/a b.crt"));
        assert_eq!(tls.verification(), Verification::AuthorityAndHost);
        let environment = tls.environment();
        assert!(environment.contains(&("PGSSLMODE", "verify-full".to_owned())));
        assert!(environment.contains(&("PGSSLROOTCERT", "/tmp/a b.crt".to_owned())));

        let (config, tls) = parse("postgres://u@h/d").unwrap();
        assert_eq!(config.get_ssl_mode(), SslMode::Prefer);
        assert_eq!(tls.verification(), Verification::Nothing);
        assert_eq!(tls.environment(), vec![]);
        let (_, tls) = parse("host=h user=u sslmode=require").unwrap();
        assert_eq!(tls.environment(), vec![("PGSSLMODE", "require".to_owned())]);
        let (_, tls) = parse("postgres://u@h/d?sslmode=disable&sslrootcert=/nowhere").unwrap();
        assert!(tls.connector().is_ok());
        let (_, tls) = parse("postgres://u@h/d?sslmode=require&sslrootcert=a").unwrap();
        assert_eq!(tls.verification(), Verification::Authority);
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let said = |url: &str| {
            let tls = parse(url).map(|(_, tls)| tls);
            tls.and_then(|tls| tls.connector())
                .err()
                .unwrap()
                .to_string()
        };
        assert!(said("postgres://h/d?sslmode=allow").contains("verify-full"));
        let missing = said("postgres://h/d?sslmode=verify-ca&sslrootcert=/nowhere/root.crt");
        assert!(
            missing.contains("sslrootcert: /nowhere/root.crt cannot be used"),
            "{missing}"
        );
        let empty = tempfile::NamedTempFile::new().unwrap();
        let path = empty.path().display();
        let empty = said(&format!(
            "postgres://h/d?sslmode=verify-ca&sslrootcert={path}"
        ));
        assert!(empty.contains("no certificate"), "{empty}");
    }
}
