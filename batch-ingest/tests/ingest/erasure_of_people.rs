//! The person that an erased patient is goes with the patient, unless another hospital's patient is the
//! same person.

use std::time::Duration;

use crate::books::assert_balanced;
use crate::people::{delivery, patient, person};
use crate::place::Place;

/// Patient 7 is of ALEX, 8 and 10 are of ROSEBANK; 8 and 7 are the first person, 10 the second one.
fn lines() -> (String, String) {
    let people = [person(1, 0), person(2, 2), person(3, 1)].concat();
    let patients = [patient(7, 0), patient(8, 0), patient(10, 1)].concat();
    (people, patients)
}

impl Place {
    async fn erase_patient(&self, name: &str) -> u64 {
        let mut eraser = self.eraser(name, Duration::from_mins(1)).await;
        let now = "2026-03-09T00:00:00Z".parse().unwrap();
        eraser.erase(None, now).await.unwrap().lines
    }

    async fn deliver_lines(&self, date: &str) {
        let (people, patients) = lines();
        delivery(date, &people, &patients).land(self.landing());
        self.once().await;
    }

    /// How often a text stands in the warehouse and the archive.
    async fn count_of(&self, text: &str) -> usize {
        self.dump().await.matches(text).count()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_goes_with_the_last_patient_who_is_that_person() {
    let place = Place::new().await;
    place.deliver_lines("2026-03-01").await;
    assert!(place.count_of("Canary2,").await > 0);
    // One line of each file names the patient or the person.
    assert_eq!(place.erase_patient("ROSEBANK:P10").await, 2);
    for text in ["Canary2", "+27000000010", "8001015009087"] {
        assert_eq!(place.count_of(text).await, 0, "{text}");
    }
    assert_balanced(&place.warehouse).await;
    let erased = "select count(*) from ops.erased_line";
    assert_eq!(place.warehouse.count(erased).await, 2);

    // Another hospital knows the person.
    assert_eq!(place.erase_patient("ROSEBANK:P8").await, 1);
    assert_eq!(place.count_of("+27000000008").await, 0);
    assert!(place.count_of("Canary1").await > 0);
    assert_eq!(place.erase_patient("ALEX:P7").await, 2);
    assert_eq!(place.count_of("Canary1").await, 0);

    // Whatever comes again is erased again.
    place.deliver_lines("2026-03-02").await;
    assert_balanced(&place.warehouse).await;
    for text in ["Canary1", "Canary2", "+27000000007", "+27000000010"] {
        assert_eq!(place.count_of(text).await, 0, "{text}");
    }
    assert!(place.count_of("Canary3").await > 0);
    assert_eq!(place.warehouse.count(erased).await, 10);
    assert_eq!(place.erase_patient("ROSEBANK:P10").await, 0);
}
