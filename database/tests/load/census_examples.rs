//! What single events do to the hours, and what analysts see of them.

use chrono::{DateTime, TimeDelta, Utc};
use database::census;
use database::load::Loader;
use domain::event::Location;
use domain::network::Hospital;
use domain::record::CleanedEvent;
use tokio_postgres::Client;
use tokio_postgres::types::Timestamp;

use super::census::{expected, stored};
use super::partition::{self, Partition, now};
use super::ward_life::{WardLife, start};
use super::warehouse::{Role, Warehouse, network};

/// A department that no network file knows.
const UNKNOWN: usize = usize::MAX;

/// A warehouse to which events come one by one.
struct Ward {
    warehouse: Warehouse,
    life: WardLife,
    loader: Loader,
    log: Partition,
    events: Vec<CleanedEvent>,
    hospital: Hospital,
    client: Client,
}

impl Ward {
    async fn new() -> Self {
        let warehouse = Warehouse::new().await;
        let topic = partition::registered_topic(&warehouse).await;
        Self {
            life: WardLife::new(1),
            loader: partition::loader(&warehouse, &topic).await,
            log: Partition::new(0),
            events: Vec::new(),
            hospital: network().hospitals[0].clone(),
            client: warehouse.client(Role::Loader).await,
            warehouse,
        }
    }

    fn department(&self, number: usize) -> String {
        let department = self.hospital.departments.get(number);
        department.map_or("unknown".to_owned(), |department| department.code.clone())
    }

    /// Loads an event at so many minutes after midnight, in the department of a number.
    async fn event(&mut self, trigger: &str, patient: &str, minutes: i64, department: usize) {
        let at = at(minutes);
        let mut event = self.life.event(trigger, patient, Some("E1"), at);
        event.location = Some(Location {
            department_code: Some(self.department(department)),
            ward: None,
            bed: None,
        });
        let event = self.life.clean(&event);
        let batch = self.log.batch([&event]);
        self.loader.load(&batch, now()).await.unwrap();
        self.events.push(event);
    }

    /// Lets three patients be seen at a time, so that the hours before it are closed.
    async fn close(&mut self, minutes: i64) {
        for patient in ["X", "Y", "Z"] {
            self.event("A08", patient, minutes, 0).await;
        }
    }

    /// Counts; tells the hours as minutes after midnight, with what they say but the department.
    async fn count(&mut self) -> Vec<(i64, [i64; 4])> {
        census::count(&mut self.client).await.unwrap();
        let stored = stored(&self.client).await;
        let departments = self.warehouse.departments().await;
        assert_eq!(stored, expected(&self.events, &departments));
        let hour =
            |((_, starts_at, _), hour): (&(String, DateTime<Utc>, _), &super::occupancy::Hour)| {
                let says = [
                    hour.patients_at_start.into(),
                    hour.arrivals.into(),
                    hour.departures.into(),
                    hour.patient_time.num_seconds(),
                ];
                ((*starts_at - start()).num_minutes(), says)
            };
        stored.iter().map(hour).collect()
    }

    /// A view's rows of a department, as an analyst sees them.
    async fn seen(&self, sql: &str, department: usize) -> Vec<(DateTime<Utc>, i64)> {
        let analyst = self.warehouse.client(Role::Analyst).await;
        let rows = analyst.query(sql, &[&self.department(department)]).await;
        let rows = rows.unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    }
}

fn at(minutes: i64) -> DateTime<Utc> {
    start() + TimeDelta::minutes(minutes)
}

#[tokio::test]
async fn an_empty_warehouse_has_no_hours() {
    let mut ward = Ward::new().await;
    assert_eq!(ward.count().await, []);
    ward.warehouse.assert_green().await;
    let analyst = ward.warehouse.client(Role::Analyst).await;
    for view in ["bed_occupancy", "running_occupancy", "midnight_census"] {
        let rows = analyst.query(&format!("table {view}"), &[]).await.unwrap();
        assert!(rows.is_empty(), "{view}");
    }
}

#[tokio::test]
async fn an_hour_is_closed_when_three_patients_are_seen_at_its_end_or_later() {
    let mut ward = Ward::new().await;
    ward.event("A01", "P1", 8 * 60 + 30, 1).await;
    ward.event("A08", "P2", 9 * 60, 1).await;
    ward.event("A08", "P1", 9 * 60, 1).await;
    ward.event("A08", "P3", 9 * 60 - 1, 1).await;
    // Two patients three times is not three, and a minute before its end is not its end.
    ward.event("A08", "P2", 11 * 60, 1).await;
    assert_eq!(ward.count().await, []);
    ward.event("A08", "P3", 9 * 60, 1).await;
    assert_eq!(ward.count().await, [(8 * 60, [0, 1, 0, 1_800])]);
    ward.warehouse.assert_green().await;
}

