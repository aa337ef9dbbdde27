//! `simulation trace`: the way of one record, with what depends on it and without identity.

use domain::event::AdtEvent;
use producer::progress::Progress;
use producer::resumption::Resume;
use producer::speed::Speed;
use producer::transmission::transmit;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::canary::{event, identity};
use super::command::{Said, simulation};
use super::exposure::found_in;
use super::home::TestHome;
use super::warehouse::Warehouse;

/// A warehouse, and the command that looks into it.
struct Traced {
    warehouse: Warehouse,
    home: TestHome,
}

impl Traced {
    async fn new() -> Self {
        Self {
            warehouse: Warehouse::new().await,
            home: TestHome::new(),
        }
    }

    /// Sends events and loads them.
    async fn load(&self, events: Vec<AdtEvent>) {
        let shutdown = CancellationToken::new();
        let destination = self.warehouse.destination();
        let name = format!("{} traced", events.len());
        let connection = destination.open(name, Resume::Never, &shutdown).await;
        let (events, connection) = (events.into_iter(), connection.unwrap());
        let progress = &mut Progress::silent();
        let sent = transmit(events, connection, Speed::Max, progress, &shutdown).await;
        assert_eq!(sent.unwrap().unacknowledged, 0);
        self.warehouse.load().await;
    }

    fn say(&self, arguments: &[&str]) -> Said {
        let mut command = simulation(&self.home, arguments);
        command.envs(self.warehouse.environment());
        let said = Said::of(&command.output().unwrap());
        assert_eq!(found_in(&said.out), Vec::<String>::new(), "{said:?}");
        assert_eq!(found_in(&said.err), Vec::<String>::new(), "{said:?}");
        said
    }

    fn text(&self, target: &str) -> String {
        self.say(&["trace", target]).assert_done().out.clone()
    }

    /// The trace as JSON. What the fold gives is what gold holds.
    fn json(&self, target: &str) -> Value {
        let json = self.say(&["trace", target, "--json"]).json();
        for record in json["records"].as_array().unwrap() {
            let is_of_patient = record["gold"].is_object();
            assert!(
                !is_of_patient || record["gold"]["is_in_gold"] == true,
                "{record}"
            );
        }
        json
    }

    /// The trace of an event that the tests number.
    fn event(&self, number: u128) -> Value {
        self.json(&Uuid::from_u128(number).to_string())
    }

    /// The first column of the first row.
    async fn one(&self, sql: &str) -> String {
        let client = self.warehouse.superuser().await;
        let rows = client.query(sql, &[]).await.unwrap();
        assert!(!rows.is_empty(), "nothing by {sql}");
        rows[0].get(0)
    }
}

/// What each record of a trace does: the difference and the table, without the schema; nothing where gold follows
/// from more than it.
fn changes(trace: &Value, record: usize) -> Vec<String> {
    let changes = trace["records"][record]["gold"]["changes"].as_array();
    let told = changes.into_iter().flatten().map(|change| {
        let table = change["table"].as_str().unwrap();
        let (_, table) = table.split_once('.').unwrap();
        format!("{} {table}", change["difference"].as_str().unwrap())
    });
    told.collect()
}

fn outcomes(trace: &Value) -> Vec<&str> {
    let deliveries = trace["deliveries"].as_array().unwrap().iter();
    deliveries
        .map(|it| it["outcome"].as_str().unwrap())
        .collect()
}

/// The change of a table.
fn change<'t>(trace: &'t Value, table: &str) -> &'t Value {
    let changes = trace["records"][0]["gold"]["changes"].as_array().unwrap();
    changes.iter().find(|it| it["table"] == table).unwrap()
}

const ADMITTED_AT: &str = "2026-03-02T10:00:00+02:00";
const MOVED_AT: &str = "2026-03-03T10:00:00+02:00";

