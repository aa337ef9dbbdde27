//! Statements about staff and departments by their topics: versions, quarantine, and the facts that
//! follow a department.

use consumer::{Settings, Until};
use database::verify;
use domain::department_event::DepartmentEvent;
use domain::staff_event::{StaffEvent, StaffPerson};
use platform::codec::{Encoder, Record};
use platform::kafka::{ClientLog, Cluster, Topic, TopicSpec, create_producer};
use platform::registry::Registry;
use rdkafka::producer::{FutureProducer, FutureRecord};
use tokio_util::sync::CancellationToken;

use crate::flow;
use crate::garbage::CANARY;
use crate::pipeline::Pipeline;
use crate::random::Random;
use crate::warehouse::{Role, network};

/// A topic of statements.
pub(crate) struct Statements<'p, E> {
    topic: String,
    encoder: Encoder<E>,
    producer: FutureProducer<ClientLog>,
    pipeline: &'p Pipeline,
}

impl<'p, E: Record> Statements<'p, E> {
    pub(crate) async fn new(pipeline: &'p Pipeline, topic: Topic) -> Self {
        let name = topic.name(&pipeline.kafka.topic_prefix);
        let spec = TopicSpec::new(name.clone(), topic.retention());
        let cluster = Cluster::connect(&pipeline.kafka).unwrap();
        let spec = spec.with_partitions(topic.partitions());
        cluster.ensure_topic(&spec).await.unwrap();
        let registry = Registry::new(&pipeline.registry).unwrap();
        let subject = name.value_subject();
        Self {
            topic: name.to_string(),
            encoder: Encoder::register(&registry, &subject).await.unwrap(),
            producer: create_producer(&pipeline.kafka, ClientLog).unwrap(),
            pipeline,
        }
    }

    pub(crate) async fn send(&self, events: &[E]) {
        for event in events {
            self.send_payload(&self.encoder.encode(event).unwrap())
                .await;
        }
    }

    pub(crate) async fn send_payload(&self, payload: &[u8]) {
        let record = FutureRecord::to(&self.topic).key(CANARY).payload(payload);
        let delivery = self.producer.send_result(record);
        let delivery = delivery.map_err(|(error, _)| error).unwrap();
        delivery.await.unwrap().map_err(|(error, _)| error).unwrap();
    }

    async fn count(&self, sql: &str) -> i64 {
        self.pipeline.warehouse.count(sql).await
    }
}

fn staff(number: u32, id: &str, day: u32, status: &str) -> StaffEvent {
    let text = |text: &str| Some(text.to_owned());
    StaffEvent {
        event_id: Some(format!("05975f33-8ed8-71cb-90d5-{number:012}")),
        effective_at: Some(format!("2026-03-{day:02}T00:00:00+02:00")),
        recorded_at: Some(format!("2026-03-{day:02}T00:00:00+02:00")),
        hospital_code: Some(network().hospitals[0].code.clone()),
        staff_id: text(id),
        status: text(status),
        department_code: Some(network().hospitals[0].departments[0].code.clone()),
        role: text("nurse"),
        replaces_staff_id: (id == "S2").then(|| "S1".to_owned()),
        identity: Some(StaffPerson {
            last_name: text(CANARY),
            ..StaffPerson::default()
        }),
        ..StaffEvent::default()
    }
}

pub(crate) fn replacement() -> Vec<StaffEvent> {
    vec![
        staff(1, "S1", 1, "assigned"),
        staff(2, "S1", 5, "left"),
        staff(3, "S2", 5, "assigned"),
    ]
}

pub(crate) fn department(number: u32, code: &str, effective_at: &str) -> DepartmentEvent {
    let text = |text: &str| Some(text.to_owned());
    DepartmentEvent {
        event_id: Some(format!("05975f33-8ed8-71cb-90d5-{number:012}")),
        effective_at: text(effective_at),
        recorded_at: text(effective_at),
        hospital_code: Some(network().hospitals[0].code.clone()),
        department_code: text(code),
        name: Some(format!("Department {number}")),
        kind: text("medicine"),
        beds: Some(12),
        ..DepartmentEvent::default()
    }
}

#[tokio::test]
async fn staff_in_any_order_and_twice_join_without_a_gap_and_the_books_balance() {
    let mut digests = Vec::new();
    for seed in [1, 2] {
        let pipeline = Pipeline::new().await;
        let topic = Statements::new(&pipeline, Topic::Staff).await;
        let mut events = [replacement(), replacement()].concat();
        Random::new(seed).shuffle(&mut events);
        topic.send(&events).await;
        let summary = pipeline.load(1, 3).await;
        assert_eq!((summary.loaded, summary.duplicates), (3, 3));
        let joined = "select count(*) from gold.staff_versions as before
            join gold.staff_versions as after
                on after.replaces_staff_pseudonym = before.staff_pseudonym
                and after.valid_from = before.valid_to
            where before.status = 'assigned' and after.status = 'assigned' and after.is_current";
        assert_eq!(topic.count(joined).await, 1);
        let shown =
            "select count(*) from gold.dim_staff as version where version::text like '%Canary%'";
        assert_eq!(topic.count(shown).await, 0);
        let kept = "select count(*) from vault.staff where last_name like 'Canary%'";
        assert_eq!(topic.count(kept).await, 2);
        pipeline.warehouse.assert_green().await;
        let mut client = pipeline.warehouse.client(Role::Loader).await;
        let mut report = verify::verify(&mut client).await.unwrap();
        verify::compare(&client, &mut report, &pipeline.kafka)
            .await
            .unwrap();
        assert!(report.is_green());
        assert_eq!(report.books.unread(), Some(0));
        digests.push(pipeline.warehouse.digest().await);
    }
    assert_eq!(digests[0], digests[1]);
}

