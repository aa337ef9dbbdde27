//! One digest, whatever the order, the partitions, the copies, the batches and the lanes: that of
//! the model in memory.

use std::collections::HashSet;

use consumer::Summary;

use crate::arrangement::{repeated, scattered, shuffled};
use crate::flow;
use crate::gold::Gold;
use crate::pipeline::{Pipeline, Sending};
use crate::random::Random;

/// Everything, sent in some way and loaded, and loaded again as often as asked.
async fn assert_model_digest(
    arrange: fn(Vec<Sending>, &mut Random) -> Vec<Sending>,
    replays: usize,
    lanes: usize,
    batch_rows: usize,
) {
    let pipeline = Pipeline::new().await;
    let warehouse = &pipeline.warehouse;
    let events = flow::everything();
    let records = pipeline.records(&events).await;
    let reference = warehouse.digest().await;
    let expected = Gold::of(&records, &warehouse.departments().await).digest(&reference);

    let sendings = arrange(pipeline.sendings(&events), &mut Random::new(9));
    let mut sum = Summary::default();
    for _ in 0..replays {
        pipeline.send(&sendings).await;
        let summary = pipeline.load(lanes, batch_rows).await;
        sum.loaded += summary.loaded;
        sum.duplicates += summary.duplicates;
        sum.quarantined += summary.quarantined;
        assert_eq!(warehouse.digest().await, expected);
    }

    let identity = |record: &domain::record::AdtRecord| {
        (
            record.patient_pseudonym,
            record.event_id,
            record.content_hash,
        )
    };
    let distinct: HashSet<_> = records.iter().map(identity).collect();
    assert_eq!(sum.loaded, distinct.len() as u64);
    assert_eq!(
        sum.loaded + sum.duplicates,
        (replays * sendings.len()) as u64
    );
    assert_eq!(sum.quarantined, 0);
    warehouse.assert_green().await;
}

#[tokio::test]
async fn delivered_in_order_and_once() {
    assert_model_digest(|sendings, _| sendings, 1, 1, 1_000).await;
}

#[tokio::test]
async fn replayed_in_full_on_top() {
    assert_model_digest(|sendings, _| sendings, 2, 2, 1_000).await;
}

#[tokio::test]
async fn shuffled_within_partitions_in_batches_of_seven() {
    assert_model_digest(shuffled, 1, 2, 7).await;
}

#[tokio::test]
async fn shuffled_across_partitions_by_six_lanes() {
    let arrange = |sendings, random: &mut Random| scattered(shuffled(sendings, random), random);
    assert_model_digest(arrange, 1, 6, 1_000).await;
}

#[tokio::test]
async fn sent_one_to_three_times_in_order() {
    assert_model_digest(|sendings, random| repeated(&sendings, random), 1, 1, 7).await;
}

#[tokio::test]
async fn in_order_in_batches_of_one() {
    assert_model_digest(|sendings, _| sendings, 1, 1, 1).await;
}

#[tokio::test]
async fn shuffled_across_partitions_one_to_three_times_in_batches_of_one_by_six_lanes() {
    let arrange = |sendings: Vec<Sending>, random: &mut Random| {
        scattered(shuffled(repeated(&sendings, random), random), random)
    };
    assert_model_digest(arrange, 1, 6, 1).await;
}

#[tokio::test]
async fn shuffled_across_partitions_one_to_three_times_in_batches_of_a_thousand_by_two_lanes() {
    let arrange = |sendings: Vec<Sending>, random: &mut Random| {
        scattered(shuffled(repeated(&sendings, random), random), random)
    };
    assert_model_digest(arrange, 1, 2, 1_000).await;
}
