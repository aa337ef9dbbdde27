//! Files of people and of hospitals' patients: records, of which the last statement counts.

use std::time::Duration;

use crate::books::assert_balanced;
use crate::landing::Delivery;
use crate::place::Place;
use crate::random::Random;
use crate::warehouse::Role;

const PEOPLE: &str = "person_id,id_number,first_name,last_name,sex,date_of_birth,citizenship,home_language,phone,email,\
                      street,suburb,municipality,province,postal_code\n";
const PATIENTS: &str = "patient_id,person_id,hospital_code,registered_on,blood_type,medical_scheme,next_of_kin_phone,\
                        chronic_conditions\n";

/// A valid number of a man born on 1 January 1980.
const ID_NUMBER: &str = "8001015009087";

/// One of three contents of a person: the last one has an ID number, and another sex than it says.
pub(crate) fn person(id: usize, content: usize) -> String {
    let number = if content == 2 { ID_NUMBER } else { "" };
    let city = ["Johannesburg", "Ekurhuleni", "Tshwane"][content];
    format!(
        "{id},{number},Nomsa,Canary{id},F,1980-01-01,South African,isiZulu,+27000000000,,{content} Long Street,\
         Alexandra,{city},Gauteng,2090\n"
    )
}

/// One of three contents of a patient: the last one is nobody's who is known.
pub(crate) fn patient(id: usize, content: usize) -> String {
    let person = ["1", "2", ""][content];
    let hospital = ["ROSEBANK", "ALEX"][id % 2];
    format!("P{id},{person},{hospital},2020-02-29,O+,State,+27000000{id:03},E11;I10\n")
}

pub(crate) fn delivery(date: &str, people: &str, patients: &str) -> Delivery {
    with(Delivery::of_network(date), people, patients)
}

fn with(delivery: Delivery, people: &str, patients: &str) -> Delivery {
    delivery
        .with("people.csv", format!("{PEOPLE}{people}"))
        .with("hospital_patients.csv", format!("{PATIENTS}{patients}"))
}

/// With some files of people and patients, always the same.
pub(crate) fn with_some(delivery: Delivery) -> Delivery {
    let (people, patients) = lines_by_chance(&mut Random::new(4));
    with(delivery, &people, &patients)
}

/// What those files say that must not be seen.
pub(crate) fn identity() -> Vec<String> {
    let of_each = |id| [format!("Canary{id}"), format!("+27000000{id:03}")];
    let of_all = [ID_NUMBER.to_owned(), "+27000000000".to_owned()];
    of_all
        .into_iter()
        .chain((1..=60).flat_map(of_each))
        .chain((0..3).map(|content| format!("{content} Long Street")))
        .collect()
}

/// A day's files by chance.
fn by_chance(date: &str, random: &mut Random) -> Delivery {
    let (people, patients) = lines_by_chance(random);
    delivery(date, &people, &patients)
}

/// Lines of people and of patients by chance: of somebody no line, one, or several.
fn lines_by_chance(random: &mut Random) -> (String, String) {
    let (mut people, mut patients) = (Vec::new(), Vec::new());
    for id in 1..=60 {
        for _ in 0..[0, 1, 1, 1, 2, 3][random.below(6)] {
            people.push(person(id, random.below(3)));
            patients.push(patient(id, random.below(3)));
        }
    }
    people.push(",,,,,,,,,,,,,,\n".to_owned());
    patients.push("P1,1,ELSEWHERE,,,,,\n".to_owned());
    random.shuffle(&mut people);
    random.shuffle(&mut patients);
    (people.concat(), patients.concat())
}

