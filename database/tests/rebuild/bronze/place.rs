//! A warehouse into which all kinds of records were loaded, as hospitals send them.

use chrono::TimeDelta;
use database::erasure::Eraser;
use database::rebuild::{Rebuilt, from_bronze};
use domain::department_event::DepartmentEvent;
use domain::event::AdtEvent;
use domain::staff_event::{StaffEvent, StaffPerson};
use platform::kafka::Topic;
use platform::wire;
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::contents::{Contents, contents};
use super::log::{Log, NOT_KEPT, Sent};
use crate::load::partition::now;
use crate::load::statement;
use crate::load::ward_life::{WardLife, key, start, text};
use crate::load::warehouse::{Role, Warehouse, network};

/// What was loaded, and where what is spoken of lies.
pub(super) struct Place {
    pub(super) warehouse: Warehouse,
    /// A superuser's: hands that damage ask nobody.
    pub(super) hands: Client,
    /// All events that can be used, but those of the erased patient.
    pub(super) events: Vec<AdtEvent>,
}

fn hospital() -> String {
    network().hospitals[0].code.clone()
}

pub(super) fn sent(event: &AdtEvent) -> Sent {
    let key = format!("{}:{}", hospital(), event.patient_id.as_deref().unwrap());
    Sent::of(event, &key)
}

/// A stay of each patient.
pub(super) fn stays(patients: &[&str]) -> Vec<AdtEvent> {
    let mut life = WardLife::new(7);
    let mut events = Vec::new();
    for (number, patient) in (0..).zip(patients) {
        let begin = start() + TimeDelta::hours(number);
        let encounter = format!("E-of-{patient}");
        for (step, trigger) in (0..).zip(["A01", "A02", "A08", "A02", "A03"]) {
            let at = begin + TimeDelta::hours(9 * step);
            events.push(life.event(trigger, patient, Some(&encounter), at));
        }
    }
    events
}

fn spoilt(event: &AdtEvent, spoil: fn(&mut AdtEvent)) -> AdtEvent {
    let mut event = AdtEvent {
        event_id: Some(Uuid::from_u128(4_711).to_string()),
        ..event.clone()
    };
    spoil(&mut event);
    event
}

fn at(hours: i64) -> String {
    text(start() + TimeDelta::hours(hours))
}

fn staff(number: u128, id: &str, hours: i64, status: &str) -> StaffEvent {
    StaffEvent {
        event_id: Some(Uuid::from_u128(number).to_string()),
        effective_at: Some(at(hours)),
        recorded_at: Some(at(hours)),
        hospital_code: Some(hospital()),
        staff_id: Some(id.to_owned()),
        status: Some(status.to_owned()),
        replaces_staff_id: (id == "S2").then(|| "S9".to_owned()),
        identity: Some(StaffPerson {
            last_name: Some(format!("Canary{number}")),
            ..StaffPerson::default()
        }),
        ..StaffEvent::default()
    }
}

fn department(number: u128, hours: i64, name: &str) -> DepartmentEvent {
    DepartmentEvent {
        event_id: Some(Uuid::from_u128(number).to_string()),
        effective_at: Some(at(hours)),
        recorded_at: Some(at(hours)),
        hospital_code: Some(hospital()),
        department_code: Some(network().hospitals[0].departments[0].code.clone()),
        name: Some(name.to_owned()),
        kind: Some("medicine".to_owned()),
        beds: Some(20),
        ..DepartmentEvent::default()
    }
}

impl Place {
    /// Events that can be used and cannot, of each kind; letters in each state; staff and departments; and a patient who
    /// is erased.
    pub(super) async fn loaded() -> Self {
        let warehouse = Warehouse::new().await;
        let place = Self {
            hands: warehouse.superuser().await,
            warehouse,
            events: stays(&["P0", "P1", "P2", "P3"]),
        };
        place.load_events().await;
        place.load_statements().await;
        place.send_letters_again().await;
        place.erase().await;
        place
    }

    /// From offset 0 on: 20 events and 5 of the patient to be erased, 4 again, one told otherwise, and 10 that are refused.
    async fn load_events(&self) {
        let mut log = Log::<AdtEvent>::new(&self.warehouse, Topic::Events).await;
        let mut all: Vec<Sent> = self.events.iter().map(sent).collect();
        all.extend(stays(&["P9"]).iter().map(sent));
        all.extend(self.events[..4].iter().map(sent));
        let first = &self.events[0];
        let otherwise = AdtEvent {
            recorded_at: Some(at(100)),
            ..first.clone()
        };
        all.push(sent(&otherwise));
        all.extend(self.refused());
        let (_, loaded) = log.load(&all).await;
        assert_eq!(
            (loaded.loaded, loaded.duplicates, loaded.quarantined),
            (26, 4, 10)
        );
        // Some letters were published.
        let published = "delete from ops.dead_letter where quarantine_id < '80000000-0000-0000-0000-000000000000'";
        self.run(published).await;
    }

    /// From offset 30 on.
    fn refused(&self) -> Vec<Sent> {
        let event = &self.events[0];
        let payload = sent(event).payload.unwrap();
        let untimely = |event: &mut AdtEvent| event.occurred_at = Some("10/23/64 21:09".into());
        let nowhere = |event: &mut AdtEvent| event.hospital_code = Some("MARS".into());
        let erased = |event: &mut AdtEvent| {
            event.occurred_at = None;
            event.patient_id = Some("P9".into());
        };
        vec![
            Sent::default(),
            Sent::bytes(b"Canary"),
            Sent::bytes(&payload[..payload.len() - 3]),
            Sent::bytes(&wire::frame(999, &payload[5..])),
            Sent::bytes(&wire::frame(NOT_KEPT.0, b"")),
            sent(&spoilt(event, untimely)),
            sent(&spoilt(event, nowhere)),
            sent(&spoilt(event, erased)),
            Sent {
                is_refused_by_database: true,
                ..sent(&spoilt(event, |_| {}))
            },
            sent(&spoilt(event, |event| {
                event.event_type = Some("A40".into());
            })),
        ]
    }