/// An encounter, first as it goes.
fn encounter() -> Vec<AdtEvent> {
    let mut moved = event(2, "A02", MOVED_AT);
    moved.location.as_mut().unwrap().ward = Some("MED-2".into());
    vec![
        event(1, "A01", ADMITTED_AT),
        moved,
        event(3, "A03", "2026-03-05T10:00:00+02:00"),
    ]
}

#[tokio::test]
async fn each_event_tells_what_depends_on_it() {
    let traced = Traced::new().await;
    traced.load(encounter()).await;

    let admitted = traced.event(1);
    assert_eq!(outcomes(&admitted), ["loaded"]);
    let row = &admitted["records"][0]["row"];
    assert_eq!(row["event_type"], "A01");
    assert_eq!(row["occurred_at"], "2026-03-02T08:00:00+00:00");
    // Without the admission the version would begin with the transfer, and that be the first stay.
    let expected = [
        "made dim_patient",
        "prevented dim_patient",
        "changed fact_admission",
        "made fact_location_stay",
        "changed fact_location_stay",
        "prevented finding",
    ];
    assert_eq!(changes(&admitted, 0), expected);
    let stay = change(&admitted, "gold.fact_location_stay");
    assert_eq!(stay["row"]["department_code"], "MED");
    assert_eq!(stay["row"]["ward"], "MED-1");
    assert_eq!(stay["row"]["left_at"], "2026-03-03T08:00:00+00:00");
    let hours = &admitted["records"][0]["gold"]["occupancy_hours"];
    assert_eq!(hours[0]["from"], "2026-03-02T08:00:00Z", "{hours}");

    let moved = traced.event(2);
    let expected = [
        "changed fact_admission",
        "made fact_location_stay",
        "changed fact_location_stay",
    ];
    assert_eq!(changes(&moved, 0), expected);
    let admission = change(&moved, "gold.fact_admission");
    let count = &admission["changed"]["transfer_count"];
    assert_eq!((&count["without"], &count["with"]), (&0.into(), &1.into()));

    let discharged = traced.event(3);
    let expected = ["changed fact_admission", "changed fact_location_stay"];
    assert_eq!(changes(&discharged, 0), expected);
    let left = &change(&discharged, "gold.fact_location_stay")["changed"]["left_at"];
    assert_eq!(left["without"], Value::Null);
    assert_eq!(left["with"], "2026-03-05T08:00:00+00:00");

    let text = traced.text(&Uuid::from_u128(2).to_string());
    for words in [
        "number 1 of its run\n    loaded",
        "Silver: silver.adt_record",
        "  made     gold.fact_location_stay: encounter_key ",
        "transfer_count            0 -> 1",
        "  counted  gold.fact_bed_occupancy: hours from 2026-03-0",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}

#[tokio::test]
async fn what_has_no_part_in_gold_says_why() {
    let traced = Traced::new().await;
    let mut events = encounter();
    // The same again; another content that is entered later; one without a time; a bad ID number.
    events.push(event(1, "A01", ADMITTED_AT));
    let mut conflicting = encounter().remove(1);
    conflicting.recorded_at = Some("2026-03-03T11:00:00+02:00".into());
    conflicting.location.as_mut().unwrap().bed = Some("9".into());
    events.push(conflicting);
    let mut refused = event(5, "A01", ADMITTED_AT);
    refused.occurred_at = None;
    events.push(refused);
    let mut repaired = event(6, "A08", "2026-03-04T10:00:00+02:00");
    identity(&mut repaired).id_number = Some("8001015009088".into());
    events.push(repaired);
    // Says what is known.
    events.push(event(8, "A08", "2026-03-03T12:00:00+02:00"));
    traced.load(events).await;
    // Comes late: somebody who lived elsewhere for a while.
    let mut late = event(7, "A08", "2026-03-02T20:00:00+02:00");
    late.municipality = Some("Ekurhuleni".into());
    traced.load(vec![late]).await;

    let duplicate = traced.event(1);
    assert_eq!(outcomes(&duplicate), ["loaded", "duplicate"]);
    let content = &duplicate["records"][0]["row"]["content_hash"];
    assert_eq!(
        &duplicate["deliveries"][1]["detail"]["content_hash"],
        content
    );

    let conflict = traced.event(2);
    assert_eq!(outcomes(&conflict), ["loaded", "loaded"]);
    let note = conflict["records"][0]["notes"][0].as_str().unwrap();
    assert!(note.starts_with("does not count: "), "{note}");
    assert_eq!(changes(&conflict, 0), ["made finding"]);
    // Without the content that counts the other one would.
    assert_eq!(
        changes(&conflict, 1),
        ["changed fact_location_stay", "made finding"]
    );
    assert_eq!(
        conflict["records"][1]["gold"]["findings"],
        serde_json::json!(["HIS-001"])
    );

    let refused = traced.event(5);
    assert_eq!(outcomes(&refused), ["quarantined"]);
    let detail = &refused["deliveries"][0]["detail"];
    assert_eq!(detail["rule"], "ADT-004");
    assert_eq!(
        (&detail["field"], &detail["state"]),
        (&"occurred_at".into(), &"open".into())
    );
    assert_eq!(refused["records"], serde_json::json!([]));
    let at = &refused["deliveries"][0];
    let at = format!(
        "{}/{}/{}",
        at["topic"].as_str().unwrap(),
        at["partition"],
        at["offset"]
    );
    let by_offset = traced.text(&at);
    assert!(
        by_offset.contains("quarantined by ADT-004: occurred_at is missing"),
        "{by_offset}"
    );

    let repaired = traced.event(6);
    let repairs = repaired["records"][0]["repairs"].as_array().unwrap();
    assert!(!repairs.is_empty(), "{repaired}");
    // The discharge states the good number again.
    assert_eq!(
        changes(&repaired, 0),
        [
            "made dim_patient",
            "made dim_patient",
            "changed dim_patient"
        ]
    );

    let late = traced.event(7);
    let expected = [
        "made dim_patient",
        "made dim_patient",
        "changed dim_patient",
    ];
    assert_eq!(changes(&late, 0)[..3], expected, "{late:#}");
    let first = &late["records"][0]["gold"]["changes"][2];
    assert_eq!(
        first["changed"]["valid_to"]["with"],
        "2026-03-02T18:00:00+00:00"
    );

    let said = traced.event(8);
    assert_eq!(changes(&said, 0), Vec::<String>::new());
    let note = said["records"][0]["notes"][0].as_str().unwrap();
    assert!(
        note.starts_with("gold would be the same without it"),
        "{note}"
    );
}

#[tokio::test]
async fn what_is_not_there_is_told() {
    let traced = Traced::new().await;
    traced.load(encounter()).await;
    let events = traced.warehouse.destination().topic().as_str().to_owned();
    for (target, words) in [
        (
            Uuid::from_u128(99).to_string(),
            "not received yet, or by another one",
        ),
        (
            format!("{events}/0/99"),
            "was not received yet: the partition is loaded up to offset",
        ),
        (format!("{events}/99/0"), "has never read partition 99"),
        (
            "SOWETO-EAST/2026-03-02/charges:2".into(),
            "was not taken yet, or by another warehouse",
        ),
    ] {
        let refusal = traced.say(&["trace", &target]).refusal().to_owned();
        assert!(refusal.contains(words), "{refusal}");
    }
    let said = traced.say(&["trace", "7"]);
    assert_eq!(said.code, Some(2));
    assert!(said.err.contains("of them digits, is no UUID"), "{said:?}");

    // A database without tables.
    let client = traced.warehouse.superuser().await;
    let drop = "drop table public.refinery_schema_history";
    client.batch_execute(drop).await.unwrap();
    let said = traced.say(&["trace", &Uuid::from_u128(1).to_string()]);
    assert!(
        said.refusal().contains("run `database migrate`"),
        "{said:?}"
    );
}

/// Names the line of `record` in `file`.
const LINE: &str = "select format('%s/%s/%s:%s', coalesce(file.hospital_code, 'network'), file.extract_date, \
                    file.kind, line)";

/// A line of each file, and one that was refused; a record of each outcome, by its coordinates.
#[tokio::test]
async fn lines_of_extracts_are_traced() {
    let traced = Traced::new().await;
    let faults = traced.home.folder().join("faults.toml");
    let rates = generators::fault::Class::ALL.map(|class| format!("{} = 1.5\n", class.as_str()));
    std::fs::write(&faults, rates.concat()).unwrap();
    let flow = ["--days", "1", "--faults", faults.to_str().unwrap()];
    let run = [&["run", "--json"], &flow[..]].concat();
    assert_eq!(traced.say(&run).json()["verification"]["green"], true);

    for (kind, fact) in [
        ("patients", "dim_patient"),
        ("encounters", ""),
        ("diagnoses", "made fact_diagnosis"),
        ("procedures", "made fact_procedure"),
        ("medications", "made fact_medication"),
        ("charges", "made fact_charge"),
        ("people", "made dim_person"),
        ("hospital_patients", "made fact_registration"),
        ("staff", ""),
    ] {
        let sql = format!(
            "{LINE} from silver.{kind} as record join bronze.file as file using (file_id)
             where line is not null order by file.extract_date, line limit 1"
        );
        let line = traced.one(&sql).await;
        let trace = traced.json(&line);
        assert_eq!(outcomes(&trace), ["loaded"], "{trace:#}");
        assert_eq!(trace["records"].as_array().unwrap().len(), 1);
        let changes = changes(&trace, 0);
        let is_told = fact.is_empty() || changes.iter().any(|it| it.contains(fact));
        assert!(is_told, "{changes:?}");
        assert!(
            traced
                .text(&line)
                .contains(&format!("Silver: silver.{kind}"))
        );
    }

    let refused = "select format('%s/%s/%s:%s', hospital_code, extract_date, kind, line)
                   from ops.quarantine join bronze.file using (file_id) order by file_id, line limit 1";
    let refused = traced.one(refused).await;
    assert_eq!(outcomes(&traced.json(&refused)), ["quarantined"]);
    let refusal = traced.say(&["trace", "SOWETO-EAST/2026-03-02/encounters:9999999"]);
    assert!(
        refusal
            .refusal()
            .contains("is beyond the end: the file has")
    );

    // A truncated one has no id.
    for table in ["silver.adt_record", "ops.duplicate", "ops.quarantine"] {
        let sql = format!(
            "select format('%s/%s/%s', topic, partition, kafka_offset) from {table} join ops.kafka_topic using (topic_id)
             order by kafka_offset desc limit 1"
        );
        let at = traced.one(&sql).await;
        let trace = traced.json(&at);
        let (_, offset) = at.rsplit_once('/').unwrap();
        let asked = trace["deliveries"].as_array().unwrap().iter();
        assert!(
            asked
                .map(|it| it["offset"].to_string())
                .any(|it| it == offset),
            "{trace:#}"
        );
    }
    for table in ["silver.staff_statement", "silver.department_statement"] {
        for origin in ["topic_id", "file_id"] {
            let id = format!(
                "select statement_id::text from {table} where {origin} is not null limit 1"
            );
            let id = traced.one(&id).await;
            assert_eq!(outcomes(&traced.json(&id)), ["loaded"], "{table}, {origin}");
        }
        // By its line as by its id.
        let line = format!(
            "{LINE} from {table} as record join bronze.file as file using (file_id) limit 1"
        );
        let line = traced.one(&line).await;
        let by_line = traced.json(&line);
        assert_eq!(by_line["records"][0]["table"], table);
        let id = by_line["records"][0]["row"]["statement_id"].as_str();
        let by_id = traced.json(id.unwrap());
        assert_eq!(by_id["records"][0], by_line["records"][0]);
        assert_eq!(by_id["deliveries"], by_line["deliveries"]);
    }
}