async fn text(place: &Place, sql: &str) -> String {
    let client = place.warehouse.client(Role::Loader).await;
    client.query_one(sql, &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn people_and_patients_come_into_silver_the_vault_and_gold() {
    let place = Place::new().await;
    let people = [person(1, 0), person(2, 2), person(1, 0)].concat();
    let patients = [patient(7, 1), patient(8, 2)].concat();
    delivery("2026-03-01", &people, &patients).land(place.landing());
    let summary = place.once().await;
    assert_eq!(
        (summary.files, summary.lines, summary.duplicates),
        (2, 5, 1)
    );
    assert_eq!(summary.derived_rows, 4);
    assert_balanced(&place.warehouse).await;
    let people = "select string_agg(concat_ws('|', person_pseudonym is null, sex, birth_year, municipality), ', '
        order by municipality) from gold.people";
    let said = "t|F|1980|Johannesburg, f|M|1980|Tshwane";
    assert_eq!(text(&place, people).await, said);
    let patients =
        "select string_agg(concat_ws('|', hospital_code, registered_on, municipality), ', '
        order by hospital_code) from gold.registrations";
    let said = "ALEX|2020-02-29|Tshwane, ROSEBANK|2020-02-29";
    assert_eq!(text(&place, patients).await, said);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_target_and_one_that_holds_something_come_to_the_same_in_any_order() {
    for seed in 1..=3 {
        let random = &mut Random::new(seed);
        let dates = ["2026-03-01", "2026-03-02", "2026-03-03"];
        let mut days: Vec<Delivery> = dates.iter().map(|date| by_chance(date, random)).collect();
        // Of one person and patient: whatever comes after it finds a target that is not empty.
        days.push(delivery("2026-02-01", &person(1, 0), &patient(1, 0)));
        let expected = Place::new().await;
        for day in &days {
            day.land(expected.landing());
            assert_eq!(expected.once().await.files, 2);
        }
        assert_balanced(&expected.warehouse).await;
        let expected = expected.contents().await;

        let place = Place::new().await.with_small_chunks();
        days.reverse();
        let mut interruptions = 0;
        for day in &days {
            day.land(place.landing());
            let mut patience = 5 + random.next() % 60;
            while !place.once_within(Duration::from_millis(patience)).await {
                interruptions += 1;
                patience += random.next() % 100;
            }
        }
        assert_balanced(&place.warehouse).await;
        let contents = place.contents().await;
        contents.assert_same(&expected, &format!("seed {seed}"));
        assert!(contents.tables["gold.fact_registration"].len() > 50);
        assert!(interruptions > 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_lines_are_quarantined_with_line_and_rule() {
    let place = Place::new().await;
    let people = [
        person(1, 0),
        ",,Nomsa,Canary,F,1980-01-01,,,,,,,,,\n".to_owned(),
        "3,,Nom\u{1}sa,Canary,F,1980-01-01,,,,,,,,,\n".to_owned(),
        "4,,Nomsa,Canary,F,1 January 1980,,,,,,,,,\n".to_owned(),
        "5,Nomsa\n".to_owned(),
        "6,8001015009086,Nomsa,Canary,F,1880-01-01,,,,,,,,,\n".to_owned(),
    ];
    let patients = [
        ",1,ROSEBANK,,,,,\n",
        "P1,1,,,,,,\n",
        "P1,1,ELSEWHERE,,,,,\n",
        "P1,1,ROSEBANK,yesterday,,,,\n",
        "P1,1,ROSEBANK,,,,,\n",
    ];
    delivery("2026-03-01", &people.concat(), &patients.concat()).land(place.landing());
    let summary = place.once().await;
    assert_eq!((summary.files, summary.quarantined), (2, 8));
    let rules = "select string_agg(concat_ws(' ', kind, quarantine.line, rule, field), ', ' order by kind, quarantine.line)
        from ops.quarantine join bronze.file using (file_id)";
    let said = "hospital_patients 2 ADT-008 patient_id, hospital_patients 3 ADT-007 hospital_code, \
                hospital_patients 4 ADT-007 hospital_code, hospital_patients 5 ADT-006 registered_on, \
                people 3 EHR-005 person_id, people 4 ADT-010 first_name, people 5 ADT-006 date_of_birth, \
                people 6 EHR-001";
    assert_eq!(text(&place, rules).await, said);
    let repaired =
        "select repairs::text || coalesce(birth_year, 0) from silver.people where repairs <> '{}'";
    assert_eq!(text(&place, repaired).await, "{ADT-011,ADT-018}0");
    assert_balanced(&place.warehouse).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_vault_says_what_the_last_file_states_and_a_repeated_file_nothing() {
    let place = Place::new().await;
    let identity = "select street || ' ' || effective_at::date from vault.person";
    for (date, content, said) in [
        ("2026-03-02", 1, "1 Long Street 2026-03-02"),
        ("2026-03-01", 0, "1 Long Street 2026-03-02"),
        ("2026-03-03", 0, "0 Long Street 2026-03-03"),
        ("2026-03-04", 0, "0 Long Street 2026-03-04"),
    ] {
        let day = delivery(date, &person(1, content), &patient(1, content));
        day.land(place.landing());
        assert_eq!(place.once().await.files, 2);
        assert_eq!(text(&place, identity).await, said, "{date}");
        day.land(place.landing());
        assert_eq!(place.once().await.again, 2);
    }
    // Of four lines two contents are left.
    assert_eq!(
        place
            .warehouse
            .count("select count(*) from silver.people")
            .await,
        2
    );
    assert_balanced(&place.warehouse).await;
}
