//! A patient who is erased, before, amid or after the loading of the records, leaves what a warehouse
//! holds that never got them.

use std::path::PathBuf;
use std::time::Duration;

use database::Topic;
use database::erasure::{Eraser, ErasureError, Found};
use database::load::{Batch, Incoming, LoadError, Loaded, Loader};
use domain::clean::Refusal;
use domain::record::CleanedEvent;
use domain::rule::record::UNREADABLE;
use domain::shard::shard_of;
use uuid::Uuid;

use super::partition::{self, PARTITIONS, Partition, now};
use super::random::Random;
use super::ward_life::{WardLife, key};
use super::warehouse::{Role, Warehouse, network};

/// The patient who is erased.
const CANARY: &str = "77120451";

fn hospital() -> String {
    network().hospitals[0].code.clone()
}

fn canary() -> Uuid {
    key().patient(&hospital(), CANARY)
}

/// A warehouse with lanes, and all records that they were ever given.
struct Place {
    warehouse: Warehouse,
    topic: Topic,
    logs: Vec<Partition>,
    loader: Loader,
}

impl Place {
    async fn new() -> Self {
        let warehouse = Warehouse::new().await;
        let topic = partition::registered_topic(&warehouse).await;
        let loader = partition::loader(&warehouse, &topic).await;
        let number = |number: u32| Partition::new(i32::try_from(number).unwrap());
        Self {
            warehouse,
            topic,
            logs: (0..PARTITIONS).map(number).collect(),
            loader,
        }
    }

    /// Loads events, each from the partition of its patient.
    async fn load(&mut self, events: &[CleanedEvent]) -> Loaded {
        let mut sum = Loaded::default();
        for number in 0..PARTITIONS {
            let of_partition = |event: &&CleanedEvent| {
                let patient_id = &event.identity.patient_id;
                shard_of(&event.record.hospital_code, patient_id, PARTITIONS) == number
            };
            let log = &mut self.logs[number as usize];
            let mut batch = log.batch(events.iter().filter(of_partition));
            if batch.records.is_empty() {
                continue;
            }
            batch.records.iter_mut().for_each(with_content);
            let loaded = self.load_batch(&batch).await;
            sum.loaded += loaded.loaded;
            sum.duplicates += loaded.duplicates;
            sum.erased += loaded.erased;
        }
        sum
    }

    /// As a lane does it: where the reference data has changed it is read again.
    async fn load_batch(&mut self, batch: &Batch) -> Loaded {
        match self.loader.load(batch, now()).await {
            Err(LoadError::ReferenceChanged) => {
                self.loader = partition::loader(&self.warehouse, &self.topic).await;
                self.loader.load(batch, now()).await.unwrap()
            }
            loaded => loaded.unwrap(),
        }
    }

    async fn eraser(&self, name: &str) -> Result<Eraser, ErasureError> {
        let client = self.warehouse.client(Role::Owner).await;
        let archive = PathBuf::from("/nowhere");
        Eraser::new(client, &key(), name, (archive, Duration::ZERO)).await
    }

    /// Erases the patient; tells what there was.
    async fn erase(&self) -> Found {
        let name = format!("{}:{CANARY}", hospital());
        let mut eraser = self.eraser(&name).await.unwrap();
        let found = eraser.find().await.unwrap();
        eraser.erase(Some("ticket 82"), now()).await.unwrap();
        found
    }

    /// All text and bytes of all tables, as a dump shows them.
    async fn dump(&self) -> String {
        let client = self.warehouse.superuser().await;
        let tables = "select format('%I.%I', schemaname, tablename) from pg_tables
            where schemaname in ('bronze', 'silver', 'vault', 'gold', 'ops') and tablename <> 'dim_date'";
        let mut dump = String::new();
        for row in client.query(tables, &[]).await.unwrap() {
            let table: &str = row.get(0);
            let rows =
                format!("select coalesce(string_agg(t::text, E'\\n'), '') from {table} as t");
            dump += client.query_one(&rows, &[]).await.unwrap().get(0);
        }
        dump
    }

    async fn assert_forgotten(&self) {
        self.warehouse.assert_green().await;
        let dump = self.dump().await;
        let canary = domain::digest::hexadecimal(CANARY.as_bytes());
        assert!(!dump.contains(CANARY) && !dump.contains(&canary));
    }
}

/// The record holds who it is about, as Kafka's do.
fn with_content(record: &mut Incoming) {
    let event = record.outcome.as_ref().unwrap();
    let (hospital, patient) = (&event.record.hospital_code, &event.identity.patient_id);
    record.key = Some(format!("{hospital}:{patient}").into_bytes());
    record.payload = Some(format!("payload of {patient}").into_bytes());
    record.headers = Some(vec![Some(patient.clone().into_bytes()), None]);
}

