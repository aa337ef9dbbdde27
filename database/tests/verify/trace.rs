//! What a trace says depends on a record is what verify's SQL misses once the record is gone.

use std::collections::BTreeSet;

use database::trace::{Outcome, Target, Trace, trace};
use database::verify::{self, CHECKS, Check};
use tokio_postgres::Client;

use super::warehouse;

/// The checks by which a table's rows are derived from silver.
const DERIVED: [(&str, &str); 10] = [
    ("patient-history", "gold.dim_patient"),
    ("admission-history", "gold.fact_admission"),
    ("stay-history", "gold.fact_location_stay"),
    ("finding-history", "silver.finding"),
    ("diagnosis-history", "gold.fact_diagnosis"),
    ("procedure-history", "gold.fact_procedure"),
    ("medication-history", "gold.fact_medication"),
    ("charge-history", "gold.fact_charge"),
    ("person-history", "gold.dim_person"),
    ("registration-history", "gold.fact_registration"),
];

/// Each row of silver that is a record's: what traces it, which of the trace's records it is, and what takes
/// it away.
const RECORDS: &str = "
    select event_id::text as target,
        row_number() over (partition by event_id order by recorded_at, content_hash) - 1 as place,
        format('delete from silver.adt_record where event_id = %L and content_hash = %L', event_id, content_hash) as sql
    from silver.adt_record
    union all
    select format('%s/%s/%s:%s', coalesce(hospital_code, 'network'), extract_date, kind, line), 0,
        format('delete from silver.%I where file_id = %s and line = %s', kind, file_id, line)
    from bronze.file
    join (
        select file_id, line from silver.patients where line is not null
        union all select file_id, line from silver.encounters
        union all select file_id, line from silver.diagnoses
        union all select file_id, line from silver.procedures
        union all select file_id, line from silver.medications
        union all select file_id, line from silver.charges
        union all select file_id, line from silver.people
        union all select file_id, line from silver.hospital_patients
    ) as line using (file_id)";

async fn follow(client: &mut Client, target: &str) -> Trace {
    let target: Target = target.parse().unwrap();
    trace(client, &target).await.unwrap()
}

/// The tables of which a trace says that rows depend on a record.
fn told(trace: &Trace, place: usize) -> BTreeSet<String> {
    let json = trace.to_json();
    let gold = &json["records"][place]["gold"];
    assert_eq!(gold["is_in_gold"], true, "{json:#}");
    let mut changes = gold["changes"].as_array().unwrap().clone();
    // Verify derives the version of a patient that a fact points to from gold's versions.
    changes.retain(|change| {
        let changed = change["changed"].as_object().unwrap();
        !(changed.len() == 1 && changed.contains_key("patient_key"))
    });
    let tables = changes
        .iter()
        .map(|change| change["table"].as_str().unwrap());
    tables.map(str::to_owned).collect()
}

/// The tables whose rows are not those that silver gives without a record.
async fn missed(client: &mut Client, sql: &str) -> BTreeSet<String> {
    let of_check = |check: &Check| DERIVED.iter().find(|(name, _)| *name == check.name);
    let checks: Vec<Check> = CHECKS
        .iter()
        .filter(|it| of_check(it).is_some())
        .copied()
        .collect();
    assert_eq!(checks.len(), DERIVED.len());
    let transaction = client.transaction().await.unwrap();
    assert_eq!(transaction.execute(sql, &[]).await.unwrap(), 1);
    let results = verify::checks_in(&transaction, &checks).await.unwrap();
    transaction.rollback().await.unwrap();
    let failed = checks
        .iter()
        .zip(results)
        .filter(|(_, result)| result.violations > 0);
    failed
        .filter_map(|(check, _)| of_check(check))
        .map(|(_, table)| (*table).to_owned())
        .collect()
}

