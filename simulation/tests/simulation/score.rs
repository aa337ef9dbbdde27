//! `simulation score`: what the rules find of faults that were laid on purpose.

use generators::fault::Class;
use serde_json::Value;

use super::command::{Said, simulation};
use super::home::TestHome;
use super::warehouse::Warehouse;

/// What cannot be known from the data.
const UNKNOWABLE: [&str; 2] = ["out_of_order", "late_delivery"];

/// Every class is in the two days, and each fault of those that can be known is found; nothing that is
/// right is hit.
#[tokio::test]
async fn rules_find_all_faults_and_no_others() {
    let warehouse = Warehouse::new().await;
    let home = TestHome::new();
    let rates = Class::ALL.map(|class| format!("{} = 1.5\n", class.as_str()));
    let faults = home.folder().join("faults.toml");
    std::fs::write(&faults, rates.concat()).unwrap();
    let say = |arguments: &[&str]| {
        let mut command = simulation(&home, arguments);
        command.envs(warehouse.environment());
        Said::of(&command.output().unwrap())
    };
    let flow = ["--days", "2", "--faults", faults.to_str().unwrap()];
    let refusal = say(&[&["score"], &flow[..]].concat()).refusal().to_owned();
    assert!(refusal.contains("the warehouse has 0 of the "), "{refusal}");

    let run = say(&[&["run", "--json", "--report"], &flow[..]].concat()).json();
    assert_eq!(run["verification"]["green"], true, "{run}");
    assert_report(&run, &home);
    let said = say(&[&["score", "--json"], &flow[..]].concat());
    let score: Value = serde_json::from_str(&said.assert_done().out).unwrap();
    println!("{score:#}");
    // A dirty run ends with its score.
    assert_eq!(run["score"], score);
    let classes = score["events"]["classes"].as_array().unwrap();
    assert_eq!(classes.len(), Class::ALL.len());
    let mut injected = 0;
    for class in classes {
        let of_class = class["injected"].as_u64().unwrap();
        assert!(of_class > 10, "{class}");
        injected += of_class;
        if UNKNOWABLE.contains(&class["class"].as_str().unwrap()) {
            assert!(class["reason"].is_string(), "{class}");
        } else {
            assert_eq!(class["precision"], 1.0, "{class}");
            assert_eq!(class["recall"], 1.0, "{class}");
        }
    }
    assert_eq!(score["events"]["clean_hit"], 0);
    let events = score["events"]["count"].as_u64().unwrap();
    assert_eq!(score["events"]["clean"], events - injected);
    assert_lines(&score["lines"]);

    let table = say(&[&["score"], &flow[..]].concat());
    let table = &table.assert_done().out;
    assert!(table.contains("bad_id_check_digit"), "{table}");
    assert!(table.contains("0 of them were hit by one of these rules"));
}

/// A page with the score, and pictures of beds, arrivals and quarantine, are in the home.
fn assert_report(run: &Value, home: &TestHome) {
    let folder = home.path().join("report");
    assert_eq!(run["report"]["folder"], folder.to_str().unwrap());
    let files = run["report"]["files"].as_array().unwrap();
    let read = |file: &Value| std::fs::read_to_string(folder.join(file.as_str().unwrap())).unwrap();
    let (page, pictures) = files.split_first().unwrap();
    assert_eq!(page, "report.html");
    let page = read(page);
    assert!(page.contains(run["score"]["run"].as_str().unwrap()));
    assert!(page.contains("bad_id_check_digit") && page.contains("✓ balance"));
    let names: Vec<_> = pictures.iter().map(|it| it.as_str().unwrap()).collect();
    assert_eq!(
        &names[..3],
        ["occupancy.svg", "arrivals.svg", "quarantine.svg"]
    );
    // One of each hospital, by department.
    assert_eq!(names.len(), 3 + 7, "{names:?}");
    for (picture, words) in pictures.iter().zip(["Emergency", "By hospital", "ADT-008"]) {
        assert!(read(picture).contains(words), "{picture}");
    }
}

/// The same of the lines of extracts, which have some of the classes.
fn assert_lines(lines: &Value) {
    let mut injected = 0;
    let mut classes = 0;
    for class in lines["classes"].as_array().unwrap() {
        let of_class = class["injected"].as_u64().unwrap();
        injected += of_class;
        if of_class > 0 {
            classes += 1;
            assert_eq!(class["precision"], 1.0, "{class}");
            // What says byte for byte what the faulty line of the day before said states nothing.
            let repeated = if class["class"] == "bad_id_check_digit" {
                5
            } else {
                0
            };
            let found = class["found"].as_u64();
            assert_eq!(found, Some(of_class - repeated), "{class}");
        }
    }
    assert_eq!(classes, 9);
    assert_eq!(lines["clean_hit"], 0);
    assert_eq!(lines["clean"], lines["count"].as_u64().unwrap() - injected);
}
