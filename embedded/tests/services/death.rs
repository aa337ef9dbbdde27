//! The services end with the process that holds them, whatever ends it.

use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use embedded::{Home, Services, Wanted};
use rustix::process::{Pid, Signal, geteuid, kill_process, kill_process_group};

use crate::holder::{Holder, Orders};
use crate::wire::postgres;
use crate::{Folder, eventually, options, runs, write_program};

fn kill(holder: &mut Holder) {
    kill_process(Pid::from_raw(holder.pid()).unwrap(), Signal::KILL).unwrap();
    holder.process.wait().unwrap();
}

fn all_end(pids: &[u32]) {
    eventually("the services end", || !pids.iter().any(|pid| runs(*pid)));
}

#[tokio::test]
async fn kill_9_of_the_holder_leaves_nothing_and_a_new_start_finds_the_data() {
    let folder = Folder::new();
    let mut holder = Holder::start(&Orders {
        kafka: true,
        registry: true,
        ..Orders::postgres_in(&folder.path())
    });
    let report = &holder.report;
    assert!(report.pids.len() > 5, "{:?}", report.pids);
    assert!(report.pids.iter().all(|pid| runs(*pid)));
    let client = postgres(&report.addresses.superuser_url("postgres").unwrap()).await;
    client.batch_execute("create table kept ()").await.unwrap();
    kill(&mut holder);

    // At once, while PostgreSQL may still be on its way out.
    let services = Services::start(folder.home(), options(Wanted::POSTGRES))
        .await
        .unwrap();
    all_end(&holder.report.pids);
    let url = services
        .postgres
        .as_ref()
        .unwrap()
        .superuser_url("postgres");
    assert_eq!(Some(url.clone()), holder.report.addresses.postgres);
    let client = postgres(&url).await;
    client.batch_execute("table kept").await.unwrap();
    services.stop().await.unwrap();
}

/// The processes that work in a home, or in root's folder of PostgreSQL data outside of it.
fn at_work_in(home: &Path) -> Vec<PathBuf> {
    let mut places = vec![home.to_owned()];
    let outside = std::fs::read_link(home.join("postgres")).unwrap_or_default();
    places.extend(outside.parent().map(Path::to_owned));
    std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|process| std::fs::read_link(process.path().join("cwd")).ok())
        .filter(|folder| places.iter().any(|place| folder.starts_with(place)))
        .collect()
}

#[test]
fn kill_9_of_the_holder_ends_what_prepares_a_service() {
    let folder = Folder::new();
    let home = folder.path();
    // A Java that never comes to an end with Kafka's storage.
    let java_home = tempfile::tempdir().unwrap();
    std::fs::create_dir(java_home.path().join("bin")).unwrap();
    let script = "#!/bin/sh\n\
                  case \"$*\" in *StorageTool*) touch asked; exec sleep 600 ;; esac\n\
                  echo 'openjdk version \"17\"' >&2\n";
    write_program(&java_home.path().join("bin/java"), script);
    let mut program = Command::new(std::env::current_exe().unwrap());
    program.env("JAVA_HOME", java_home.path());
    let orders = Orders {
        kafka: true,
        ..Orders::postgres_in(&home)
    };
    let mut process = Holder::begin(program, &orders);
    eventually("it is asked", || home.join("kafka/asked").exists());
    assert!(!at_work_in(&home).is_empty());
    process.kill().unwrap();
    process.wait().unwrap();
    eventually("nothing is left", || at_work_in(&home).is_empty());
}

#[tokio::test]
async fn kill_9_during_the_first_start_leaves_nothing_and_the_next_start_works() {
    let folder = Folder::new();
    let home = folder.path();
    let orders = Orders {
        kafka: true,
        ..Orders::postgres_in(&home)
    };
    // While initdb and Kafka's formatting run, each next start right after the kill of the one before.
    for delay_ms in [0, 50, 150, 300, 500] {
        let program = Command::new(std::env::current_exe().unwrap());
        let mut process = Holder::begin(program, &orders);
        eventually("the first start is at work", || {
            home.join("kafka/format.properties").exists() && !at_work_in(&home).is_empty()
        });
        std::thread::sleep(Duration::from_millis(delay_ms));
        process.kill().unwrap();
        process.wait().unwrap();
    }
    eventually("nothing is left", || at_work_in(&home).is_empty());

    let wanted = Wanted {
        registry: false,
        ..Wanted::ALL
    };
    let services = Services::start(folder.home(), options(wanted))
        .await
        .unwrap();
    for place in [
        home.join("kafka"),
        services.postgres.as_ref().unwrap().data().join(".."),
    ] {
        let left = std::fs::read_dir(&place).unwrap().flatten();
        for entry in left {
            let path = entry.path();
            assert_ne!(path.extension(), Some("part".as_ref()), "{path:?}");
        }
    }
    services.stop().await.unwrap();
}

#[test]
fn kill_9_of_the_holder_ends_a_paused_postgresql_too() {
    let folder = Folder::new();
    let mut holder = Holder::start(&Orders {
        pause: true,
        ..Orders::postgres_in(&folder.path())
    });
    kill(&mut holder);
    all_end(&holder.report.pids);
}

#[test]
fn ctrl_c_stops_the_services_in_order() {
    let folder = Folder::new();
    let mut holder = Holder::start(&Orders::postgres_in(&folder.path()));
    // To the whole group, as a terminal does.
    kill_process_group(Pid::from_raw(holder.pid()).unwrap(), Signal::INT).unwrap();
    assert!(holder.process.wait().unwrap().success());
    assert!(!holder.report.pids.iter().any(|pid| runs(*pid)));
    let log = std::fs::read_to_string(folder.path().join("logs/postgres.log")).unwrap();
    assert!(log.contains("database system is shut down"), "{log}");
}

#[test]
fn services_for_tests_end_with_the_test_process_and_their_folder_at_the_next_run() {
    let mut holder = Holder::start(&Orders {
        home: None,
        kafka: true,
        registry: false,
        pause: false,
    });
    assert!(holder.process.wait().unwrap().success());
    let addresses = &holder.report.addresses;
    let kafka = addresses.bootstrap_servers.clone().unwrap();
    let url = addresses.postgres.clone().unwrap();
    let (_, server) = url.rsplit_once('@').unwrap();
    let server = server.trim_end_matches("/postgres");
    for address in [kafka.as_str(), server] {
        eventually("nobody listens", || TcpStream::connect(address).is_err());
    }

    let left_behind = || {
        let next = Home::scratch().unwrap();
        let mark = format!("{}-", holder.process.id());
        std::fs::read_dir(next.path().parent().unwrap())
            .unwrap()
            .flatten()
            .any(|entry| entry.file_name().to_string_lossy().starts_with(&mark))
    };
    assert!(!left_behind());
}

#[test]
fn an_ordinary_user_can_hold_services() {
    if !geteuid().is_root() {
        return; // Then all other tests show it.
    }
    let folder = tempfile::tempdir().unwrap();
    let open = std::fs::Permissions::from_mode(0o777);
    std::fs::set_permissions(folder.path(), open).unwrap();
    let program = folder.path().join("services");
    std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();

    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
        .arg(program)
        .env("HOME", folder.path())
        .current_dir(folder.path());
    let home = folder.path().join("home");
    let mut holder = Holder::start_by(command, &Orders::postgres_in(&home));
    assert!(home.join("postgres/PG_VERSION").exists());
    kill(&mut holder);
    all_end(&holder.report.pids);
}
