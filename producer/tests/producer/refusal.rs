//! Rows and files that are not understood: what is reported, and what is sent all the same.

use producer::mimic::{Extract, ExtractError};

use crate::folder::{Folder, outline};

/// The triggers of the two encounters, in the order of their sequence.
fn triggers(folder: &Folder) -> [String; 2] {
    let events = folder.events();
    ["101", "102"].map(|encounter| {
        let own = events
            .iter()
            .filter(|event| event.encounter_id.as_deref() == Some(encounter));
        let triggers: Vec<&str> = own.map(|it| it.event_type.as_deref().unwrap()).collect();
        triggers.join(" ")
    })
}

const ALL_101: &str = "A01 A08 A02 A08 A03";
const ALL_102: &str = "A01 A02 A03";

/// What the events of an encounter say, in the order of their sequence.
fn outline_of(folder: &Folder, encounter: &str) -> Vec<String> {
    let events = folder.events().into_iter();
    let own = events.filter(|event| event.encounter_id.as_deref() == Some(encounter));
    outline(&own.collect::<Vec<_>>())
}

/// Spoils one line and expects reports and the triggers that are left.
#[track_caller]
fn expect(
    (file, line, from, to): (&str, usize, &str, &str),
    reports: &[&str],
    left: [&str; 2],
) -> Folder {
    let folder = Folder::new().with(file, line, from, to);
    assert_eq!(folder.refused(), reports);
    assert_eq!(triggers(&folder), left);
    folder
}

