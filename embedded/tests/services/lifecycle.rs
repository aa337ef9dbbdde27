//! Start, stop, and start again.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::thread;
use std::time::Duration;

use embedded::{Addresses, Error, Home, Machine, Options, Services, Wanted, owns_listener};

use crate::wire::{http, kafka_error_code, postgres, register_schema};
use crate::{Folder, options, runs, write_program};

fn pids(services: &Services) -> Vec<u32> {
    [
        services.postgres.as_ref().unwrap().pid(),
        services.kafka.as_ref().unwrap().pid(),
        services.registry.as_ref().unwrap().pid(),
    ]
    .map(Option::unwrap)
    .to_vec()
}

/// A server that answers every HTTP request with 200, as a registry that is ready does.
fn impostor(port: u16) {
    let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]");
        }
    });
}

#[tokio::test]
async fn all_three_start_keep_ports_and_data_and_are_not_confused_by_others() {
    let folder = Folder::new();
    let path = folder.path();
    let start = async || {
        Services::start(folder.home(), options(Wanted::ALL))
            .await
            .unwrap()
    };

    let services = start().await;
    let first = Addresses::of(&services);
    assert_eq!(Addresses::of_running(&path).unwrap(), Some(first.clone()));
    let registry = first.schema_registry_url.clone().unwrap();
    assert!(registry.ends_with("/apis/ccompat/v7"));
    let schema_id = register_schema(&registry, "things-value");
    let (status, body) = http("GET", &format!("{registry}/schemas/ids/987654"), "");
    assert_eq!(status, 404);
    assert!(body.contains("40403"), "{body}");
    assert_eq!(
        kafka_error_code(first.bootstrap_servers.as_ref().unwrap()),
        0
    );
    let client = postgres(&first.superuser_url("postgres").unwrap()).await;
    client
        .batch_execute("create table kept (x int); insert into kept values (42)")
        .await
        .unwrap();

    second_start_is_refused(&path);

    let running = pids(&services);
    services.stop().await.unwrap();
    assert!(!running.iter().any(|pid| runs(*pid)));
    assert_eq!(Addresses::of_running(&path).unwrap(), None);

    let services = start().await;
    assert_eq!(Addresses::of(&services), first);
    assert_ne!(pids(&services), running);
    data_is_kept(&first, schema_id).await;
    let [postgres_port, kafka_port, registry_port] = ports(&services);
    services.stop().await.unwrap();

    // Others answer on the ports now.
    for port in [postgres_port, kafka_port, registry_port] {
        impostor(port);
        assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
    }
    let services = start().await;
    for (now, before) in ports(&services)
        .iter()
        .zip([postgres_port, kafka_port, registry_port])
    {
        assert_ne!(*now, before);
    }
    for (pid, port) in pids(&services).into_iter().zip(ports(&services)) {
        assert!(owns_listener(pid, port), "port {port} is not our child's");
    }
    data_is_kept(&Addresses::of(&services), schema_id).await;

    let running = pids(&services);
    drop(services);
    assert!(!running.iter().any(|pid| runs(*pid)), "drop did not stop");
}

fn ports(services: &Services) -> [u16; 3] {
    [
        services.postgres.as_ref().unwrap().port(),
        services.kafka.as_ref().unwrap().port(),
        services.registry.as_ref().unwrap().port(),
    ]
}

fn second_start_is_refused(path: &Path) {
    let error = Home::open(path).unwrap_err();
    assert!(
        matches!(&error, Error::Locked { holder: Some(pid), .. } if *pid == std::process::id())
    );
    let text = error.to_string();
    assert!(
        text.contains(&format!("in use by process {}", std::process::id())),
        "{text}"
    );
}

async fn data_is_kept(addresses: &Addresses, schema_id: u64) {
    let client = postgres(&addresses.superuser_url("postgres").unwrap()).await;
    let row = client.query_one("select x from kept", &[]).await.unwrap();
    assert_eq!(row.get::<_, i32>(0), 42);
    let registry = addresses.schema_registry_url.as_ref().unwrap();
    let (status, body) = http("GET", &format!("{registry}/schemas/ids/{schema_id}"), "");
    assert_eq!(status, 200, "{body}");
    assert_eq!(
        kafka_error_code(addresses.bootstrap_servers.as_ref().unwrap()),
        0
    );
}

