//! The command `consumer dead-letters`: what is refused is found, shown, mended and sent again.

use std::io::Write as _;
use std::process::{Output, Stdio};

use domain::event::AdtEvent;
use rdkafka::ClientConfig;
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::util::Timeout;
use serde_json::Value;

use crate::flow;
use crate::garbage::CANARY;
use crate::pipeline::{Pipeline, Sending};
use crate::warehouse::Role;

/// Runs `dead-letters` with a text on standard input.
fn letters(pipeline: &Pipeline, arguments: &[&str], input: &str) -> Output {
    let mut program = pipeline.command();
    program.arg("dead-letters").args(arguments);
    program
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = program.spawn().unwrap();
    // Who does not read it may have ended.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// What it says on standard output, a JSON object a line, where it succeeds.
pub(crate) fn told(pipeline: &Pipeline, arguments: &[&str], input: &str) -> Vec<Value> {
    let output = letters(pipeline, arguments, input);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {complaint}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// What it complains of, with exit code 1.
fn refused(pipeline: &Pipeline, arguments: &[&str], input: &str) -> String {
    let output = letters(pipeline, arguments, input);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn id_of(letter: &Value) -> &str {
    letter["quarantine_id"].as_str().unwrap()
}

/// Sixty events, of which one cannot be used as it is sent; all are loaded but that one.
pub(crate) struct Scene {
    pub(crate) pipeline: Pipeline,
    events: Vec<AdtEvent>,
    letter: Value,
}

/// The one that is spoilt.
const SPOILT: usize = 30;

impl Scene {
    async fn new(spoil: impl Fn(&mut Sending, &AdtEvent, &Pipeline)) -> Self {
        let pipeline = Pipeline::new().await;
        let events = flow::synthetic(60);
        let mut sendings = pipeline.sendings(&events);
        spoil(&mut sendings[SPOILT], &events[SPOILT], &pipeline);
        pipeline.send(&sendings).await;
        let summary = pipeline.load(2, 7).await;
        assert_eq!((summary.loaded, summary.quarantined), (59, 1));
        let waiting = "select count(*) from ops.dead_letter";
        assert_eq!(pipeline.warehouse.count(waiting).await, 0);
        let mut listed = told(&pipeline, &["list", "--json"], "");
        assert_eq!(listed.len(), 1);
        Self {
            pipeline,
            events,
            letter: listed.remove(0),
        }
    }

    /// With a time that is none.
    pub(crate) async fn with_a_wrong_time() -> Self {
        Self::new(|sending, event, pipeline| {
            let event = AdtEvent {
                occurred_at: Some("10/23/64 21:09".into()),
                ..event.clone()
            };
            *sending = pipeline.sending(&event);
        })
        .await
    }

    pub(crate) fn id(&self) -> &str {
        id_of(&self.letter)
    }

    /// The event as it should have been.
    pub(crate) fn mended(&self) -> String {
        serde_json::to_string(&self.events[SPOILT]).unwrap()
    }

    pub(crate) async fn states(&self) -> Vec<(String, i32)> {
        let client = self.pipeline.warehouse.client(Role::Loader).await;
        let sql = "select state, attempts from ops.quarantine order by retry_of is not null";
        let rows = client.query(sql, &[]).await.unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    }

    /// All sixty are in the warehouse, once.
    pub(crate) async fn assert_whole(&self) {
        let expected = self.pipeline.expected(&self.events).await;
        assert_eq!(self.pipeline.warehouse.digest().await, expected);
        self.pipeline.warehouse.assert_green().await;
    }
}

#[tokio::test]
async fn mended_and_sent_again_twice_it_lands_where_it_belongs_once() {
    let scene = Scene::with_a_wrong_time().await;
    let pipeline = &scene.pipeline;
    assert_eq!(scene.letter["rule"], "ADT-006");
    assert_eq!(scene.letter["field"], "occurred_at");
    let shown = &told(pipeline, &["show", scene.id(), "--identity", "--json"], "")[0];
    assert_eq!(shown["record"]["occurred_at"], "10/23/64 21:09");
    assert_eq!(
        shown["record"]["patient_id"].as_str(),
        scene.events[SPOILT].patient_id.as_deref()
    );
    let masked = &told(pipeline, &["show", scene.id(), "--json"], "")[0];
    assert_eq!(
        masked["record"]["occurred_at"],
        "(of the form \"99/99/99 99:99\")"
    );
    assert_ne!(
        masked["record"]["patient_id"],
        shown["record"]["patient_id"]
    );

    let edit = ["edit", scene.id(), "--from", "-"];
    told(pipeline, &edit, &scene.mended());
    assert_eq!(scene.states().await, [("redriven".to_owned(), 1)]);
    told(pipeline, &edit, &scene.mended());
    let summary = pipeline.load(2, 7).await;
    assert_eq!((summary.loaded, summary.duplicates), (1, 1));
    assert_eq!(scene.states().await, [("loaded".to_owned(), 1)]);
    scene.assert_whole().await;

    let complaint = refused(pipeline, &edit, &scene.mended());
    assert!(complaint.contains("the letter is loaded"), "{complaint}");
    let complaint = refused(pipeline, &["redrive", scene.id(), "--again"], "");
    assert!(
        complaint.contains("no letter that is open or redriven"),
        "{complaint}"
    );
    assert_eq!(told(pipeline, &["list", "--json"], "").len(), 0);
}

/// Where it is refused again for another field, the first one is shown no more than before.
#[tokio::test]
async fn a_field_that_was_refused_is_shown_by_its_form_also_where_another_one_is_refused_then() {
    let scene = Scene::with_a_wrong_time().await;
    let elsewhere = AdtEvent {
        hospital_code: Some("MARS".to_owned()),
        ..scene.events[SPOILT].clone()
    };
    let edit = ["edit", scene.id(), "--from", "-"];
    let elsewhere = serde_json::to_string(&elsewhere).unwrap();
    told(&scene.pipeline, &edit, &elsewhere);
    scene.pipeline.load(2, 7).await;
    let shown = &told(&scene.pipeline, &["show", scene.id(), "--json"], "")[0];
    assert_eq!(shown["field"], "hospital_code");
    let told = [
        &shown["record"]["occurred_at"],
        &shown["record"]["hospital_code"],
    ];
    let hospital = scene.events[SPOILT].hospital_code.as_deref().unwrap();
    let form = format!("(of the form \"{}\")", "a".repeat(hospital.len()));
    assert_eq!(told, ["(of the form \"99/99/99 99:99\")", &form]);
}

#[tokio::test]
async fn an_editor_mends_it_as_well() {
    let scene = Scene::with_a_wrong_time().await;
    let right = scene.events[SPOILT].occurred_at.as_deref().unwrap();
    let program = |editor: &str| {
        let mut program = scene.pipeline.command();
        program.args(["dead-letters", "edit", scene.id()]);
        program
            .env_remove("VISUAL")
            .env("EDITOR", editor)
            .output()
            .unwrap()
    };
    let unchanged = program("true");
    assert!(unchanged.status.success());
    assert!(
        String::from_utf8(unchanged.stderr)
            .unwrap()
            .contains("Nothing was changed")
    );
    // Nobody else reads along.
    let private = r#"sh -c 'test "$(stat -c %a "$(dirname "$1")")" = 700' sh"#;
    assert!(program(private).status.success());
    assert_eq!(program("false").status.code(), Some(1));
    assert_eq!(scene.states().await, [("open".to_owned(), 1)]);
    let mended = program(&format!("sed -i 's|10/23/64 21:09|{right}|'"));
    assert!(mended.status.success(), "{mended:?}");
    assert_eq!(scene.pipeline.load(2, 7).await.loaded, 1);
    scene.assert_whole().await;
}

#[tokio::test]
async fn sent_again_as_it_is_it_is_refused_again_and_is_one_letter_still() {
    let scene = Scene::with_a_wrong_time().await;
    let pipeline = &scene.pipeline;
    for attempts in [2, 3] {
        assert_eq!(told(pipeline, &["redrive", "--all", "--json"], "").len(), 1);
        let summary = pipeline.load(2, 7).await;
        assert_eq!((summary.loaded, summary.quarantined), (0, 1));
        let listed = told(pipeline, &["list", "--json"], "");
        assert_eq!(listed.len(), 1);
        assert_eq!(id_of(&listed[0]), scene.id());
        assert_eq!(listed[0]["attempts"], attempts);
    }
    told(
        pipeline,
        &["edit", scene.id(), "--from", "-"],
        &scene.mended(),
    );
    assert_eq!(pipeline.load(2, 7).await.loaded, 1);
    assert_eq!(scene.states().await[0], ("loaded".to_owned(), 3));
    scene.assert_whole().await;
}

#[tokio::test]
async fn bytes_that_are_no_record_are_shown_and_replaced_by_one() {
    let scene =
        Scene::new(|sending, _, _| sending.payload = Some(CANARY.as_bytes().to_vec())).await;
    let pipeline = &scene.pipeline;
    let masked = letters(pipeline, &["show", scene.id()], "");
    let text = String::from_utf8(masked.stdout).unwrap();
    assert!(
        text.contains("(19 bytes)") && text.contains("wrong-magic"),
        "{text}"
    );
    let shown = &told(pipeline, &["show", scene.id(), "--identity", "--json"], "")[0];
    assert_eq!(shown["payload"], "43616e61727938303031303135303039303837");

    let complaint = refused(pipeline, &["edit", scene.id()], "");
    assert!(complaint.contains("--from FILE"), "{complaint}");
    for (text, problem) in [
        ("{\"hospital_code\": ", "line 1, column"),
        ("[]", "a record is a JSON object"),
        ("{\"hospital\": \"MARS\"}", "no field hospital"),
        (
            "{\"sequence\": \"Canary8001015009087\"}",
            "field sequence is not of the schema's type",
        ),
    ] {
        let complaint = refused(pipeline, &["edit", scene.id(), "--from", "-"], text);
        assert!(complaint.contains(problem), "{complaint}");
        assert!(!complaint.contains(CANARY), "{complaint}");
    }
    told(
        pipeline,
        &["edit", scene.id(), "--from", "-", "--dry-run"],
        &scene.mended(),
    );
    assert_eq!(scene.states().await, [("open".to_owned(), 1)]);
    told(
        pipeline,
        &["edit", scene.id(), "--from", "-"],
        &scene.mended(),
    );
    assert_eq!(pipeline.load(2, 7).await.loaded, 1);
    scene.assert_whole().await;
}

#[tokio::test]
async fn letters_are_chosen_by_rule_hospital_and_time() {
    let pipeline = Pipeline::new().await;
    let event = &flow::synthetic(1)[0];
    let hospital = event.hospital_code.as_deref().unwrap();
    let without_type = AdtEvent {
        event_type: None,
        ..event.clone()
    };
    let of_mars = AdtEvent {
        hospital_code: Some("MARS".into()),
        ..event.clone()
    };
    let keyless = Sending {
        partition: None,
        key: None,
        payload: None,
    };
    let mut sendings = pipeline.sendings(&[without_type, of_mars]);
    sendings.push(keyless);
    pipeline.send(&sendings).await;
    assert_eq!(pipeline.load(2, 7).await.quarantined, 3);

    let rules = |arguments: &[&str]| {
        let listed = told(&pipeline, &[&["list", "--json"], arguments].concat(), "");
        let mut rules: Vec<String> = listed
            .iter()
            .map(|it| it["rule"].as_str().unwrap().to_owned())
            .collect();
        rules.sort();
        rules
    };
    assert_eq!(rules(&[]), ["ADT-001", "ADT-003", "ADT-007"]);
    assert_eq!(rules(&["--rule", "ADT-007"]), ["ADT-007"]);
    assert_eq!(rules(&["--hospital", "MARS"]), ["ADT-007"]);
    assert_eq!(rules(&["--hospital", hospital]), ["ADT-003"]);
    assert!(rules(&["--hospital", "MAR"]).is_empty());
    assert!(rules(&["--until", "2020-01-01T00:00:00Z"]).is_empty());
    assert_eq!(rules(&["--since", "2020-01-01T00:00:00Z"]).len(), 3);
    assert_eq!(rules(&["--limit", "2"]).len(), 2);

    let discard = |arguments: &[&str]| {
        told(&pipeline, &[&["discard", "--json"], arguments].concat(), "").len()
    };
    assert_eq!(discard(&["--rule", "ADT-003", "--dry-run"]), 1);
    assert_eq!(discard(&["--rule", "ADT-003"]), 1);
    assert_eq!(rules(&[]), ["ADT-001", "ADT-007"]);
    assert_eq!(rules(&["--state", "discarded"]), ["ADT-003"]);
    assert_eq!(
        told(&pipeline, &["redrive", "--all", "--dry-run", "--json"], "").len(),
        2
    );
    let complaint = refused(&pipeline, &["redrive"], "");
    assert!(complaint.contains("--all"), "{complaint}");
    let unknown = "00000000-0000-0000-0000-000000000000";
    let complaint = refused(&pipeline, &["show", unknown], "");
    assert!(complaint.contains(unknown), "{complaint}");
    assert_eq!(
        letters(&pipeline, &["list", "--since", "today"], "")
            .status
            .code(),
        Some(2)
    );
    pipeline.warehouse.assert_green().await;
}

/// Whoever may send events could otherwise let letters of others vanish.
#[tokio::test]
async fn a_strangers_header_settles_nothing() {
    let scene = Scene::with_a_wrong_time().await;
    let pipeline = &scene.pipeline;
    let producer: FutureProducer = ClientConfig::new()
        .set("bootstrap.servers", &pipeline.kafka.bootstrap_servers)
        .create()
        .unwrap();
    let sending = pipeline.sending(&flow::synthetic(61)[60]);
    let header = Header {
        key: "wardflow.letter",
        value: Some(scene.id()),
    };
    let record = FutureRecord::to(pipeline.topic.as_str())
        .key(sending.key.as_ref().unwrap())
        .payload(sending.payload.as_ref().unwrap())
        .headers(OwnedHeaders::new().insert(header));
    producer.send(record, Timeout::Never).await.unwrap();
    assert_eq!(pipeline.load(2, 7).await.loaded, 1);
    assert_eq!(scene.states().await, [("open".to_owned(), 1)]);
}
