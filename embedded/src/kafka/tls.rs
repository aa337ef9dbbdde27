//! Listeners with TLS, for tests of clients.

use std::path::PathBuf;

/// Two listeners on loopback beside the plain one, both with TLS: one without a password, and one with
/// SASL's PLAIN, as clouds have it.
#[derive(Debug, Clone)]
pub struct KafkaTls {
    /// PEM: the broker's certificate, those of its authorities, and the key (PKCS #8).
    pub keystore: PathBuf,
    /// The host's name by which clients are to go on.
    pub host: String,
    /// Port of the listener without a password.
    pub port: u16,
    /// Port of the one with.
    pub sasl_port: u16,
    /// Who is let in there.
    pub user: String,
    /// By which password.
    pub password: String,
}

impl KafkaTls {
    /// The properties of a server, with its plain listeners added to.
    pub(super) fn add_to(&self, properties: &str) -> String {
        let Self {
            keystore,
            host,
            port,
            sasl_port,
            user,
            password,
        } = self;
        let keystore = keystore.display();
        let on = |at: &str| format!(",SSL://{at}:{port},SASL_SSL://{at}:{sasl_port}\n");
        let mut text = String::new();
        for line in properties.lines() {
            text.push_str(line);
            text.push_str(&match line.split_once('=') {
                Some(("listeners", _)) => on("127.0.0.1"),
                Some(("advertised.listeners", _)) => on(host),
                _ => "\n".to_owned(),
            });
        }
        text + &format!(
            "listener.security.protocol.map=\
             PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL\n\
             ssl.keystore.type=PEM\n\
             ssl.keystore.location={keystore}\n\
             listener.name.sasl_ssl.sasl.enabled.mechanisms=PLAIN\n\
             listener.name.sasl_ssl.plain.sasl.jaas.config=\
             org.apache.kafka.common.security.plain.PlainLoginModule required \
             user_{user}=\"{password}\";\n"
        )
    }
}
