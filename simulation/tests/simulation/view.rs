//! What `simulation run` shows while it works: on a terminal, and elsewhere.

use std::process::Command;

use super::command::{FOREIGN, Said, simulation};
use super::home::TestHome;
use super::warehouse::Warehouse;

/// How lines of the view begin.
const BEGINNINGS: [&str; 6] = ["day ", "all ", "events: ", "rows, ", "batches ", "before "];

fn is_view(line: &str) -> bool {
    BEGINNINGS.iter().any(|begin| line.starts_with(begin))
}

/// The rows that were drawn on a terminal of so many columns, without escape codes. A row of the view is filled
/// to its end, where the next one begins.
fn drawn(output: &str, columns: usize) -> Vec<String> {
    let mut text = String::new();
    let mut characters = output.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            // A sequence ends with a letter.
            characters.by_ref().find(char::is_ascii_alphabetic);
            text.push('\n');
        } else {
            text.push(character);
        }
    }
    let mut rows = Vec::new();
    for line in text
        .split(['\n', '\r'])
        .filter(|line| !line.trim().is_empty())
    {
        if is_view(line) {
            let characters: Vec<char> = line.chars().collect();
            let of_view = characters
                .chunks(columns)
                .map(|row| row.iter().collect::<String>());
            rows.extend(of_view.map(|row| row.trim_end().to_owned()));
        } else {
            rows.push(line.to_owned());
        }
    }
    rows
}

/// The command under a terminal of so many columns.
fn on_terminal(warehouse: &Warehouse, home: &TestHome, columns: u16) -> Said {
    let command = simulation(home, &["run", "--days", "1", "--speed", "20000"]);
    let program = command.get_program().to_str().unwrap().to_owned();
    let arguments: Vec<&str> = command.get_args().map(|it| it.to_str().unwrap()).collect();
    let line = format!(
        "stty cols {columns} rows 30; {program} {} > {}",
        arguments.join(" "),
        home.folder().join("out").display()
    );
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", &line, "/dev/null"]);
    for variable in FOREIGN.iter().chain(&["COLUMNS"]) {
        script.env_remove(variable);
    }
    for (name, value) in command
        .get_envs()
        .filter_map(|(name, value)| Some((name, value?)))
    {
        script.env(name, value);
    }
    script.env("RUST_LOG", "info").env("TERM", "xterm");
    script
        .envs(warehouse.environment())
        .current_dir(home.folder());
    Said::of(&script.output().unwrap())
}

#[tokio::test]
async fn a_terminal_shows_how_far_a_run_is_and_nothing_wraps() {
    let warehouse = Warehouse::new().await;
    let home = TestHome::new();
    let said = on_terminal(&warehouse, &home, 40);
    assert_eq!(said.code, Some(0), "{said:?}");
    let lines = drawn(&said.out, 40);
    let any = |words: &str| lines.iter().any(|line| line.contains(words));
    for words in [
        "day 1 of 1, ",
        "events: ",
        "rows, about: bronze ",
        "batches ",
        "all 1 days",
    ] {
        assert!(any(words), "{words}: {lines:#?}");
    }
    // What is longer is cut: no row begins with the rest of another. Logs stand on rows of their own.
    let others = lines
        .iter()
        .filter(|line| !line.is_empty() && !is_view(line));
    for line in others {
        let is_rest = ["(47 in all)", "about: ", " lag "]
            .iter()
            .any(|words| line.contains(words));
        assert!(!is_rest, "{line}");
    }
    // The last that was drawn is the end.
    let end = lines
        .iter()
        .rposition(|line| line.starts_with("all 1 days"));
    let day = lines
        .iter()
        .rposition(|line| line.starts_with("day 1 of 1"));
    assert!(end > day, "{lines:#?}");
    let results = std::fs::read_to_string(home.folder().join("out")).unwrap();
    assert!(results.contains("Rows in the warehouse"), "{results}");
    assert!(!results.contains('\u{1b}'), "{results}");
}

#[tokio::test]
async fn elsewhere_there_is_a_line_a_tenth() {
    let warehouse = Warehouse::new().await;
    let home = TestHome::new();
    let mut command = simulation(&home, &["run", "--days", "1", "--speed", "20000"]);
    command.envs(warehouse.environment());
    let said = Said::of(&command.output().unwrap());
    said.assert_done();
    assert!(!said.err.contains('\u{1b}') && !said.out.contains('\u{1b}'));
    let told: Vec<&str> = said
        .err
        .lines()
        .filter(|line| line.contains(" events sent; "))
        .collect();
    assert!(told.len() > 2, "{said:?}");
    let day = told.iter().filter(|line| line.contains("; day 1 of 1, "));
    assert!(day.count() > 1, "{told:#?}");
    let last = told.last().unwrap();
    for words in [
        "; all 1 days; lag 0; rows, about: bronze ",
        "; batches ",
        "files 47 of 47 delivered (47 in all)",
    ] {
        assert!(last.contains(words), "{last}");
    }
}
