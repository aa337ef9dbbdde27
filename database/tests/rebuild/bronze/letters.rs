//! What becomes of letters where other records are refused than were.

use super::place::Place;

const LETTERS: &str = "select count(*) from ops.quarantine where file_id is null";
const WAITING: &str = "select count(*) from ops.dead_letter";

fn state(state: &str, attempts: i32) -> (String, i32) {
    (state.to_owned(), attempts)
}

/// A hospital that nobody knew is known by now. What somebody decided stays: a letter that was mended and loaded, or that
/// nobody wants, is not loaded beside that.
#[tokio::test]
async fn a_record_that_is_not_refused_any_more_is_loaded_where_its_letter_is_open() {
    let place = Place::loaded().await;
    let letter = place.letter(36).await;
    // The letter was sent again, mended, and loaded; the record itself says another hospital.
    assert_eq!(place.states(&[letter]).await, [state("loaded", 1)]);
    let (letters, silver) = (
        place.count(LETTERS).await,
        place.count("select count(*) from silver.adt_record").await,
    );
    place
        .run(&format!(
            "insert into gold.dim_hospital
            select (jsonb_populate_record(hospital, jsonb_build_object('hospital_code', 'MARS', 'hospital_key', gen_random_uuid()))).*
            from gold.dim_hospital as hospital where hospital_code = 'ROSEBANK';
            insert into ops.dead_letter values ('{letter}', now()) on conflict do nothing"
        ))
        .await;
    for decided in ["loaded", "discarded"] {
        let decide = format!(
            "update ops.quarantine set state = '{decided}' where quarantine_id = '{letter}'"
        );
        place.run(&decide).await;
        place.rebuild().await;
        assert_eq!(place.count(LETTERS).await, letters);
        assert_eq!(
            place.count("select count(*) from silver.adt_record").await,
            silver
        );
    }
    let reopen =
        format!("update ops.quarantine set state = 'open' where quarantine_id = '{letter}'");
    place.run(&reopen).await;
    let rebuilt = place.rebuild().await;
    assert!(!rebuilt.is_same());
    assert_eq!(place.states(&[letter]).await, []);
    assert_eq!(place.count(LETTERS).await, letters - 1);
    let of_mars = "select count(*) from silver.adt_record where hospital_code = 'MARS'";
    assert_eq!(place.count(of_mars).await, 1);
    let all = "select count(*) from silver.adt_record";
    assert_eq!(place.count(all).await, silver + 1);
    assert!(place.rebuild().await.is_same());
}

/// As a consumer would refuse them: with a row each, and letters to be published.
#[tokio::test]
async fn records_that_are_refused_from_now_on_have_letters() {
    let place = Place::loaded().await;
    place.warehouse.assert_green().await;
    let (letters, waiting) = (place.count(LETTERS).await, place.count(WAITING).await);
    let mended = place.letter(36).await;
    // An event, and both records that repeat the letter, say another hospital: it was loaded by them alone.
    place
        .run(
            "update bronze.kafka_record as record set payload = refused.payload
            from bronze.kafka_record as refused
            where (refused.topic_id, refused.kafka_offset) = (1, 36) and (
                record.kafka_offset = 13 and record.topic_id = 1
                or record.topic_id = (select topic_id from ops.kafka_topic where topic like '%retry')
                    and record.kafka_offset in (1, 2)
            )",
        )
        .await;
    assert!(!place.rebuild().await.is_same());
    place.warehouse.assert_green().await;
    assert_eq!(place.count(LETTERS).await, letters + 3);
    assert_eq!(place.count(WAITING).await, waiting + 3);
    assert_eq!(place.states(&[mended]).await, [state("open", 3)]);
    let repeats = format!(
        "select count(*) from ops.quarantine where retry_of = '{mended}' and state = 'discarded' and rule = 'ADT-007'"
    );
    assert_eq!(place.count(&repeats).await, 2);
    assert!(place.rebuild().await.is_same());
}

/// The books of quarantine can be made anew but for what only they tell: the letters that nobody wants or that were sent.
#[tokio::test]
async fn letters_that_were_deleted_are_there_again() {
    let place = Place::loaded().await;
    place.warehouse.assert_green().await;
    let letters = place.count(LETTERS).await;
    let (untimely, nowhere) = (place.letter(35).await, place.letter(36).await);
    assert_eq!(
        place.states(&[untimely, nowhere]).await,
        [state("open", 2), state("loaded", 1)]
    );
    let by_rule = "select count(*) from ops.quarantine where rule in ('WHS-001', 'ADT-001')";
    let kept = place.count(by_rule).await;
    for which in [
        // The letters, the one that repeats them, and all of them.
        "retry_of is null",
        "retry_of is not null",
        "true",
    ] {
        let delete = format!(
            "delete from ops.quarantine where {which} and rule not in ('WHS-001', 'ADT-001')"
        );
        place.run(&delete).await;
        assert!(!place.rebuild().await.is_same(), "{which}");
        assert_eq!(place.count(LETTERS).await, letters, "{which}");
        assert_eq!(place.count(by_rule).await, kept);
        assert_eq!(
            place.states(&[untimely, nowhere]).await,
            [state("open", 2), state("loaded", 1)],
            "{which}"
        );
        place.warehouse.assert_green().await;
    }
}

/// One that is refused still keeps its state, and so does one that waits to be published.
#[tokio::test]
async fn a_letter_that_another_rule_refuses_keeps_all_but_that() {
    let place = Place::loaded().await;
    place.warehouse.assert_green().await;
    let before = place.contents().await;
    let waiting = place.count(WAITING).await;
    place
        .run("update ops.quarantine set rule = 'ADT-005', field = 'recorded_at' where rule not in ('ADT-001', 'WHS-001')")
        .await;
    let rebuilt = place.rebuild().await;
    assert!(!rebuilt.is_same());
    let after = place.contents().await;
    assert_eq!(before["ops.quarantine"], after["ops.quarantine"]);
    assert_eq!(before["ops.dead_letter"], after["ops.dead_letter"]);
    assert_eq!(place.count(WAITING).await, waiting);
}
