//! The course: every command on its pages does what the page says, and `check` judges.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use embedded::Home;

use super::command::{FOREIGN, Said};

/// A folder in which a trainee works as in a checkout.
struct Checkout {
    folder: tempfile::TempDir,
}

impl Checkout {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = repository();
        fs::copy(root.join("wardflow"), folder.path().join("wardflow")).unwrap();
        // The programs of this build, whatever else was built.
        let programs = Path::new(env!("CARGO_BIN_EXE_simulation"))
            .parent()
            .unwrap();
        fs::create_dir(folder.path().join("target")).unwrap();
        symlink(programs, folder.path().join("target/debug")).unwrap();
        Self { folder }
    }

    /// Runs a line of a shell.
    fn say(&self, line: &str) -> Said {
        let mut command = Command::new("bash");
        command
            .args(["-euo", "pipefail", "-c", line])
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .env("CARGO_TARGET_DIR", self.folder.path().join("target"))
            .env_remove("WARDFLOW_HOME");
        for variable in FOREIGN {
            command.env_remove(variable);
        }
        Said::of(&command.output().unwrap())
    }

    /// Does what a page says.
    fn follow(&self, day: u8) {
        let page = repository().join(format!("docs/training/day-{day}.md"));
        let page = fs::read_to_string(page).unwrap();
        let lines = commands(&page);
        assert!(!lines.is_empty());
        for line in lines {
            let said = self.say(line);
            assert_eq!(said.code, Some(0), "day {day}: {line}\n{said:?}");
        }
    }

    /// What the owner of the warehouse does to it by hand.
    fn tamper(&self, sql: &str) {
        let line =
            format!("./wardflow database shell --role owner -- -v ON_ERROR_STOP=1 -c \"{sql}\"");
        self.say(&line).assert_done();
    }

    /// What is not right by a check, each item from its first word to its hint.
    fn missing(&self, day: u8) -> String {
        let said = self.say(&format!("./wardflow simulation check {day}"));
        assert_eq!(said.code, Some(1), "{said:?}");
        let (_, missing) = said
            .out
            .split_once("MISSING")
            .expect("something is missing");
        missing.to_owned()
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        self.say("./wardflow simulation down");
        for home in [".wardflow", ".wardflow-dirty"] {
            let path = self.folder.path().join(home);
            if path.exists() {
                let deleted = Home::open(&path).and_then(|home| home.delete_services());
                assert!(deleted.is_ok() || std::thread::panicking(), "{deleted:?}");
            }
        }
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The lines of a page's blocks of shell.
fn commands(page: &str) -> Vec<&str> {
    let mut is_shell = false;
    let mut lines = Vec::new();
    for line in page.lines() {
        match line {
            "```sh" => is_shell = true,
            "```" => is_shell = false,
            line if is_shell => lines.push(line),
            _ => {}
        }
    }
    lines
}

#[test]
fn every_command_of_the_course_works_and_checks_judge() {
    let checkout = Checkout::new();
    let refused = checkout.say("./wardflow simulation check 1 --dir data");
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(
        refused
            .out
            .contains("hint: make them: ./wardflow generators all")
    );
    for day in [1, 2, 3, 4, 5, 6] {
        checkout.follow(day);
    }

    // One row in a hundred of a table is gone.
    checkout.tamper(
        "create table kept as select * from gold.fact_location_stay; \
         delete from gold.fact_location_stay where mod(hashtext(encounter_key::text), 100) = 7",
    );
    let missing = checkout.missing(5);
    assert!(
        missing.contains("fact_location_stay is what the history of silver gives"),
        "{missing}"
    );
    assert!(
        missing.contains("hint: gold follows from silver"),
        "{missing}"
    );
    checkout.tamper(
        "truncate gold.fact_location_stay; insert into gold.fact_location_stay select * from kept; drop table kept",
    );

    // A version begins a second later.
    let shift = |by: &str| {
        format!(
            "update gold.dim_patient set valid_from = valid_from + interval '{by}' where patient_key = \
             (select min(patient_key::text)::uuid from gold.dim_patient where is_current and valid_from > '-infinity')"
        )
    };
    checkout.tamper(&shift("1 second"));
    let missing = checkout.missing(5);
    assert!(
        missing.contains("the key of every version follows from"),
        "{missing}"
    );
    checkout.tamper(&shift("-1 second"));

    // A file of a day is missing.
    let file = "kind = 'charges' and extract_date = '2026-03-04' and hospital_code = 'ALEX'";
    checkout.tamper(&format!(
        "create table kept_file as select * from bronze.file where {file}; \
         create table kept_progress as select * from ops.file_progress where file_id in (select file_id from kept_file); \
         delete from ops.file_progress where file_id in (select file_id from kept_file); \
         delete from bronze.file where {file}"
    ));
    let missing = checkout.missing(6);
    assert!(
        missing.contains("1 are missing, the first: 2026-03-04/ALEX/charges.csv"),
        "{missing}"
    );
    assert!(
        missing.contains("hint: put them into a folder and load it: ./wardflow batch-ingest once")
    );
    checkout.tamper(
        "insert into bronze.file overriding system value select * from kept_file; \
         insert into ops.file_progress select * from kept_progress; drop table kept_file, kept_progress",
    );
    checkout.follow(9);
}
