//! Statements about staff and departments: their versions, and the facts that follow departments.

use chrono::{DateTime, TimeDelta, Utc};
use database::load::{Load, LoadError, Loader};
use database::{DatabaseError, Topic, key, offset, refold, seed};
use domain::clean::{Clean, Cleaner};
use domain::department::DepartmentStatement;
use domain::department_event::DepartmentEvent;
use domain::record::CleanedEvent;
use domain::staff::CleanedStaff;
use domain::staff_event::{StaffEvent, StaffPerson};
use uuid::Uuid;

use super::partition::{self, Partition, now};
use super::random::Random;
use super::ward_life::{self, WardLife, start, text};
use super::warehouse::{Role, Warehouse, network};

/// Registers a topic of statements, one partition from offset 0.
pub(crate) async fn topic(warehouse: &Warehouse, name: &str) -> Topic {
    let mut client = warehouse.client(Role::Loader).await;
    key::require_key(&client, &ward_life::key()).await.unwrap();
    let topic = Topic::register_without_patients(&mut client, "cluster", name, 1)
        .await
        .unwrap();
    offset::begin(&client, &topic, 0, 0).await.unwrap();
    topic
}

fn cleaned<E: Clean>(event: &E, content: u128) -> E::Cleaned {
    let hospitals = network().hospitals.into_iter();
    let zones = hospitals.map(|hospital| (hospital.code, hospital.time_zone));
    let cleaner = Cleaner::new(ward_life::key(), zones);
    event.clean(&cleaner, Uuid::from_u128(content)).unwrap()
}

fn at(hours: i64) -> DateTime<Utc> {
    start() + TimeDelta::hours(hours)
}

/// The number of a statement is its content, too.
fn staff(number: u128, id: &str, hours: i64, status: &str, shift: &str) -> CleanedStaff {
    let event = StaffEvent {
        event_id: Some(Uuid::from_u128(number % 1_000).to_string()),
        effective_at: Some(text(at(hours))),
        recorded_at: Some(text(at(i64::try_from(number / 1_000).unwrap()))),
        hospital_code: Some(network().hospitals[0].code.clone()),
        staff_id: Some(id.to_owned()),
        status: Some(status.to_owned()),
        shift: Some(shift.to_owned()),
        replaces_staff_id: (id != "S1").then(|| "S1".to_owned()),
        identity: Some(StaffPerson {
            last_name: Some(format!("Canary{number}")),
            ..StaffPerson::default()
        }),
        ..StaffEvent::default()
    };
    cleaned(&event, number)
}

/// Several members with ties, changes and contents that conflict.
pub(crate) fn staff_life() -> Vec<CleanedStaff> {
    let mut random = Random::new(11);
    let statements = (0..120).map(|number| {
        let id = ["S1", "S2", "S3", "S4"][random.below(4)];
        let status = ["assigned", "left", "employed"][random.below(3)];
        let shift = ["day", "night"][random.below(2)];
        let hours = i64::try_from(random.below(15)).unwrap();
        // One number in four is another content of an earlier statement.
        let number = if number % 4 == 3 {
            number - 1 + 1_000
        } else {
            number
        };
        staff(number, id, hours, status, shift)
    });
    statements.collect()
}

pub(crate) async fn load<T: Load + Clone>(
    loader: &mut Loader<T>,
    log: &mut Partition,
    statements: &[T],
) {
    let outcomes = statements.iter().map(|it| Ok(Box::new(it.clone())));
    loader.load(&log.batch_of(outcomes), now()).await.unwrap();
}

#[tokio::test]
async fn any_order_batches_and_copies_of_statements_give_the_same_versions() {
    let life = staff_life();
    let mut digests = Vec::new();
    for (seed, batch) in [(1, 200), (2, 7), (3, 1)] {
        let warehouse = Warehouse::new().await;
        let topic = topic(&warehouse, "staff").await;
        let mut loader = partition::loader_of(&warehouse, &topic).await;
        let mut random = Random::new(seed);
        let mut statements = life.clone();
        statements.extend_from_slice(&life[..30]);
        random.shuffle(&mut statements);
        let mut log = Partition::new(0);
        for batch in statements.chunks(batch) {
            load(&mut loader, &mut log, batch).await;
        }
        warehouse.assert_green().await;
        let duplicates = "select count(*) from ops.duplicate";
        assert_eq!(warehouse.count(duplicates).await, 30);
        digests.push(warehouse.digest().await);
    }
    assert_eq!(digests[0], digests[1]);
    assert_eq!(digests[0], digests[2]);
    let versions = digests[0]
        .tables
        .iter()
        .find(|it| it.name == "gold.dim_staff");
    assert!(versions.unwrap().rows > 20, "{versions:?}");
}

