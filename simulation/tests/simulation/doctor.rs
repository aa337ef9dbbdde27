//! `simulation doctor`: what it finds, and the exit code that says whether all is well.

use super::command::{Said, say, simulation};
use super::control::Controlled;
use super::home::TestHome;

#[test]
fn all_is_well_where_tests_can_run() {
    let home = TestHome::new();
    let said = say(&home, &["doctor"]);
    assert!(!said.assert_done().out.contains("WRONG"), "{said:?}");
    for part in [
        "ok    PostgreSQL: ",
        "ok    psql: ",
        "ok    Java: ",
        "ok    setpriv: ",
        "ok    setsid: ",
        "ok    jars: ",
        "ok    environment: names no service",
        "nothing is kept running",
    ] {
        assert!(said.out.contains(part), "{said:?}");
    }
    assert!(!home.path().exists());
}

#[test]
fn what_is_missing_is_told_with_its_remedy() {
    let home = TestHome::new();
    let nothing = tempfile::tempdir().unwrap();
    let mut command = simulation(&home, &["doctor"]);
    command
        .env("PATH", nothing.path())
        .env("WARDFLOW_CACHE", nothing.path())
        .env("DATABASE_URL", "postgres://somewhere/else")
        .env_remove("JAVA_HOME");
    let said = Said::of(&command.output().unwrap());
    assert_eq!(said.code, Some(1));
    let wrong: Vec<&str> = said
        .out
        .lines()
        .filter(|line| line.starts_with("WRONG "))
        .collect();
    assert_eq!(wrong.len(), 5, "{said:?}");
    assert!(wrong.iter().all(|line| line.contains("apt-get install")));
    assert!(said.out.contains("DATABASE_URL set: used instead"));
    assert!(!said.out.contains("somewhere"));
}

#[tokio::test]
async fn services_that_the_environment_names_are_asked_instead() {
    let controlled = Controlled::new().await;
    let said = controlled.say(&["doctor"]);
    let told = &said.assert_done().out;
    for service in ["database", "Kafka", "schema registry"] {
        assert!(
            told.contains(&format!("ok    {service}: answers")),
            "{told}"
        );
    }
    assert!(!told.contains("Java"), "{told}");
    let mut command = simulation(&controlled.home, &["doctor"]);
    command
        .envs(controlled.warehouse.environment())
        .env("SCHEMA_REGISTRY_URL", "http://127.0.0.1:1");
    let said = Said::of(&command.output().unwrap());
    assert_eq!(said.code, Some(1));
    assert!(said.out.contains("WRONG schema registry: "), "{said:?}");
}
