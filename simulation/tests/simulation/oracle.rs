//! What real events must come to, counted from the files by the tests themselves.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::random::Random;
use super::real_extract::{Interval, folder};
use super::replayed::{replayed, send};

/// The digest of the demo under the demo key. It changes where the rules or the columns of gold do.
const GOLDEN_DIGEST: &str = "91f51e16d70c871a639e789ce66a4c9bcf84726eaefe9d5eb314d380cd0f5881";

#[tokio::test]
async fn every_encounter_has_its_times_and_its_end() {
    let Some(replayed) = replayed().await else {
        return;
    };
    let admissions = replayed.admissions().await;
    assert_eq!(admissions.len(), 129);
    assert_eq!(replayed.extract.0.len(), 129);
    let mut seconds = 0;
    for admission in &admissions {
        let expected = &replayed.extract.0[&admission.encounter_id];
        assert_eq!(admission.admitted_at, expected.admitted_at);
        assert_eq!(admission.discharged_at, expected.discharged_at);
        let length = expected.discharged_at - expected.admitted_at;
        assert_eq!(admission.length_of_stay_seconds, length.num_seconds());
        assert_eq!(admission.died, expected.died);
        let moves = i32::try_from(expected.intervals.len()).unwrap() - 1;
        assert_eq!(admission.transfer_count, moves);
        seconds += length.num_seconds();
    }
    assert_eq!(mean_days(seconds), "9.33233");
    let moves: i32 = admissions.iter().map(|row| row.transfer_count).sum();
    let deaths = admissions.iter().filter(|row| row.died).count();
    assert_eq!((moves, deaths), (266, 40));
}

/// The mean of the 129 stays in days, to five decimals.
fn mean_days(seconds: i64) -> String {
    let whole = 129 * 86_400;
    let rounded = (seconds * 100_000 + whole / 2) / whole;
    format!("{}.{:05}", rounded / 100_000, rounded % 100_000)
}

