//! The digest changes where an A01, A02 or A03 is left out, and not where an A08 is that says
//! nothing new of the patient: so equal digests mean something.

use std::collections::BTreeMap;

use database::digest::Digest;
use domain::event::AdtEvent;
use domain::history::Departments;
use domain::record::AdtRecord;
use uuid::Uuid;

use crate::flow;
use crate::gold::Gold;
use crate::pipeline::Pipeline;
use crate::warehouse::Warehouse;

/// The real extract, or a synthetic flow where there is none.
fn events() -> Vec<AdtEvent> {
    flow::mimic().unwrap_or_else(|| flow::synthetic(400))
}

fn is_movement(event: &AdtEvent) -> bool {
    event.event_type.as_deref() != Some("A08")
}

/// The model's gold of records, and of the same without one.
struct Sensitivity {
    patients: BTreeMap<Uuid, Vec<AdtRecord>>,
    whole: Gold,
    departments: Departments,
    reference: Digest,
}

impl Sensitivity {
    async fn of(records: &[AdtRecord], warehouse: &Warehouse) -> Self {
        let departments = warehouse.departments().await;
        let mut patients: BTreeMap<Uuid, Vec<AdtRecord>> = BTreeMap::new();
        for record in records {
            patients
                .entry(record.patient_pseudonym)
                .or_default()
                .push(record.clone());
        }
        Self {
            patients,
            whole: Gold::of(records, &departments),
            departments,
            reference: warehouse.digest().await,
        }
    }

    fn without(&self, left_out: &AdtRecord) -> Gold {
        let all = &self.patients[&left_out.patient_pseudonym];
        let rest = all.iter().filter(|record| *record != left_out);
        let rest = Gold::of(rest, &self.departments);
        self.whole.without(left_out.patient_pseudonym).with(rest)
    }
}

#[tokio::test]
async fn any_one_movement_left_out_changes_the_model_s_digest() {
    let pipeline = Pipeline::new().await;
    let events = events();
    let records = pipeline.records(&events).await;
    let model = Sensitivity::of(&records, &pipeline.warehouse).await;
    // Parts of the digest, and quickly made: the hours of real patients lie over a hundred years.
    let whole = model.whole.patient_tables();
    let mut movements = 0;
    for (event, record) in events.iter().zip(&records) {
        if is_movement(event) {
            movements += 1;
            let rest = model.without(record).patient_tables();
            assert_ne!(rest, whole, "{record:?}");
        }
    }
    if flow::mimic().is_some() {
        assert_eq!((events.len(), movements), (550, 524));
        let updates = events
            .iter()
            .zip(&records)
            .filter(|(event, _)| !is_movement(event));
        let whole = model.whole.digest(&model.reference);
        for (_, update) in updates {
            let rest = model.without(update).digest(&model.reference);
            assert_eq!(rest, whole, "{update:?}");
        }
    }
}

/// The digest and the rows of silver after a load of these events.
async fn loaded(events: &[AdtEvent]) -> (Digest, i64) {
    let pipeline = Pipeline::new().await;
    pipeline.send(&pipeline.sendings(events)).await;
    pipeline.load(2, 1_000).await;
    let warehouse = &pipeline.warehouse;
    warehouse.assert_green().await;
    let rows = warehouse
        .count("select count(*) from silver.adt_record")
        .await;
    (warehouse.digest().await, rows)
}

#[tokio::test]
async fn one_movement_of_each_kind_left_out_of_the_topic_changes_the_warehouse_s_digest() {
    let events = events();
    let (whole, rows) = loaded(&events).await;
    for kind in ["A01", "A02", "A03"] {
        let of_kind = |event: &AdtEvent| event.event_type.as_deref() == Some(kind);
        let numbers = (0..events.len()).filter(|number| of_kind(&events[*number]));
        let numbers: Vec<_> = numbers.collect();
        let mut rest = events.clone();
        rest.remove(numbers[numbers.len() / 2]);
        let (digest, rest_rows) = loaded(&rest).await;
        assert_ne!(digest.sha256, whole.sha256, "{kind}");
        assert_eq!(rest_rows, rows - 1);
    }
}

#[tokio::test]
async fn the_updates_of_the_real_extract_change_silver_alone() {
    let Some(events) = flow::mimic() else { return };
    let movements: Vec<_> = events
        .iter()
        .filter(|event| is_movement(event))
        .cloned()
        .collect();
    let (whole, rows) = loaded(&events).await;
    let (digest, movement_rows) = loaded(&movements).await;
    assert_eq!(digest, whole);
    assert_eq!(rows - movement_rows, 26);
}
