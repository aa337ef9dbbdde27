//! The command: what it prints where, and how it ends.

use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::folder::Folder;
use crate::topic::destination;

/// The command with services that are nowhere: nothing here gets as far as Kafka.
fn producer(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_producer"));
    command
        .args(arguments)
        .env("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1")
        .env("SCHEMA_REGISTRY_URL", "http://127.0.0.1:1")
        .env_remove("DATABASE_URL")
        .env_remove("SIMULATION_SPEED")
        .env_remove("RUST_LOG")
        .env_remove("LOG_FORMAT");
    command
}

fn replay(folder: &Folder, more: &[&str]) -> Output {
    let dir = folder.path().to_str().unwrap();
    let arguments = ["replay", "--format", "mimic", "--dir", dir];
    let mut command = producer(&[&arguments[..], more].concat());
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Where it gets as far as Kafka after all, it waits for it without end.
    let deadline = Instant::now() + Duration::from_mins(1);
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > deadline {
            child.kill().unwrap();
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn help_starts_with_examples() {
    for arguments in [&["--help"][..], &["replay", "--help"], &["run", "--help"]] {
        let output = producer(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert!(text(&output.stdout).starts_with("Example"), "{arguments:?}");
    }
}

#[test]
fn wrong_usage_ends_with_2() {
    for arguments in [
        &["replay"][..],
        &["replay", "--format", "hl7", "--dir", "."],
        &["replay", "--format", "mimic", "--dir", ".", "--speed", "0"],
        &["run", "--events", "many"],
    ] {
        assert_eq!(producer(arguments).output().unwrap().status.code(), Some(2));
    }
}

#[test]
fn a_folder_that_is_no_extract_ends_with_1_and_one_line() {
    let folder = Folder::new();
    let bytes = folder.bytes("TRANSFERS.csv");
    folder.put("TRANSFERS.csv", &bytes[..bytes.len() - 30]);
    let output = replay(&folder, &[]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), "");
    let errors = text(&output.stderr);
    let told: Vec<&str> = errors
        .lines()
        .filter(|line| line.contains("ERROR"))
        .collect();
    assert_eq!(told.len(), 1);
    assert!(
        told[0].contains("TRANSFERS.csv:7: the file ends within this line"),
        "{errors}"
    );
    assert!(told[0].ends_with("nothing was sent"), "{errors}");
}

#[test]
fn a_failure_is_told_whatever_the_filter_of_the_log() {
    for filter in ["off", "consumer=debug", "][=foo", ""] {
        let output = producer(&["replay", "--format", "mimic", "--dir", "nowhere"])
            .env("RUST_LOG", filter)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(!output.stderr.is_empty(), "{filter}");
    }
}

#[test]
fn a_strict_replay_names_the_rows_and_sends_nothing() {
    let folder = Folder::new().with("TRANSFERS.csv", 3, "2150-01-02 10:00:00", "10/23/64 21:09");
    let output = replay(&folder, &["--strict"]);
    assert_eq!(output.status.code(), Some(1));
    let errors = text(&output.stderr);
    let report = r#"TRANSFERS.csv:3: intime: "99/99/99 99:99" is not YYYY-MM-DD HH:MM:SS"#;
    assert!(errors.contains(report), "{errors}");
    assert!(
        errors.contains("1 rows are refused and the run is --strict"),
        "{errors}"
    );
}

#[test]
fn an_extract_of_nothing_fails() {
    let folder = Folder::new();
    for file in ["ADMISSIONS.csv", "TRANSFERS.csv", "SERVICES.csv"] {
        let lines = folder.lines(file);
        folder.put_lines(file, &lines[..1]);
    }
    let output = replay(&folder, &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("gives no event (0 rows refused)"));
}

#[test]
fn an_interrupt_while_kafka_is_away_ends_with_130() {
    let folder = Folder::new();
    let dir = folder.path().to_str().unwrap();
    let mut command = producer(&["replay", "--format", "mimic", "--dir", dir]);
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_secs(2));
    // The shell's own, since a small system has no program of that name.
    let kill = format!("kill -INT {}", child.id());
    assert!(
        Command::new("sh")
            .args(["-c", &kill])
            .status()
            .unwrap()
            .success()
    );
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "");
    assert!(text(&output.stderr).contains("nothing was sent"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_prints_what_it_did_on_stdout_alone() {
    let folder = Folder::new().with("TRANSFERS.csv", 4, "discharge", "dischrge");
    let destination = destination().await;
    let dir = folder.path().to_str().unwrap();
    let mut command = producer(&[
        "replay",
        "--format",
        "mimic",
        "--dir",
        dir,
        "--partitions=3",
    ]);
    command
        .env(
            "KAFKA_BOOTSTRAP_SERVERS",
            &destination.kafka.bootstrap_servers,
        )
        .env("KAFKA_TOPIC_PREFIX", &destination.kafka.topic_prefix)
        .env("SCHEMA_REGISTRY_URL", &destination.registry.url);
    let plain = command.output().unwrap();
    assert_eq!(plain.status.code(), Some(0), "{}", text(&plain.stderr));
    let printed = text(&plain.stdout);
    let topic = destination.topic();
    assert!(
        printed.starts_with(&format!("Done: 7 events are in {topic}.\n")),
        "{printed}"
    );
    for line in [
        "by trigger       A01 2, A02 2, A03 1, A08 2\n",
        "event time       2150-01-01T09:01:10Z to 2150-01-05T11:30:00Z\n",
        "rows refused     1: each is named in the log",
        "open encounters  1: they have no discharge row\n",
    ] {
        assert!(printed.contains(line), "{printed}");
    }
    assert!(text(&plain.stderr).contains("7 of 7 events sent"));

    let json = command.arg("--json").output().unwrap();
    let result: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(result["events"], 7);
    assert_eq!(result["events_by_type"]["A02"], 2);
    let report = "TRANSFERS.csv:4: eventtype: a value of 8 characters, 0 of them digits, is not admit, transfer or discharge";
    assert_eq!(result["refused_rows"][0], report);
}
