//! Incidents of a scenario file: what they change, and when.

use super::*;

/// From the third day at six until the fifth at midnight.
const INCIDENT: std::ops::Range<i64> = 2 * DAY_SECONDS + 6 * 3600..4 * DAY_SECONDS;
const TIMES: &str = "from = 2026-03-04T06:00:00\nuntil = 2026-03-06T00:00:00\n";

fn before(steps: &[Step], seconds: i64) -> Vec<Step> {
    let steps = steps.iter().filter(|it| it.recorded_seconds < seconds);
    steps.copied().collect()
}

#[test]
fn a_surge_of_a_scenario_file_brings_more_in_its_time_and_changes_nothing_before() {
    let (world, plain, plain_tally) = nine_days();
    let surge = format!("[[surge]]\n{TIMES}kind = \"emergency\"\nfactor = 3\n");
    let (steps, tally) = world.steps_of(9, &surge);
    assert_eq!(
        before(&steps, INCIDENT.start),
        before(plain, INCIDENT.start)
    );
    assert_ne!(before(&steps, INCIDENT.end), before(plain, INCIDENT.end));
    let came = |steps: &[Step], during: &std::ops::Range<i64>| {
        let is_arrival = |it: &&Step| {
            let kind = |it: &Step| {
                let hospital = &world.network.hospitals[usize::from(it.hospital)];
                hospital.departments[usize::from(it.place.department)].kind
            };
            let came = during.contains(&it.admission.admitted_seconds);
            it.what == What::Admission && came && kind(it) == DepartmentKind::Emergency
        };
        f64::from(u32::try_from(steps.iter().filter(is_arrival).count()).unwrap())
    };
    // Two more for each; many of them find no bed, and are not told of.
    let more = f64::from(u32::try_from(tally.arrivals - plain_tally.arrivals).unwrap());
    let factor = more / came(plain, &INCIDENT);
    println!("{factor:.2} more for each; {tally:?}");
    assert!((1.8..2.2).contains(&factor), "{factor}");
    assert!(came(&steps, &INCIDENT) > 1.5 * came(plain, &INCIDENT));
    let later = INCIDENT.end + DAY_SECONDS..NINE_DAYS;
    let factor = came(&steps, &later) / came(plain, &later);
    assert!((0.9..1.1).contains(&factor), "{factor}");
}

#[test]
fn a_closed_ward_takes_nobody_in_and_empties() {
    let (world, plain, _) = nine_days();
    let hospitals = &world.network.hospitals;
    let hospital = hospitals
        .iter()
        .position(|it| it.code == "ROSEBANK")
        .unwrap();
    let departments = &hospitals[hospital].departments;
    let department = departments.iter().position(|it| it.code == "MED").unwrap();
    let ward = departments[department]
        .wards
        .iter()
        .position(|it| it.code == "MED-2");
    let ward = u16::try_from(ward.unwrap()).unwrap();
    let named = "hospital = \"ROSEBANK\"\ndepartment = \"MED\"\nward = \"MED-2\"\n";
    let (steps, tally) = world.steps_of(9, &format!("[[closure]]\n{TIMES}{named}"));
    assert_eq!(
        before(&steps, INCIDENT.start),
        before(plain, INCIDENT.start)
    );
    let enters = |it: &&Step| {
        let moves = matches!(it.what, What::Admission | What::Transfer);
        let is_there = usize::from(it.hospital) == hospital
            && usize::from(it.place.department) == department
            && it.place.bed.ward == ward;
        moves && is_there
    };
    let entered = |during: std::ops::Range<i64>| {
        let during = |it: &&Step| during.contains(&it.at_seconds);
        steps.iter().filter(enters).filter(during).count()
    };
    assert_eq!(entered(INCIDENT), 0);
    assert!(entered(0..INCIDENT.start) > 0 && entered(INCIDENT.end..NINE_DAYS) > 0);
    assert_eq!(tally.windows_missed, 0);
    let transfers = transfers_by_window(&steps, 180, NINE_DAYS);
    assert!(transfers.iter().all(|count| *count >= 3));
}
