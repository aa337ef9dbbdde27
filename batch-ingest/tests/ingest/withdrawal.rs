//! Who is not in a snapshot is not registered any more; who may be in it is.

use domain::id_number::IdNumber;

use crate::books::assert_balanced;
use crate::landing::Delivery;
use crate::place::Place;

const HEADER: &str = "patient_id,id_number,first_name,last_name,sex,date_of_birth,citizenship,home_language,\
    marital_status,phone,email,street,suburb,municipality,province,postal_code,medical_scheme,blood_type,\
    next_of_kin_phone,chronic_conditions,registered_on,updated_on";

fn line(patient_id: &str, born: &str, suburb: &str) -> String {
    format!(
        "{patient_id},,Thandi,Dube,F,{born},South African,Zulu,Single,,,,{suburb},,,,State,O+,,,2020-01-01,2020-01-01"
    )
}

fn day(day: u8, lines: &[String]) -> Delivery {
    let text = [&[HEADER.to_owned()], lines].concat().join("\n") + "\n";
    Delivery::new(&format!("2026-03-{day:02}"), "ROSEBANK").with("patients.csv", text)
}

fn good(patient_id: &str) -> String {
    line(patient_id, "1980-01-01", "A")
}

/// Of each patient, by the number: the days on which the state changes, and to what.
async fn states(place: &Place) -> Vec<String> {
    let client = place.warehouse.superuser().await;
    let sql = "
        select patient_id || ': ' || string_agg(extract(day from extract_date) || ' ' || state, ', ' order by extract_date)
        from silver.patients join vault.registered_patient using (patient_pseudonym)
        group by patient_id order by patient_id";
    let rows = client.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

/// How many patients are registered, as gold shows it now.
async fn registered(place: &Place) -> i64 {
    let sql = "select count(*) from gold.dim_patient where is_current and is_registered";
    place.warehouse.count(sql).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_cannot_be_used_is_no_absence_in_any_order() {
    let days = [
        day(2, &[good("P1"), good("P2"), good("P3")]),
        // The line of P2 is quarantined, P3 is gone.
        day(3, &[good("P1"), line("P2", "01/01/1980", "A")]),
        // Whose line it is cannot be read: it may be anybody's, also that of P2.
        day(4, &[good("P1"), line("", "1980-01-01", "A")]),
        day(5, &[good("P1"), good("P1"), line("P1", "1980-01-01", "B")]),
        day(6, &[good("P1"), good("P3")]),
    ];
    for order in [
        [0, 1, 2, 3, 4],
        [4, 3, 2, 1, 0],
        [2, 4, 0, 3, 1],
        [1, 0, 4, 2, 3],
    ] {
        let place = Place::new().await;
        for number in order {
            days[number].land(place.landing());
            assert_eq!(place.once().await.files, 1);
        }
        let expected = [
            "P1: 2 registered",
            "P2: 2 registered, 3 unreadable, 5 absent",
            "P3: 2 registered, 3 absent, 4 unreadable, 5 absent, 6 registered",
        ];
        assert_eq!(states(&place).await, expected, "{order:?}");
        assert_eq!(registered(&place).await, 2, "{order:?}");
        assert_balanced(&place.warehouse).await;
        let twice = "select count(*) from ops.quarantine where rule = 'EHR-004' and line = 4";
        assert_eq!(place.warehouse.count(twice).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_turns_a_hundred_is_told_the_same_in_any_order() {
    let number = |born_on: &str| IdNumber::compose(born_on.parse().unwrap(), 1_234, false);
    let on = |day: u8| {
        let born_on = format!("1926-03-{day:02}");
        let number = number(&born_on).as_str().to_owned();
        let other =
            |born: &str, id: &str| line(id, born, "A").replacen(",,", &format!(",{number},"), 1);
        [
            // Without a birth date, with the right one, with another one, and 120 years old.
            other("", &format!("P{day}")),
            other(&born_on, &format!("Q{day}")),
            other("1926-03-04", &format!("R{day}")),
            other("1906-03-04", &format!("S{day}")),
        ]
    };
    let lines = [on(2), on(4), on(5)].concat();
    let mut expected = None;
    // On day 4 one line is another, so that what stands after it is said anew.
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [0, 2, 3, 1], [2, 0, 3, 1]] {
        let place = Place::new().await;
        for number in order {
            let mut lines = lines.clone();
            if number == 1 {
                for line in &mut lines {
                    *line = line.replace("Single", "Married");
                }
            }
            day(2 + number, &lines).land(place.landing());
            assert_eq!(place.once().await.files, 1);
        }
        assert_balanced(&place.warehouse).await;
        let contents = place.contents().await;
        match &expected {
            None => expected = Some(contents),
            Some(expected) => contents.assert_same(expected, &format!("{order:?}")),
        }
    }
}
