//! What cannot be run is refused in one line, before anything is started.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::command::{Said, say, simulation};
use super::home::TestHome;
use super::small_extract::SmallExtract;

fn run_mimic(home: &TestHome, dir: &Path) -> Said {
    let dir = dir.to_str().unwrap();
    say(home, &["run", "--source", "mimic", "--dir", dir])
}

/// One line, and not even a home.
fn assert_nothing_was_tried(said: &Said, home: &TestHome) {
    assert_eq!(said.err.lines().count(), 1, "{said:?}");
    assert_eq!(said.out, "");
    assert!(!home.path().exists());
    home.assert_nothing_runs();
}

#[test]
fn a_folder_that_is_not_there() {
    let home = TestHome::new();
    let said = run_mimic(&home, Path::new("/nonexistent"));
    let refusal = said.refusal();
    assert!(
        refusal.contains("/nonexistent is not a folder; give the folder"),
        "{refusal}"
    );
    assert_nothing_was_tried(&said, &home);
}

#[test]
fn a_folder_without_one_of_the_files() {
    let home = TestHome::new();
    let extract = SmallExtract::new();
    std::fs::remove_file(extract.path().join("SERVICES.csv")).unwrap();
    let said = run_mimic(&home, extract.path());
    let refusal = said.refusal();
    assert!(refusal.contains("SERVICES.csv is missing"), "{refusal}");
    assert_nothing_was_tried(&said, &home);
}

#[test]
fn a_file_that_is_cut_within_its_last_line() {
    let home = TestHome::new();
    let extract = SmallExtract::new();
    extract.cut("TRANSFERS.csv", 30);
    let said = run_mimic(&home, extract.path());
    let refusal = said.refusal();
    let expected = "TRANSFERS.csv:4: the file ends within this line";
    assert!(refusal.contains(expected), "{refusal}");
    assert_nothing_was_tried(&said, &home);
}

#[test]
fn wrong_usage_ends_with_2() {
    let home = TestHome::new();
    for arguments in [
        &["run", "--source", "mimic"][..],
        &["run", "--events", "many"],
        &["exec", "--"],
        &["fly"],
    ] {
        let said = say(&home, arguments);
        assert_eq!((said.code, home.path().exists()), (Some(2), false));
    }
}

/// Its error comes from a process in the background and has several lines, of which the first is the cause.
#[test]
fn up_tells_the_whole_error_of_the_services() {
    let home = TestHome::new();
    let java_home = tempfile::tempdir().unwrap();
    let java = java_home.path().join("bin/java");
    std::fs::create_dir(java.parent().unwrap()).unwrap();
    let script = "#!/bin/sh\n\
                  [ \"$1\" = -version ] && echo 'openjdk version \"17\"' >&2 && exit\n\
                  echo the cause; echo and what follows; exit 3\n";
    std::fs::write(&java, script).unwrap();
    std::fs::set_permissions(&java, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = simulation(&home, &["up"]);
    command.env("JAVA_HOME", java_home.path());
    let said = Said::of(&command.output().unwrap());
    assert_eq!(said.code, Some(1));
    // Of Kafka and the registry, whichever was told first.
    for told in [
        "the services did not start: ",
        "(exit status: 3)",
        ":\nthe cause\nand what follows (log: ",
    ] {
        assert!(said.err.contains(told), "{told}: {said:?}");
    }
    home.assert_nothing_runs();
}

#[test]
fn a_machine_without_java() {
    let home = TestHome::new();
    let programs = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/usr/bin/setpriv", programs.path().join("setpriv")).unwrap();
    let mut command = simulation(&home, &["run", "--events", "10"]);
    command.env("PATH", programs.path()).env_remove("JAVA_HOME");
    let said = Said::of(&command.output().unwrap());
    let refusal = said.refusal();
    assert!(
        refusal.contains("apt-get install openjdk-17-jre-headless"),
        "{refusal}"
    );
    assert!(said.err.lines().count() <= 2, "{said:?}");
    home.assert_nothing_runs();
}