#[tokio::test]
async fn ages_are_those_of_the_files_and_unknown_where_hidden() {
    let Some(replayed) = replayed().await else {
        return;
    };
    let mut hidden = 0;
    for admission in replayed.admissions().await {
        let expected = replayed.extract.0[&admission.encounter_id].age_years;
        assert_eq!(admission.age_years, expected, "{}", admission.encounter_id);
        assert_eq!(admission.age_band == "unknown", expected.is_none());
        hidden += usize::from(expected.is_none());
    }
    assert_eq!(hidden, 9);
    let client = replayed.warehouse.superuser().await;
    let marked = client
        .query_one(
            "select count(distinct encounter_key) from silver.adt_record
             where repairs = array['ADT-011'] and birth_year is null
                 and age_at_admission_years is null",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(marked.get::<_, i64>(0), 9);
    let others = "select count(*) from silver.adt_record
                  where repairs not in (array[]::text[], array['ADT-011'])";
    let others = client.query_one(others, &[]).await.unwrap();
    assert_eq!(others.get::<_, i64>(0), 0, "no other rule hits");
}

#[tokio::test]
async fn every_patient_was_where_transfers_says() {
    let Some(replayed) = replayed().await else {
        return;
    };
    let client = replayed.warehouse.superuser().await;
    let rows = client
        .query(
            "select encounter_id, stay_number, arrived_at, left_at, ward, department_code
             from gold.fact_location_stay
             join vault.encounter using (encounter_key)
             join gold.dim_department using (department_key)
             order by encounter_id, arrived_at",
            &[],
        )
        .await
        .unwrap();
    assert_eq!(rows.len(), 395);
    let mut found: BTreeMap<String, Vec<Interval>> = BTreeMap::new();
    for row in &rows {
        let stays = found.entry(row.get(0)).or_default();
        stays.push(Interval {
            from: row.get(2),
            to: row.get(3),
            ward: row.get(4),
            department: row.get(5),
        });
        assert_eq!(usize::try_from(row.get::<_, i32>(1)).unwrap(), stays.len());
    }
    let expected: BTreeMap<String, Vec<Interval>> = replayed
        .extract
        .0
        .iter()
        .map(|(encounter_id, encounter)| (encounter_id.clone(), encounter.intervals.clone()))
        .collect();
    assert_eq!(found, expected);
}

/// Moments within and around random stays, since the times of patients are shifted over a century;
/// and the very begins and ends of some, which decide whether an interval excludes its end.
fn moments(stays: &[&Interval]) -> Vec<DateTime<Utc>> {
    let mut random = Random(42);
    (0..200)
        .map(|number| {
            let stay = stays[random.below(stays.len())];
            let around = stay.to - stay.from + TimeDelta::days(2);
            let seconds = random.below(usize::try_from(around.num_seconds()).unwrap());
            match number % 4 {
                0 => stay.from,
                1 => stay.to,
                _ => {
                    stay.from - TimeDelta::days(1)
                        + TimeDelta::seconds(i64::try_from(seconds).unwrap())
                }
            }
        })
        .collect()
}

#[tokio::test]
async fn occupancy_at_a_moment_is_what_a_count_over_the_file_gives() {
    let Some(replayed) = replayed().await else {
        return;
    };
    let stays: Vec<&Interval> = replayed.extract.intervals().collect();
    let moments = moments(&stays);
    let client = replayed.warehouse.superuser().await;
    let rows = client
        .query(
            "select number, department_code, ward, patients
             from unnest($1::timestamptz[]) with ordinality as asked (moment, number)
             cross join lateral gold.occupancy_at(moment)",
            &[&moments],
        )
        .await
        .unwrap();
    let mut found = vec![BTreeMap::new(); moments.len()];
    for row in &rows {
        let number = usize::try_from(row.get::<_, i64>(0)).unwrap() - 1;
        let place: (String, String) = (row.get(1), row.get(2));
        found[number].insert(place, row.get::<_, i64>(3));
    }
    for (moment, found) in moments.iter().zip(&found) {
        assert_eq!(
            found,
            &replayed.extract.occupancy_at(*moment),
            "at {moment}"
        );
    }
    let occupied = found.iter().filter(|places| !places.is_empty()).count();
    assert!(occupied > 100, "only {occupied} moments tell anything");
}

/// Times of the file are whole seconds, so that no hour's sum is rounded.
#[tokio::test]
async fn the_hours_of_a_department_add_up_to_its_intervals_in_the_file() {
    let Some(replayed) = replayed().await else {
        return;
    };
    let client = replayed.warehouse.superuser().await;
    let closed = "select closed_until from ops.census_frontier";
    let closed_until: DateTime<Utc> = client.query_one(closed, &[]).await.unwrap().get(0);
    let hours =
        "select department_code, sum(arrivals), sum(departures), sum(patient_seconds)::bigint
        from gold.fact_bed_occupancy join gold.dim_department using (department_key)
        group by department_code";
    let rows = client.query(hours, &[]).await.unwrap();
    let found: BTreeMap<String, [i64; 3]> = rows
        .iter()
        .map(|row| (row.get(0), [row.get(1), row.get(2), row.get(3)]))
        .collect();
    let mut expected: BTreeMap<String, [i64; 3]> = BTreeMap::new();
    let closed = replayed.extract.intervals();
    for stay in closed.filter(|stay| stay.from < closed_until) {
        let sums = expected.entry(stay.department.clone()).or_default();
        sums[0] += 1;
        sums[1] += i64::from(stay.to < closed_until);
        sums[2] += (stay.to.min(closed_until) - stay.from).num_seconds();
    }
    assert_eq!(found, expected);
    // The last two patients alone are not told yet.
    let arrivals: i64 = found.values().map(|sums| sums[0]).sum();
    assert!((350..395).contains(&arrivals), "{arrivals}");
}

#[tokio::test]
async fn two_patients_have_versions_and_moves_within_a_place_are_the_only_findings() {
    let Some(replayed) = replayed().await else {
        return;
    };
    let client = replayed.warehouse.superuser().await;
    let versions = client
        .query_one(
            "select count(*), count(*) filter (where versions > 1)
             from (
                 select count(*) as versions from gold.patient_versions group by patient_pseudonym
             ) as patient",
            &[],
        )
        .await
        .unwrap();
    assert_eq!((versions.get(0), versions.get(1)), (100_i64, 2_i64));
    let findings = client
        .query(
            "select rule, encounter_id, count(*)
             from silver.finding join vault.encounter using (encounter_key)
             group by rule, encounter_id",
            &[],
        )
        .await
        .unwrap();
    let found: BTreeMap<(String, String), i64> = findings
        .iter()
        .map(|row| ((row.get(0), row.get(1)), row.get(2)))
        .collect();
    let mut expected: BTreeMap<(String, String), i64> = BTreeMap::new();
    for (encounter_id, encounter) in &replayed.extract.0 {
        let place = |stay: &Interval| (stay.department.clone(), stay.ward.clone());
        for pair in encounter.intervals.windows(2) {
            if place(&pair[0]) == place(&pair[1]) {
                let key = ("HIS-007".to_owned(), encounter_id.clone());
                *expected.entry(key).or_default() += 1;
            }
        }
    }
    assert_eq!(found, expected);
    assert_eq!(found.values().sum::<i64>(), 61);
}

#[tokio::test]
async fn a_second_replay_changes_nothing() {
    let (Some(replayed), Some(folder)) = (replayed().await, folder()) else {
        return;
    };
    let loaded = replayed.loaded;
    assert_eq!(
        (loaded.loaded, loaded.duplicates, loaded.quarantined),
        (550, 0, 0)
    );
    let warehouse = &replayed.warehouse;
    warehouse.assert_green().await;
    assert_eq!(warehouse.digest().await, GOLDEN_DIGEST);
    send(&folder, warehouse).await;
    let again = warehouse.load().await;
    assert_eq!(
        (again.loaded, again.duplicates, again.quarantined),
        (0, 550, 0)
    );
    warehouse.assert_green().await;
    assert_eq!(warehouse.digest().await, GOLDEN_DIGEST);
}
