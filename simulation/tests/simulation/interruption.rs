//! Ctrl-C and `kill -9` in the middle of a run: nothing keeps running, and nothing is lost.

use rustix::process::Signal;

use super::command::{Running, Said, say, simulation, small_network};
use super::home::TestHome;
use super::warehouse::Warehouse;

/// Two thousand events of the small hospital.
fn run_of_2000() -> Vec<&'static str> {
    vec![
        "run",
        "--events",
        "2000",
        "--network",
        small_network(),
        "--json",
    ]
}

/// The same, of which a tenth is sent after some two seconds.
fn slowly() -> Vec<&'static str> {
    [run_of_2000(), vec!["--speed", "120000"]].concat()
}

/// The digest of the same events in a run that nothing disturbs, with services that the environment
/// names.
async fn undisturbed_digest() -> String {
    let warehouse = Warehouse::new().await;
    let home = TestHome::new();
    let mut command = simulation(&home, &run_of_2000());
    command.envs(warehouse.environment());
    let json = Said::of(&command.output().unwrap()).json();
    home.assert_nothing_runs();
    json["digest"]["sha256"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_disturbed_run_leaves_nothing_running_and_a_later_one_completes_it() {
    let home = TestHome::new();

    // While services start.
    let run = Running::start(&home, &run_of_2000());
    home.text_of("passwords.json");
    run.interrupt();
    assert!(run.end().interruption().contains("interrupted"));
    home.assert_nothing_runs();

    // While events are sent and loaded.
    let mut run = Running::start(&home, &slowly());
    run.await_line("of 2000 events sent");
    run.interrupt();
    let said = run.end();
    let told = said.interruption();
    assert!(told.contains("interrupted; run it again"), "{told}");
    assert_eq!(said.out, "");
    home.assert_nothing_runs();

    let mut run = Running::start(&home, &run_of_2000());
    run.await_line("partitions assigned");
    run.signal(Signal::KILL);
    assert_eq!(run.end().code, None);
    home.await_nothing_runs();

    let json = say(&home, &run_of_2000()).json();
    assert_eq!(json["verification"]["green"], true);
    assert_eq!(json["rows"]["silver.adt_record"], 2000);
    assert_eq!(json["digest"]["sha256"], undisturbed_digest().await);
    home.assert_nothing_runs();
}
