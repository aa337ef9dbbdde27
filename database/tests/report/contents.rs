//! What the report says is what was planted.

use std::collections::BTreeSet;

use database::report::{Effect, Quality, QuarantinedRecord, quality, rows};
use tokio_postgres::Client;

use crate::verify::warehouse;

async fn reported(client: &mut Client) -> Quality {
    quality(client, None).await.unwrap()
}

/// Hits of a rule: what it did, hospital, day, number.
fn hits(quality: &Quality, rule: &str) -> Vec<(Effect, String, String, i64)> {
    let of_rule = quality.rules.iter().filter(|it| it.rule == rule);
    let told = of_rule.map(|it| {
        let hospital = it.hospital_code.clone().unwrap_or_default();
        let day = it.day.map(|day| day.to_string()).unwrap_or_default();
        (it.effect, hospital, day, it.hits)
    });
    told.collect()
}

#[tokio::test]
async fn volumes_are_the_rows_of_tables_by_the_day_that_they_are_about() {
    let mut client = warehouse::loaded().await;
    let quality = reported(&mut client).await;
    for (table, rows) in rows(&client).await.unwrap() {
        let (layer, name) = table.split_once('.').unwrap();
        let mut told = quality
            .tables
            .iter()
            .filter(|it| it.layer == layer && it.name == name);
        let told = told.next().map(|it| it.rows);
        // Bronze's records are told by day of receipt.
        let told = told.unwrap_or_else(|| {
            let topics = quality
                .received
                .iter()
                .filter(|it| it.source.starts_with("hospital."));
            topics.map(|it| it.inputs).sum()
        });
        assert_eq!(told, rows, "{table}");
    }
    let events = quality
        .tables
        .iter()
        .find(|it| it.name == "adt_record")
        .unwrap();
    let of_day = |day: &str| {
        let found = events.days.iter().find(|it| it.day.to_string() == day);
        found.map(|it| it.rows)
    };
    // Three patients; the hospitals' clocks show UTC and Johannesburg's time.
    assert_eq!(of_day("2026-03-02"), Some(1));
    assert_eq!(of_day("2026-04-01"), Some(8));
    assert_eq!(
        events.days.iter().map(|it| it.rows).sum::<i64>(),
        events.rows
    );
}

#[tokio::test]
async fn every_column_of_silver_and_gold_has_its_completeness() {
    let mut client = warehouse::loaded().await;
    let quality = reported(&mut client).await;
    let told = quality.tables.iter().flat_map(|table| {
        let columns = table.columns.iter();
        columns.map(move |it| format!("{}.{}.{}", table.layer, table.name, it.column))
    });
    let told: BTreeSet<String> = told.collect();
    let sql = "select table_schema || '.' || table_name || '.' || column_name
        from information_schema.columns join information_schema.tables using (table_schema, table_name)
        where table_schema in ('silver', 'gold') and table_type = 'BASE TABLE' and table_name <> 'dim_date'";
    let there = client.query(sql, &[]).await.unwrap();
    let there: BTreeSet<String> = there.iter().map(|row| row.get(0)).collect();
    assert_eq!(told, there);
    let share = |table: &str, column: &str| {
        let table = quality.tables.iter().find(|it| it.name == table).unwrap();
        let column = table.columns.iter().find(|it| it.column == column).unwrap();
        (column.filled, table.rows, column.share(table.rows))
    };
    assert_eq!(share("fact_charge", "charged_at"), (1, 2, 0.5));
    assert_eq!(share("fact_charge", "item_code"), (2, 2, 1.0));
    assert_eq!(share("adt_record", "home_language"), (0, 23, 0.0));
}

#[tokio::test]
async fn hits_are_told_by_rule_hospital_and_day() {
    let mut client = warehouse::loaded().await;
    let plant = "update silver.adt_record set repairs = '{ADT-015,ADT-016}'
        where event_id = 'e0000000-0000-4000-8000-000000010002';
        insert into ops.file_refusal (path, hospital_code, extract_date, rule, reason, refused_at)
        values ('Canary.csv', 'OTHR', '2026-06-02', 'FIL-001', 'too short', '2026-06-04 00:00:00+00')";
    client.batch_execute(plant).await.unwrap();
    let quality = reported(&mut client).await;
    let one =
        |effect, hospital: &str, day: &str| vec![(effect, hospital.to_owned(), day.to_owned(), 1)];
    for rule in ["ADT-015", "ADT-016"] {
        assert_eq!(
            hits(&quality, rule),
            one(Effect::Repair, "HOSP", "2026-03-03")
        );
    }
    // A record of Kafka that cannot be read has a key, and a line a file.
    assert_eq!(
        hits(&quality, "ADT-001"),
        one(Effect::Quarantine, "HOSP", "")
    );
    assert_eq!(
        hits(&quality, "EHR-001"),
        one(Effect::Quarantine, "HOSP", "2026-06-03")
    );
    assert_eq!(
        hits(&quality, "FIL-001"),
        one(Effect::Refusal, "OTHR", "2026-06-02")
    );
    // Of an event by its own day, of an extract by its.
    let found: i64 = quality
        .rules
        .iter()
        .filter(|it| it.effect == Effect::Finding)
        .map(|it| it.hits)
        .sum();
    let findings = quality
        .tables
        .iter()
        .find(|it| it.name == "finding")
        .unwrap();
    assert_eq!(found, findings.rows);
    let of_findings = quality
        .rules
        .iter()
        .filter(|it| it.effect == Effect::Finding);
    for finding in of_findings {
        assert!(
            finding.hospital_code.is_some() && finding.day.is_some(),
            "{finding:?}"
        );
    }
    let extract = hits(&quality, "HIS-011");
    assert_eq!(extract, one(Effect::Finding, "HOSP", "2026-06-01"));
}