#[tokio::test]
async fn on_the_hour_who_leaves_is_gone_and_who_comes_is_there() {
    let mut ward = Ward::new().await;
    ward.event("A01", "P1", 8 * 60, 1).await;
    ward.event("A02", "P1", 10 * 60, 2).await;
    ward.event("A03", "P1", 10 * 60 + 1, 2).await;
    ward.close(13 * 60).await;
    let mut hours = ward.count().await;
    hours.sort_unstable();
    let left_first = [0, 0, 1, 0];
    let came_and_left = [1, 1, 1, 60];
    let there = |arrivals| [1, arrivals, 0, 3_600];
    assert_eq!(
        hours,
        [
            (8 * 60, there(1)),
            (9 * 60, there(0)),
            (10 * 60, left_first),
            (10 * 60, came_and_left)
        ]
    );
}

#[tokio::test]
async fn who_is_there_at_the_midnight_up_to_which_hours_are_closed_is_counted_on() {
    let mut ward = Ward::new().await;
    ward.event("A01", "P1", 60, 1).await;
    ward.close(24 * 60).await;
    assert_eq!(ward.count().await.len(), 23);
    ward.close(49 * 60).await;
    assert_eq!(ward.count().await.len(), 48);
    ward.warehouse.assert_green().await;
}

#[tokio::test]
async fn a_long_stay_is_counted_in_parts_and_its_late_end_changes_all_that_follow() {
    let mut ward = Ward::new().await;
    let day = 24 * 60;
    ward.event("A01", "P1", 60, 1).await;
    ward.close(70 * day).await;
    assert_eq!(ward.count().await.len(), 70 * 24 - 1);
    ward.event("A03", "P1", 40 * day + 30, 1).await;
    assert_eq!(ward.count().await.len(), 40 * 24);
    ward.warehouse.assert_green().await;
}

#[tokio::test]
async fn what_comes_late_changes_the_hours_that_it_touches_and_no_others() {
    let mut ward = Ward::new().await;
    ward.event("A01", "P1", 60, 1).await;
    ward.close(5 * 24 * 60).await;
    assert_eq!(ward.count().await.len(), 5 * 24 - 1);
    let versions = "select count(*) from gold.fact_bed_occupancy where xmin::text::bigint > $1";
    let newest = "select max(xmin::text::bigint) from gold.fact_bed_occupancy";
    let newest: i64 = ward.client.query_one(newest, &[]).await.unwrap().get(0);
    // Was elsewhere for two hours of the third day.
    ward.event("A02", "P1", 2 * 24 * 60 + 30, 2).await;
    ward.event("A02", "P1", 2 * 24 * 60 + 150, 1).await;
    assert_eq!(ward.count().await.len(), 5 * 24 - 1 + 3 - 1);
    let changed = ward.client.query_one(versions, &[&newest]).await.unwrap();
    assert_eq!(changed.get::<_, i64>(0), 5);
    // Had left on the second day: 00:30 of it is the last that was seen of them.
    ward.event("A03", "P1", 24 * 60 + 30, 1).await;
    assert_eq!(ward.count().await.len(), 24);
    ward.warehouse.assert_green().await;
}

#[tokio::test]
async fn analysts_see_zeros_names_and_the_hours_that_still_run() {
    let mut ward = Ward::new().await;
    ward.event("A01", "P1", 8 * 60, 1).await;
    ward.event("A03", "P1", 9 * 60 + 30, 1).await;
    ward.event("A01", "P2", 10 * 60, 2).await;
    ward.event("A01", "P4", 9 * 60 + 59, UNKNOWN).await;
    ward.event("A03", "P4", 10 * 60, UNKNOWN).await;
    ward.event("A01", "P3", 12 * 60 + 15, 1).await;
    ward.close(12 * 60 + 30).await;
    ward.count().await;
    let patients = "select hour_starts_at, patients_at_start::bigint from bed_occupancy
        where department_code = $1 order by hour_starts_at";
    let hours = |counts: [i64; 4]| {
        (8..)
            .map(|hour| at(hour * 60))
            .zip(counts)
            .collect::<Vec<_>>()
    };
    assert_eq!(ward.seen(patients, 1).await, hours([1, 1, 0, 0]));
    assert_eq!(ward.seen(patients, 2).await, hours([0, 0, 1, 1]));
    assert_eq!(ward.seen(patients, 3).await, hours([0; 4]));
    // Without zeros: there is no such place.
    let moves = patients.replace("patients_at_start", "(10 * arrivals + departures)");
    let of_unknown = ward.seen(&moves, UNKNOWN).await;
    assert_eq!(of_unknown, [(at(9 * 60), 10), (at(10 * 60), 1)]);
    let at_end = patients.replace("patients_at_start", "patients_at_end");
    assert_eq!(ward.seen(&at_end, 1).await, hours([1, 0, 0, 0]));
    // The last closed hour ends where the running one begins.
    assert_eq!(ward.seen(&at_end, 2).await, hours([0, 1, 1, 1]));
    let hundredths = patients.replace("patients_at_start", "(100 * average_occupied_beds)");
    assert_eq!(ward.seen(&hundredths, 1).await, hours([100, 50, 0, 0]));
    let running = "select hour_starts_at, 100 * patients_at_start + 10 * arrivals + departures
        from running_occupancy where department_code = $1 order by hour_starts_at";
    let running = running.replace("100 *", "100::bigint *");
    assert_eq!(ward.seen(&running, 1).await, [(at(12 * 60), 10)]);
    assert_eq!(ward.seen(&running, 2).await, [(at(12 * 60), 100)]);
}

