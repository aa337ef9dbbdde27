//! Dirty extracts: what the ground truth says is found, and nothing else.

use std::collections::BTreeSet;

use crate::data::{Data, clean, dirty};
use crate::place::Place;

/// Where a line was hit, and by which rule.
type Hit = (String, i64, String);

/// Rules that have nothing to do with a fault: what else a line of that class is hit by.
fn expected_rule(class: &str) -> Option<&'static str> {
    match class {
        "missing_admission_time" => Some("ADT-014"),
        "future_timestamp" => Some("ADT-015"),
        "wrong_time_format" => Some("ADT-006"),
        "discharge_before_admission" => Some("ADT-016"),
        "bad_id_check_digit" => Some("ADT-018"),
        "missing_patient" => Some("ADT-008"),
        "age_over_100" => Some("ADT-021"),
        // Either of two, by the birth date.
        "invalid_age" => None,
        // Of the history.
        "unknown_department" => Some("HIS-002"),
        other => panic!("{other}"),
    }
}

const QUARANTINED: &str = "
    select extract_date || '/' || hospital_code || '/' || kind, quarantine.line, rule
    from ops.quarantine join bronze.file using (file_id)";

/// Snapshots keep only the lines that say something new, so those of the first day are looked at.
const REPAIRED: &str = "
    with line as (
        select file_id, line, repairs from silver.patients where line is not null
        union all select file_id, line, repairs from silver.encounters
        union all select file_id, line, repairs from silver.diagnoses
        union all select file_id, line, repairs from silver.procedures
        union all select file_id, line, repairs from silver.medications
        union all select file_id, line, repairs from silver.charges
    )
    select extract_date || '/' || hospital_code || '/' || kind, line.line, rule
    from line join bronze.file using (file_id), unnest(repairs) as rule";

const FOUND: &str = "
    select extract_date || '/' || hospital_code || '/encounters', line, rule
    from silver.finding
    join silver.encounters using (patient_pseudonym)
    where rule = 'HIS-002'
      and encounters.encounter_key = finding.encounter_key
      and event_id = (
        encode(substring(sha256(convert_to(
            'encounters|' || encounters.encounter_key || '|' || extract_date || '|' || content_hash, 'UTF8'
        )) for 16), 'hex'))::uuid";

async fn loaded(data: &Data) -> Place {
    let place = Place::new().await;
    place.deliver(data, &data.files());
    let summary = place.once().await;
    assert_eq!((summary.files, summary.refused), (36, 0), "{summary:?}");
    place
}

async fn hits(place: &Place, sql: &str) -> BTreeSet<Hit> {
    let client = place.warehouse.superuser().await;
    let rows = client.query(sql, &[]).await.unwrap();
    let hits = rows.iter().map(|row| (row.get(0), row.get(1), row.get(2)));
    hits.collect()
}

/// The faults of lines: file, line and class.
fn truths(data: &Data) -> Vec<Hit> {
    let mut reader = csv::Reader::from_path(data.truth()).unwrap();
    let rows = reader.records().map(Result::unwrap);
    let of_files = rows.filter(|row| &row[0] == "file");
    let truths = of_files.map(|row| {
        let file = row[2].strip_prefix("ehr/").unwrap();
        let file = file.strip_suffix(".csv").unwrap().to_owned();
        (file, row[3].parse().unwrap(), row[4].to_owned())
    });
    truths.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_of_a_line_is_found_and_nothing_else_is() {
    let data = dirty();
    let place = loaded(data).await;
    let mut found = hits(&place, QUARANTINED).await;
    found.extend(hits(&place, REPAIRED).await);
    found.extend(hits(&place, FOUND).await);
    let mut classes = BTreeSet::new();
    let mut unexpected = found.clone();
    for (file, line, class) in truths(data) {
        let rules = match expected_rule(&class) {
            Some(rule) => vec![rule],
            None => vec!["ADT-011", "ADT-013"],
        };
        let of_rule = |rule: &&str| (file.clone(), line, (*rule).to_owned());
        let hit: Vec<Hit> = rules
            .iter()
            .map(of_rule)
            .filter(|it| found.contains(it))
            .collect();
        // A line of a snapshot that says what the day before said has no row of its own.
        let is_told = hit.len() == 1;
        assert!(is_told, "{class} in line {line} of {file}: {hit:?}");
        unexpected.remove(&hit[0]);
        classes.insert(class);
    }
    assert_eq!(classes.len(), 9, "{classes:?}");
    assert_eq!(unexpected, BTreeSet::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_found_in_clean_data() {
    let place = loaded(clean()).await;
    for sql in [QUARANTINED, REPAIRED, FOUND] {
        assert_eq!(hits(&place, sql).await, BTreeSet::new());
    }
    let findings = "select count(*) from silver.finding";
    assert_eq!(place.warehouse.count(findings).await, 0);
}
