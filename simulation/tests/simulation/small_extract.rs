//! A MIMIC extract of one patient, to be spoiled by a test.

use std::path::Path;

const FILES: [(&str, &str); 4] = [
    (
        "PATIENTS.csv",
        "row_id,subject_id,gender,dob,dod,dod_hosp,dod_ssn,expire_flag
1,11,F,2094-03-05 00:00:00,,,,0
",
    ),
    (
        "ADMISSIONS.csv",
        "row_id,subject_id,hadm_id,admittime,dischtime,deathtime,admission_type,admission_location,\
discharge_location,insurance,language,religion,marital_status,ethnicity,edregtime,edouttime,\
diagnosis,hospital_expire_flag,has_chartevents_data
1,11,101,2150-01-01 09:00:00,2150-01-04 12:00:00,,EMERGENCY,CLINIC,HOME,Medicare,,,,WHITE,,,,0,1
",
    ),
    (
        "TRANSFERS.csv",
        "row_id,subject_id,hadm_id,icustay_id,dbsource,eventtype,prev_careunit,curr_careunit,\
prev_wardid,curr_wardid,intime,outtime,los
1,11,101,201,carevue,admit,,MICU,,52,2150-01-01 09:01:10,2150-01-02 10:00:00,24.98
2,11,101,,carevue,transfer,MICU,,52,45,2150-01-02 10:00:00,2150-01-04 12:05:00,50.08
3,11,101,,carevue,discharge,,,45,,2150-01-04 12:05:00,,
",
    ),
    (
        "SERVICES.csv",
        "row_id,subject_id,hadm_id,transfertime,prev_service,curr_service
1,11,101,2150-01-01 09:00:00,,MED
",
    ),
];

/// A folder with the extract.
pub(super) struct SmallExtract {
    folder: tempfile::TempDir,
}

impl SmallExtract {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in FILES {
            std::fs::write(folder.path().join(file), text).unwrap();
        }
        Self { folder }
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Cuts the last bytes of a file off.
    pub(super) fn cut(&self, file: &str, bytes: usize) {
        let path = self.folder.path().join(file);
        let text = std::fs::read(&path).unwrap();
        std::fs::write(&path, &text[..text.len() - bytes]).unwrap();
    }

    /// Puts lines behind those of a file.
    pub(super) fn append(&self, file: &str, lines: &str) {
        let path = self.folder.path().join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text + lines).unwrap();
    }
}
