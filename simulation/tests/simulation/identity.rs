//! Identity stays in four places (design 1.6): it is planted, and looked for in all others.

use domain::staff_event::StaffEvent;
use platform::codec::{AdtEncoder, Encoder};
use platform::kafka::{ClientLog, Cluster, Topic, TopicSpec, create_producer};
use platform::registry::Registry;
use producer::progress::Progress;
use producer::resumption::Resume;
use producer::speed::Speed;
use producer::transmission::transmit;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use tokio_util::sync::CancellationToken;

use super::canary::{self, ENCOUNTER_NUMBER, FIRST_NAME, ID_NUMBER, LAST_NAME, PATIENT_NUMBER};
use super::command::{Said, simulation};
use super::exposure::{exposed_tables, found_in, kafka_beside_identity, service_logs};
use super::home::TestHome;
use super::small_extract::SmallExtract;
use super::warehouse::Warehouse;

/// Each crate that the platform quietens is asked for by name, as somebody who looks for a fault would.
const LOUDEST: &str =
    "trace,apache_avro=trace,hyper=trace,rdkafka=trace,reqwest=trace,tokio_postgres=trace";

#[tokio::test]
async fn identity_stays_in_its_four_places() {
    let warehouse = Warehouse::new().await;
    let good = canary::good_events().len() as u64;
    let refused = send(&warehouse).await;
    let home = TestHome::new();

    let said = run(&warehouse, &home, &["--events", "20", "--report"]);
    let json = said.json();
    assert_eq!(json["rows"]["silver.adt_record"], good + 20, "{json}");
    assert_eq!(json["rows"]["ops.quarantine"], refused);
    // Logs were loud indeed: the driver told the parameters of its statements.
    assert!(said.err.contains("PatientIdentityRow(secret)"));
    assert!(said.err.contains("StaffIdentityRow(secret)"));
    assert_eq!(json["verification"]["green"], true);
    assert_unexposed("a run", &said);
    rows_of_an_extract_are_refused(&warehouse, &home);
    reports_are_unexposed(&home);

    let client = warehouse.superuser().await;
    let open = exposed_tables(&client, &["bronze", "vault"], true).await;
    assert_eq!(open, Vec::<String>::new());
    // The same look finds what is kept where it may be.
    let closed = exposed_tables(&client, &["bronze", "vault"], false).await;
    for table in [
        "bronze.kafka_record",
        "vault.encounter",
        "vault.patient",
        "vault.staff",
    ] {
        assert!(closed.contains(&table.to_owned()), "{closed:?}");
    }
    let person = client
        .query_one(
            "select count(*) from silver.adt_record where person_pseudonym is not null
                 and patient_pseudonym in (select patient_pseudonym from vault.patient
                     where patient_id = $1)",
            &[&PATIENT_NUMBER],
        )
        .await
        .unwrap();
    // One event has a number with a wrong check digit.
    assert_eq!(person.get::<_, i64>(0).unsigned_abs(), good - 1);
    reasons_name_shapes(&client, refused).await;

    let beside = kafka_beside_identity(&warehouse.kafka);
    assert!(beside.contains("wardflow.run: flow:seed=42"), "{beside}");
    assert_eq!(found_in(&beside), Vec::<String>::new());
    assert_service_logs_are_unexposed();
}

/// PostgreSQL tells the row that a constraint refuses, to whoever listens.
#[tokio::test]
async fn what_only_the_database_refuses_is_told_without_identity() {
    let warehouse = Warehouse::new().await;
    send(&warehouse).await;
    let client = warehouse.superuser().await;
    let constraint = format!(
        "alter table vault.patient
         add constraint no_canary check (last_name is distinct from '{LAST_NAME}')"
    );
    client.batch_execute(&constraint).await.unwrap();
    let said = run(&warehouse, &TestHome::new(), &["--events", "20"]);
    assert_eq!(said.json()["verification"]["green"], true);
    assert!(said.err.contains("a record is refused"));
    assert_unexposed("a run of which the database refuses records", &said);
    let reasons = "select distinct reason from ops.quarantine where rule = 'WHS-001'";
    let reasons = client.query(reasons, &[]).await.unwrap();
    let reasons: Vec<&str> = reasons.iter().map(|row| row.get(0)).collect();
    let expected = "the database refused to write the vault: SQLSTATE 23514 in vault.patient, constraint no_canary";
    assert_eq!(reasons, [expected]);
    let open = exposed_tables(&client, &["bronze", "vault"], true).await;
    assert_eq!(open, Vec::<String>::new());
    assert_service_logs_are_unexposed();
}

/// Sends all canaries; returns how many of them are to be refused.
async fn send(warehouse: &Warehouse) -> u64 {
    let client: BaseProducer<ClientLog> = create_producer(&warehouse.kafka, ClientLog).unwrap();
    let refused = send_events(warehouse, &client).await + send_staff(warehouse, &client).await;
    client.flush(std::time::Duration::from_secs(30)).unwrap();
    refused
}

