//! Who works where, by files and by topics: one set of statements, whichever comes, and in whichever order.

use std::fs;
use std::sync::OnceLock;

use chrono::NaiveDate;
use domain::department_event::DepartmentEvent;
use domain::staff_event::StaffEvent;
use generators::fault::Rates;
use generators::flow::statement;
use generators::output::{Compression, Writing};
use generators::{assignment_file, departments_file, staff_file};
use tokio_util::sync::CancellationToken;

use crate::books::assert_balanced;
use crate::data::simulation;
use crate::landing::Delivery;
use crate::place::Place;
use crate::stream::Lane;
use crate::warehouse::Role;

pub(crate) const FILES: [&str; 3] = ["departments.csv", "staff.csv", "assigned_staff.csv"];

/// What files and topics say of the staff of some years, in which some of them turn 65.
struct Said {
    files: [Vec<u8>; 3],
    departments: Vec<DepartmentEvent>,
    staff: Vec<StaffEvent>,
}

fn said() -> &'static Said {
    static SAID: OnceLock<Said> = OnceLock::new();
    SAID.get_or_init(|| {
        let simulation = simulation(Rates::default());
        let scenario = simulation.scenario();
        let plan = simulation.staff().unwrap();
        let until: NaiveDate = "2029-01-01".parse().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let writing = &Writing::new(1, Compression::None, CancellationToken::new());
        let file = |name| (folder.path(), name);
        departments_file::write(&scenario.network, writing, file(FILES[0])).unwrap();
        staff_file::write(&plan, until, writing, file(FILES[1])).unwrap();
        assignment_file::write(&plan, until, writing, file(FILES[2])).unwrap();
        let is_before =
            |event: &StaffEvent| event.recorded_at.as_deref() < Some("2028-12-31T12:00");
        Said {
            files: FILES.map(|name| fs::read(folder.path().join(name)).unwrap()),
            departments: statement::departments(scenario).collect(),
            staff: statement::staff(scenario, &plan)
                .take_while(is_before)
                .collect(),
        }
    })
}

/// Some of the files, as of a day.
pub(crate) fn delivery(names: &[&str], date: &str) -> Delivery {
    let files = FILES.iter().zip(&said().files);
    let files = files.filter(|(name, _)| names.contains(name));
    files.fold(Delivery::of_network(date), |delivery, (name, bytes)| {
        delivery.with(name, bytes.clone())
    })
}

async fn take(place: &Place, names: &[&str], date: &str) {
    delivery(names, date).land(place.landing());
    let summary = place.once().await;
    assert_eq!(summary.files, names.len() as u64);
    assert_eq!((summary.quarantined, summary.duplicates), (0, 0));
}

async fn read_topics(place: &Place) {
    let mut departments = Lane::of_statements(&place.warehouse, "departments").await;
    departments.load(&said().departments).await;
    let mut staff = Lane::of_statements(&place.warehouse, "staff").await;
    for batch in said().staff.chunks(300) {
        staff.load(batch).await;
    }
}

/// Somebody left on the day on which another one took the position, without a gap.
const REPLACEMENTS: &str = "
    select count(*)
    from gold.staff_versions as leaver
    join gold.staff_versions as worked using (staff_pseudonym)
    join gold.staff_versions as follower on follower.replaces_staff_pseudonym = leaver.staff_pseudonym
    where leaver.status = 'left' and worked.status = 'assigned' and follower.status = 'assigned'
        and worked.valid_to = leaver.valid_from and leaver.valid_from = follower.valid_from
        and leaver.is_current and num_nulls(leaver.hired_on, leaver.sex, follower.birth_year) = 0
        and (worked.hospital_code, worked.department_code, worked.role, worked.shift, worked.roster_slot)
        = (follower.hospital_code, follower.department_code, follower.role, follower.shift, follower.roster_slot)
        and worked.specialty is not distinct from follower.specialty";
const LEFT: &str = "select count(*) from gold.staff_versions where status = 'left'";