#[test]
fn a_folder_with_files_of_others_is_neither_opened_nor_changed() {
    let folder = tempfile::tempdir().unwrap();
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(folder.path(), open).unwrap();
    std::fs::create_dir(folder.path().join("logs")).unwrap();
    let error = Home::open(folder.path()).unwrap_err();
    assert!(matches!(error, Error::NotAHome { .. }));
    let text = error.to_string();
    assert!(
        text.contains("let WARDFLOW_HOME (or --home) name a new or empty"),
        "{text}"
    );
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    let mode = folder.path().metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o755);
}

#[tokio::test]
async fn a_pinned_port_that_is_taken_is_an_error() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let options = Options {
        machine: Machine {
            postgres_port: Some(port),
            ..Machine::from_environment().unwrap()
        },
        ..options(Wanted::POSTGRES)
    };
    let error = Services::start(Home::scratch().unwrap(), options)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("port {port} is taken by another program; free it or unset WARDFLOW_POSTGRES_PORT")
    );
}

/// Between the look whether a port is free and the server's start somebody else can take it.
#[tokio::test]
async fn a_postgresql_that_takes_the_port_meanwhile_is_not_taken_for_ours() {
    let machine = Machine {
        postgres_port: Some(free_port()),
        ..Machine::from_environment().unwrap()
    };
    let wanted = |machine: &Machine| Options {
        machine: machine.clone(),
        ..options(Wanted::POSTGRES)
    };
    let folder = Folder::new();
    let start = async |machine| Services::start(folder.home(), wanted(machine)).await;
    // The first start makes the data, the second one waits before it binds.
    let first = start(&machine).await.unwrap();
    let bin = first.postgres.as_ref().unwrap().psql();
    first.stop().await.unwrap();
    let slow = slow_postgres(bin.parent().unwrap());
    let slowly = Machine {
        postgres_folders: vec![slow.path().to_owned()],
        ..machine.clone()
    };
    let both = async {
        while !slow.path().join("asked").exists() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let home = Home::scratch().unwrap();
        let thief = Services::start(home, wanted(&machine)).await.unwrap();
        std::fs::write(slow.path().join("go"), "").unwrap();
        thief
    };
    let (error, thief) = tokio::join!(start(&slowly), both);
    let text = error.unwrap_err().to_string();
    assert!(text.contains("Address already in use"), "{text}");
    assert!(!text.contains("--fresh"), "{text}");
    thief.stop().await.unwrap();
    start(&machine).await.unwrap().stop().await.unwrap();
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// The installed PostgreSQL, whose server waits for a file `go` before it serves.
fn slow_postgres(bin: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let open = std::fs::Permissions::from_mode(0o777);
    std::fs::set_permissions(folder.path(), open).unwrap();
    let version = folder.path().join("15/bin");
    std::fs::create_dir_all(&version).unwrap();
    std::os::unix::fs::symlink(bin.join("initdb"), version.join("initdb")).unwrap();
    let script = format!(
        "#!/bin/sh\n\
         if [ \"$1\" = -D ]; then touch '{0}/asked'; until [ -e '{0}/go' ]; do sleep 0.05; done; fi\n\
         exec '{1}/postgres' \"$@\"\n",
        folder.path().display(),
        bin.display()
    );
    write_program(&version.join("postgres"), &script);
    folder
}

#[tokio::test]
async fn the_log_of_postgresql_holds_no_data() {
    let home = Home::scratch().unwrap();
    let services = Services::start(home, options(Wanted::POSTGRES))
        .await
        .unwrap();
    let server = services.postgres.as_ref().unwrap();
    let client = postgres(&server.superuser_url("postgres")).await;
    client
        .batch_execute("create table people (name text primary key, born date)")
        .await
        .unwrap();
    let insert = "insert into people values ($1, $2::text::date)";
    let secret = "Thandeka-8001015009087";
    client
        .execute(insert, &[&secret, &"1980-01-01"])
        .await
        .unwrap();
    // A duplicate, a value that is no date, a statement with the value in it, and a crash while one runs.
    client
        .execute(insert, &[&secret, &"1980-01-01"])
        .await
        .unwrap_err();
    client.execute(insert, &[&"x", &secret]).await.unwrap_err();
    let query = format!("select '{secret}'::int");
    client.batch_execute(&query).await.unwrap_err();
    let crash = format!("do $$ begin raise exception 'fatal: {secret}'; end $$");
    client.batch_execute(&crash).await.unwrap_err();

    let log = server.log().to_owned();
    server.stop().await.unwrap();
    let text = std::fs::read_to_string(log).unwrap();
    assert!(text.contains("database system is shut down"), "{text}");
    assert!(!text.contains(secret), "{text}");
}