/// A key may hold anything: only what is a hospital's code is told of it.
#[tokio::test]
async fn a_key_tells_a_hospital_that_is_known_and_nothing_else() {
    let mut client = warehouse::loaded().await;
    let plant = "update bronze.kafka_record set key = 'CANARY:1'
        where (topic_id, partition, kafka_offset) = (1, 0, 105)";
    client.batch_execute(plant).await.unwrap();
    let quality = reported(&mut client).await;
    let expected = (Effect::Quarantine, String::new(), String::new(), 1);
    assert_eq!(hits(&quality, "ADT-001"), [expected]);
}

#[tokio::test]
async fn the_worst_of_quarantine_and_how_far_hospitals_are() {
    let mut client = warehouse::loaded().await;
    let plant = "insert into ops.quarantine (quarantine_id, file_id, line, rule, field, reason, attempts, state, quarantined_at)
        select gen_random_uuid(), 10, line, 'ADT-006', 'charged_at', '9 digits', line, 'open', '2026-06-05 00:00:00+00'
        from generate_series(2, 9) as line;
        update ops.quarantine set state = 'discarded' where file_id = 10 and line = 9";
    client.batch_execute(plant).await.unwrap();
    let quality = reported(&mut client).await;
    let worst = &quality.quarantine[0];
    assert_eq!(
        (&*worst.rule, worst.records, worst.worst.len()),
        ("ADT-006", 9, 5)
    );
    // Tried most often and still open.
    let coordinates: Vec<_> = worst
        .worst
        .iter()
        .map(QuarantinedRecord::coordinates)
        .collect();
    assert_eq!(coordinates[0], "ehr/2026-06-02/HOSP/charges.csv, line 8");
    assert_eq!(coordinates[4], "ehr/2026-06-02/HOSP/charges.csv, line 4");
    let unreadable = quality
        .quarantine
        .iter()
        .find(|it| it.rule == "ADT-001")
        .unwrap();
    assert_eq!(
        unreadable.worst[0].coordinates(),
        "hospital.adt.events/0/105"
    );
    assert_eq!(unreadable.worst[0].reason, "truncated payload");

    let hospitals = &quality.freshness.hospitals;
    let hospital = hospitals
        .iter()
        .find(|it| it.hospital_code == "HOSP")
        .unwrap();
    assert_eq!(
        hospital.latest_event_at,
        Some("2026-04-01T12:00:00Z".parse().unwrap())
    );
    assert_eq!(
        hospital.latest_extract_on,
        Some("2026-06-03".parse().unwrap())
    );
    assert_eq!(
        hospital.hours_counted_until,
        Some("2026-03-03T11:00:00Z".parse().unwrap())
    );
    for source in &quality.freshness.sources {
        let age = quality.reported_at - source.latest_at;
        assert_eq!(source.age_seconds, age.num_seconds());
    }
}

#[tokio::test]
async fn books_are_those_of_verify() {
    let mut client = warehouse::loaded().await;
    let quality = reported(&mut client).await;
    let verified = database::verify::verify(&mut client).await.unwrap();
    assert_eq!(quality.books, verified.books);
    assert!(quality.books.balance());
}

#[tokio::test]
async fn occupied_beds_and_admissions_are_those_of_gold() {
    let mut client = warehouse::loaded().await;
    let quality = reported(&mut client).await;
    let occupancy = quality.occupancy.unwrap();
    let of_department = occupancy
        .departments
        .iter()
        .map(|it| it.occupied_beds.iter().sum::<f64>());
    let told: f64 = of_department.sum();
    let sql = "select sum(patient_seconds)::float8 / 3600 from gold.fact_bed_occupancy";
    let there: f64 = client.query_one(sql, &[]).await.unwrap().get(0);
    assert!(
        there > 1.0 && (told - there).abs() < 0.1,
        "{told}, not {there}"
    );
    for department in &occupancy.departments {
        assert_eq!(department.occupied_beds.len(), occupancy.hours);
        assert_eq!(department.beds.len(), occupancy.hours);
    }
    let arrivals = quality.arrivals.unwrap();
    let sql = "select count(*) from gold.fact_admission
        where admitted_at > (select max(admitted_at) from gold.fact_admission) - interval '30 days'";
    let there: i64 = client.query_one(sql, &[]).await.unwrap().get(0);
    assert!(there > 0 && arrivals.all().iter().sum::<i64>() >= there);
}

#[tokio::test]
async fn the_loader_may_report_and_writes_nothing() {
    let mut client = warehouse::loaded().await;
    client
        .batch_execute("set role wardflow_loader")
        .await
        .unwrap();
    let first = reported(&mut client).await;
    let again = Quality {
        reported_at: first.reported_at,
        freshness: first.freshness.clone(),
        ..reported(&mut client).await
    };
    assert_eq!(again, first);
}
