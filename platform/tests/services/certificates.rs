//! Certificates of a test's own authority: right ones, and wrong ones.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use openssl::asn1::{Asn1Integer, Asn1Time};
use openssl::bn::{BigNum, MsbOption};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::extension::{BasicConstraints, KeyUsage, SubjectAlternativeName};
use openssl::x509::{X509, X509Builder, X509NameBuilder};
use tempfile::TempDir;

/// An authority, and a folder for what it signs.
pub(crate) struct Authority {
    certificate: X509,
    key: PKey<Private>,
    folder: TempDir,
}

/// What a server shows, as files of PEM.
pub(crate) struct Shown {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
    /// Certificate, authority and key in one file.
    pub(crate) keystore: PathBuf,
}

/// A day before now and ten days after, or a time that is over.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Validity {
    Now,
    Over,
}

impl Authority {
    pub(crate) fn new() -> Self {
        // Each has a name of its own: of two with one name the wrong key is what would be told.
        static COUNT: AtomicU32 = AtomicU32::new(1);
        let name = format!("Authority {}", COUNT.fetch_add(1, Ordering::Relaxed));
        let key = key();
        let mut builder = builder(&name, &key, Validity::Now);
        let of_authority = BasicConstraints::new().critical().ca().build().unwrap();
        builder.append_extension(of_authority).unwrap();
        let signs = KeyUsage::new().critical().key_cert_sign().build().unwrap();
        builder.append_extension(signs).unwrap();
        let name = builder_name(&name);
        builder.set_issuer_name(&name.build()).unwrap();
        builder.sign(&key, MessageDigest::sha256()).unwrap();
        Self {
            certificate: builder.build(),
            key,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    /// The file by which clients know it.
    pub(crate) fn file(&self) -> PathBuf {
        self.write("authority.pem", &self.certificate.to_pem().unwrap())
    }

    /// A server's certificate for a host.
    pub(crate) fn server(&self, host: &str, validity: Validity) -> Shown {
        let key = key();
        let mut builder = builder(host, &key, validity);
        builder
            .set_issuer_name(self.certificate.subject_name())
            .unwrap();
        let context = builder.x509v3_context(Some(&self.certificate), None);
        let name = SubjectAlternativeName::new()
            .dns(host)
            .build(&context)
            .unwrap();
        builder.append_extension(name).unwrap();
        builder.sign(&self.key, MessageDigest::sha256()).unwrap();
        let certificate = builder.build().to_pem().unwrap();
        let authority = self.certificate.to_pem().unwrap();
        let key = key.private_key_to_pem_pkcs8().unwrap();
        let named = |what: &str| format!("{host}-{}.{what}", u8::from(validity == Validity::Now));
        Shown {
            certificate: self.write(&named("pem"), &certificate),
            keystore: self.write(
                &named("keystore"),
                &[certificate, authority, key.clone()].concat(),
            ),
            key: self.write(&named("key"), &key),
        }
    }

    fn write(&self, name: &str, content: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

fn key() -> PKey<Private> {
    PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap()
}

fn builder_name(common_name: &str) -> X509NameBuilder {
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_nid(Nid::COMMONNAME, common_name)
        .unwrap();
    name
}

fn builder(common_name: &str, key: &PKey<Private>, validity: Validity) -> X509Builder {
    let mut builder = X509Builder::new().unwrap();
    builder.set_version(2).unwrap();
    let mut serial = BigNum::new().unwrap();
    serial.rand(120, MsbOption::MAYBE_ZERO, false).unwrap();
    builder
        .set_serial_number(&Asn1Integer::from_bn(&serial).unwrap())
        .unwrap();
    builder
        .set_subject_name(&builder_name(common_name).build())
        .unwrap();
    builder.set_pubkey(key).unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = i64::try_from(now.unwrap().as_secs()).unwrap();
    let day = 24 * 60 * 60;
    let (from, to) = match validity {
        Validity::Now => (now - day, now + 10 * day),
        Validity::Over => (now - 2 * day, now - day),
    };
    builder
        .set_not_before(&Asn1Time::from_unix(from).unwrap())
        .unwrap();
    builder
        .set_not_after(&Asn1Time::from_unix(to).unwrap())
        .unwrap();
    builder
}