/// Sends the canaries among events; returns how many of them are to be refused.
pub(super) async fn send_events(warehouse: &Warehouse, client: &BaseProducer<ClientLog>) -> u64 {
    let shutdown = CancellationToken::new();
    let destination = warehouse.destination();
    let connection = destination
        .open("canaries".to_owned(), Resume::Strictly, &shutdown)
        .await
        .unwrap();
    let refused = canary::refused_events();
    let events = canary::good_events().into_iter().chain(refused.clone());
    let progress = &mut Progress::silent();
    let sent = transmit(events, connection, Speed::Max, progress, &shutdown).await;
    assert_eq!(sent.unwrap().unacknowledged, 0);

    let registry = Registry::new(&warehouse.registry).unwrap();
    let topic = destination.topic();
    let encoder = AdtEncoder::register(&registry, &topic.value_subject())
        .await
        .unwrap();
    let other_subject = format!("{}other-value", warehouse.kafka.topic_prefix);
    let other_types = registry
        .register(&other_subject, canary::OTHER_TYPES)
        .await
        .unwrap();
    let payload = encoder.encode(&canary::good_events()[0]).unwrap();
    let unreadable = canary::unreadable(&payload, encoder.schema_id(), other_types);
    for (key, value) in &unreadable {
        let mut record = BaseRecord::to(topic.as_str()).key(key);
        record.payload = value.as_ref();
        client.send(record).map_err(|(error, _)| error).unwrap();
    }
    (refused.len() + unreadable.len()) as u64
}

/// Sends the canaries among staff; returns how many of them are to be refused.
async fn send_staff(warehouse: &Warehouse, client: &BaseProducer<ClientLog>) -> u64 {
    let topic = Topic::Staff.name(&warehouse.kafka.topic_prefix);
    let spec = TopicSpec::new(topic.clone(), Topic::Staff.retention());
    let cluster = Cluster::connect(&warehouse.kafka).unwrap();
    let spec = spec.with_partitions(Topic::Staff.partitions());
    cluster.ensure_topic(&spec).await.unwrap();
    let registry = Registry::new(&warehouse.registry).unwrap();
    let encoder = Encoder::<StaffEvent>::register(&registry, &topic.value_subject()).await;
    let encoder = encoder.unwrap();
    let events = canary::staff_events();
    for event in &events {
        let key = event.key().unwrap_or_default();
        let payload = encoder.encode(event).unwrap();
        let record = BaseRecord::to(topic.as_str()).key(&key).payload(&payload);
        client.send(record).map_err(|(error, _)| error).unwrap();
    }
    events.len() as u64 - 1
}

/// A run with services that the environment names, telling as much as it can.
fn run(warehouse: &Warehouse, home: &TestHome, arguments: &[&str]) -> Said {
    let mut command = simulation(home, &["run", "--json"]);
    command
        .args(arguments)
        .envs(warehouse.environment())
        .env("RUST_LOG", LOUDEST);
    Said::of(&command.output().unwrap())
}

fn assert_unexposed(what: &str, said: &Said) {
    assert_eq!(found_in(&said.out), Vec::<String>::new(), "{what}");
    assert_eq!(found_in(&said.err), Vec::<String>::new(), "{what}");
}

/// Lines of files are refused with what is wrong, not with who it is.
fn rows_of_an_extract_are_refused(warehouse: &Warehouse, home: &TestHome) {
    let extract = SmallExtract::new();
    let admission = format!(
        "2,{ID_NUMBER},{ENCOUNTER_NUMBER},2150-01-01 09:00:00,2150-01-04 12:00:00,,\
         EMERGENCY,CLINIC,HOME,Medicare,,,,WHITE,,,,0,1\n\
         3,11,{PATIENT_NUMBER},2150-02-01 09:00:00,2150-02-04 12:00:00,{FIRST_NAME},\
         EMERGENCY,CLINIC,HOME,Medicare,,,,WHITE,,,,1,1\n"
    );
    extract.append("ADMISSIONS.csv", &admission);
    let patient = format!("2,{PATIENT_NUMBER},F,{LAST_NAME},,,,0\n3,{LAST_NAME},F,,,,,0\n");
    extract.append("PATIENTS.csv", &patient);
    let transfer = format!("4,{ID_NUMBER},{LAST_NAME},,carevue,admit,,MICU,,52,,,\n");
    extract.append("TRANSFERS.csv", &transfer);
    let dir = extract.path().to_str().unwrap();
    let said = run(warehouse, home, &["--source", "mimic", "--dir", dir]);
    assert_eq!(said.json()["sent"]["events"], 3, "{said:?}");
    let refused = said.err.lines().filter(|line| line.contains(".csv:"));
    assert!(refused.count() >= 5, "{said:?}");
    assert_unexposed("an extract with refused rows", &said);
}

/// The page and the pictures, which tell of each of the refused records.
fn reports_are_unexposed(home: &TestHome) {
    let mut pages = 0;
    for file in std::fs::read_dir(home.path().join("report")).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        assert_eq!(found_in(&text), Vec::<String>::new());
        pages += usize::from(text.contains("of them digits"));
    }
    assert_eq!(pages, 1);
}

/// Reasons about a field of identity tell how long the value is, and those about bytes where they
/// stand.
async fn reasons_name_shapes(client: &tokio_postgres::Client, refused: u64) {
    let rows = client
        .query(
            "select rule, coalesce(field, ''), reason from ops.quarantine",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(rows.len() as u64, refused);
    for row in &rows {
        let (rule, field, reason): (&str, &str, &str) = (row.get(0), row.get(1), row.get(2));
        assert_eq!(found_in(reason), Vec::<String>::new());
        let is_missing = reason == "is missing";
        if rule != "ADT-001" && field.starts_with("identity.") && !is_missing {
            assert!(reason.contains("of them digits"), "{field} {reason}");
        }
    }
}

/// PostgreSQL's above all: it has refused rows with identity.
fn assert_service_logs_are_unexposed() {
    if std::env::var_os("WARDFLOW_TEST_SUPERUSER_URL").is_some() {
        return; // Its log is its owner's.
    }
    let logs = service_logs();
    let is_there = |name: &str| logs.iter().any(|(path, _)| path.ends_with(name));
    assert!(is_there("postgres.log"));
    for (path, text) in &logs {
        assert_eq!(found_in(text), Vec::<String>::new(), "{}", path.display());
    }
}
