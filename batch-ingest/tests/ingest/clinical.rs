//! What several days say of one line of an encounter stands as the last of them says it.

use crate::books::assert_balanced;
use crate::landing::Delivery;
use crate::place::Place;

const HEADER: &str = "encounter_id,patient_id,line_number,item_code,description,quantity,unit_price_cents,amount_cents,charged_at\n";

/// Charges of four days: a price that is corrected, and corrected back; a time that lies after the
/// first extract.
fn day(day: u8) -> Delivery {
    let price = [100, 200, 100, 100][usize::from(day) - 2];
    let lines = format!(
        "E1,P1,1,X,Bandage,1,{price},{price},2026-03-01T08:00:00Z\n\
         E1,P1,1,X,Bandage,1,{price},{price},2026-03-01T08:00:00Z\n\
         E1,P1,2,Y,Plaster,1,50,50,2026-03-04T08:00:00Z\n"
    );
    let delivery = Delivery::new(&format!("2026-03-{day:02}"), "ROSEBANK");
    delivery.with("charges.csv", format!("{HEADER}{lines}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_is_said_again_stands_as_the_last_day_says_it_in_any_order() {
    let mut expected = None;
    for order in [[2, 3, 4, 5], [5, 4, 3, 2], [3, 5, 2, 4], [4, 2, 5, 3]] {
        let place = Place::new().await;
        for number in order {
            day(number).land(place.landing());
            assert_eq!(place.once().await.files, 1);
        }
        assert_balanced(&place.warehouse).await;
        let contents = place.contents().await;
        let facts = &contents.tables["gold.fact_charge"];
        assert_eq!(facts.len(), 2);
        assert!(
            facts.iter().any(|it| it.contains("Bandage\t1\t100\t100")),
            "{facts:?}"
        );
        assert!(facts.iter().all(|it| !it.ends_with("\\N")), "{facts:?}");
        match &expected {
            None => expected = Some(contents),
            Some(expected) => contents.assert_same(expected, &format!("{order:?}")),
        }
    }
}
