//! Encounters of patients of whom nobody tells are found (`HIS-012`), until somebody does.

use crate::books::assert_balanced;
use crate::data::{DAYS, clean};
use crate::landing::Delivery;
use crate::place::Place;
use crate::stream::Lane;

const HOSPITAL: &str = "ROSEBANK";

async fn unknown(place: &Place) -> i64 {
    let sql = "select count(*) from silver.finding where rule = 'HIS-012'";
    place.warehouse.count(sql).await
}

/// A file of a day of clean data, alone.
fn alone(day: u16, name: &str) -> Delivery {
    Delivery::of(clean(), day, HOSPITAL).only(&[name])
}

/// Loads the encounters of all days, before anything else: each line is found.
async fn with_encounters() -> Place {
    let place = Place::new().await;
    for day in 0..DAYS {
        alone(day, "encounters.csv").land(place.landing());
    }
    place.once().await;
    let encounters = "select count(*) from silver.encounters";
    let encounters = place.warehouse.count(encounters).await;
    assert!(encounters > 0);
    assert_eq!(unknown(&place).await, encounters);
    place
}

#[tokio::test(flavor = "multi_thread")]
async fn snapshots_make_their_patients_known_from_the_first_one_on() {
    let place = with_encounters().await;
    let before = unknown(&place).await;
    alone(0, "patients.csv").land(place.landing());
    place.once().await;
    assert!(unknown(&place).await < before);
    // Who came later, or left before the last one.
    for day in 1..DAYS {
        alone(day, "patients.csv").land(place.landing());
    }
    place.once().await;
    assert_eq!(unknown(&place).await, 0);
    assert_balanced(&place.warehouse).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_make_their_patients_known() {
    let place = with_encounters().await;
    let mut lane = Lane::into(&place.warehouse).await;
    lane.load(&clean().events).await;
    assert_eq!(unknown(&place).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_line_makes_nobody_known_and_its_absence_later_does() {
    let mut place = with_encounters().await;
    let before = unknown(&place).await;
    // No birth date of all is one.
    let unreadable = alone(0, "patients.csv").mapped("patients.csv", |text| {
        let text = String::from_utf8(text).unwrap();
        let (header, rows) = text.split_once('\n').unwrap();
        let born = header.split(',').position(|it| it == "date_of_birth");
        let lines = rows.lines().map(|line| {
            let mut fields: Vec<&str> = line.split(',').collect();
            fields[born.unwrap()] = "yesterday";
            fields.join(",") + "\n"
        });
        format!("{header}\n{}", lines.collect::<String>()).into()
    });
    let header = alone(1, "patients.csv").mapped("patients.csv", |text| {
        let end = text.iter().position(|byte| *byte == b'\n').unwrap();
        text[..=end].to_vec()
    });
    place.settings.bad_share_max = 1.0;
    unreadable.land(place.landing());
    assert_eq!(place.once().await.refused, 0);
    assert_eq!(unknown(&place).await, before);
    header.land(place.landing());
    place.once().await;
    assert!(unknown(&place).await < before);
    assert_balanced(&place.warehouse).await;
}
