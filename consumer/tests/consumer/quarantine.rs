//! What cannot be used is quarantined by its coordinates and rule, and everything else is loaded.

use domain::event::AdtEvent;
use platform::codec::PAYLOAD_BYTES_MAX;
use serde_json::Value;
use uuid::Uuid;

use crate::flow;
use crate::garbage::{CANARY, event, identity, unusable};
use crate::ill_named;
use crate::pipeline::{PARTITIONS, Pipeline, Sending};
use crate::unreadable::{cut_short, unreadable};
use crate::warehouse::Role;

#[tokio::test]
async fn what_cannot_be_used_is_quarantined_and_everything_else_is_loaded() {
    let pipeline = Pipeline::new().await;
    let mut garbage = unreadable(&pipeline).await;
    garbage.extend(unusable(&pipeline));
    let events = flow::synthetic(200);
    // Every third record is garbage as long as there is some.
    let mut sendings = Vec::new();
    let mut left = garbage.iter();
    for pair in pipeline.sendings(&events).chunks(2) {
        sendings.extend_from_slice(pair);
        sendings.extend(left.next().map(|garbage| garbage.sending.clone()));
    }
    let coordinates = pipeline.send(&sendings).await;
    let summary = pipeline.load(2, 7).await;
    assert_eq!((summary.loaded, summary.duplicates), (200, 0));
    assert_eq!(summary.quarantined, garbage.len() as u64);

    let client = pipeline.warehouse.client(Role::Loader).await;
    for (garbage, number) in garbage.iter().zip((2..).step_by(3)) {
        let (partition, offset) = coordinates[number];
        let row = client
            .query_one(
                "select quarantine_id, rule, field, reason, state, payload
                 from ops.quarantine join bronze.kafka_record
                     using (received_on, topic_id, partition, kafka_offset)
                 where partition = $1 and kafka_offset = $2",
                &[&partition, &offset],
            )
            .await
            .unwrap();
        let reason: &str = row.get("reason");
        assert_eq!(row.get::<_, &str>("rule"), garbage.rule, "{reason}");
        assert_eq!(
            row.get::<_, Option<&str>>("field"),
            garbage.field,
            "{reason}"
        );
        assert!(reason.contains(garbage.reason), "{reason}");
        assert_eq!(row.get::<_, &str>("state"), "open");
        let payload: Option<&[u8]> = row.get("payload");
        assert_eq!(
            payload,
            garbage.sending.payload.as_deref(),
            "bronze holds it as it came"
        );
        assert_shown(&pipeline, row.get("quarantine_id"), &[garbage.rule, reason]);
    }
    let rows = pipeline
        .warehouse
        .count("select count(*) from ops.quarantine")
        .await;
    assert_eq!(usize::try_from(rows), Ok(garbage.len()));
    assert_canary_is_nowhere(&pipeline).await;
    pipeline.assert_gold_of(&events).await;
}

/// What `dead-letters show` says of a letter, and that it says nothing of identity.
fn assert_shown(pipeline: &Pipeline, id: Uuid, words: &[&str]) {
    let mut program = pipeline.command();
    program.args(["dead-letters", "show", "--json", &id.to_string()]);
    let output = program.output().unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    let told = String::from_utf8(output.stdout).unwrap();
    let letter: Value = serde_json::from_str(&told).unwrap();
    assert_eq!([&letter["rule"], &letter["reason"]], [words[0], words[1]]);
    assert!(!told.contains(CANARY), "{told}");
}

