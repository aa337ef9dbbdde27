//! A small extract in a folder of its own, to be spoiled by a test.

use std::fs;
use std::path::Path;

use domain::event::AdtEvent;
use producer::mimic::Extract;

/// Two patients. Patient 11 comes to intensive care, changes service there, moves to a ward, changes
/// service there and goes home; patient 12 is admitted to a ward, moves within it and dies there.
const PATIENTS: &str = "\
row_id,subject_id,gender,dob,dod,dod_hosp,dod_ssn,expire_flag
1,11,F,2094-03-05 00:00:00,2165-08-12 00:00:00,,,1
2,12,M,1830-01-02 00:00:00,2150-01-05 10:00:00,2150-01-05 00:00:00,,1
";
const ADMISSIONS: &str = "\
ROW_ID,SUBJECT_ID,HADM_ID,ADMITTIME,DISCHTIME,DEATHTIME,ADMISSION_TYPE,ADMISSION_LOCATION,DISCHARGE_LOCATION,INSURANCE,LANGUAGE,RELIGION,MARITAL_STATUS,ETHNICITY,EDREGTIME,EDOUTTIME,DIAGNOSIS,HOSPITAL_EXPIRE_FLAG,HAS_CHARTEVENTS_DATA
1,11,101,2150-01-01 09:00:00,2150-01-04 12:00:00,,EMERGENCY,CLINIC,HOME,Medicare,,CATHOLIC,,WHITE,,,\"SEPSIS, SEVERE\",0,1
2,12,102,2150-01-01 08:00:00,2150-01-05 11:00:00,2150-01-05 10:00:00,URGENT,WALK-IN,DEAD/EXPIRED,Private,SPAN,,MARRIED,OTHER,,,PNEUMONIA,1,1
";
const TRANSFERS: &str = "\
row_id,subject_id,hadm_id,icustay_id,dbsource,eventtype,prev_careunit,curr_careunit,prev_wardid,curr_wardid,intime,outtime,los
1,11,101,201,carevue,admit,,MICU,,52,2150-01-01 09:01:10,2150-01-02 10:00:00,24.98
2,11,101,,carevue,transfer,MICU,,52,45,2150-01-02 10:00:00,2150-01-04 12:05:00,50.08
3,11,101,,carevue,discharge,,,45,,2150-01-04 12:05:00,,
4,12,102,,carevue,admit,,,,7,2150-01-01 09:01:10,2150-01-03 00:00:00,38.98
5,12,102,,carevue,transfer,,,7,7,2150-01-03 00:00:00,2150-01-05 11:30:00,59.5
6,12,102,,carevue,discharge,,,7,,2150-01-05 11:30:00,,
";
const SERVICES: &str = "\
row_id,subject_id,hadm_id,transfertime,prev_service,curr_service
1,11,101,2150-01-01 09:00:00,,MED
2,11,101,2150-01-01 20:00:00,MED,CMED
3,11,101,2150-01-03 00:00:00,CMED,SURG
4,12,102,2150-01-01 10:00:00,,NMED
5,12,102,2150-01-03 00:00:00,NMED,TRAUM
";

/// The files, each as bytes.
pub(crate) struct Folder {
    dir: tempfile::TempDir,
}

impl Folder {
    /// The small extract, whole.
    pub(crate) fn new() -> Self {
        let folder = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        for (file, text) in [
            ("PATIENTS.csv", PATIENTS),
            ("ADMISSIONS.csv", ADMISSIONS),
            ("TRANSFERS.csv", TRANSFERS),
            ("SERVICES.csv", SERVICES),
        ] {
            folder.put(file, text.as_bytes());
        }
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Writes a file anew.
    pub(crate) fn put(&self, file: &str, bytes: &[u8]) {
        fs::write(self.path().join(file), bytes).unwrap();
    }

    /// The bytes of a file.
    pub(crate) fn bytes(&self, file: &str) -> Vec<u8> {
        fs::read(self.path().join(file)).unwrap()
    }

    /// Replaces a text in a line of a file (the header is line 1).
    pub(crate) fn with(self, file: &str, line: usize, from: &str, to: &str) -> Self {
        let mut lines = self.lines(file);
        let spoilt = lines[line - 1].replacen(from, to, 1);
        assert_ne!(
            lines[line - 1],
            spoilt,
            "{from} is in line {line} of {file}"
        );
        lines[line - 1] = spoilt;
        self.put_lines(file, &lines);
        self
    }

    /// The lines of a file, the header first.
    pub(crate) fn lines(&self, file: &str) -> Vec<String> {
        let text = String::from_utf8(self.bytes(file)).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    /// Writes the lines of a file.
    pub(crate) fn put_lines(&self, file: &str, lines: &[String]) {
        self.put(file, (lines.join("\n") + "\n").as_bytes());
    }

    /// What is read of it.
    pub(crate) fn extract(&self) -> Extract {
        Extract::read(self.path()).unwrap()
    }

    /// The events.
    pub(crate) fn events(&self) -> Vec<AdtEvent> {
        self.extract().events().collect()
    }

    /// The refused rows, as they are reported.
    pub(crate) fn refused(&self) -> Vec<String> {
        let extract = self.extract();
        extract.refused().iter().map(ToString::to_string).collect()
    }
}

/// Encounter, sequence, trigger, department, ward and service of events.
pub(crate) fn outline(events: &[AdtEvent]) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    events
        .iter()
        .map(|event| {
            let place = event.location.clone().unwrap_or_default();
            format!(
                "{} {} {} {} {} {}",
                text(&event.encounter_id),
                event.sequence.unwrap(),
                text(&event.event_type),
                text(&place.department_code),
                text(&place.ward),
                text(&event.hospital_service)
            )
        })
        .collect()
}