#[tokio::test]
async fn who_replaces_somebody_starts_when_the_other_leaves_and_nobody_is_named() {
    let warehouse = Warehouse::new().await;
    let topic = topic(&warehouse, "staff").await;
    let mut loader = partition::loader_of(&warehouse, &topic).await;
    let statements = [
        staff(1, "S2", 10, "assigned", "day"),
        staff(2, "S1", 10, "left", "day"),
        staff(3, "S1", 0, "assigned", "day"),
    ];
    load(&mut loader, &mut Partition::new(0), &statements).await;
    let joined = "select count(*) from gold.staff_versions as before
        join gold.staff_versions as after on after.replaces_staff_pseudonym = before.staff_pseudonym
        where before.status = 'assigned' and after.status = 'assigned' and before.valid_to = after.valid_from";
    assert_eq!(warehouse.count(joined).await, 1);
    let named = "select count(*) from vault.staff where last_name like 'Canary%'";
    assert_eq!(warehouse.count(named).await, 2);
    warehouse.assert_green().await;
}

fn department(number: u128, code: &str, hours: i64, name: &str) -> DepartmentStatement {
    let hospital = &network().hospitals[0];
    let event = DepartmentEvent {
        event_id: Some(Uuid::from_u128(number).to_string()),
        effective_at: Some(text(at(hours))),
        recorded_at: Some(text(at(hours))),
        hospital_code: Some(hospital.code.clone()),
        department_code: Some(code.to_owned()),
        name: Some(name.to_owned()),
        kind: Some("medicine".to_owned()),
        beds: Some(20),
        ..DepartmentEvent::default()
    };
    cleaned(&event, number)
}

/// Changes of departments that the patients of `WardLife` are in, one that it does not know at first
/// among them, from a time within their stays.
pub(crate) fn department_life() -> Vec<DepartmentStatement> {
    let departments = &network().hospitals[0].departments;
    let (one, other) = (&departments[0].code, &departments[1].code);
    vec![
        department(1, one, 200, "One, renamed"),
        department(2, other, 100, "Other, renamed"),
        department(3, one, 90, "One, renamed before"),
        department(4, "NOWHERE", 150, "Known at last"),
        department(5, other, 300, "Other, renamed again"),
    ]
}

pub(crate) fn patients() -> Vec<CleanedEvent> {
    let mut life = WardLife::new(8);
    let patients = (0..12).map(|patient| life.patient(&format!("P{patient}"), 25));
    patients.flatten().collect()
}

pub(crate) async fn settle(warehouse: &Warehouse) -> u64 {
    let mut client = warehouse.client(Role::Loader).await;
    let folded = refold::settle(&mut client).await.unwrap();
    assert!(refold::is_settled(&client).await.unwrap());
    folded
}

#[tokio::test]
async fn a_late_change_of_a_department_moves_facts_to_the_version_of_their_time() {
    let warehouse = Warehouse::new().await;
    let events = partition::registered_topic(&warehouse).await;
    let mut lane = partition::loader(&warehouse, &events).await;
    let mut log = Partition::new(0);
    let patients = patients();
    lane.load(&log.batch(&patients[..200]), now())
        .await
        .unwrap();
    let unknown = "select count(*) from silver.finding where rule = 'HIS-002'";
    assert!(warehouse.count(unknown).await > 0);

    let departments = topic(&warehouse, "departments").await;
    let mut changes = Partition::new(0);
    let mut others = 0;
    for stated in &department_life() {
        let mut loader = partition::loader_of(&warehouse, &departments).await;
        load(&mut loader, &mut changes, std::slice::from_ref(stated)).await;
        others += settle(&warehouse).await;
        warehouse.assert_green().await;
    }
    assert!(others > 12, "{others}");
    assert_eq!(warehouse.count(unknown).await, 0);
    let refused = lane.load(&log.batch(&patients[200..]), now()).await;
    assert!(matches!(refused, Err(LoadError::ReferenceChanged)));

    // The same departments first, all at once and in another order.
    let other = Warehouse::new().await;
    let departments = topic(&other, "departments").await;
    let mut loader = partition::loader_of(&other, &departments).await;
    let mut life = department_life();
    life.reverse();
    load(&mut loader, &mut Partition::new(0), &life).await;
    assert_eq!(settle(&other).await, 0, "nobody is there yet");
    let events = partition::registered_topic(&other).await;
    let mut lane = partition::loader(&other, &events).await;
    let batch = Partition::new(0).batch(&patients[..200]);
    lane.load(&batch, now()).await.unwrap();
    other.assert_green().await;
    assert_eq!(warehouse.digest().await, other.digest().await);
}

#[tokio::test]
async fn what_was_left_undone_is_told_and_done_later() {
    let warehouse = Warehouse::new().await;
    let events = partition::registered_topic(&warehouse).await;
    let mut lane = partition::loader(&warehouse, &events).await;
    let batch = Partition::new(0).batch(&patients());
    lane.load(&batch, now()).await.unwrap();
    let departments = topic(&warehouse, "departments").await;
    let mut loader = partition::loader_of(&warehouse, &departments).await;
    load(&mut loader, &mut Partition::new(0), &department_life()).await;
    let client = warehouse.client(Role::Loader).await;
    assert!(!refold::is_settled(&client).await.unwrap());

    // Whoever folds is not disturbed.
    let lock = include_str!("../../sql/refold/lock.sql");
    client.batch_execute(lock).await.unwrap();
    let mut other = warehouse.client(Role::Loader).await;
    assert_eq!(refold::settle(&mut other).await.unwrap(), 0);
    drop(client);
    // Verifying waits for whoever folds, and does it where nobody does.
    warehouse.assert_green().await;
    assert!(refold::is_settled(&other).await.unwrap());
}

