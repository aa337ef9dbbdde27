//! A run, those that come in its way, and a second one on top.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use rustix::process::Signal;

use super::command::{Running, say};
use super::home::TestHome;
use super::process::eventually;

const RUN: [&str; 3] = ["run", "--events", "2000"];

#[test]
fn a_run_shares_its_home_with_nobody_and_a_second_one_adds_nothing() {
    let home = TestHome::new();
    let first = Running::start(&home, &RUN);
    home.text_of("lock");
    others_are_sent_away(&home, first.id());
    // Also once its services answer, which end with it.
    eventually("services answer", || {
        home.path().join("addresses.json").exists()
    });
    // The first one waits, however quick it would be.
    first.signal(Signal::STOP);
    others_are_sent_away(&home, first.id());
    first.signal(Signal::CONT);
    let first = first.end();
    let told = &first.assert_done().out;
    for part in [
        " new, 0 duplicates, 0 quarantined",
        "ok      offset-ahead",
        "ok      admission-history",
        "Where to look next",
    ] {
        assert!(told.contains(part), "{part}: {first:?}");
    }
    home.assert_nothing_runs();

    let ports = answer_on_the_ports_of(&home);
    let second = say(&home, &["run", "--events", "2000", "--json"]);
    let json = second.json();
    assert!(json["sent"].is_null(), "{json}");
    assert_eq!(json["consumed"]["loaded"], 0);
    assert_eq!(json["rows"]["silver.adt_record"], 2000);
    assert!(json["rows"]["silver.staff_statement"].as_u64() > Some(100));
    // With the statements about staff and departments.
    let all = &json["rows"]["bronze.kafka_record"];
    assert!(told.contains(&format!("Consumed: {all} new, ")), "{told}");
    assert_eq!(&json["verification"]["total"]["loaded"], all);
    assert_eq!(json["verification"]["green"], true);
    let digest = json["digest"]["sha256"].as_str().unwrap();
    assert_eq!(digest.len(), 64);
    assert!(told.contains(digest), "{told}");
    for (service, port) in ports_of(&home) {
        assert_ne!(ports[&service], port, "{service}");
    }
    home.assert_nothing_runs();
    a_newer_database_is_refused(&home);
}

/// A second start, of whichever kind, gets one line that names the first; `down` is not for it.
fn others_are_sent_away(home: &TestHome, holder: u32) {
    let named = format!(
        "in use by process {holder}; it ends by itself: wait for it, or end it: kill {holder}"
    );
    let doctor = say(home, &["doctor"]);
    assert!(doctor.assert_done().out.contains(&named), "{doctor:?}");
    for arguments in [&RUN[..], &["run", "--fresh"], &["up"], &["down"]] {
        let said = say(home, arguments);
        assert!(said.refusal().contains(&named), "{said:?}");
        assert!(said.err.lines().count() <= 2, "{said:?}");
        assert_eq!(said.out, "");
    }
}

fn ports_of(home: &TestHome) -> BTreeMap<String, u16> {
    serde_json::from_str(&home.text_of("ports.json")).unwrap()
}

/// Other servers take the ports that the home keeps, and answer as a registry that is ready does.
fn answer_on_the_ports_of(home: &TestHome) -> BTreeMap<String, u16> {
    let ports = ports_of(home);
    assert_eq!(ports.len(), 4);
    for port in ports.values() {
        let listener = TcpListener::bind(("127.0.0.1", *port)).unwrap();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let _ = stream.read(&mut [0; 1024]);
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]");
            }
        });
    }
    ports
}

fn a_newer_database_is_refused(home: &TestHome) {
    let exec = |script: &str| {
        let command = ["exec", "--services", "postgres", "--", "sh", "-c", script];
        say(home, &command)
    };
    exec(
        "psql --quiet \"$DATABASE_ADMIN_URL\" -c \"insert into public.refinery_schema_history \
         (version, name, applied_on, checksum) values (999, 'later', '', '')\"",
    )
    .assert_done();
    let said = exec("echo too far");
    let refusal = said.refusal();
    assert!(
        refusal.contains("the database is at version 999, this program knows only up to"),
        "{refusal}"
    );
    assert!(refusal.contains("use the newer release"), "{refusal}");
    assert_eq!(said.out, "");
    home.assert_nothing_runs();
}
