//! Trouble made on purpose, as tests of other crates make it.

use std::time::Duration;

use embedded::{Error, Home, Services, Wanted};

use crate::wire::{http, kafka_error_code, postgres, register_schema};
use crate::{children, eventually, options, runs, state};

#[tokio::test]
async fn postgresql_is_paused_resumed_killed_and_restarted() {
    let home = Home::scratch().unwrap();
    let services = Services::start(home, options(Wanted::POSTGRES))
        .await
        .unwrap();
    let server = services.postgres.as_ref().unwrap();
    let url = server.superuser_url("postgres");
    let client = postgres(&url).await;
    client
        .batch_execute("create table kept (x int); insert into kept values (1)")
        .await
        .unwrap();

    server.pause().unwrap();
    let pid = server.pid().unwrap();
    let family = children(pid);
    assert!(family.len() > 3, "where are the backends of {pid}?");
    for member in family.iter().chain([&pid]) {
        assert_eq!(state(*member), Some('T'), "process {member} is not stopped");
    }
    let question = client.query_one("select x from kept", &[]);
    tokio::pin!(question);
    let silence = tokio::time::timeout(Duration::from_millis(300), &mut question).await;
    assert!(silence.is_err(), "it answered while paused");
    server.resume().unwrap();
    assert_eq!(question.await.unwrap().get::<_, i32>(0), 1);

    server.kill().unwrap();
    assert!(!family.iter().chain([&pid]).any(|pid| runs(*pid)));
    assert!(client.query_one("select 1", &[]).await.is_err());
    assert!(matches!(server.pause(), Err(Error::NotRunning { .. })));
    server.restart().await.unwrap();
    assert_eq!(server.superuser_url("postgres"), url);
    let client = postgres(&url).await;
    client.query_one("select x from kept", &[]).await.unwrap();

    // Also straight from a pause.
    server.pause().unwrap();
    server.restart().await.unwrap();
    let client = postgres(&url).await;
    client.query_one("select x from kept", &[]).await.unwrap();
    let pid = server.pid().unwrap();
    server.pause().unwrap();
    drop(services);
    eventually("a paused server ends when dropped", || !runs(pid));
}

#[tokio::test]
async fn kafka_is_paused_killed_and_restarted() {
    let home = Home::scratch().unwrap();
    let services = Services::start(home, options(Wanted::KAFKA)).await.unwrap();
    let kafka = services.kafka.as_ref().unwrap();
    let bootstrap_servers = kafka.bootstrap_servers();
    let first = kafka.pid().unwrap();

    kafka.pause().unwrap();
    eventually("it stops", || state(first) == Some('T'));
    kafka.resume().unwrap();
    assert_eq!(kafka_error_code(&bootstrap_servers), 0);

    kafka.kill().unwrap();
    assert!(!runs(first));
    kafka.restart().await.unwrap();
    assert_ne!(kafka.pid(), Some(first));
    assert_eq!(kafka.bootstrap_servers(), bootstrap_servers);
    assert_eq!(kafka_error_code(&bootstrap_servers), 0);
    services.stop().await.unwrap();
}

#[tokio::test]
async fn the_registry_outlives_a_restart_of_its_database() {
    let home = Home::scratch().unwrap();
    let wanted = Wanted {
        kafka: false,
        ..Wanted::ALL
    };
    let services = Services::start(home, options(wanted)).await.unwrap();
    let registry = services.registry.as_ref().unwrap();
    let id = register_schema(&registry.url(), "things-value");
    let pid = registry.pid();
    let server = services.postgres.as_ref().unwrap();
    server.kill().unwrap();
    server.restart().await.unwrap();
    let url = format!("{}/schemas/ids/{id}", registry.url());
    // The first answers are 500, one for each connection of its pool that is broken.
    eventually("the registry answers again", || {
        http("GET", &url, "").0 == 200
    });
    assert_eq!(registry.pid(), pid);
}
