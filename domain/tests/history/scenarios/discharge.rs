//! Discharges, and the administrative times.

use chrono::TimeDelta;

use super::super::builder::{
    MEDICINE, SURGERY, Saying, UNHEARD_OF, admit, discharge, hour, transfer, update,
};
use super::{Scenario, scenario};

pub(super) fn discharges() -> Vec<Scenario> {
    vec![
        scenario(
            "A02 at and after the A03",
            (1, 2),
            &[("HIS-003", 4), ("HIS-003", 5), ("HIS-003", 6)],
            [
                admit(1, MEDICINE, "1"),
                transfer(2, SURGERY, "1"),
                discharge(3),
                transfer(4, MEDICINE, "2").at(3),
                transfer(5, UNHEARD_OF, "1"),
                transfer(6, UNHEARD_OF, "1"),
            ],
        ),
        scenario(
            "A03 before the A01",
            (2, 2),
            &[("HIS-005", 1), ("HIS-007", 3)],
            [
                discharge(1)
                    .admitted(hour(0))
                    .discharged(hour(1))
                    .scheme("A"),
                admit(2, MEDICINE, "1"),
                transfer(3, MEDICINE, "1"),
                update(4).with(|r| r.died = Some(false)),
                update(5).with(|r| r.discharge_disposition = Some("HOME".to_owned())),
                update(6),
            ],
        ),
        scenario(
            "the last of two A03s counts",
            (1, 2),
            &[("HIS-003", 5)],
            [
                discharge(1),
                admit(2, MEDICINE, "1"),
                discharge(3),
                transfer(4, SURGERY, "1").at(3),
                transfer(5, MEDICINE, "2"),
                discharge(6).at(4),
            ],
        ),
        scenario(
            "left at the instant of the first location",
            (1, 0),
            &[
                ("HIS-002", 2),
                ("HIS-003", 1),
                ("HIS-003", 2),
                ("HIS-003", 4),
            ],
            [
                admit(1, MEDICINE, "1").at(2),
                transfer(2, UNHEARD_OF, "1"),
                discharge(3).at(2),
                transfer(4, SURGERY, "1"),
                update(5),
                update(6),
            ],
        ),
    ]
}

pub(super) fn administration() -> Vec<Scenario> {
    let half = TimeDelta::milliseconds(500);
    vec![
        scenario(
            "discharged before admitted",
            (1, 2),
            &[("HIS-006", 5)],
            [
                admit(1, MEDICINE, "1")
                    .admitted(hour(4))
                    .discharged(hour(9)),
                transfer(2, SURGERY, "1"),
                discharge(3).discharged(hour(4) - half),
                update(4).admitted(hour(4)),
                update(5).discharged(hour(4) - half),
                update(6),
            ],
        ),
        scenario(
            "parts of a second",
            (1, 3),
            &[],
            [
                admit(1, MEDICINE, "1")
                    .at_time(hour(1))
                    .admitted(hour(1) - half),
                transfer(2, SURGERY, "1").at_time(hour(1) + half),
                update(3).at_time(hour(1) + half),
                transfer(4, MEDICINE, "2").at_time(hour(1) + half * 4),
                update(5).at_time(hour(2) - TimeDelta::microseconds(1)),
                discharge(6).at_time(hour(2) - half).discharged(hour(2)),
            ],
        ),
        scenario(
            "A03s alone",
            (3, 0),
            &[("HIS-004", 1), ("HIS-004", 4)],
            [
                discharge(1).admitted(hour(0)).scheme("A"),
                discharge(2).discharged(hour(2)).scheme("A"),
                update(3).encounter(3).admitted(hour(2)).scheme("B"),
                discharge(4).encounter(2).scheme("B"),
                update(5).encounter(4).discharged(hour(4)).scheme("C"),
                update(6).encounter(5).scheme("C"),
            ],
        ),
    ]
}