#[tokio::test]
async fn midnight_is_that_of_the_hospital_s_clocks() {
    let mut ward = Ward::new().await;
    // Johannesburg is two hours ahead: its midnight is 22:00.
    ward.event("A01", "P1", 22 * 60, 1).await;
    ward.event("A01", "P2", 22 * 60 + 1, 1).await;
    ward.event("A03", "P1", 46 * 60, 1).await;
    ward.close(72 * 60).await;
    ward.count().await;
    let census = "select census_on::timestamp at time zone 'UTC', patients::bigint
        from midnight_census where department_code = $1 order by census_on";
    let of_day = |day: i64, patients| (at(day * 24 * 60), patients);
    assert_eq!(
        ward.seen(census, 1).await,
        [of_day(1, 1), of_day(2, 1), of_day(3, 1)]
    );
    let zone = "update gold.dim_hospital set time_zone = 'Asia/Kolkata'";
    ward.client.batch_execute(zone).await.unwrap();
    // Half past six of UTC is not counted; the half hour after it is.
    assert_eq!(ward.seen(census, 1).await, [of_day(2, 2), of_day(3, 1)]);
    let zone = "update gold.dim_hospital set time_zone = 'Africa/Johannesburg'";
    ward.client.batch_execute(zone).await.unwrap();
}

#[tokio::test]
async fn hours_show_the_version_of_a_department_that_held_when_they_began() {
    let mut ward = Ward::new().await;
    ward.event("A01", "P1", 60, 1).await;
    ward.close(24 * 60).await;
    ward.count().await;
    let department = ward.department(1);
    let hospital = ward.hospital.code.clone();
    let renamed_at = at(10 * 60 + 30);
    let transaction = ward.client.transaction().await.unwrap();
    let close = "update gold.dim_department set valid_to = $1, is_current = false
        where hospital_code = $2 and department_code = $3";
    let open = "insert into gold.dim_department
        select $4, hospital_code, department_code, 'Renamed', kind, $1, 'infinity', true
        from gold.dim_department where hospital_code = $2 and department_code = $3";
    let key = uuid::Uuid::from_u128(7);
    transaction
        .execute(close, &[&renamed_at, &hospital, &department])
        .await
        .unwrap();
    transaction
        .execute(open, &[&renamed_at, &hospital, &department, &key])
        .await
        .unwrap();
    census::recount_from(&transaction, &hospital, Timestamp::Value(renamed_at))
        .await
        .unwrap();
    transaction.commit().await.unwrap();
    // Of 13 whole hours from 11:00 on one row each is new, and one goes.
    assert_eq!(census::count(&mut ward.client).await.unwrap(), 26);
    let of_version = |((_, starts_at, version), _): &(&super::occupancy::Place, _)| {
        (*version == key) == (*starts_at > renamed_at)
    };
    let stored = stored(&ward.client).await;
    assert_eq!(stored.len(), 23);
    assert!(stored.iter().all(|hour| of_version(&hour)));
    let names = "select hour_starts_at, case department when 'Renamed' then 1 else 0 end::bigint
        from bed_occupancy where department_code = $1 order by hour_starts_at";
    let renamed = ward.seen(names, 1).await;
    assert_eq!(
        renamed
            .iter()
            .map(|(_, is_renamed)| is_renamed)
            .sum::<i64>(),
        13
    );
    let at_end = names.replace(
        "case department when 'Renamed' then 1 else 0 end",
        "patients_at_end",
    );
    assert!(
        ward.seen(&at_end, 1)
            .await
            .iter()
            .all(|(_, patients)| *patients == 1)
    );
}