/// Some patients' records in disorder, some of them twice; and those without the one who is erased.
fn records(random: &mut Random, seed: u64) -> (Vec<CleanedEvent>, Vec<CleanedEvent>) {
    let mut life = WardLife::new(seed);
    let mut records = Vec::new();
    for patient in ["1", "2", "3", "4", CANARY] {
        records.extend(life.patient(patient, 8));
    }
    for _ in 0..10 {
        records.push(records[random.below(records.len())].clone());
    }
    random.shuffle(&mut records);
    let others = records.iter().filter(|it| it.identity.patient_id != CANARY);
    let others = others.cloned().collect();
    (records, others)
}

#[tokio::test]
async fn erased_before_amid_or_after_and_replayed_a_patient_has_never_been() {
    for seed in 1..=4 {
        let random = &mut Random::new(seed);
        let (records, others) = records(random, seed);
        let of_canary = (records.len() - others.len()) as u64;
        let mut never = Place::new().await;
        never.load(&others).await;
        let expected = never.warehouse.digest().await;

        let mut place = Place::new().await;
        let moment = [
            0,
            records.len(),
            records.len() / 2,
            random.below(records.len()),
        ];
        let moment = moment[usize::try_from(seed).unwrap() % 4];
        for some in records[..moment].chunks(1 + random.below(20)) {
            place.load(some).await;
        }
        if random.percent(50) {
            // The hours that the patient's records close are counted already.
            place.warehouse.digest().await;
        }
        let found = place.erase().await;
        let is_canary = |event: &CleanedEvent| event.identity.patient_id == CANARY;
        let is_known = records[..moment].iter().any(is_canary);
        assert_eq!(found.is_unknown(), !is_known, "seed {seed}");
        for some in records[moment..].chunks(1 + random.below(20)) {
            place.load(some).await;
        }
        assert_eq!(place.warehouse.digest().await, expected, "seed {seed}");
        place.assert_forgotten().await;

        // A replay of everything finds all others there.
        let again = place.load(&records).await;
        assert_eq!((again.loaded, again.erased), (0, of_canary), "seed {seed}");
        assert_eq!(place.warehouse.digest().await, expected, "seed {seed}");
        place.assert_forgotten().await;
        let erased = "select count(*) from ops.erased_record";
        let erased = place.warehouse.count(erased).await;
        assert_eq!(erased.unsigned_abs(), 2 * of_canary, "seed {seed}");
    }
}

#[tokio::test]
async fn a_digest_with_the_patient_is_another_one() {
    let (records, others) = records(&mut Random::new(1), 1);
    let mut digests = Vec::new();
    for events in [records, others] {
        let mut place = Place::new().await;
        place.load(&events).await;
        digests.push(place.warehouse.digest().await);
    }
    assert_ne!(digests[0], digests[1]);
}

/// Refused records: one under the patient's key, one that names the patient in its value, one that
/// does not; and a good one of another patient under the patient's key.
fn refused(log: &mut Partition, mentions: [bool; 3], other: &CleanedEvent) -> Batch {
    let refusal = || {
        Err(Refusal {
            rule: &UNREADABLE,
            field: None,
            reason: "truncated".to_owned(),
        })
    };
    let outcomes = [refusal(), refusal(), refusal(), Ok(Box::new(other.clone()))];
    let mut batch: Batch = log.batch_of(outcomes);
    let key = format!("{}:{CANARY}", hospital()).into_bytes();
    let value = format!("\x02\x10{}\x02\x10{CANARY}\x02", hospital()).into_bytes();
    let contents = [
        (key.clone(), b"...".to_vec()),
        (b"lost".to_vec(), value),
        (b"other".to_vec(), b"77120452".to_vec()),
        (key, b"of another".to_vec()),
    ];
    for (record, (key, value)) in batch.records.iter_mut().zip(contents) {
        (record.key, record.payload) = (Some(key), Some(value));
    }
    for (record, mentions) in batch.records.iter_mut().zip(mentions) {
        record.mentions = mentions.then(canary);
    }
    batch
}

const OUTCOMES: &str = "
    select (select count(*) from ops.quarantine) * 100
        + (select count(*) from ops.erased_record) * 10
        + (select count(*) from silver.adt_record)";