    async fn load_statements(&self) {
        let mut log = Log::<StaffEvent>::new(&self.warehouse, Topic::Staff).await;
        let statements = [
            staff(1, "S1", 1, "assigned"),
            staff(2, "S1", 50, "left"),
            staff(3, "S2", 50, "assigned"),
            staff(1, "S1", 1, "assigned"),
            staff(4, "S2", 60, "retired"),
        ];
        let mut all: Vec<Sent> = statements.iter().map(|it| Sent::of(it, "S")).collect();
        all.push(Sent::bytes(b"Canary"));
        let (_, loaded) = log.load(&all).await;
        assert_eq!(
            (loaded.loaded, loaded.duplicates, loaded.quarantined),
            (3, 1, 2)
        );
        let mut log = Log::<DepartmentEvent>::new(&self.warehouse, Topic::Departments).await;
        let statements = [
            department(1, 30, "Renamed"),
            department(2, 20, "Renamed before"),
            department(2, 20, "Renamed before"),
            department(3, 20, ""),
        ];
        let all: Vec<Sent> = statements.iter().map(|it| Sent::of(it, "D")).collect();
        let (_, loaded) = log.load(&all).await;
        assert_eq!(
            (loaded.loaded, loaded.duplicates, loaded.quarantined),
            (2, 1, 1)
        );
        statement::settle(&self.warehouse).await;
    }

    /// The letter of an event at an offset.
    pub(super) async fn letter(&self, offset: i64) -> Uuid {
        let sql = "select quarantine_id from ops.quarantine join ops.kafka_topic using (topic_id)
            where topic = 't.hospital.adt.events' and kafka_offset = $1";
        let row = self.hands.query_one(sql, &[&offset]).await;
        row.unwrap().get(0)
    }

    /// One is refused again as it is, one is mended and loaded, twice; one waits for its record, one is not wanted.
    async fn send_letters_again(&self) {
        let mut log = Log::<AdtEvent>::new(&self.warehouse, Topic::Retry).await;
        let untimely = self.letter(35).await;
        let nowhere = self.letter(36).await;
        let refused = &self.refused()[5];
        let mended = sent(&spoilt(&self.events[0], |_| {}));
        let again = [
            refused.clone().repeating(untimely),
            mended.clone().repeating(nowhere),
            mended.repeating(nowhere),
        ];
        let (_, loaded) = log.load(&again).await;
        assert_eq!(
            (loaded.loaded, loaded.duplicates, loaded.quarantined),
            (1, 1, 1)
        );
        let (waits, unwanted) = (self.letter(32).await, self.letter(31).await);
        self.run(&format!(
            "update ops.quarantine set state = 'redriven' where quarantine_id = '{waits}';
            update ops.quarantine set state = 'discarded' where quarantine_id = '{unwanted}'"
        ))
        .await;
    }

    /// Of the patient comes one more event then, and one under the patient's key.
    async fn erase(&self) {
        let owner = self.warehouse.client(Role::Owner).await;
        let nowhere = (
            std::path::PathBuf::from("/nowhere"),
            std::time::Duration::ZERO,
        );
        let name = format!("{}:P9", hospital());
        let mut eraser = Eraser::new(owner, &key(), &name, nowhere).await.unwrap();
        eraser.erase(None, now()).await.unwrap();
        let mut log = Log::<AdtEvent>::new(&self.warehouse, Topic::Events).await;
        let more = [
            sent(&spoilt(&stays(&["P9"])[0], |_| {})),
            Sent {
                key: Some(name.into_bytes()),
                ..sent(&self.events[7])
            },
        ];
        let (_, loaded) = log.load(&more).await;
        assert_eq!((loaded.erased, loaded.duplicates), (1, 1));
        assert_eq!(
            self.warehouse
                .count("select count(*) from ops.erased_record")
                .await,
            7
        );
    }

    pub(super) async fn rebuild(&self) -> Rebuilt {
        let mut owner = self.warehouse.client(Role::Owner).await;
        let token = CancellationToken::new();
        let rebuilt = from_bronze(&mut owner, &key(), &token, |_| {}).await;
        rebuilt.unwrap().unwrap()
    }

    /// Why it is refused to rebuild.
    pub(super) async fn refusal(&self) -> String {
        let mut owner = self.warehouse.client(Role::Owner).await;
        let token = CancellationToken::new();
        let refused = from_bronze(&mut owner, &key(), &token, |_| {}).await;
        refused.unwrap_err().to_string()
    }

    pub(super) async fn run(&self, sql: &str) {
        self.hands.batch_execute(sql).await.unwrap();
    }

    /// A single number.
    pub(super) async fn count(&self, sql: &str) -> i64 {
        self.hands.query_one(sql, &[]).await.unwrap().get(0)
    }

    pub(super) async fn contents(&self) -> Contents {
        contents(&self.hands).await
    }

    /// State and attempts of letters that there are.
    pub(super) async fn states(&self, letters: &[Uuid]) -> Vec<(String, i32)> {
        let sql = "select state, attempts from ops.quarantine where quarantine_id = $1";
        let mut states = Vec::new();
        for letter in letters {
            let row = self.hands.query_opt(sql, &[letter]).await.unwrap();
            states.extend(row.map(|row| (row.get(0), row.get(1))));
        }
        states
    }
}
