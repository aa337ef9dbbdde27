//! Ties, conflicts of content, and attributes over time.

use domain::record::AdtRecord;

use super::super::builder::{MEDICINE, SURGERY, Saying, admit, discharge, transfer, update};
use super::{Scenario, scenario};

pub(super) fn ties() -> Vec<Scenario> {
    vec![
        scenario(
            "several contents under one id",
            (1, 2),
            &[
                ("HIS-001", 1),
                ("HIS-001", 2),
                ("HIS-001", 3),
                ("HIS-004", 3),
            ],
            [
                admit(1, MEDICINE, "1"),
                admit(1, SURGERY, "1").content(1),
                transfer(2, MEDICINE, "2").content(9),
                transfer(2, SURGERY, "2").content(1).recorded(3),
                discharge(3),
                discharge(3).content(1).encounter(2),
            ],
        ),
        scenario(
            "one id at two times",
            (1, 2),
            &[("HIS-001", 2), ("HIS-001", 3)],
            [
                admit(1, MEDICINE, "1"),
                transfer(2, SURGERY, "1").recorded(8).scheme("never"),
                transfer(2, SURGERY, "1").content(1).at(5).recorded(9),
                discharge(3).recorded(9),
                discharge(3).content(1).at(7).recorded(9),
                update(4).without_encounter(),
            ],
        ),
        scenario(
            "tied by sequence, then by event id",
            (2, 2),
            &[],
            [
                transfer(1, MEDICINE, "1").at(1).sequence(2).recorded(0),
                admit(2, MEDICINE, "2")
                    .at(1)
                    .sequence(1)
                    .recorded(9)
                    .content(9),
                transfer(3, MEDICINE, "3").at(1).recorded(9),
                update(4).at(1).sequence(3).scheme("B"),
                transfer(5, SURGERY, "1").at(2),
                transfer(6, SURGERY, "2").at(2),
            ],
        ),
        scenario(
            "tied by time of entry, then by hash",
            (2, 3),
            &[],
            [
                admit(1, MEDICINE, "1"),
                transfer(2, SURGERY, "1").at(3).recorded(5).content(1),
                transfer(3, SURGERY, "2")
                    .at(3)
                    .recorded(4)
                    .content(9)
                    .scheme("never"),
                transfer(4, SURGERY, "3")
                    .at(6)
                    .recorded(6)
                    .content(2)
                    .scheme("B"),
                transfer(5, SURGERY, "4").at(6).recorded(6).content(1),
                discharge(7).scheme("B"),
            ],
        ),
        scenario(
            "all at one instant",
            (1, 0),
            &[("HIS-003", 1), ("HIS-003", 2), ("HIS-003", 3)],
            [
                admit(1, MEDICINE, "1").at(1),
                transfer(2, SURGERY, "1").at(1),
                transfer(3, MEDICINE, "2").at(1).scheme("never"),
                discharge(4).at(1),
                discharge(5).at(1).scheme("never"),
                update(6).at(1).scheme("B"),
            ],
        ),
    ]
}

pub(super) fn attributes() -> Vec<Scenario> {
    let language = |record: AdtRecord, language: Option<&str>| {
        record.with(|r| r.patient.home_language = language.map(str::to_owned))
    };
    vec![
        scenario(
            "NULL is a value",
            (5, 2),
            &[],
            [
                language(admit(1, MEDICINE, "1"), Some("zu")),
                language(update(2), None),
                language(transfer(3, SURGERY, "1"), Some("zu")),
                language(update(4), None),
                language(update(5), Some("xh")),
                language(discharge(6), Some("xh")),
            ],
        ),
        scenario(
            "A to B to A",
            (4, 2),
            &[],
            [
                admit(1, MEDICINE, "1").scheme("A"),
                update(2).scheme("B"),
                transfer(3, SURGERY, "1").scheme("A"),
                update(4).scheme("A"),
                update(5).scheme("B"),
                discharge(6).scheme("B"),
            ],
        ),
        scenario(
            "A08 with and without change",
            (2, 1),
            &[],
            [
                admit(1, MEDICINE, "1"),
                update(2).with(|r| r.hospital_service = Some("CARD".to_owned())),
                update(3).to(SURGERY, "9"),
                update(4).scheme("B"),
                update(5)
                    .scheme("B")
                    .with(|r| r.admission_type = Some("URGENT".to_owned())),
                discharge(6).scheme("B"),
            ],
        ),
        scenario(
            "records without encounter",
            (3, 1),
            &[],
            [
                update(1).without_encounter().scheme("A"),
                admit(2, MEDICINE, "1").without_encounter().scheme("A"),
                admit(3, MEDICINE, "1").scheme("B"),
                discharge(4).without_encounter().scheme("B"),
                discharge(5).scheme("B"),
                update(6).without_encounter().scheme("C"),
            ],
        ),
    ]
}