#[tokio::test]
async fn a_network_file_says_one_thing_of_a_department_and_keeps_what_others_state() {
    let warehouse = Warehouse::new().await;
    let departments = topic(&warehouse, "departments").await;
    let mut loader = partition::loader_of(&warehouse, &departments).await;
    load(&mut loader, &mut Partition::new(0), &department_life()).await;
    settle(&warehouse).await;
    let before = warehouse.digest().await;

    let mut network = network();
    let department = &mut network.hospitals[0].departments[0];
    let (code, name) = (department.code.clone(), department.name.clone());
    "Renamed in the file".clone_into(&mut department.name);
    department.wards.clear();
    let mut client = warehouse.client(Role::Loader).await;
    seed::seed(&mut client, &network).await.unwrap();
    warehouse.assert_green().await;
    let names = client
        .query(
            "select name from gold.department_versions where department_code = $1
             and hospital_code = $2 order by valid_from nulls first",
            &[&code, &network.hospitals[0].code],
        )
        .await
        .unwrap();
    let names: Vec<String> = names.iter().map(|row| row.get(0)).collect();
    let expected = ["Renamed in the file", "One, renamed before", "One, renamed"];
    assert_eq!(names, expected);
    assert_ne!(warehouse.digest().await, before);

    name.clone_into(&mut network.hospitals[0].departments[0].name);
    seed::seed(&mut client, &super::warehouse::network())
        .await
        .unwrap();
    assert_eq!(warehouse.digest().await, before);
}

#[tokio::test]
async fn wards_that_a_network_file_changes_are_judged_anew() {
    let warehouse = Warehouse::new().await;
    let events = partition::registered_topic(&warehouse).await;
    let mut lane = partition::loader(&warehouse, &events).await;
    let batch = Partition::new(0).batch(&patients());
    lane.load(&batch, now()).await.unwrap();
    warehouse.assert_green().await;
    let findings = "select count(*) from silver.finding where rule in ('HIS-009', 'HIS-010')";
    let before = warehouse.count(findings).await;
    assert!(before > 0, "the wards of these patients are invented");

    let mut network = network();
    let departments = &mut network.hospitals[0].departments;
    for department in departments {
        department.wards.truncate(1);
        department.wards[0].code = "W1".to_owned();
        department.wards[0].beds = 4;
    }
    let mut client = warehouse.client(Role::Loader).await;
    assert!(seed::seed(&mut client, &network).await.unwrap() > 0);
    warehouse.assert_green().await;
    let bed = "select count(*) from silver.finding where rule = 'HIS-010'";
    assert!(warehouse.count(bed).await > 0);
    let after = warehouse.count(findings).await;
    assert!((1..before).contains(&after), "{after} of {before}");

    for department in &mut network.hospitals[0].departments {
        department.wards.clear();
    }
    seed::seed(&mut client, &network).await.unwrap();
    assert_eq!(warehouse.count(findings).await, 0);
    warehouse.assert_green().await;
}

#[tokio::test]
async fn a_topic_of_statements_has_no_shards() {
    let warehouse = Warehouse::new().await;
    topic(&warehouse, "staff").await;
    let shards = "select count(*) from ops.shard";
    assert_eq!(warehouse.count(shards).await, 0);
    partition::registered_topic(&warehouse).await;
    topic(&warehouse, "staff").await;
    assert_eq!(
        warehouse.count(shards).await,
        i64::from(partition::PARTITIONS)
    );
    let mut client = warehouse.client(Role::Loader).await;
    let refused = Topic::register_without_patients(&mut client, "cluster", "staff", 2).await;
    assert!(matches!(refused, Err(DatabaseError::State(_))));
    warehouse.assert_green().await;
}

#[tokio::test]
async fn a_loose_version_of_staff_is_refused() {
    let warehouse = Warehouse::new().await;
    let loader = warehouse.client(Role::Loader).await;
    let insert = "insert into gold.dim_staff (
            staff_key, staff_pseudonym, hospital_code, status, valid_from, valid_to, is_current
        ) values
        (gen_random_uuid(), '00000000-0000-0000-0000-000000000001', 'A', 'assigned', '2026-03-02', '2026-03-03', false),
        (gen_random_uuid(), '00000000-0000-0000-0000-000000000001', 'A', 'left', 'BEGIN', 'infinity', true)";
    let loose = insert.replace("BEGIN", "2026-03-04");
    let error = loader.batch_execute(&loose).await.unwrap_err();
    let constraint = error.as_db_error().unwrap().constraint();
    assert_eq!(constraint, Some("dim_staff_joined"));
    let joined = insert.replace("BEGIN", "2026-03-03");
    loader.batch_execute(&joined).await.unwrap();
}