#[tokio::test(flavor = "multi_thread")]
async fn files_and_topics_in_any_order_make_one_dim_staff_and_one_dim_department() {
    let by_topics = Place::new().await;
    read_topics(&by_topics).await;
    let expected = by_topics.warehouse.digest().await;
    let replacements = by_topics.warehouse.count(REPLACEMENTS).await;
    assert!(replacements > 2, "{replacements}");
    assert_eq!(by_topics.warehouse.count(LEFT).await, replacements);
    by_topics.warehouse.assert_green().await;

    let by_files = Place::new().await.with_small_chunks();
    take(&by_files, &FILES, "2026-03-01").await;
    assert_eq!(by_files.warehouse.digest().await, expected, "files alone");
    assert_balanced(&by_files.warehouse).await;
    assert_eq!(by_files.warehouse.count(REPLACEMENTS).await, replacements);

    read_topics(&by_files).await;
    assert_eq!(by_files.warehouse.digest().await, expected, "then topics");
    assert_balanced(&by_files.warehouse).await;

    // Topics first, then assignments of whom nobody has told yet who they are.
    take(&by_topics, &FILES[2..], "2026-03-01").await;
    assert_eq!(by_topics.warehouse.digest().await, expected, "topics first");
    take(&by_topics, &FILES[..2], "2026-03-02").await;
    assert_eq!(by_topics.warehouse.digest().await, expected, "all of it");
    assert_balanced(&by_topics.warehouse).await;

    // Assignments first, and who they are later.
    let in_parts = Place::new().await.with_small_chunks();
    take(&in_parts, &FILES[2..], "2026-03-02").await;
    assert_ne!(in_parts.warehouse.digest().await, expected);
    take(&in_parts, &FILES[..2], "2026-03-01").await;
    assert_eq!(in_parts.warehouse.digest().await, expected, "in parts");
    assert_balanced(&in_parts.warehouse).await;
}

const STAFF_HEADER: &str = "staff_id,person_id,id_number,first_name,last_name,sex,date_of_birth,role,\
    specialty,registration_number,hired_on\n";
const ASSIGNED_HEADER: &str = "assignment_id,staff_id,hospital_code,department_code,role,specialty,shift,\
    roster_slot,starts_on,ends_on,replaces_staff_id\n";

#[tokio::test(flavor = "multi_thread")]
async fn bad_lines_are_quarantined_with_line_and_rule() {
    let place = Place::new().await;
    let staff = [
        "S1,1,,Canary,Bird,F,1980-02-29,nurse,MED,,2001-02-03",
        ",1,,Canary,Bird,F,1980-02-29,nurse,MED,,2001-02-03",
        "S2,1,,Canary,Bird,F,29/02/1980,nurse,MED,,2001-02-03",
        "S2,1,,Canary,Bird,F,1980-02-29,nurse,MED,,2001-02-30",
        "S3,1,8001015009088,Canary,Bird,F,1780-01-01,nurse,MED,,2001-02-03",
        "S1,1,,Canary,Bird,F,1980-02-29,nurse,MED,,2001-02-03",
    ];
    let assigned = [
        "A1,S1,ROSEBANK,MED,nurse,MED,day,1,2020-01-01,,",
        "A2,,ROSEBANK,MED,nurse,MED,day,1,2020-01-01,,",
        "A3,S2,ELSEWHERE,MED,nurse,MED,day,1,2020-01-01,,",
        "A4,S2,ROSEBANK,MED,nurse,MED,day,1,,,",
        "A5,S2,ROSEBANK,MED,nurse,MED,day,1,2020-01-01,2020-01-01,",
        "A6,S2,ROSEBANK,MED,nurse,MED,day,1,1890-01-01,,",
        "A7,S2,ROSEBANK,MED,nurse,MED,day,one,2020-01-01,,",
        "A8,S3,ROSEBANK,MED,nurse,MED,day,9,2020-01-01,2026-03-05,S1",
        "A8,S3,ROSEBANK,MED,nurse,MED,day,9,2020-01-01,2026-03-05,S1",
    ];
    Delivery::of_network("2026-03-01")
        .with("staff.csv", format!("{STAFF_HEADER}{}\n", staff.join("\n")))
        .with(
            "assigned_staff.csv",
            format!("{ASSIGNED_HEADER}{}\n", assigned.join("\n")),
        )
        .land(place.landing());
    let summary = place.once().await;
    assert_eq!((summary.files, summary.quarantined), (2, 9));
    assert_eq!(summary.duplicates, 2);
    let rules =
        "select string_agg(kind || ' ' || line || ' ' || rule, ', ' order by kind desc, line)
        from ops.quarantine join bronze.file using (file_id)";
    let client = place.warehouse.client(Role::Loader).await;
    let row = client.query_one(rules, &[]).await.unwrap();
    assert_eq!(
        row.get::<_, &str>(0),
        "staff 3 STA-004, staff 4 ADT-006, staff 5 ADT-006, assigned_staff 3 STA-004, \
         assigned_staff 4 ADT-007, assigned_staff 5 STA-003, assigned_staff 6 STA-006, \
         assigned_staff 7 ADT-012, assigned_staff 8 EHR-003"
    );
    // The reasons tell nobody.
    let told = "select count(*) from ops.quarantine where reason ~ 'Canary|1980|S2'";
    assert_eq!(place.warehouse.count(told).await, 0);
    let repaired = "select count(*) from silver.staff_statement
        where repairs = '{STA-005}' and roster_slot is null";
    assert_eq!(place.warehouse.count(repaired).await, 2);
    let known = "select count(*) from vault.listed_staff where last_name = 'Bird'";
    assert_eq!(place.warehouse.count(known).await, 2);
    assert_balanced(&place.warehouse).await;
}
