//! Files with faults on purpose, beside the clean ones, and under the checker that knows nothing of how
//! they were made (`check_files.py`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use generators::fault::Class;
use serde_json::Value;

use crate::command::{Workplace, complaint, succeeded};

const SCALE: &str = "--people 20000 --patients 6000 --days 3 --network network.toml";

/// A row of the ground truth.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Truth {
    source: String,
    ordinal: String,
    file: String,
    line: String,
    class: String,
    field: String,
}

/// A place with the network file and a file of rates, each of so many percent.
fn workplace(percent: f64) -> Workplace {
    let place = Workplace::new();
    let network = domain::network::JOHANNESBURG;
    std::fs::write(place.path("network.toml"), network).unwrap();
    let lines = Class::ALL.map(|class| format!("{} = {percent}\n", class.as_str()));
    std::fs::write(place.path("faults.toml"), lines.concat()).unwrap();
    place
}

fn truths(path: &Path) -> Vec<Truth> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let rows = reader.records().map(|row| {
        let row = row.unwrap();
        let [source, ordinal, file, line, class, field] =
            [0, 1, 2, 3, 4, 5].map(|it| row[it].to_owned());
        Truth {
            source,
            ordinal,
            file,
            line,
            class,
            field,
        }
    });
    rows.collect()
}

fn write_truths(path: &Path, truths: &[Truth]) {
    let mut text = "source,ordinal,file,line,class,field\n".to_owned();
    for it in truths {
        let fields = [
            &it.source,
            &it.ordinal,
            &it.file,
            &it.line,
            &it.class,
            &it.field,
        ];
        text += &fields.map(String::as_str).join(",");
        text.push('\n');
    }
    std::fs::write(path, text).unwrap();
}

/// The independent checker on a folder.
fn check(place: &Workplace, folder: &str, truth: &Path) -> Output {
    let checker = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check_files.py");
    Command::new("python3")
        .arg(checker)
        .arg(place.path(folder))
        .args(["--start", "2026-03-02", "--days", "3", "--network"])
        .arg(place.path("network.toml"))
        .arg("--truth")
        .arg(truth)
        .output()
        .expect("python3, which checks the files, is missing: install it")
}

fn report(output: &Output) -> String {
    let text = [&output.stdout[..], &output.stderr].concat();
    String::from_utf8(text).unwrap()
}

/// All files below a folder, by their names in it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, root: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, root, found);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap();
                found.insert(name.to_owned(), std::fs::read(&path).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, folder, &mut found);
    found
}

#[test]
fn the_checker_finds_every_fault_that_is_told_and_no_other() {
    let place = workplace(0.8);
    succeeded(&place.run(&format!("all {SCALE} --faults faults.toml --out dirty")));
    let truth = place.path("dirty/ground_truth.csv");
    let good = check(&place, "dirty", &truth);
    assert!(good.status.success(), "{}", report(&good));

    let all = truths(&truth);
    let told = all.iter().filter(|it| it.source == "file");
    let classes: BTreeSet<&str> = told.clone().map(|it| it.class.as_str()).collect();
    assert_eq!(classes.len(), 9, "{classes:?}");
    let named: BTreeSet<(&str, &str)> = told
        .map(|it| (it.file.as_str(), it.line.as_str()))
        .collect();
    let changed = place.path("changed.csv");
    for class in classes {
        // A line that is not told, and one that is told and clean.
        let is_it = |it: &Truth| it.source == "file" && it.class == class;
        let place_of = all.iter().position(is_it).unwrap();
        let mut others = all.clone();
        let left_out = others.remove(place_of);
        let is_clean = |line: &u32| {
            let line = line.to_string();
            !named.contains(&(left_out.file.as_str(), line.as_str()))
        };
        let line = (2..10_000).find(is_clean).unwrap().to_string();
        let claimed = Truth {
            line,
            ..left_out.clone()
        };
        let words = [
            format!("{}:{} ", left_out.file, left_out.line),
            format!("{}:{} {class}", claimed.file, claimed.line),
        ];
        others.push(claimed);
        write_truths(&changed, &others);
        let output = check(&place, "dirty", &changed);
        assert_eq!(output.status.code(), Some(1), "{class}");
        for words in words {
            let told = report(&output);
            assert!(told.contains(&words), "{words} is not in:\n{told}");
        }
    }
}

