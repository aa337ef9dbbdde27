//! A patient who is erased, before, amid or after the loading of files, leaves nothing in the
//! warehouse nor in the archive, and what a warehouse holds that never got the patient's lines.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use database::erasure::{Eraser, ErasureError, Files};
use domain::event::AdtEvent;

use crate::books::assert_balanced;
use crate::contents::Contents;
use crate::data::{DAYS, Data, HOSPITALS, KINDS, dirty};
use crate::landing::Delivery;
use crate::place::{Place, key};
use crate::random::Random;
use crate::stream::Lane;
use crate::warehouse::Role;

const HOSPITAL: &str = "ROSEBANK";

/// What is asked of a patient's lines when something is looked for.
const IDENTITY: [&str; 6] = [
    "id_number",
    "phone",
    "email",
    "street",
    "next_of_kin_phone",
    "encounter_id",
];

/// All deliveries of the data, each of one file, in the order of their days.
fn deliveries(data: &Data) -> Vec<Delivery> {
    let mut all = Vec::new();
    for day in 0..DAYS {
        for hospital in HOSPITALS {
            for kind in KINDS {
                all.push(Delivery::of(data, day, hospital).only(&[&format!("{kind}.csv")]));
            }
        }
    }
    all
}

/// A file's lines as fields by the names of the columns.
fn lines(text: &[u8]) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text);
    reader.deserialize().filter_map(Result::ok).collect()
}

/// The patient who is erased, with all that files and events tell of who it is.
struct Canary {
    patient_id: String,
    identity: BTreeSet<String>,
    /// Those of the identity that are numbers of encounters.
    encounters: BTreeSet<String>,
}

impl Canary {
    /// A patient with lines in files of every kind.
    fn of(data: &Data) -> Self {
        let mut kinds: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut all = Vec::new();
        for delivery in deliveries(data) {
            for (name, bytes) in delivery.files() {
                for line in lines(bytes) {
                    if delivery.is_of(HOSPITAL) {
                        let of_patient = kinds.entry(line["patient_id"].clone()).or_default();
                        of_patient.insert(name.to_owned());
                    }
                    all.push((delivery.is_of(HOSPITAL), line));
                }
            }
        }
        let has_all =
            |(id, kinds): &(String, BTreeSet<String>)| !id.is_empty() && kinds.len() == KINDS.len();
        let (patient_id, _) = kinds.into_iter().find(has_all).unwrap();
        let is_of_patient = |(is_of_hospital, line): &&(bool, BTreeMap<String, String>)| {
            *is_of_hospital && line["patient_id"] == patient_id
        };
        let values = |line: &BTreeMap<String, String>| -> Vec<String> {
            let values = IDENTITY.iter().filter_map(|name| line.get(*name));
            values.filter(|value| value.len() > 4).cloned().collect()
        };
        let of_patient = || all.iter().filter(is_of_patient);
        // Another hospital has encounters of the same numbers.
        let is_of_other = |line: &&(bool, BTreeMap<String, String>)| {
            !is_of_patient(line) && !line.1["patient_id"].is_empty()
        };
        let of_others = all.iter().filter(is_of_other).flat_map(|it| values(&it.1));
        let of_others: BTreeSet<String> = of_others.collect();
        let mut identity: BTreeSet<String> = of_patient().flat_map(|it| values(&it.1)).collect();
        identity.retain(|value| !of_others.contains(value));
        assert!(identity.len() >= 4);
        let encounters = of_patient().filter_map(|it| it.1.get("encounter_id").cloned());
        Self {
            encounters: encounters.collect(),
            patient_id,
            identity,
        }
    }

    fn name(&self) -> String {
        format!("{HOSPITAL}:{}", self.patient_id)
    }

    fn is_of(&self, event: &AdtEvent) -> bool {
        event.hospital_code.as_deref() == Some(HOSPITAL)
            && event.patient_id.as_deref() == Some(&*self.patient_id)
    }

