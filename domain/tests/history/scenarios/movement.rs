//! Encounters, their moves and their places.

use super::super::builder::{
    INTENSIVE_CARE, MEDICINE, NEW_WING, SURGERY, Saying, UNHEARD_OF, admit, discharge, hour,
    transfer, update,
};
use super::{Scenario, scenario};

pub(super) fn moves() -> Vec<Scenario> {
    vec![
        scenario(
            "everything as it should be",
            (1, 4),
            &[],
            [
                admit(1, MEDICINE, "1"),
                transfer(2, INTENSIVE_CARE, "1"),
                transfer(5, INTENSIVE_CARE, "2"),
                update(6),
                transfer(7, SURGERY, "1"),
                discharge(9),
            ],
        ),
        scenario(
            "late events",
            (3, 4),
            &[],
            [
                admit(1, MEDICINE, "1").recorded(20),
                transfer(2, SURGERY, "1").recorded(19).scheme("late"),
                transfer(3, MEDICINE, "2").scheme("late").recorded(3),
                update(4).recorded(18),
                transfer(5, SURGERY, "2").recorded(5),
                discharge(6).recorded(17),
            ],
        ),
        scenario(
            "no A01",
            (1, 4),
            &[("HIS-004", 2)],
            [
                update(1),
                transfer(2, MEDICINE, "1"),
                transfer(3, SURGERY, "1"),
                transfer(4, MEDICINE, "1"),
                transfer(5, SURGERY, "1"),
                discharge(6),
            ],
        ),
        scenario(
            "no A03",
            (1, 5),
            &[],
            [
                admit(1, MEDICINE, "1"),
                transfer(2, SURGERY, "1"),
                transfer(3, MEDICINE, "2"),
                transfer(4, SURGERY, "2"),
                transfer(5, MEDICINE, "3"),
                update(6).discharged(hour(6)),
            ],
        ),
        scenario(
            "two A01s and one more",
            (1, 4),
            &[("HIS-008", 2), ("HIS-008", 4)],
            [
                admit(1, MEDICINE, "1"),
                admit(2, SURGERY, "1"),
                transfer(3, MEDICINE, "2"),
                admit(4, SURGERY, "2"),
                discharge(5),
                update(6),
            ],
        ),
        scenario(
            "two encounters interleaved",
            (3, 4),
            &[],
            [
                admit(1, MEDICINE, "1"),
                admit(2, SURGERY, "1").encounter(2).scheme("B"),
                transfer(3, SURGERY, "2"),
                transfer(4, MEDICINE, "2").encounter(2),
                discharge(5),
                discharge(6).encounter(2),
            ],
        ),
    ]
}

pub(super) fn places() -> Vec<Scenario> {
    vec![
        scenario(
            "the same place again",
            (1, 5),
            &[("HIS-007", 2), ("HIS-007", 4)],
            [
                admit(1, MEDICINE, "1"),
                transfer(2, MEDICINE, "1"),
                transfer(3, MEDICINE, "1").bed("2"),
                transfer(4, MEDICINE, "1").bed("2"),
                transfer(5, MEDICINE, "1"),
                discharge(6),
            ],
        ),
        scenario(
            "unknown departments",
            (1, 5),
            &[
                ("HIS-002", 1),
                ("HIS-002", 2),
                ("HIS-002", 3),
                ("HIS-002", 5),
                ("HIS-007", 2),
            ],
            [
                admit(1, UNHEARD_OF, "1"),
                transfer(2, UNHEARD_OF, "1"),
                transfer(3, NEW_WING, "1"),
                transfer(4, NEW_WING, "2"),
                transfer(5, MEDICINE, "1").with(|r| r.location.department_code = None),
                update(6).to(UNHEARD_OF, "1"),
            ],
        ),
        scenario(
            "a department with several versions",
            (1, 5),
            &[],
            [
                admit(3, INTENSIVE_CARE, "1"),
                transfer(4, INTENSIVE_CARE, "2"),
                transfer(7, INTENSIVE_CARE, "3"),
                transfer(8, INTENSIVE_CARE, "4"),
                transfer(9, INTENSIVE_CARE, "5"),
                discharge(10),
            ],
        ),
    ]
}
