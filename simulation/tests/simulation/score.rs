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

    let run = say(&[&["run", "--json"], &flow[..]].concat()).json();
    assert_eq!(run["verification"]["green"], true, "{run}");
    let said = say(&[&["score", "--json"], &flow[..]].concat());
    let score: Value = serde_json::from_str(&said.assert_done().out).unwrap();
    println!("{score:#}");
    // A dirty run ends with its score.
    assert_eq!(run["score"], score);
    let classes = score["classes"].as_array().unwrap();
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
    assert_eq!(score["clean_events_hit"], 0);
    let events = score["events"].as_u64().unwrap();
    assert_eq!(score["clean_events"], events - injected);

    let table = say(&[&["score"], &flow[..]].concat());
    let table = &table.assert_done().out;
    assert!(table.contains("bad_id_check_digit"), "{table}");
    assert!(table.contains("0 of them were hit by one of these rules"));
}
