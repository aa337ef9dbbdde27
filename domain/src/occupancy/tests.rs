use std::collections::BTreeMap;

use chrono::TimeDelta;
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
}

fn key(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

/// Department 1 with a second version from hour 30 on, and department 3, which ends with hour 60.
fn versions() -> Versions {
    let mut versions = Versions::default();
    versions.add([
        (key(1), Some(at(90)), Some(at(30 * 60))),
        (key(2), Some(at(30 * 60)), None),
    ]);
    versions.add([(key(3), None, Some(at(60 * 60)))]);
    versions
}

fn stay(encounter: u128, department: u128, arrived: i64, left: Option<i64>) -> Stay {
    Stay {
        encounter_key: key(encounter),
        department_key: key(department),
        arrived_at: at(arrived),
        left_at: left.map(at),
    }
}

/// Every stay laid over every hour, as the page has it.
fn laid_over(stays: &[Stay], hours: &Hours) -> BTreeMap<(Uuid, DateTime<Utc>), Occupancy> {
    let mut rows: BTreeMap<(Uuid, DateTime<Utc>), (Occupancy, TimeDelta)> = BTreeMap::new();
    let first = hours.from.map_or(0, |from| from.timestamp() / 3_600);
    for hour in first..hours.to.timestamp() / 3_600 {
        let (begin, end) = (at(hour * 60), at(hour * 60 + 60));
        for stay in stays {
            let left_at = stay.left_at.unwrap_or(DateTime::<Utc>::MAX_UTC);
            if stay.arrived_at >= end || left_at < begin {
                continue;
            }
            let department_key = match stay.department_key {
                it if it == key(3) && hour < 60 => key(3),
                it if it == key(3) => continue,
                _ if hour < 30 => key(1),
                _ => key(2),
            };
            let empty = Occupancy {
                department_key,
                hour_starts_at: begin,
                patients_at_start: 0,
                arrivals: 0,
                departures: 0,
                patient_seconds: 0,
            };
            let (row, time) = rows
                .entry((department_key, begin))
                .or_insert((empty, TimeDelta::zero()));
            row.patients_at_start += i32::from(stay.arrived_at <= begin && left_at > begin);
            row.arrivals += i32::from(stay.arrived_at >= begin);
            row.departures += i32::from(left_at < end);
            *time += left_at.min(end) - stay.arrived_at.max(begin);
        }
    }
    let rows = rows.into_iter().map(|(place, (row, time))| {
        let patient_seconds = time.num_seconds();
        (
            place,
            Occupancy {
                patient_seconds,
                ..row
            },
        )
    });
    rows.collect()
}

fn by_place(rows: Vec<Occupancy>) -> BTreeMap<(Uuid, DateTime<Utc>), Occupancy> {
    let count = rows.len();
    let rows: BTreeMap<_, _> = rows
        .into_iter()
        .map(|row| ((row.department_key, row.hour_starts_at), row))
        .collect();
    assert_eq!(rows.len(), count, "a place has two rows");
    rows
}

/// What a part of the stays needs: who was there at its begin, and who came in it.
fn of_part(stays: &[Stay], present: &[Uuid], hours: &Hours) -> Vec<Stay> {
    let is_of = |stay: &&Stay| match hours.from {
        Some(from) if stay.arrived_at < from => {
            present.contains(&stay.encounter_key) && stay.left_at.is_none_or(|left| left >= from)
        }
        None | Some(_) => stay.arrived_at < hours.to,
    };
    stays.iter().filter(is_of).copied().collect()
}

/// Stays within four days, in half seconds.
fn any_stays() -> impl Strategy<Value = Vec<Stay>> {
    const HALF_SECONDS: i64 = 4 * 24 * 3_600 * 2;
    let moment = prop_oneof![
        (0..HALF_SECONDS).boxed(),
        // On the hour.
        (0..4 * 24_i64).prop_map(|hour| hour * 7_200).boxed(),
    ];
    let one = (1..=3_u128, moment.clone(), proptest::option::of(moment));
    vec(one, 0..40).prop_map(|stays| {
        let stays = (0..)
            .zip(stays)
            .filter_map(|(encounter, (department, from, to))| {
                let time = |it: i64| DateTime::UNIX_EPOCH + TimeDelta::milliseconds(it * 500);
                to.is_none_or(|to| to > from).then(|| Stay {
                    encounter_key: key(encounter),
                    department_key: key(department),
                    arrived_at: time(from),
                    left_at: to.map(time),
                })
            });
        stays.collect()
    })
}

proptest! {
    #[test]
    fn the_rows_are_the_stays_laid_over_the_hours(stays in any_stays(), end_hour in 1..100_i64) {
        let hours = Hours { from: None, to: at(end_hour * 60) };
        let stays = of_part(&stays, &[], &hours);
        prop_assert_eq!(by_place(occupancy(&stays, &versions(), &hours)), laid_over(&stays, &hours));
    }

    #[test]
    fn a_span_may_be_counted_in_parts(stays in any_stays(), first_day in 1..4_i64, end_hour in 73..100_i64) {
        let whole = Hours { from: None, to: at(end_hour * 60) };
        let midnight = at(first_day * 24 * 60);
        let first = Hours { from: None, to: midnight };
        let second = Hours { from: Some(midnight), to: whole.to };
        let present = rosters(&of_part(&stays, &[], &first), &first);
        let present = present.get(&midnight).cloned().unwrap_or_default();
        let parts = [
            (of_part(&stays, &[], &first), first),
            (of_part(&stays, &present, &second), second),
        ];
        let of_parts = parts.iter().flat_map(|(stays, hours)| occupancy(stays, &versions(), hours));
        let counted = of_part(&stays, &[], &whole);
        prop_assert_eq!(
            by_place(of_parts.collect()),
            by_place(occupancy(&counted, &versions(), &whole))
        );
        let of_parts = parts.iter().flat_map(|(stays, hours)| rosters(stays, hours));
        let of_parts: BTreeMap<_, _> = of_parts.collect();
        prop_assert_eq!(of_parts, rosters(&counted, &whole));
    }
}

#[test]
fn who_leaves_on_the_hour_is_a_departure_of_it_alone() {
    let hours = Hours {
        from: None,
        to: at(180),
    };
    let rows = occupancy(&[stay(7, 1, 0, Some(60))], &versions(), &hours);
    let row = |hour: i64, patients_at_start, arrivals, departures, patient_seconds| Occupancy {
        department_key: key(1),
        hour_starts_at: at(hour * 60),
        patients_at_start,
        arrivals,
        departures,
        patient_seconds,
    };
    assert_eq!(rows, [row(0, 1, 1, 0, 3_600), row(1, 0, 0, 1, 0)]);
}

#[test]
fn a_roster_names_who_came_before_midnight_and_did_not_leave_before_it() {
    let day = 24 * 60;
    let stays = [
        stay(1, 1, day - 1, Some(day)),
        stay(2, 1, day, None),
        stay(3, 1, 0, Some(day - 1)),
    ];
    let hours = Hours {
        from: None,
        to: at(2 * day),
    };
    let rosters = rosters(&stays, &hours);
    let expected = [(at(day), vec![key(1)]), (at(2 * day), vec![key(2)])];
    assert_eq!(rosters, BTreeMap::from(expected));
}
