//! Faults on purpose: they arrive as the ground truth tells them, and stand in nobody's way.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use domain::pseudonym::PseudonymKey;
use generators::command::faults::{FaultSource, FaultsArgs};
use generators::command::scenario::FlowArgs;
use generators::fault::{Class, Damage, Sent};
use platform::codec::{AdtDecoder, AdtEncoder, DecodeError, DecodeFailure};
use platform::registry::Registry;
use platform::wire::unframe;
use producer::address::Address;
use producer::destination::Destination;
use producer::resumption::Resume;
use producer::sender::UNKNOWN_SCHEMA_ID;
use tempfile::TempDir;

use crate::resuming::{args, run_once, synthetic};
use crate::topic::{Record, destination, records};
use crate::whole::assert_whole;

/// A file with the same rate for each class.
pub(crate) fn faults_file(folder: &Path, percent: f64) -> PathBuf {
    let path = folder.join("faults.toml");
    let lines = Class::ALL.map(|class| format!("{} = {percent}\n", class.as_str()));
    std::fs::write(&path, lines.concat()).unwrap();
    path
}

/// The class and field of each faulty event, by its ordinal.
pub(crate) fn truths(path: &Path) -> BTreeMap<u64, (String, String)> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = ["source", "ordinal", "file", "line", "class", "field"];
    assert_eq!(reader.headers().unwrap(), &header[..]);
    let rows = reader.records().map(|row| {
        let row = row.unwrap();
        assert_eq!((&row[0], &row[2], &row[3]), ("flow", "", ""));
        let told = (row[4].to_owned(), row[5].to_owned());
        (row[1].parse().unwrap(), told)
    });
    let rows: Vec<_> = rows.collect();
    assert!(rows.is_sorted_by(|one, next| one.0 < next.0));
    rows.into_iter().collect()
}

/// What shows of a fault without reading the event is there where the ground truth tells it, and
/// nowhere else.
pub(crate) fn assert_as_told(
    topic: &BTreeMap<i32, Vec<Record>>,
    told: &BTreeMap<u64, (String, String)>,
) {
    let class = |record: &Record| told.get(&record.ordinal).map(|(class, _)| class.as_str());
    let mut copies = 0;
    for partition in topic.values() {
        let mut seen: BTreeMap<&[u8], u64> = BTreeMap::new();
        for record in partition {
            let class = class(record);
            assert_eq!(record.key.is_none(), class == Some("missing_patient"));
            let schema_id = unframe(&record.payload).ok().map(|(id, _)| id);
            assert_eq!(
                schema_id == Some(UNKNOWN_SCHEMA_ID),
                class == Some("unknown_schema_id")
            );
            if class == Some("truncated_payload") {
                continue;
            }
            let first = *seen.entry(&record.payload).or_insert(record.ordinal);
            let is_copy = first != record.ordinal;
            assert_eq!(
                is_copy,
                class == Some("duplicate_event_id"),
                "{}",
                record.ordinal
            );
            copies += u32::from(is_copy);
        }
    }
    assert!(copies > 0);
}

fn dirty(events: u64, folder: &Path) -> FlowArgs {
    FlowArgs {
        faults: FaultsArgs {
            faults: FaultSource::File(faults_file(folder, 3.0)),
        },
        truth: Some(folder.join("ground_truth.csv")),
        ..synthetic(42, events)
    }
}

/// What the same flow is in this process.
fn sent(flow: &FlowArgs) -> Vec<Sent> {
    let simulation = flow.simulation().unwrap();
    let registry = simulation.registry().unwrap();
    let staff = simulation.staff().unwrap();
    let sent = simulation.sent(&registry, &staff, flow.length()).unwrap();
    sent.collect()
}

/// Sent in parts, so that parts end with events without a key and with damaged ones, it is whole, and
/// readers make of each event what it is.
#[tokio::test(flavor = "multi_thread")]
async fn a_dirty_flow_arrives_as_its_ground_truth_tells() {
    const EVENTS: u64 = 4_000;
    let folder = TempDir::new().unwrap();
    let destination = destination().await;
    let expected = sent(&dirty(EVENTS, folder.path()));
    let ends = |part: usize, is_wanted: fn(&Sent) -> bool| {
        let place = expected[part..].iter().position(is_wanted).unwrap();
        (part + place + 1) as u64
    };
    let mut there = 0;
    for events in [
        ends(1_000, |sent| sent.event.patient_id.is_none()),
        ends(2_000, |sent| {
            matches!(sent.damage, Some(Damage::Truncated { .. }))
        }),
        ends(3_000, |sent| sent.damage == Some(Damage::UnknownSchema)),
        EVENTS,
    ] {
        let mut args = args(&destination, events, 42, Resume::Strictly);
        args.flow = dirty(events, folder.path());
        assert_eq!(run_once(&args).await, (there, events - there));
        there = events;
    }
    let topic = records(&destination).await;
    assert_eq!(assert_whole(&topic, EVENTS).records(), 0);
    let told = truths(&folder.path().join("ground_truth.csv"));
    assert_as_told(&topic, &told);
    check_events(&destination, &topic, &expected).await;
    let named = (0..).zip(&expected).filter_map(|(ordinal, sent)| {
        let fault = sent.fault?;
        let class = fault.class.as_str().to_owned();
        Some((ordinal, (class, fault.field.to_owned())))
    });
    assert!(named.eq(told));
}

async fn check_events(
    destination: &Destination,
    topic: &BTreeMap<i32, Vec<Record>>,
    expected: &[Sent],
) {
    let registry = Registry::new(&destination.registry).unwrap();
    let subject = destination.topic().value_subject();
    let encoder = AdtEncoder::register(&registry, &subject).await.unwrap();
    let decoder = AdtDecoder::new(registry, PseudonymKey::new(&[7; 32]).unwrap());
    let (mut truncated, mut unknown) = (0, 0);
    for record in topic.values().flatten() {
        let sent = &expected[usize::try_from(record.ordinal).unwrap()];
        let address = Address::of(record.ordinal, sent.event.key(), 3);
        assert!(record.key == address.key);
        let whole = encoder.encode(&sent.event).unwrap();
        let decoded = decoder.decode(&record.payload).await;
        match sent.damage {
            None => assert!(decoded.unwrap().event == sent.event),
            Some(Damage::Truncated { keep_bytes }) => {
                assert_eq!(record.payload, whole[..keep_bytes]);
                let Err(DecodeFailure::Data(error)) = decoded else {
                    panic!("{keep_bytes} bytes of {} are an event", whole.len());
                };
                let is_cut = matches!(error, DecodeError::Truncated { .. } | DecodeError::Empty);
                assert!(is_cut, "{error}");
                truncated += 1;
            }
            Some(Damage::UnknownSchema) => {
                let expected = DecodeError::UnknownSchema(UNKNOWN_SCHEMA_ID);
                assert!(matches!(decoded, Err(DecodeFailure::Data(error)) if error == expected));
                unknown += 1;
            }
        }
    }
    assert!(truncated > 50 && unknown > 50, "{truncated}, {unknown}");
}