#[tokio::test]
async fn an_event_that_is_cut_short_anywhere_is_refused_and_the_largest_one_is_loaded() {
    let pipeline = Pipeline::new().await;
    let events = [flow::synthetic(60), vec![as_large_as_may_be(&pipeline)]].concat();
    let cuts = cut_short(&pipeline);
    // In all partitions, so that none of them is a storm.
    let cuts = cuts.into_iter().zip((0..PARTITIONS).cycle());
    let cuts: Vec<Sending> = cuts
        .map(|(payload, partition)| Sending {
            partition: Some(partition),
            key: None,
            payload: Some(payload),
        })
        .collect();
    pipeline.send(&cuts).await;
    pipeline.send(&pipeline.sendings(&events)).await;
    let summary = pipeline.load(2, 50).await;
    assert_eq!(summary.quarantined, cuts.len() as u64);
    let otherwise = "select count(*) from ops.quarantine
        where rule <> 'ADT-001' or not (reason like 'truncated: %' or reason like 'empty: %')";
    assert_eq!(pipeline.warehouse.count(otherwise).await, 0);
    pipeline.assert_gold_of(&events).await;
}

/// An event whose payload has as many bytes as one may have.
fn as_large_as_may_be(pipeline: &Pipeline) -> AdtEvent {
    let of = |bytes: usize| {
        let mut event = event();
        identity(&mut event).street = Some("x".repeat(bytes));
        event
    };
    let size = |bytes| pipeline.encoder.encode(&of(bytes)).unwrap().len();
    // Its length takes four bytes from here on.
    let bytes = PAYLOAD_BYTES_MAX - (size(2_000_000) - 2_000_000);
    assert_eq!(size(bytes), PAYLOAD_BYTES_MAX);
    of(bytes)
}

/// No row outside of bronze and the vault holds what was refused.
async fn assert_canary_is_nowhere(pipeline: &Pipeline) {
    let client = pipeline.warehouse.superuser().await;
    let tables = client
        .query(
            "select format('%I.%I', schemaname, tablename) from pg_tables
             where schemaname in ('ops', 'silver', 'gold')",
            &[],
        )
        .await
        .unwrap();
    assert!(tables.len() > 10);
    for table in tables {
        let table: &str = table.get(0);
        let sql = format!("select count(*) from {table} as r where r::text like '%{CANARY}%'");
        assert_eq!(pipeline.warehouse.count(&sql).await, 0, "{table}");
    }
}

#[tokio::test]
async fn a_key_that_contradicts_the_value_or_is_missing_changes_nothing() {
    let pipeline = Pipeline::new().await;
    let events = flow::synthetic(60);
    let keys = [
        None,
        Some(b"ROSEBANK:nobody".to_vec()),
        Some(Vec::new()),
        Some(vec![0xff, 0x00]),
    ];
    let mut sendings = pipeline.sendings(&events);
    for (sending, key) in sendings.iter_mut().zip(keys.iter().cycle()) {
        sending.key.clone_from(key);
    }
    pipeline.send(&sendings).await;
    pipeline.load(6, 7).await;
    pipeline.assert_loaded_once(&events).await;
}

/// Whoever may write to the topic can send such a name, by a client that is not as strict as ours.
#[tokio::test]
async fn a_header_whose_name_is_no_text_is_kept_as_it_came_and_nothing_stops() {
    let pipeline = Pipeline::new().await;
    let events = flow::synthetic(60);
    let (first, rest) = events.split_first().unwrap();
    let sending = pipeline.sending(first);
    let record = (&sending.key.unwrap()[..], &sending.payload.unwrap()[..]);
    ill_named::send(&pipeline.kafka, pipeline.topic.as_str(), 2, record);
    ill_named::send(
        &pipeline.kafka,
        pipeline.topic.as_str(),
        2,
        (b"key", b"no event"),
    );
    pipeline.send(&pipeline.sendings(rest)).await;
    let summary = pipeline.load(2, 7).await;
    assert_eq!((summary.loaded, summary.quarantined), (60, 1));

    let client = pipeline.warehouse.client(Role::Loader).await;
    let sql = "select headers from bronze.kafka_record where partition = 2 and kafka_offset < 2";
    for row in client.query(sql, &[]).await.unwrap() {
        let headers: Vec<Option<&[u8]>> = row.get(0);
        let expected = [Some(ill_named::NAME), Some(b"told"), Some(b"empty"), None];
        assert_eq!(headers, expected);
    }
    pipeline.assert_gold_of(&events).await;
}