#[tokio::test]
async fn what_depends_on_a_record_is_what_verify_misses_without_it() {
    let mut client = warehouse::loaded().await;
    let rows = client.query(RECORDS, &[]).await.unwrap();
    assert!(rows.len() > 30, "{}", rows.len());
    let (mut some, mut none) = (0, 0);
    for row in rows {
        let (target, sql): (&str, &str) = (row.get("target"), row.get("sql"));
        let place = usize::try_from(row.get::<_, i64>("place")).unwrap();
        let trace = follow(&mut client, target).await;
        let told = told(&trace, place);
        let effect = trace.records[place].effect.as_ref().unwrap();
        if effect.changes.is_empty() {
            none += 1;
            assert!(!trace.records[place].notes.is_empty(), "{trace:#?}");
        } else {
            some += 1;
        }
        assert_eq!(told, missed(&mut client, sql).await, "{target}: {trace:#?}");
    }
    assert!(some > 20 && none > 0, "{some} and {none}");
}

#[tokio::test]
async fn a_line_without_a_row_says_what_became_of_it() {
    let mut client = warehouse::loaded().await;
    // It says what a former day said that was loaded later.
    let sql = "update silver.patients set line = null where file_id = 2 and line = 2";
    client.execute(sql, &[]).await.unwrap();
    for (target, outcome) in [
        ("HOSP/2026-06-01/patients:4", Outcome::Duplicate(None)),
        ("network/2026-06-01/people:4", Outcome::Duplicate(None)),
        ("HOSP/2026-06-02/patients:2", Outcome::Unchanged),
        ("HOSP/2026-06-02/charges:4", Outcome::Waiting),
    ] {
        let trace = follow(&mut client, target).await;
        assert_eq!(trace.deliveries[0].outcome, outcome, "{target}");
        assert_eq!(trace.records, []);
    }
    let quarantined = follow(&mut client, "HOSP/2026-06-03/patients:2").await;
    let Outcome::Quarantined(why) = &quarantined.deliveries[0].outcome else {
        panic!("{quarantined:#?}");
    };
    assert_eq!(why.rule, "EHR-001");
    let quarantined = follow(&mut client, "network/2026-06-01/hospital_patients:4").await;
    let outcome = &quarantined.deliveries[0].outcome;
    assert!(matches!(outcome, Outcome::Quarantined(_)), "{outcome:?}");
    // The id of a finding about an extract finds its line.
    let stated = follow(&mut client, "d0aa01d0-fd38-89c8-5179-957cf202a360").await;
    let findings = &stated.records[0].effect.as_ref().unwrap().findings;
    assert_eq!(findings, &["HIS-002", "HIS-006"]);
}

#[tokio::test]
async fn a_line_of_a_file_that_is_not_there_says_why() {
    let mut client = warehouse::loaded().await;
    let sql = "insert into ops.file_refusal (path, kind, extract_date, rule, reason, refused_at)
               values ('people.csv', 'people', '2026-06-05', 'FIL-002', 'it differs', now())";
    client.execute(sql, &[]).await.unwrap();
    for (target, words) in [
        (
            "network/2026-06-05/people:2",
            "people.csv of network on 2026-06-05 was refused whole by FIL-002: it differs",
        ),
        ("network/2026-06-06/people:2", "was not taken yet"),
        ("HOSP/2026-06-05/patients:2", "was not taken yet"),
        (
            "network/2026-06-01/people:5",
            "is beyond the end: the file has 3 lines after its header",
        ),
    ] {
        let target: Target = target.parse().unwrap();
        let error = trace(&mut client, &target).await.unwrap_err().to_string();
        assert!(error.contains(words), "{target}: {error}");
    }
}

/// What the role of the services may read is enough.
#[tokio::test]
async fn the_loader_may_trace() {
    let mut client = warehouse::loaded().await;
    client
        .batch_execute("set role wardflow_loader")
        .await
        .unwrap();
    let trace = follow(&mut client, "e0000000-0000-4000-8000-000000010001").await;
    assert_eq!(trace.deliveries.len(), 1);
}
