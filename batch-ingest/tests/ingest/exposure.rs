//! Identity stays in the landing and archive folders, bronze and the vault.

use std::collections::BTreeSet;
use std::fs;

use crate::data::{KINDS, dirty};
use crate::landing::Delivery;
use crate::people;
use crate::place::Place;
use crate::process::{batch_ingest, stderr};

const CANARY: &str = "Kanarienvogel";

/// Tables where identity must not be.
const TABLES: &str = "
    select format('%I.%I', schemaname, tablename) from pg_tables
    where schemaname in ('silver', 'gold', 'ops')";

/// Columns of identity whose values are nothing else's.
const IDENTITY: [&str; 6] = [
    "patient_id",
    "encounter_id",
    "id_number",
    "phone",
    "email",
    "street",
];

fn identity(delivery: &Delivery, landing: &std::path::Path) -> BTreeSet<String> {
    let mut values = BTreeSet::new();
    for kind in KINDS {
        let path = delivery.folder(landing).join(format!("{kind}.csv"));
        let mut reader = csv::Reader::from_path(path).unwrap();
        let columns: Vec<usize> = reader
            .headers()
            .unwrap()
            .iter()
            .enumerate()
            .filter(|(_, name)| IDENTITY.contains(name))
            .map(|(place, _)| place)
            .collect();
        for row in reader.records().map(Result::unwrap) {
            values.extend(columns.iter().map(|place| row[*place].to_owned()));
        }
    }
    values.retain(|value| value.len() > 4);
    values
}

/// Lines that are bad in every way, each with the canary in it.
fn canaries() -> Vec<Delivery> {
    let data = dirty();
    let mut deliveries = Vec::new();
    for (day, kind) in (10..).zip(KINDS) {
        let name = format!("{kind}.csv");
        let date = format!("2026-03-{day}");
        let of = Delivery::of(data, 0, "ALEX").only(&[&name]);
        let path = data.path(format!("{}/ALEX/{name}", crate::data::date(0)));
        let text = fs::read_to_string(path).unwrap();
        let (header, lines) = text.split_once('\n').unwrap();
        let line: Vec<&str> = lines.lines().next().unwrap().split(',').collect();
        let mut changed = format!("{header}\n");
        for place in 0..line.len() {
            for canary in [
                CANARY.to_owned(),
                format!("{CANARY}\u{1}"),
                format!("\"{CANARY}\n\""),
            ] {
                let mut line: Vec<String> = line.iter().map(|it| (*it).to_owned()).collect();
                line[place] = canary;
                // No patient twice.
                if header.split(',').nth(place) != Some("patient_id") {
                    let id = header.split(',').position(|it| it == "patient_id").unwrap();
                    line[id] = format!("{CANARY}-{place}-{}", changed.len());
                }
                changed += &(line.join(",") + "\n");
            }
        }
        changed += [CANARY, ",", CANARY, "\n\"", CANARY, "\n"]
            .concat()
            .as_str();
        deliveries.push(of.on(&date).with(&name, changed));
    }
    deliveries
}

#[tokio::test(flavor = "multi_thread")]
async fn no_identity_is_in_logs_nor_in_tables_outside_of_the_vault() {
    let place = Place::new().await;
    let landing = place.landing();
    let data = dirty();
    let mut values = BTreeSet::from([CANARY.to_owned()]);
    for day in 0..2 {
        let delivery = Delivery::of(data, day, "ROSEBANK");
        delivery.land(landing);
        values.extend(identity(&delivery, landing));
    }
    for delivery in canaries() {
        let mut manifest = delivery.manifest();
        // Records over several lines.
        let rows = manifest["files"][0]["rows"].as_u64().unwrap();
        let columns = (rows - 2) / 4;
        manifest["files"][0]["rows"] = (columns * 3 + 2).into();
        delivery.land_under(landing, &manifest);
    }
    // A header and a manifest that hold values.
    let header =
        Delivery::new("2026-03-20", "ALEX").with("charges.csv", format!("{CANARY},{CANARY}\n"));
    header.land(landing);
    let manifest = Delivery::new("2026-03-21", "ALEX");
    let mut said = manifest.manifest();
    said["hospital_code"] = CANARY.into();
    said["extracted_at"] = CANARY.into();
    manifest.land_under(landing, &said);

    // Of people and hospitals' patients, good lines and bad ones.
    people::with_some(Delivery::of_network("2026-03-01")).land(landing);
    values.extend(people::identity());

    let mut command = batch_ingest(&place, &["once", "--bad-lines-max-percent", "100"]);
    command.env(
        "RUST_LOG",
        "batch_ingest=trace,database=trace,platform=trace,info",
    );
    let output = command.output().unwrap();
    let log = stderr(&output) + &String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{log}");
    let loaded = "select count(*) from ops.file_progress where state = 'loaded'";
    assert_eq!(place.warehouse.count(loaded).await, 20, "{log}");
    let quarantined = "select count(*) from ops.quarantine";
    assert!(place.warehouse.count(quarantined).await > 100);
    assert_eq!(found(&log, &values), Vec::<&String>::new());

    let client = place.warehouse.superuser().await;
    for row in client.query(TABLES, &[]).await.unwrap() {
        let table: String = row.get(0);
        let sql = format!("select coalesce(string_agg(t::text, E'\\n'), '') from {table} as t");
        let text: String = client.query_one(&sql, &[]).await.unwrap().get(0);
        // Text that silver keeps may be any.
        if !table.starts_with("silver") && !table.starts_with("gold") {
            assert_eq!(found(&text, &values), Vec::<&String>::new(), "{table}");
        }
        let identity: BTreeSet<String> =
            values.iter().filter(|it| *it != CANARY).cloned().collect();
        assert_eq!(found(&text, &identity), Vec::<&String>::new(), "{table}");
    }
    let vault = "select count(*) from vault.registered_patient";
    assert!(place.warehouse.count(vault).await > 0);
}

/// The values that stand in a text, as words.
fn found<'v>(text: &str, values: &'v BTreeSet<String>) -> Vec<&'v String> {
    let words: BTreeSet<&str> = text
        .split(|it: char| !(it.is_alphanumeric() || "-_.@+".contains(it)))
        .collect();
    let is_there = |value: &&String| {
        if value.contains(' ') || *value == CANARY {
            text.contains(&***value)
        } else {
            words.contains(&***value)
        }
    };
    values.iter().filter(is_there).collect()
}
