//! Any order, any portions, any interruption, with and without the stream: one warehouse.

use std::time::Duration;

use proptest::test_runner::Config;

use crate::books::assert_balanced;
use crate::contents::Contents;
use crate::data::{Data, FileName, clean, dirty};
use crate::place::Place;
use crate::random::Random;
use crate::stream::Lane;

/// Cases in the ordinary test, or more where property tests have more than by themselves.
fn cases(ordinary: u64) -> u64 {
    if Config::default().cases > 256 {
        40
    } else {
        ordinary
    }
}

/// Loads files at once, in the order of their days, and events before them.
async fn in_order(data: &Data, files: &[FileName], events: usize) -> Contents {
    let place = Place::new().await;
    let mut lane = Lane::into(&place.warehouse).await;
    lane.load(&data.events[..events]).await;
    place.deliver(data, files);
    let summary = place.once().await;
    assert_eq!(summary.files, files.len() as u64, "{summary:?}");
    assert_eq!(summary.refused, 0, "{summary:?}");
    assert_balanced(&place.warehouse).await;
    place.contents().await
}

/// Loads files in some order, in portions, in small chunks, interrupted again and again, with events
/// in between. Tells how often it was interrupted.
async fn at_random(
    data: &Data,
    mut files: Vec<FileName>,
    events: usize,
    random: &mut Random,
) -> (Contents, u64) {
    let place = Place::new().await.with_small_chunks();
    let mut lane = Lane::into(&place.warehouse).await;
    let mut events = data.events[..events].to_vec();
    random.shuffle(&mut events);
    random.shuffle(&mut files);
    let mut interruptions = 0;
    while !files.is_empty() {
        let portion = files.len().min(1 + random.below(12));
        let portion: Vec<_> = files.drain(..portion).collect();
        place.deliver(data, &portion);
        let next = events.len().min(random.below(400));
        lane.load(&events.drain(..next).collect::<Vec<_>>()).await;
        let mut patience = 20 + random.next() % 300;
        while !place.once_within(Duration::from_millis(patience)).await {
            interruptions += 1;
            patience += random.next() % 300;
            let next = events.len().min(random.below(50));
            lane.load(&events.drain(..next).collect::<Vec<_>>()).await;
        }
    }
    lane.load(&events).await;
    assert_balanced(&place.warehouse).await;
    (place.contents().await, interruptions)
}

async fn assert_order_does_not_matter(data: &Data, seed: u64) {
    let random = &mut Random::new(seed);
    let mut files = data.files();
    let share = [100, 80, 50][random.below(3)];
    files.retain(|_| random.percent(share));
    // With the stream and without it.
    let events = [0, data.events.len()][random.below(2)];
    let expected = in_order(data, &files, events).await;
    let (contents, interruptions) = at_random(data, files, events, random).await;
    contents.assert_same(&expected, &format!("seed {seed}"));
    assert!(interruptions > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn clean_files_in_any_order_make_one_warehouse() {
    for seed in 1..=cases(2) {
        assert_order_does_not_matter(clean(), seed).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dirty_files_in_any_order_make_one_warehouse() {
    for seed in 101..=100 + cases(2) {
        assert_order_does_not_matter(dirty(), seed).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_order_reversed_and_one_by_one_make_one_warehouse() {
    let data = clean();
    let mut files = data.files();
    let expected = in_order(data, &files, 0).await;
    let place = Place::new().await;
    files.reverse();
    for file in files {
        place.deliver(data, std::slice::from_ref(&file));
        assert_eq!(place.once().await.files, 1, "{file:?}");
    }
    assert_eq!(place.left(), Vec::<String>::new());
    assert_balanced(&place.warehouse).await;
    place.contents().await.assert_same(&expected, "reversed");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_file_shows_when_it_is_left_out() {
    let data = clean();
    let all = data.files();
    // Events tell of encounters what files tell, so there are none.
    let whole = in_order(data, &all, 0).await;
    for kind in 0..crate::data::KINDS.len() {
        let left_out = all.iter().rposition(|file| file.kind == kind).unwrap();
        let mut files = all.clone();
        let file = files.remove(left_out);
        let contents = in_order(data, &files, 0).await;
        assert_ne!(contents.tables, whole.tables, "{file:?}");
        // The digest covers the clinical facts where it knows them.
        if kind < 2 {
            assert_ne!(contents.digest, whole.digest, "{file:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_and_events_at_once_make_one_warehouse() {
    let data = clean();
    let files = data.files();
    let expected = in_order(data, &files, data.events.len()).await;
    let place = Place::new().await.with_small_chunks();
    place.deliver(data, &files);
    let mut lane = Lane::into(&place.warehouse).await;
    let stream = async {
        for events in data.events.chunks(50) {
            lane.load(events).await;
        }
    };
    let (summary, ()) = tokio::join!(place.once(), stream);
    assert_eq!(summary.files, files.len() as u64);
    assert_balanced(&place.warehouse).await;
    place.contents().await.assert_same(&expected, "at once");
}