    /// A delivery without the patient's lines.
    fn without(&self, delivery: Delivery) -> Delivery {
        if !delivery.is_of(HOSPITAL) {
            return delivery;
        }
        let names: Vec<String> = delivery.files().map(|(name, _)| name.to_owned()).collect();
        names.iter().fold(delivery, |delivery, name| {
            delivery.mapped(name, |bytes| {
                let text = String::from_utf8(bytes).unwrap();
                let mut lines = text.split_inclusive('\n');
                let header = lines.next().unwrap();
                let place = header
                    .trim_end()
                    .split(',')
                    .position(|it| it == "patient_id");
                let is_of_other =
                    |line: &&str| line.split(',').nth(place.unwrap()) != Some(&*self.patient_id);
                let kept: String = lines.filter(is_of_other).collect();
                (header.to_owned() + &kept).into_bytes()
            })
        })
    }

    /// The values that a text holds, as words.
    fn found_in(&self, text: &str) -> Vec<&String> {
        let is_of_word = |it: char| it.is_alphanumeric() || "-_.@+".contains(it);
        let words: BTreeSet<&str> = text.split(|it| !is_of_word(it)).collect();
        let is_there = |value: &&String| {
            if value.contains(' ') {
                text.contains(&***value)
            } else {
                words.contains(&***value)
            }
        };
        self.identity.iter().filter(is_there).collect()
    }
}

impl Place {
    pub(crate) async fn eraser(&self, name: &str, patience: Duration) -> Eraser {
        let client = self.warehouse.client(Role::Owner).await;
        let at = (self.settings.archive.clone(), patience);
        Eraser::new(client, &key(), name, at).await.unwrap()
    }

    async fn erase(&self, canary: &Canary) -> Files {
        let mut eraser = self.eraser(&canary.name(), Duration::from_mins(1)).await;
        let now = "2026-03-09T00:00:00Z".parse().unwrap();
        eraser.erase(Some("ticket 82"), now).await.unwrap()
    }

    /// All text of all tables, and of all files of the archive.
    pub(crate) async fn dump(&self) -> String {
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
        dump + &self.archive_text()
    }

    fn archive_text(&self) -> String {
        let mut dump = String::new();
        for name in self.archived() {
            dump += &["\n", &name, "\n"].concat();
            dump += &text_of(&self.settings.archive.join(&name));
        }
        dump
    }

    async fn assert_forgotten(&self, canary: &Canary) {
        assert_balanced(&self.warehouse).await;
        let dump = self.dump().await;
        let found = canary.found_in(&dump);
        let is_there = |line: &&str| found.iter().any(|it| line.contains(&***it));
        let lines: Vec<&str> = dump.lines().filter(is_there).collect();
        assert!(found.is_empty(), "{lines:?}");
    }

    /// The same but for numbers of encounters: of those that came only after the erasure nobody knows
    /// whose they are where a refused line does not tell its patient.
    async fn assert_forgotten_but_for_encounters(&self, canary: &Canary) {
        assert_balanced(&self.warehouse).await;
        let dump = self.dump().await;
        let found = canary.found_in(&dump);
        let others: Vec<_> = found
            .iter()
            .filter(|it| !canary.encounters.contains(**it))
            .collect();
        assert!(others.is_empty(), "{others:?}");
    }
}