#[tokio::test]
async fn garbage_on_the_topics_of_statements_is_quarantined_by_rule_and_shape() {
    let pipeline = Pipeline::new().await;
    let staff_topic = Statements::<StaffEvent>::new(&pipeline, Topic::Staff).await;
    let departments = Statements::<DepartmentEvent>::new(&pipeline, Topic::Departments).await;
    staff_topic.send_payload(CANARY.as_bytes()).await;
    let other = departments
        .encoder
        .encode(&department(1, "MED", "2026-03-01T00:00:00Z"));
    staff_topic.send_payload(&other.unwrap()).await;
    let nobody = StaffEvent {
        staff_id: None,
        ..staff(4, "", 1, "assigned")
    };
    staff_topic.send(&[nobody, staff(5, "S5", 1, CANARY)]).await;
    staff_topic.send(&replacement()).await;
    departments.send_payload(b"").await;
    let kind = DepartmentEvent {
        kind: Some(CANARY.to_owned()),
        ..department(6, "MED", "2026-03-01T00:00:00Z")
    };
    let reserved = department(7, "unknown", "2026-03-01T00:00:00Z");
    departments.send(&[kind, reserved]).await;

    let summary = pipeline.load(1, 100).await;
    assert_eq!((summary.loaded, summary.quarantined), (3, 7));
    let client = pipeline.warehouse.client(Role::Loader).await;
    let sql = "select rule, field, reason from ops.quarantine order by rule, field, reason";
    let rows = client.query(sql, &[]).await.unwrap();
    let found: Vec<(String, Option<String>)> =
        rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    let expected = [
        ("DEP-001", None),
        ("DEP-002", Some("department_code")),
        ("DEP-005", Some("kind")),
        ("STA-001", None),
        ("STA-001", None),
        ("STA-002", Some("status")),
        ("STA-004", Some("staff_id")),
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|(rule, field)| ((*rule).to_owned(), field.map(str::to_owned)))
        .collect();
    assert_eq!(found, expected);
    for row in rows {
        assert!(!row.get::<_, String>(2).contains(CANARY));
    }
    pipeline.warehouse.assert_green().await;
}

#[tokio::test]
async fn a_department_that_is_stated_late_heals_its_patients_while_lanes_load() {
    let pipeline = Pipeline::new().await;
    let hospital_code = network().hospitals[0].code.clone();
    let mut events = flow::synthetic(400);
    for event in &mut events {
        if event.hospital_code.as_ref() == Some(&hospital_code)
            && let Some(location) = &mut event.location
        {
            location.department_code = Some("LATER".to_owned());
        }
    }
    let shutdown = CancellationToken::new();
    let settings = Settings {
        until: Until::Shutdown,
        ..pipeline.settings(2, 20)
    };
    let run = tokio::spawn(consumer::run(settings, shutdown.clone()));
    pipeline.send(&pipeline.sendings(&events[..200])).await;
    pipeline.loaded_at_least(200).await;
    let unknown = "select count(*) from silver.finding where rule = 'HIS-002'";
    assert!(pipeline.warehouse.count(unknown).await > 0);

    let departments = Statements::new(&pipeline, Topic::Departments).await;
    let middle = events[150].occurred_at.clone().unwrap();
    pipeline.send(&pipeline.sendings(&events[200..300])).await;
    let life = [
        department(1, "LATER", &middle),
        department(2, "LATER", "2020-01-01T00:00:00Z"),
    ];
    departments.send(&life).await;
    pipeline.send(&pipeline.sendings(&events[300..])).await;
    let url = pipeline.warehouse.url(Role::Loader);
    let whole = consumer::loaded_to_end(&pipeline.kafka, &url, &shutdown).await;
    assert!(whole.unwrap());
    shutdown.cancel();
    run.await.unwrap().unwrap();

    assert_eq!(pipeline.warehouse.count(unknown).await, 0);
    let versions = "select count(distinct department_key) from gold.fact_location_stay
        join gold.dim_department using (department_key) where department_code = 'LATER'";
    assert_eq!(pipeline.warehouse.count(versions).await, 2);
    assert_eq!(
        pipeline.warehouse.digest().await,
        pipeline.expected(&events).await
    );
    pipeline.warehouse.assert_green().await;
}