/// Lines that the ground truth names differ from the clean ones in the field that it names; all other
/// lines, and files, are the clean ones.
#[test]
fn what_is_not_told_is_as_it_is_without_faults() {
    let place = workplace(2.0);
    succeeded(&place.run(&format!("all {SCALE} --out clean")));
    succeeded(&place.run(&format!(
        "all {SCALE} --faults faults.toml --out dirty --threads 2"
    )));
    let (clean, mut dirty) = (files(&place.path("clean")), files(&place.path("dirty")));
    let truths = truths(&place.path("dirty/ground_truth.csv"));
    dirty.remove("ground_truth.csv").unwrap();
    assert!(clean.keys().eq(dirty.keys()));
    let mut by_file: BTreeMap<&str, BTreeMap<usize, &Truth>> = BTreeMap::new();
    for truth in truths.iter().filter(|it| it.source == "file") {
        let lines = by_file.entry(&truth.file).or_default();
        assert!(lines.insert(truth.line.parse().unwrap(), truth).is_none());
    }
    let none = BTreeMap::new();
    let mut rows: BTreeMap<(&str, bool), u32> = BTreeMap::new();
    let is_csv = |name: &str| Path::new(name).extension().is_some_and(|it| it == "csv");
    for (name, text) in clean.iter().filter(|(name, _)| is_csv(name)) {
        let told = by_file.get(name.as_str()).unwrap_or(&none);
        let kind = name.rsplit('/').next().unwrap();
        let kind = if name.starts_with("ehr/") {
            kind
        } else {
            "other"
        };
        let lines = |text: &[u8]| -> Vec<String> {
            let text = String::from_utf8(text.to_vec()).unwrap();
            text.lines().map(str::to_owned).collect()
        };
        let (clean, dirty) = (lines(text), lines(&dirty[name]));
        assert_eq!(clean.len(), dirty.len());
        let columns: Vec<&str> = clean[0].split(',').collect();
        for (number, (one, other)) in (1..).zip(clean.iter().zip(&dirty)) {
            let truth = told.get(&number);
            *rows.entry((kind, truth.is_some())).or_default() += 1;
            let fields = columns.iter().zip(one.split(',').zip(other.split(',')));
            let differ = fields.filter(|(_, (one, other))| one != other);
            let differ: Vec<&str> = differ.map(|(name, _)| *name).collect();
            let expected: Vec<&str> = truth.iter().map(|it| it.field.as_str()).collect();
            assert_eq!(differ, expected, "{name}:{number}");
        }
    }
    println!("{rows:?}");
    assert!(!rows.contains_key(&("other", true)));
    // Classes that can stand there, of 2 % each, to five standard deviations.
    for (kind, classes) in [
        ("patients.csv", 4.0),
        ("diagnoses.csv", 1.0),
        ("charges.csv", 1.0),
    ] {
        let (of, found) = (
            rows[&(kind, false)] + rows[&(kind, true)],
            rows[&(kind, true)],
        );
        let (of, share) = (f64::from(of), 0.02 * classes);
        let spread = 5.0 * (of * share * (1.0 - share)).sqrt();
        assert!(
            (f64::from(found) - of * share).abs() < spread,
            "{kind}: {found} of {of}"
        );
    }
}

#[test]
fn the_ground_truth_is_in_order_and_listed_and_the_same_with_any_number_of_threads() {
    let place = workplace(1.0);
    for (out, further) in [
        ("one", "--threads 1"),
        ("two", "--threads 2"),
        ("packed", "--compress zstd"),
    ] {
        let arguments = format!("all {SCALE} --faults faults.toml {further} --out {out}");
        succeeded(&place.run(&arguments));
    }
    assert_eq!(files(&place.path("one")), files(&place.path("two")));
    let packed = place.read("packed/ground_truth.csv.zst");
    let text = place.read("one/ground_truth.csv");
    assert_eq!(zstd::stream::decode_all(packed.as_slice()).unwrap(), text);

    let summary: Value = serde_json::from_slice(&place.read("one/summary.json")).unwrap();
    let listed = summary["files"].as_array().unwrap();
    let names: Vec<&str> = listed
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert_eq!(names.last(), Some(&"ground_truth.csv"));
    let truths = truths(&place.path("one/ground_truth.csv"));
    assert_eq!(listed.last().unwrap()["rows"], truths.len());
    let order = |it: &Truth| {
        let number = |text: &str| text.parse::<u64>().unwrap_or(0);
        let file = names.iter().position(|name| *name == it.file);
        (file, number(&it.ordinal), number(&it.line))
    };
    assert!(
        truths
            .iter()
            .map(order)
            .is_sorted_by(|one, next| one < next)
    );

    // Those of the events are what the events' own command tells, whose lines they number.
    let arguments = format!("events {SCALE} --faults faults.toml --truth truth.csv");
    let events = place.run(&arguments);
    succeeded(&events);
    let of_flow: Vec<Truth> = self::truths(&place.path("truth.csv"));
    let events: Vec<Value> = String::from_utf8(events.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let keyless = (0..)
        .zip(&events)
        .filter(|(_, it)| it["patient_id"].is_null());
    let told = of_flow.iter().filter(|it| it.class == "missing_patient");
    assert!(
        keyless
            .map(|(n, _): (u64, _)| n.to_string())
            .eq(told.map(|it| it.ordinal.clone()))
    );
    let both = truths.into_iter().filter(|it| it.source == "flow");
    assert!(both.eq(of_flow));
    assert_eq!(
        summary["flow"]
            .as_str()
            .map(|it| it.starts_with("flow:seed=42:")),
        Some(true)
    );
}

#[test]
fn rates_of_zero_are_no_faults_and_bad_rates_are_told_with_their_line() {
    let place = workplace(0.0);
    for (out, faults) in [
        ("zero", "--faults faults.toml"),
        ("none", "--faults none"),
        ("clean", ""),
    ] {
        succeeded(&place.run(&format!("all {SCALE} {faults} --out {out}")));
    }
    let clean = files(&place.path("clean"));
    assert!(!clean.contains_key("ground_truth.csv"));
    assert_eq!(files(&place.path("zero")), clean);
    assert_eq!(files(&place.path("none")), clean);

    std::fs::write(place.path("bad.toml"), "# mine\ninvalid_ages = 1\n").unwrap();
    for (name, words) in [
        (
            "bad.toml",
            "the file of faults bad.toml: line 2: no class of faults is called \"invalid_ages\"",
        ),
        ("gone.toml", "the file of faults gone.toml cannot be read"),
    ] {
        let told = complaint(&place.run(&format!("all {SCALE} --faults {name} --out bad")));
        assert!(told.contains(words), "{told}");
    }
    let by_variable = place
        .command("events --events 10")
        .env("SIMULATION_FAULTS", "bad.toml")
        .output()
        .unwrap();
    assert!(complaint(&by_variable).contains("line 2"));
}