fn text_of(path: &Path) -> String {
    let bytes = fs::read(path).unwrap();
    if !path.to_string_lossy().contains(".zst") {
        return String::from_utf8_lossy(&bytes).into_owned();
    }
    let mut text = Vec::new();
    // What is cut off is read as far as it goes.
    let _ = zstd::Decoder::new(&*bytes).unwrap().read_to_end(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// What does not depend on where a line stands in its file.
fn assert_same(contents: &Contents, expected: &Contents, how: &str) {
    for table in [
        "vault.registered_patient",
        "vault.encounter",
        "gold.fact_charge",
    ] {
        assert_eq!(
            contents.tables[table], expected.tables[table],
            "{how}: {table}"
        );
    }
    assert_eq!(contents.digest, expected.digest, "{how}");
}

/// A warehouse that never got the patient's lines and events.
async fn never(data: &Data, canary: &Canary) -> Contents {
    let place = Place::new().await;
    let mut lane = Lane::into(&place.warehouse).await;
    let others = data.events.iter().filter(|event| !canary.is_of(event));
    lane.load(&others.cloned().collect::<Vec<_>>()).await;
    for delivery in deliveries(data) {
        canary.without(delivery).land(place.landing());
        place.once().await;
    }
    assert_balanced(&place.warehouse).await;
    place.contents().await
}

async fn load(place: &Place, deliveries: &[Delivery]) {
    for delivery in deliveries {
        delivery.land(place.landing());
        place.once().await;
    }
}

/// Puts all files of all days into the landing folder.
fn land_all(place: &Place, data: &Data) {
    for day in 0..DAYS {
        for hospital in HOSPITALS {
            Delivery::of(data, day, hospital).land(place.landing());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn erased_before_amid_or_after_files_and_events_a_patient_has_never_been() {
    let data = dirty();
    let canary = Canary::of(data);
    let expected = never(data, &canary).await;
    for seed in 1..=3 {
        let random = &mut Random::new(seed);
        let mut deliveries = deliveries(data);
        random.shuffle(&mut deliveries);
        let moment =
            [0, deliveries.len() / 2, deliveries.len()][usize::try_from(seed - 1).unwrap()];
        let place = Place::new().await;
        let mut lane = Lane::into(&place.warehouse).await;
        let (before, after) = data
            .events
            .split_at(data.events.len() * moment / deliveries.len());
        lane.load(before).await;
        load(&place, &deliveries[..moment]).await;
        let files = place.erase(&canary).await;
        assert_eq!(files.lines > 0, moment > 0, "{files:?}");
        let mut lane = lane.again(&place.warehouse).await;
        lane.load(after).await;
        load(&place, &deliveries[moment..]).await;
        let how = format!("seed {seed}");
        assert_same(&place.contents().await, &expected, &how);
        if moment == deliveries.len() {
            place.assert_forgotten(&canary).await;
        }
        place.assert_forgotten_but_for_encounters(&canary).await;

        // Delivered once more, and erased once more, nothing changes.
        land_all(&place, data);
        assert_eq!(place.once().await.files, 0);
        lane.load(&data.events).await;
        assert_eq!(place.erase(&canary).await, Files::default());
        assert_same(&place.contents().await, &expected, &how);
        place.assert_forgotten_but_for_encounters(&canary).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn amid_a_file_and_while_files_are_loaded_the_erasure_wins() {
    let data = dirty();
    let canary = Canary::of(data);
    let never = Place::new().await;
    let all = deliveries(data);
    for delivery in deliveries(data) {
        canary.without(delivery).land(never.landing());
        never.once().await;
    }
    let expected = never.contents().await;
    // A file that was begun goes on from a copy without the lines.
    let place = Place::new().await.with_small_chunks();
    let random = &mut Random::new(5);
    let mut rest = all.iter();
    let mut is_erased = false;
    for delivery in rest.by_ref() {
        delivery.land(place.landing());
        let patience = Duration::from_millis(60 + random.next() % 200);
        if !place.once_within(patience).await && !is_erased {
            let begun = "select count(*) from ops.file_progress where state = 'loading'";
            is_erased = place.warehouse.count(begun).await > 0;
            if is_erased {
                place.erase(&canary).await;
            }
        }
        place.once().await;
    }
    if !is_erased {
        place.erase(&canary).await;
    }
    assert_same(&place.contents().await, &expected, "amid a file");
    place.assert_forgotten_but_for_encounters(&canary).await;

    // The ingester's round is waited for, and obeys as soon as the row stands.
    let place = Place::new().await.with_small_chunks();
    land_all(&place, data);
    let erase = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        place.erase(&canary).await
    };
    tokio::join!(place.once(), erase);
    place.once().await;
    assert_same(&place.contents().await, &expected, "at once");
    place.assert_forgotten(&canary).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_off_at_a_copy_and_run_again_it_ends_complete() {
    let data = dirty();
    let canary = Canary::of(data);
    for step in [
        "before insert on ops.erased_line",
        "before insert on ops.file_copy",
        "before update on ops.erasure",
    ] {
        let place = Place::new().await;
        let of_hospital = |it: &Delivery| it.is_of(HOSPITAL);
        load(
            &place,
            &deliveries(data)
                .into_iter()
                .filter(of_hospital)
                .collect::<Vec<_>>(),
        )
        .await;
        let superuser = place.warehouse.superuser().await;
        // Not at the first copy.
        let broken = format!(
            "create sequence public.steps;
             create function public.break_off() returns trigger language plpgsql security definer as
             $$ begin
                 if nextval('public.steps') % 2 = 0 or tg_table_name = 'erasure' then
                     raise exception 'broken off';
                 end if;
                 return null;
             end $$;
             create trigger break_off {step} for each statement execute function public.break_off()"
        );
        superuser.batch_execute(&broken).await.unwrap();
        let mut eraser = place.eraser(&canary.name(), Duration::ZERO).await;
        let now = "2026-03-09T00:00:00Z".parse().unwrap();
        eraser.erase(None, now).await.unwrap_err();
        drop(eraser);
        superuser
            .batch_execute("drop function public.break_off cascade")
            .await
            .unwrap();
        place.erase(&canary).await;
        place.assert_forgotten(&canary).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_files_lose_the_lines_and_those_that_nobody_can_read_go() {
    let data = dirty();
    let canary = Canary::of(data);
    let place = Place::new().await;
    let whole = |day| Delivery::of(data, day, HOSPITAL).only(&["patients.csv"]);
    // Without a usable header, and cut off within what is packed.
    whole(0)
        .mapped("patients.csv", |bytes| [b"x".to_vec(), bytes].concat())
        .land(place.landing());
    let packed = whole(1)
        .files()
        .map(|(_, bytes)| zstd::encode_all(bytes, 3).unwrap())
        .next();
    let mut packed = packed.unwrap();
    packed.truncate(packed.len() / 2);
    Delivery::new(&crate::data::date(1), HOSPITAL)
        .with("patients.csv.zst", packed)
        .land(place.landing());
    // What is another hospital's stays as it is.
    Delivery::new(&crate::data::date(1), "ALEX")
        .with("charges.csv", format!("x\n{}\n", canary.patient_id))
        .land(place.landing());
    let summary = place.once().await;
    assert_eq!(summary.refused, 3, "{summary:?}");
    assert!(!canary.found_in(&place.archive_text()).is_empty());
    let lines_before = place.archive_text().lines().count();

    let files = place.erase(&canary).await;
    assert_eq!((files.lines, files.files, files.unreadable), (1, 1, 1));
    place.assert_forgotten(&canary).await;
    let text = place.archive_text();
    assert!(text.contains(&format!("x\n{}\n", canary.patient_id)));
    assert!(text.lines().count() > lines_before / 3);
    let copies = place.archived();
    assert!(
        !copies.iter().any(|name| name.contains(".zst")),
        "{copies:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_copy_is_told_and_the_rest_is_erased() {
    let data = dirty();
    let canary = Canary::of(data);
    let place = Place::new().await;
    load(&place, &deliveries(data)[6..12]).await;
    let name = place
        .archived()
        .into_iter()
        .find(|name| name.contains("patients-"));
    let path = place.settings.archive.join(name.unwrap());
    let aside = place.path("aside");
    fs::rename(&path, &aside).unwrap();
    let mut eraser = place.eraser(&canary.name(), Duration::ZERO).await;
    let now = "2026-03-09T00:00:00Z".parse().unwrap();
    let told = eraser.erase(None, now).await.unwrap_err();
    assert!(
        matches!(&told, ErasureError::Copies(lost) if lost.len() == 1),
        "{told}"
    );
    assert_eq!(
        canary.found_in(&place.archive_text()),
        Vec::<&String>::new()
    );
    let unfinished = "select count(*) from ops.erasure where erased_at is null";
    assert_eq!(place.warehouse.count(unfinished).await, 1);
    drop(eraser);
    // Restored, and run again.
    fs::rename(&aside, &path).unwrap();
    place.erase(&canary).await;
    place.assert_forgotten(&canary).await;
}
