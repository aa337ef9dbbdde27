//! PostgreSQL over TLS: a server with the right certificate is talked to, one with a wrong one is refused,
//! and the reason is told.

use std::process::Command;

use database::{DatabaseError, connect, libpq_environment};
use embedded::{Options, Services, Wanted, own_for_tests};
use tokio_postgres::Client;

use crate::certificates::{Authority, Shown, Validity};

/// A server of a test's own, and the way to it by another name of its host.
struct Server {
    services: Services,
}

impl Server {
    async fn start() -> Self {
        let options = Options::for_tests(Wanted::POSTGRES).unwrap();
        let services = own_for_tests(options).await.unwrap();
        Self { services }
    }

    fn url(&self, host: &str, parameters: &str) -> String {
        let postgres = self.services.postgres.as_ref().unwrap();
        let url = postgres.superuser_url("postgres");
        format!("{}?{parameters}", url.replace("127.0.0.1", host))
    }

    /// Lets the server show a certificate to whoever connects from now on.
    async fn show(&self, shown: &Shown) {
        let client = connect(&self.url("127.0.0.1", ""), "test").await.unwrap();
        for (name, file) in [("certificate", &shown.certificate), ("key", &shown.key)] {
            let text = std::fs::read_to_string(file).unwrap();
            // By the server's own hands, into its folder.
            let write = format!(
                "copy (select unnest(string_to_array('{text}', E'\\n'))) \
                 to program 'cat > server.{name} && chmod 600 server.{name}'"
            );
            client.batch_execute(&write).await.unwrap();
        }
        for setting in [
            "ssl_cert_file = 'server.certificate'",
            "ssl_key_file = 'server.key'",
            "ssl = on",
        ] {
            let set = format!("alter system set {setting}");
            client.batch_execute(&set).await.unwrap();
        }
        client
            .batch_execute("select pg_reload_conf()")
            .await
            .unwrap();
    }

    async fn client(&self, host: &str, parameters: &str) -> Client {
        connect(&self.url(host, parameters), "test").await.unwrap()
    }

    async fn refusal(&self, host: &str, parameters: &str) -> String {
        let refused = connect(&self.url(host, parameters), "test").await;
        let error = refused.err().unwrap();
        assert!(matches!(error, DatabaseError::Certificate(_)), "{error}");
        assert!(!error.is_transient());
        error.to_string()
    }
}

async fn is_encrypted(client: &Client) -> bool {
    let sql = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";
    client.query_one(sql, &[]).await.unwrap().get(0)
}

/// Until the server has taken up its settings.
async fn eventually_encrypted(server: &Server) {
    while !is_encrypted(&server.client("localhost", "").await).await {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_server_is_talked_to_and_others_are_not() {
    let server = Server::start().await;
    assert!(!is_encrypted(&server.client("localhost", "").await).await);
    let refused = connect(&server.url("localhost", "sslmode=require"), "test").await;
    let said = refused.err().unwrap().to_string();
    assert!(said.contains("server does not support TLS"), "{said}");

    let (authority, other) = (Authority::new(), Authority::new());
    server
        .show(&authority.server("localhost", Validity::Now))
        .await;
    eventually_encrypted(&server).await;
    assert!(!is_encrypted(&server.client("localhost", "sslmode=disable").await).await);
    let known = format!("sslrootcert={}", authority.file().display());
    for (host, mode) in [
        ("localhost", "verify-full"),
        ("localhost", "require"),
        ("127.0.0.1", "verify-ca"),
    ] {
        let client = server
            .client(host, &format!("sslmode={mode}&{known}"))
            .await;
        assert!(is_encrypted(&client).await, "{mode}");
    }
    // The certificate is another host's.
    let said = server
        .refusal("127.0.0.1", &format!("sslmode=verify-full&{known}"))
        .await;
    assert!(said.contains("mismatch"), "{said}");
    let unknown = format!("sslrootcert={}", other.file().display());
    for parameters in [
        format!("sslmode=verify-ca&{unknown}"),
        format!("sslmode=require&{unknown}"),
        "sslmode=verify-full".to_owned(),
    ] {
        let said = server.refusal("localhost", &parameters).await;
        assert!(
            said.contains("certificate") && said.contains("sslrootcert"),
            "{said}"
        );
    }

    let url = server.url("localhost", &format!("sslmode=verify-full&{known}"));
    let told = Command::new("psql")
        .args([
            "-Atc",
            "select ssl from pg_stat_ssl where pid = pg_backend_pid()",
        ])
        .envs(libpq_environment(&url).unwrap())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&told.stdout), "t\n", "{told:?}");

    server
        .show(&authority.server("localhost", Validity::Over))
        .await;
    let over = format!("sslmode=verify-full&{known}");
    // It takes up the other certificate in a moment.
    while connect(&server.url("localhost", &over), "test")
        .await
        .is_ok()
    {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let said = server.refusal("localhost", &over).await;
    assert!(said.contains("expired"), "{said}");
    server.services.stop().await.unwrap();
}