#[test]
fn a_mangled_date_is_refused_and_the_other_rows_are_sent() {
    let folder = expect(
        ("TRANSFERS.csv", 3, "2150-01-02 10:00:00", "10/23/64 21:09"),
        &[r#"TRANSFERS.csv:3: intime: "99/99/99 99:99" is not YYYY-MM-DD HH:MM:SS"#],
        ["A01 A08 A08 A03", ALL_102],
    );
    // Where the patient was after the first interval had ended is not known.
    assert_eq!(
        outline_of(&folder, "101"),
        [
            "101 1 A01 MICU 52 MED",
            "101 2 A08 MICU 52 CMED",
            "101 3 A08 - - SURG",
            "101 4 A03 - - SURG",
        ]
    );
    expect(
        (
            "TRANSFERS.csv",
            3,
            "2150-01-04 12:05:00",
            "2150-02-30 12:05:00",
        ),
        &[r#"TRANSFERS.csv:3: outtime: "9999-99-99 99:99:99" is not YYYY-MM-DD HH:MM:SS"#],
        ["A01 A08 A08 A03", ALL_102],
    );
}

#[test]
fn an_admission_that_is_refused_is_not_made_up_from_the_next_row() {
    let folder = expect(
        ("TRANSFERS.csv", 2, "2150-01-01 09:01:10", ""),
        &["TRANSFERS.csv:2: intime: is blank"],
        ["A08 A02 A08 A03", ALL_102],
    );
    // Before the first known interval the service is known and the place is not.
    assert_eq!(outline(&folder.events())[1], "101 1 A08 - - CMED");
    expect(
        ("TRANSFERS.csv", 2, ",101,", ",1O1,"),
        &["TRANSFERS.csv:2: hadm_id: a value of 3 characters, 2 of them digits, is not a number"],
        ["A08 A02 A08 A03", ALL_102],
    );
}

#[test]
fn a_discharge_that_is_refused_leaves_the_encounter_open() {
    let folder = expect(
        ("TRANSFERS.csv", 4, "discharge", "dischrge"),
        &[
            "TRANSFERS.csv:4: eventtype: a value of 8 characters, 0 of them digits, is not admit, transfer or discharge",
        ],
        ["A01 A08 A02 A08", ALL_102],
    );
    assert_eq!(folder.extract().open_encounter_count(), 1);
}

#[test]
fn an_interval_needs_its_ends_in_their_order() {
    expect(
        ("TRANSFERS.csv", 6, "2150-01-05 11:30:00", ""),
        &["TRANSFERS.csv:6: outtime: is blank"],
        [ALL_101, "A01 A08 A03"],
    );
    expect(
        (
            "TRANSFERS.csv",
            6,
            "2150-01-05 11:30:00",
            "2150-01-02 23:59:59",
        ),
        &["TRANSFERS.csv:6: outtime: lies before intime"],
        [ALL_101, "A01 A08 A03"],
    );
}

#[test]
fn identity_is_not_shown() {
    let folder = Folder::new()
        .with("TRANSFERS.csv", 2, ",11,", ",8001015009087,")
        .with("TRANSFERS.csv", 3, "transfer", "8001015009087")
        .with("PATIENTS.csv", 3, "1830-01-02", "8001015009087")
        .with(
            "ADMISSIONS.csv",
            2,
            "09:00:00,2150-01-04 12:00:00,,",
            "09:00:00,2150-01-04 12:00:00,8001015009087,",
        )
        .with("SERVICES.csv", 2, ",101,", ",8001015009087x,");
    let reports = folder.refused();
    assert!(
        reports.len() > 4 && !reports.iter().any(|it| it.contains("8001015009087")),
        "{reports:?}"
    );
}

#[test]
fn a_row_of_another_width_is_refused() {
    expect(
        ("SERVICES.csv", 4, ",SURG", ""),
        &["SERVICES.csv:4: 5 columns where the header has 6"],
        ["A01 A08 A02 A03", ALL_102],
    );
    expect(
        ("TRANSFERS.csv", 6, "carevue", "care,vue"),
        &["TRANSFERS.csv:6: 14 columns where the header has 13"],
        [ALL_101, "A01 A08 A03"],
    );
}

#[test]
fn a_quote_spoils_its_own_row_alone() {
    expect(
        ("ADMISSIONS.csv", 2, "SEVERE\"", "SEVERE"),
        &[
            "ADMISSIONS.csv:2: a quote is opened and not closed in this line",
            "SERVICES.csv:2: hadm_id: no row of ADMISSIONS.csv has it",
            "SERVICES.csv:3: hadm_id: no row of ADMISSIONS.csv has it",
            "SERVICES.csv:4: hadm_id: no row of ADMISSIONS.csv has it",
            "TRANSFERS.csv:2: hadm_id: no row of ADMISSIONS.csv has it",
            "TRANSFERS.csv:3: hadm_id: no row of ADMISSIONS.csv has it",
            "TRANSFERS.csv:4: hadm_id: no row of ADMISSIONS.csv has it",
        ],
        ["", ALL_102],
    );
}

#[test]
fn an_encounter_without_its_administrative_facts_is_not_sent() {
    expect(
        (
            "ADMISSIONS.csv",
            3,
            "2150-01-01 08:00:00",
            "01.01.2150 08:00",
        ),
        &[
            r#"ADMISSIONS.csv:3: admittime: "99.99.9999 99:99" is not YYYY-MM-DD HH:MM:SS"#,
            "SERVICES.csv:5: hadm_id: its row in ADMISSIONS.csv (line 3) is refused",
            "SERVICES.csv:6: hadm_id: its row in ADMISSIONS.csv (line 3) is refused",
            "TRANSFERS.csv:5: hadm_id: its row in ADMISSIONS.csv (line 3) is refused",
            "TRANSFERS.csv:6: hadm_id: its row in ADMISSIONS.csv (line 3) is refused",
            "TRANSFERS.csv:7: hadm_id: its row in ADMISSIONS.csv (line 3) is refused",
        ],
        [ALL_101, ""],
    );
}

#[test]
fn an_encounter_without_its_patient_is_not_sent() {
    let folder = Folder::new().with("PATIENTS.csv", 3, "1830-01-02 00:00:00", "1830-01-02");
    let reports = folder.refused();
    assert_eq!(
        reports[..2],
        [
            "ADMISSIONS.csv:3: subject_id: its row in PATIENTS.csv (line 3) is refused",
            "PATIENTS.csv:3: dob: a value of 10 characters, 8 of them digits, is not YYYY-MM-DD HH:MM:SS",
        ]
    );
    assert_eq!(triggers(&folder), [ALL_101, ""]);
    let gone = Folder::new().with("PATIENTS.csv", 3, ",12,", ",13,");
    assert_eq!(
        gone.refused()[0],
        "ADMISSIONS.csv:3: subject_id: no row of PATIENTS.csv has it"
    );
}

#[test]
fn rows_that_contradict_each_other_are_not_used_and_repeated_ones_once() {
    let folder = Folder::new();
    let mut lines = folder.lines("ADMISSIONS.csv");
    lines.push(lines[2].clone());
    folder.put_lines("ADMISSIONS.csv", &lines);
    assert_eq!(
        folder.refused(),
        ["ADMISSIONS.csv:4: hadm_id: repeats line 3"]
    );
    assert_eq!(triggers(&folder), [ALL_101, ALL_102]);

    lines[3] = lines[3].replace("Private", "Medicaid");
    folder.put_lines("ADMISSIONS.csv", &lines);
    assert_eq!(
        folder.refused()[..3],
        [
            "ADMISSIONS.csv:3: hadm_id: contradicts line 4; neither is used",
            "ADMISSIONS.csv:4: hadm_id: contradicts line 3; neither is used",
            "SERVICES.csv:5: hadm_id: its row in ADMISSIONS.csv (line 3) is refused",
        ]
    );
    assert_eq!(triggers(&folder), [ALL_101, ""]);
}

#[test]
fn an_encounter_has_one_discharge() {
    let folder = Folder::new();
    let mut lines = folder.lines("TRANSFERS.csv");
    lines.push(lines[6].replace("11:30:00", "11:31:00"));
    folder.put_lines("TRANSFERS.csv", &lines);
    assert_eq!(
        folder.refused(),
        [
            "TRANSFERS.csv:7: hadm_id: contradicts line 8; neither is used",
            "TRANSFERS.csv:8: hadm_id: contradicts line 7; neither is used",
        ]
    );
    assert_eq!(triggers(&folder), [ALL_101, "A01 A02"]);
}

#[test]
fn rows_of_one_encounter_name_one_patient() {
    expect(
        ("TRANSFERS.csv", 6, ",12,", ",11,"),
        &[
            "TRANSFERS.csv:6: subject_id: is not the patient whom ADMISSIONS.csv (line 3) names for this encounter",
        ],
        [ALL_101, "A01 A08 A03"],
    );
}

#[test]
fn an_encounter_that_never_was_anywhere_is_reported() {
    let folder = Folder::new();
    let lines = folder.lines("TRANSFERS.csv");
    folder.put_lines("TRANSFERS.csv", &lines[..4]);
    assert_eq!(
        folder.refused(),
        [
            "ADMISSIONS.csv:3: hadm_id: no row of TRANSFERS.csv has it",
            "SERVICES.csv:5: hadm_id: its row in ADMISSIONS.csv (line 3) is refused",
            "SERVICES.csv:6: hadm_id: its row in ADMISSIONS.csv (line 3) is refused",
        ]
    );
    assert_eq!(triggers(&folder), [ALL_101, ""]);
}

#[test]
fn what_lies_behind_a_refused_service_is_unknown_and_not_guessed() {
    let folder = Folder::new().with("SERVICES.csv", 3, "2150-01-01 20:00:00", "yesterday");
    assert_eq!(
        folder.refused(),
        [r#"SERVICES.csv:3: transfertime: "aaaaaaaaa" is not YYYY-MM-DD HH:MM:SS"#]
    );
    assert_eq!(
        outline_of(&folder, "101"),
        [
            "101 1 A01 MICU 52 -",
            "101 2 A02 - 45 -",
            "101 3 A08 SURG 45 SURG",
            "101 4 A03 - 45 -",
        ]
    );
}

#[test]
fn a_service_of_an_unknown_encounter_may_be_any_that_its_row_names() {
    let unsure = [
        "102 1 A01 - 7 -",
        "102 2 A08 NMED 7 NMED",
        "102 3 A02 - 7 -",
        "102 4 A03 - 7 -",
    ];
    // The patient's number is there; and nothing is.
    for (from, to) in [("12,102", "12,102x"), ("12,102", "x,x")] {
        let folder = Folder::new().with("SERVICES.csv", 6, from, to);
        assert_eq!(folder.refused().len(), 1);
        assert_eq!(outline_of(&folder, "102"), unsure, "{to}");
    }
    let folder = Folder::new();
    let whole = outline_of(&folder, "101");
    let mut bytes = folder.bytes("SERVICES.csv");
    let end = bytes.len() - 2;
    bytes[end] = 0;
    folder.put("SERVICES.csv", &bytes);
    assert_eq!(outline_of(&folder, "102"), unsure);
    assert_eq!(
        outline_of(&folder, "101"),
        whole,
        "another's row changes nothing"
    );
}

#[test]
fn a_key_in_a_shifted_row_is_not_trusted() {
    let folder = expect(
        ("TRANSFERS.csv", 2, "1,11,101", "1,,11,101"),
        &["TRANSFERS.csv:2: 14 columns where the header has 13"],
        ["A08 A02 A08 A03", ALL_102],
    );
    assert_eq!(outline_of(&folder, "101")[1], "101 2 A02 CMED 45 CMED");
}

#[test]
fn a_service_after_the_discharge_is_reported() {
    expect(
        (
            "SERVICES.csv",
            4,
            "2150-01-03 00:00:00",
            "2150-01-04 12:05:00",
        ),
        &["SERVICES.csv:4: transfertime: is not before the discharge"],
        ["A01 A08 A02 A03", ALL_102],
    );
}

#[test]
fn a_flag_is_0_or_1_and_bytes_are_text() {
    let report = r#"ADMISSIONS.csv:3: hospital_expire_flag: "a" is neither 0 nor 1"#;
    let folder = Folder::new().with("ADMISSIONS.csv", 3, "PNEUMONIA,1,", "PNEUMONIA,Y,");
    assert_eq!(folder.refused()[0], report);

    let folder = Folder::new();
    let mut bytes = folder.bytes("SERVICES.csv");
    let end = bytes.len();
    bytes[end - 2] = 0xff;
    folder.put("SERVICES.csv", &bytes);
    assert_eq!(
        folder.refused(),
        ["SERVICES.csv:6: byte 39 of the line is not UTF-8"]
    );
    bytes[end - 2] = 0;
    folder.put("SERVICES.csv", &bytes);
    let report = "SERVICES.csv:6: the line holds a NUL byte; take a fresh copy of the file";
    assert_eq!(folder.refused(), [report]);
}

/// What the extract as a whole is refused with.
fn refusal(folder: &Folder) -> String {
    Extract::read(folder.path()).unwrap_err().to_string()
}

#[test]
fn a_missing_folder_or_file_is_named() {
    let folder = Folder::new();
    let nowhere = folder.path().join("nowhere");
    let error = Extract::read(&nowhere).unwrap_err();
    assert!(matches!(error, ExtractError::NoFolder { .. }));
    assert!(
        error.to_string().contains("nowhere is not a folder"),
        "{error}"
    );
    std::fs::remove_file(folder.path().join("SERVICES.csv")).unwrap();
    assert!(refusal(&folder).contains("SERVICES.csv is missing"));
}

#[test]
fn what_is_no_regular_file_or_has_no_lines_is_named_and_not_waited_for() {
    let folder = Folder::new();
    let path = folder.path().join("SERVICES.csv");
    std::fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
    assert!(refusal(&folder).contains("SERVICES.csv cannot be read: it is no regular file"));
    std::fs::remove_file(&path).unwrap();
    std::fs::create_dir(&path).unwrap();
    assert!(refusal(&folder).contains("it is no regular file"));
    std::fs::remove_dir(&path).unwrap();
    folder.put("SERVICES.csv", &vec![b'x'; 17 * 1024 * 1024]);
    assert!(refusal(&folder).contains("SERVICES.csv:1: the line is longer than 16777216 bytes"));
}

#[test]
fn a_header_without_a_column_is_refused_with_its_name() {
    let folder = Folder::new().with("TRANSFERS.csv", 1, "curr_wardid", "ward");
    assert!(refusal(&folder).contains(
        "TRANSFERS.csv:1: the header must name each of these columns once: curr_wardid;"
    ));
    let twice = Folder::new().with("TRANSFERS.csv", 1, "prev_wardid", "CURR_WARDID");
    assert!(refusal(&twice).contains("once: curr_wardid;"));
    let folder = Folder::new();
    folder.put("PATIENTS.csv", b"");
    assert!(refusal(&folder).contains("PATIENTS.csv:1: the header must name"));
}

#[test]
fn a_file_that_is_cut_short_is_refused_wherever_it_is_cut() {
    for file in [
        "ADMISSIONS.csv",
        "TRANSFERS.csv",
        "PATIENTS.csv",
        "SERVICES.csv",
    ] {
        let whole = Folder::new();
        let events = whole.events();
        let bytes = whole.bytes(file);
        let last_line = bytes[..bytes.len() - 1]
            .iter()
            .rposition(|byte| *byte == b'\n')
            .unwrap();
        for length in last_line + 2..bytes.len() {
            whole.put(file, &bytes[..length]);
            match Extract::read(whole.path()) {
                Err(error) => assert!(matches!(error, ExtractError::CutShort { .. }), "{error}"),
                // What is cut off is a column that is not read: all that is needed is there.
                Ok(extract) => {
                    assert!(extract.refused().is_empty(), "{file} at {length}");
                    assert!(
                        extract.events().eq(events.iter().cloned()),
                        "{file} at {length}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_cell_too_long_to_be_one_is_refused_before_anything_is_sent() {
    let religion = "x".repeat(3_000_000);
    let folder = Folder::new().with("ADMISSIONS.csv", 2, "CATHOLIC", &religion);
    let refused = folder.refused();
    assert_eq!(
        refused[0],
        "ADMISSIONS.csv:2: a cell has 3000000 characters, more than 10000"
    );
    assert_eq!(triggers(&folder), ["", ALL_102]);
}
