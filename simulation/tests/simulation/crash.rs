//! A private service that dies under a command: the command ends and says which one it was.

use super::command::{Running, Said, say, small_network};
use super::home::TestHome;

fn assert_told(said: &Said, service: &str, log: &str, home: &TestHome) {
    assert_eq!(said.code, Some(1), "{said:?}");
    let told = format!("{service} ended by itself (signal: 9 (SIGKILL)); last lines of ");
    let line = said.err.lines().find(|line| line.contains(&told));
    assert!(line.is_some_and(|line| line.contains(log)), "{said:?}");
    home.assert_nothing_runs();
}

#[test]
fn a_run_ends_when_one_of_its_services_dies() {
    let home = TestHome::new();
    let network = small_network();
    let slowly = [
        "run",
        "--events",
        "2000",
        "--network",
        network,
        "--speed",
        "120000",
    ];
    for (service, name) in [("kafka", "Kafka"), ("postgres", "PostgreSQL")] {
        let mut run = Running::start(&home, &slowly);
        run.await_line("of 2000 events sent");
        home.kill(service);
        assert_told(&run.end(), name, &format!("logs/{service}.log"), &home);
    }
}

#[test]
fn a_command_ends_when_one_of_its_services_dies() {
    let home = TestHome::new();
    let script = "echo it runs now >&2; exec sleep 600";
    let arguments = ["exec", "--services", "postgres", "--", "sh", "-c", script];
    let mut exec = Running::start(&home, &arguments);
    exec.await_line("it runs now");
    // It has no Kafka for others.
    let other = say(&home, &["exec", "--", "true"]);
    let refusal = other.refusal();
    let lacks = "which runs there without Kafka and the schema registry; it ends by itself";
    assert!(refusal.contains(lacks), "{refusal}");
    say(&home, &["exec", "--services", "postgres", "--", "true"]).assert_done();

    home.kill("postgres");
    assert_told(&exec.end(), "PostgreSQL", "logs/postgres.log", &home);
}
