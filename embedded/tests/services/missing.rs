//! What is missing, too old or broken is said, with what to do.

use std::fs;

use embedded::{Error, Home, Machine, Options, Services, Wanted, fetch_jars};

use crate::{Folder, options, write_program};

async fn error_of(wanted: Wanted, change: impl FnOnce(&mut Machine)) -> Error {
    let mut options = options(wanted);
    change(&mut options.machine);
    Services::start(Home::scratch().unwrap(), options)
        .await
        .unwrap_err()
}

/// A folder with links to some of this machine's programs.
fn path_with(programs: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = std::env::var_os("PATH").unwrap();
    for program in programs {
        let found = std::env::split_paths(&path)
            .map(|folder| folder.join(program))
            .find(|path| path.exists())
            .unwrap();
        std::os::unix::fs::symlink(found, folder.path().join(program)).unwrap();
    }
    folder
}

#[tokio::test]
async fn a_missing_java() {
    let path = path_with(&["setpriv"]);
    let error = error_of(Wanted::KAFKA, |machine| {
        machine.path = path.path().into();
        machine.java_home = None;
    })
    .await;
    assert!(matches!(error, Error::NoJava));
    assert!(
        error
            .to_string()
            .contains("apt-get install openjdk-17-jre-headless")
    );
}

#[tokio::test]
async fn an_old_java() {
    let path = path_with(&["setpriv"]);
    write_program(
        &path.path().join("java"),
        "#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n",
    );
    let error = error_of(Wanted::KAFKA, |machine| {
        machine.path = path.path().into();
        machine.java_home = None;
    })
    .await;
    let text = error.to_string();
    assert!(
        text.contains("is Java 11, and Kafka needs 17 or newer"),
        "{text}"
    );
}

#[tokio::test]
async fn a_missing_postgresql() {
    let path = path_with(&["setpriv"]);
    let error = error_of(Wanted::POSTGRES, |machine| {
        machine.path = path.path().into();
        machine.postgres_folders.clear();
    })
    .await;
    assert!(matches!(error, Error::NoPostgres));
    assert!(error.to_string().contains("apt-get install postgresql"));
}

#[tokio::test]
async fn a_missing_setpriv() {
    let path = path_with(&[]);
    let error = error_of(Wanted::POSTGRES, |machine| {
        machine.path = path.path().into();
    })
    .await;
    assert!(matches!(error, Error::NoSetpriv));
    assert!(error.to_string().contains("apt-get install util-linux"));
}

#[tokio::test]
async fn a_missing_maven_with_an_empty_cache() {
    let path = path_with(&["setpriv", "java"]);
    let cache = tempfile::tempdir().unwrap();
    let error = error_of(Wanted::KAFKA, |machine| {
        machine.path = path.path().into();
        machine.cache = cache.path().to_owned();
    })
    .await;
    assert!(matches!(error, Error::NoMaven { .. }));
    assert!(error.to_string().contains("apt-get install maven"));
}

#[test]
fn a_filled_cache_needs_no_maven() {
    let machine = Machine::from_environment().unwrap();
    let jars = fetch_jars(&machine).unwrap();
    let path = path_with(&[]);
    let without_maven = Machine {
        path: path.path().into(),
        ..machine
    };
    assert_eq!(fetch_jars(&without_maven).unwrap(), jars);
}

#[tokio::test]
async fn a_service_that_dies_early_names_its_log() {
    let folder = Folder::new();
    let start = async || Services::start(folder.home(), options(Wanted::POSTGRES)).await;
    let services = start().await.unwrap();
    let data = services.postgres.as_ref().unwrap().data().to_owned();
    services.stop().await.unwrap();
    fs::write(data.join("pg_hba.conf"), "nonsense\n").unwrap();

    let error = start().await.unwrap_err();
    let log = folder.path().join("logs/postgres.log");
    assert!(
        matches!(&error, Error::Died { log: named, .. } if fs::canonicalize(&log).unwrap() == *named)
    );
    let text = error.to_string();
    assert!(text.contains("could not load pg_hba.conf"), "{text}");
}

#[tokio::test]
async fn the_data_of_another_major_version_is_refused() {
    let folder = Folder::new();
    let start = async || Services::start(folder.home(), options(Wanted::POSTGRES)).await;
    let services = start().await.unwrap();
    let data = services.postgres.as_ref().unwrap().data().to_owned();
    services.stop().await.unwrap();
    fs::write(data.join("PG_VERSION"), "9.6\n").unwrap();

    let error = start().await.unwrap_err();
    assert!(matches!(&error, Error::OtherMajor { made_by, .. } if made_by == "9.6"));
    assert!(error.to_string().contains("apt-get install postgresql-9.6"));
}

#[tokio::test]
async fn a_lost_password_is_said_at_once() {
    let folder = Folder::new();
    let start = async || {
        let wanted = options(Wanted::POSTGRES);
        Services::start(folder.home(), Options { ..wanted }).await
    };
    start().await.unwrap().stop().await.unwrap();
    fs::remove_file(folder.path().join("passwords.json")).unwrap();
    let error = start().await.unwrap_err();
    let text = error.to_string();
    assert!(
        text.contains("refuses the password kept in passwords.json"),
        "{text}"
    );
}

#[tokio::test]
async fn a_home_deleted_by_hand_starts_anew() {
    let folder = Folder::new();
    let start = async || Services::start(folder.home(), options(Wanted::POSTGRES)).await;
    start().await.unwrap().stop().await.unwrap();
    // As root the data stands outside and stays: nobody can know that its home was not moved.
    let outside = fs::read_link(folder.path().join("postgres"));
    fs::remove_dir_all(folder.path()).unwrap();
    start().await.unwrap().stop().await.unwrap();
    if let Ok(data) = outside {
        assert!(data.join("PG_VERSION").exists());
        fs::remove_dir_all(data.parent().unwrap()).unwrap();
    }
}