#[tokio::test]
async fn refused_records_that_name_the_patient_go_too_and_a_wrong_key_with_them() {
    let other = WardLife::new(3).patient("1", 1).remove(0);
    let mut place = Place::new().await;
    let batch = refused(&mut place.logs[2], [false; 3], &other);
    place.load_batch(&batch).await;
    assert_eq!(place.warehouse.count(OUTCOMES).await, 301);
    assert_eq!(place.erase().await.refused_records, 2);
    assert_eq!(place.warehouse.count(OUTCOMES).await, 121);
    place.assert_forgotten().await;

    // Those that come later do not stay either; cleaning tells which they are.
    let mut batch = refused(&mut place.logs[2], [true, true, false], &other);
    batch.records[3].mentions = Some(canary());
    place.load_batch(&batch).await;
    assert_eq!(place.warehouse.count(OUTCOMES).await, 241);
    place.assert_forgotten().await;
}

#[tokio::test]
async fn an_erasure_that_races_lanes_wins() {
    let (records, others) = records(&mut Random::new(7), 7);
    let mut never = Place::new().await;
    never.load(&others).await;
    let expected = never.warehouse.digest().await;
    for pause_ms in [0, 30, 150] {
        let mut place = Place::new().await;
        let name = format!("{}:{CANARY}", hospital());
        let mut eraser = place.eraser(&name).await.unwrap();
        let erase = async {
            tokio::time::sleep(Duration::from_millis(pause_ms)).await;
            eraser.erase(None, now()).await.unwrap();
        };
        let load = async {
            for some in records.chunks(3) {
                place.load(some).await;
            }
        };
        tokio::join!(erase, load);
        assert_eq!(place.warehouse.digest().await, expected, "{pause_ms} ms");
        place.assert_forgotten().await;
    }
}

#[tokio::test]
async fn who_cannot_be_meant_is_told_without_identity() {
    let place = Place::new().await;
    let cases = [
        ("77120451", "HOSPITAL:ID"),
        ("ROSEBANK: ", "HOSPITAL:ID"),
        (
            "NOWHERE:77120451",
            "there is no hospital of that code: known are ",
        ),
    ];
    for (name, words) in cases {
        let refused = place.eraser(name).await.err().unwrap().to_string();
        assert!(refused.contains(words), "{refused}");
        assert!(!refused.contains(CANARY));
    }
    let name = format!("{}:{CANARY}", hospital());
    let mut eraser = place.eraser(&name).await.unwrap();
    assert!(!format!("{:?}", eraser.patient()).contains(CANARY));
    let refused = eraser.erase(Some("of 77120451"), now()).await;
    assert!(matches!(refused, Err(ErasureError::Reason)));

    let other_key = domain::pseudonym::PseudonymKey::new(&[8; 32]).unwrap();
    let client = place.warehouse.client(Role::Owner).await;
    let at = (PathBuf::from("/nowhere"), Duration::ZERO);
    let refused = Eraser::new(client, &other_key, &name, at).await.err();
    let refused = refused.unwrap().to_string();
    assert!(refused.contains("another pseudonym key"), "{refused}");
    // The loader may not.
    let client = place.warehouse.client(Role::Loader).await;
    let at = (PathBuf::from("/nowhere"), Duration::ZERO);
    let mut eraser = Eraser::new(client, &key(), &name, at).await.unwrap();
    let refused = eraser.erase(None, now()).await.unwrap_err().to_string();
    assert!(
        refused.contains("permission denied for table erasure"),
        "{refused}"
    );
}

#[tokio::test]
async fn broken_off_anywhere_and_run_again_it_ends_complete() {
    let steps = [
        "before insert on ops.erasure",
        "before delete on silver.adt_record",
        "before delete on vault.patient",
        "before update on bronze.kafka_record",
        "before insert on ops.census_witness",
        "before update on ops.erasure",
    ];
    let (records, others) = records(&mut Random::new(9), 9);
    let mut never = Place::new().await;
    never.load(&others).await;
    let expected = never.warehouse.digest().await;
    for step in steps {
        let mut place = Place::new().await;
        place.load(&records).await;
        let superuser = place.warehouse.superuser().await;
        let broken = format!(
            "create function public.break_off() returns trigger language plpgsql as
             $$ begin raise exception 'broken off'; end $$;
             create trigger break_off {step} for each statement execute function public.break_off()"
        );
        superuser.batch_execute(&broken).await.unwrap();
        let name = format!("{}:{CANARY}", hospital());
        let mut eraser = place.eraser(&name).await.unwrap();
        eraser.erase(None, now()).await.unwrap_err();
        drop(eraser);
        superuser
            .batch_execute("drop function public.break_off cascade")
            .await
            .unwrap();
        place.erase().await;
        assert_eq!(place.warehouse.digest().await, expected, "{step}");
        place.assert_forgotten().await;
        // Once more changes nothing.
        let found = place.erase().await;
        assert!(found.rows.is_empty() && found.erased_at.is_some());
    }
}
