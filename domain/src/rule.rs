//! The rules by which data is judged, as data: each has a stable code, a severity and a reason.

mod page;

use std::fmt;

pub use page::page;

/// What a rule does with what it hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Severity {
    /// The record cannot be used and is kept aside until it is mended.
    Quarantine,
    /// The record is used after a repair that derives a value or marks it unknown.
    Repair,
    /// The record is used as it is; what is odd about it is told.
    Finding,
    /// The file is not loaded at all, and kept aside until it is mended.
    Refusal,
}

impl Severity {
    /// What happens to a record, in a sentence.
    const fn meaning(self) -> &'static str {
        match self {
            Self::Quarantine => "the record cannot be used and is kept aside until it is mended.",
            Self::Repair => "the record is used, with a value derived or marked unknown.",
            Self::Finding => "the record is used as it is; what is odd about it is told.",
            Self::Refusal => "the file is not loaded at all, and kept aside until it is mended.",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Quarantine => "quarantine",
            Self::Repair => "repair",
            Self::Finding => "finding",
            Self::Refusal => "refusal",
        })
    }
}

/// One rule. Two rules are the same if their codes are.
#[derive(Debug)]
pub struct Rule {
    /// Stable code, such as `ADT-004`; never used again for another rule.
    pub code: &'static str,
    /// What happens to a record that it hits.
    pub severity: Severity,
    /// What the rule finds.
    pub finds: &'static str,
    /// What is done, and why that is right.
    pub action: &'static str,
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for Rule {}

macro_rules! rules {
    ($list:ident: $($(#[$doc:meta])* $name:ident $code:literal $severity:ident $finds:literal $action:literal;)*) => {
        $($(#[$doc])* pub static $name: Rule = Rule {
            code: $code, severity: Severity::$severity, finds: $finds, action: $action,
        };)*
        /// All rules of this kind, in the order of their codes.
        pub static $list: &[&Rule] = &[$(&$name),*];
    };
}

/// Rules that see one record and the network file only.
pub mod record {
    use super::{Rule, Severity};

    rules! { ALL:
        /// The payload is no event.
        UNREADABLE "ADT-001" Quarantine
            "a payload that is no ADT event in Confluent wire format"
            "kept aside: nothing can be told from it";
        /// No usable event id.
        EVENT_ID "ADT-002" Quarantine
            "an event id that is missing or no UUID"
            "kept aside: without its id a record cannot be told from its copies";
        /// Not a trigger that Wardflow reads.
        EVENT_TYPE "ADT-003" Quarantine
            "an event type that is missing or not one of A01, A02, A03, A08"
            "kept aside: what it means for the patient is not known";
        /// No time of the event.
        OCCURRED_AT "ADT-004" Quarantine
            "an event time (EVN-6) that is missing"
            "kept aside: it has no place in the patient's history";
        /// No time of entry.
        RECORDED_AT "ADT-005" Quarantine
            "a time of entry (EVN-2) that is missing"
            "kept aside: HL7 requires it, and it decides which of two contents counts";
        /// A time in another form.
        TIME_FORMAT "ADT-006" Quarantine
            "a time that is not RFC 3339, or a date of birth that is not YYYY-MM-DD"
            "kept aside: a guess could be wrong by hours or a century";
        /// A hospital that the network does not have.
        HOSPITAL "ADT-007" Quarantine
            "a hospital code that is missing or not in the network"
            "kept aside: its patients have no place in the warehouse";
        /// No patient.
        PATIENT_ID "ADT-008" Quarantine
            "a patient id that is missing"
            "kept aside: nobody's history can take it";
        /// No encounter.
        ENCOUNTER_ID "ADT-009" Quarantine
            "an encounter id that is missing on an A01, A02 or A03, or in a line of an extract"
            "kept aside: no stay can take it";
        /// Text that the warehouse cannot hold.
        DAMAGED_TEXT "ADT-010" Quarantine
            "text with a control character, NUL among them, or with the replacement character U+FFFD"
            "kept aside: it comes from broken framing or encoding, what it was is lost, and NUL cannot be stored";
        /// Older than anybody.
        AGE_ABOVE_120 "ADT-011" Repair
            "an age above 120 years at the event or the admission"
            "the birth date is taken from a valid ID number, or else marked unknown: extracts encode hidden ages that way";
        /// A time that no calendar of the warehouse has.
        TIME_RANGE "ADT-012" Quarantine
            "a time before 1901 or after 2299"
            "kept aside: it is an unset or overflowed clock, and dim_date has no day for it";
        /// Born later.
        BORN_LATER "ADT-013" Repair
            "a birth date after the event and the admission"
            "the birth date is taken from a valid ID number, or else marked unknown: nobody is admitted before birth";
        /// An admission that does not say when it was.
        ADMISSION_TIME "ADT-014" Repair
            "an administrative time of admission that is missing on an A01 or in encounters.csv"
            "it is left unknown: another record of the encounter may state it, and when the patient moved is another time";
        /// Entered before it happened.
        FUTURE_TIME "ADT-015" Repair
            "a time at which somebody moved after the time of entry: an event time (EVN-6) after EVN-2; in an extract any time after it was taken"
            "the time of entry takes its place: nobody enters a move before it happens. Administrative times of events are not judged so: they are not those of the move, and in MIMIC-III lie up to four weeks after it. In an extract, other times than those of moves become unknown: another statement may tell them";
        /// Left before coming.
        DISCHARGE_BEFORE_ADMISSION "ADT-016" Repair
            "an administrative discharge before the administrative admission, both in one record"
            "the time of discharge is marked unknown: one of the two is wrong, and the admission is stated by other records too";
        /// No ID number at all.
        ID_NUMBER_FORM "ADT-017" Repair
            "an ID number that is not 13 digits, or has an impossible date, citizenship or twelfth digit"
            "it links to no person, and tells neither birth date nor sex; the vault keeps it as sent";
        /// A digit of the ID number is wrong.
        ID_CHECK_DIGIT "ADT-018" Repair
            "an ID number whose last digit is not the check digit of the others"
            "it links to no person, and tells neither birth date nor sex: any of its digits may be wrong. The vault keeps it as sent";
        /// No birth date beside an ID number.
        BIRTH_MISSING "ADT-019" Repair
            "a birth date that is missing beside a valid ID number"
            "it is taken from the ID number, as that of somebody of 0 to 99 years: the number lacks only the century";
        /// Another birth date than the ID number's.
        BIRTH_CONTRADICTS_ID "ADT-020" Repair
            "a birth date of an age up to 100 that is not the one in a valid ID number"
            "it is taken from the ID number, as that of somebody of 0 to 99 years: a check digit protects the number, and nothing the date";
        /// Old beyond what the ID number says.
        AGE_ABOVE_100 "ADT-021" Repair
            "a birth date of an age of 101 to 120 that is not the one in a valid ID number"
            "it is taken from the ID number, as that of somebody of 0 to 99 years: the age is most likely a placeholder. Ages above 100 that no ID number contradicts are valid";
        /// Another sex than the ID number's.
        SEX_CONTRADICTS_ID "ADT-022" Repair
            "a sex F or M that is not the one in a valid ID number"
            "it is taken from the ID number, which a check digit protects. Other codes contradict nothing, and a sex that is missing stays so: its absence may be meant";
    }
}

/// Rules that see one line of an extract, beside those that judge events and lines alike.
pub mod line {
    use super::{Rule, Severity};

    rules! { ALL:
        /// The line is no line of its file.
        UNREADABLE "EHR-001" Quarantine
            "a line that is no record of its file: another number of fields, no UTF-8, or longer than 1 MiB"
            "kept aside: which value belongs to which column is not known";
        /// No number of the line.
        LINE_NUMBER "EHR-002" Quarantine
            "a line number that is missing or no whole number from 1"
            "kept aside: without it a line cannot be told from its copies";
        /// Another form than the column's.
        FORM "EHR-003" Quarantine
            "a number that is no whole number, or a truth value other than true and false"
            "kept aside: a guess could be wrong by any factor";
        /// Said twice.
        SAID_TWICE "EHR-004" Quarantine
            "a second line of a patient in one snapshot, with another content"
            "kept aside: a snapshot says one thing of a patient, and the first line counts";
        /// Nobody's record.
        PERSON_ID "EHR-005" Quarantine
            "a line of people.csv without the number of the person"
            "kept aside: whose record it is, is not known";
    }
}

/// Rules that see a file of an extract: it is loaded whole or not at all.
pub mod file {
    use super::{Rule, Severity};

    rules! { ALL:
        /// No usable manifest.
        MANIFEST "FIL-001" Refusal
            "a manifest that cannot be read, or does not fit its folder and hospital"
            "nothing of its folder is loaded: what belongs together, and as of when, is not known";
        /// Not what the manifest says.
        DIFFERS "FIL-002" Refusal
            "another size, SHA-256 or number of lines than the manifest says"
            "not loaded: it was cut, damaged or changed on its way";
        /// Not a header of this kind.
        HEADER "FIL-003" Refusal
            "a header that is missing, lacks a column, has one twice, or a schema version that is not known"
            "not loaded: which value means what is not known. Columns may stand in any order";
        /// Not a file.
        NO_FILE "FIL-004" Refusal
            "a folder, link or device in the place of a file, or a file that its manifest does not name"
            "not loaded: there is nothing to read that anybody vouches for";
        /// Too much of it is bad.
        BAD_LINES "FIL-005" Refusal
            "more bad lines than the share that is allowed"
            "not loaded: something is wrong with all of it, and few good lines are worse than none";
        /// The day is there already.
        SECOND_FILE "FIL-006" Refusal
            "a second file, with another content, for a day that is loaded"
            "not loaded: what was loaded stands; the same content again is told and put aside";
        /// Broken compression.
        COMPRESSION "FIL-007" Refusal
            "a compressed file that cannot be unpacked"
            "not loaded: it was cut or damaged on its way";
    }
}

/// Rules that see one statement about a member of staff. Beside them those of [`record`] hold that
/// are about values which both have, such as text, dates and ID numbers.
pub mod staff {
    use super::{Rule, Severity};

    rules! { ALL:
        /// The payload is no event.
        UNREADABLE "STA-001" Quarantine
            "a payload that is no staff event in Confluent wire format"
            "kept aside: nothing can be told from it";
        /// Not a status that Wardflow reads.
        STATUS "STA-002" Quarantine
            "a status that is missing or not one of employed, assigned, left"
            "kept aside: whether somebody works is not known";
        /// No time from which on it holds.
        EFFECTIVE_AT "STA-003" Quarantine
            "a time from which on it holds that is missing"
            "kept aside: it has no place in the member's history";
        /// Nobody.
        STAFF_ID "STA-004" Quarantine
            "a staff id that is missing"
            "kept aside: nobody's history can take it";
        /// No place of the roster.
        ROSTER_SLOT "STA-005" Repair
            "a place in the eight-day roster that is not 0 to 7"
            "it is marked unknown: on which days somebody works is then not known";
        /// Nobody works so.
        ENDS_BEFORE "STA-006" Quarantine
            "an assignment that ends on its first day or before"
            "kept aside: which of the two days is wrong is not known";
    }
}

/// Rules that see one statement about a department. Beside them those of [`record`] hold that are
/// about values which both have.
pub mod department {
    use super::{Rule, Severity};

    rules! { ALL:
        /// The payload is no event.
        UNREADABLE "DEP-001" Quarantine
            "a payload that is no department metadata in Confluent wire format"
            "kept aside: nothing can be told from it";
        /// No code that can stand in keys and events.
        CODE "DEP-002" Quarantine
            "a department code that is missing, or not 1 to 20 capital letters, digits, - and _"
            "kept aside: network files have no other codes, and `unknown` is the unknown member's";
        /// No time from which on it holds.
        EFFECTIVE_AT "DEP-003" Quarantine
            "a time from which on it holds that is missing"
            "kept aside: it has no place in the department's history";
        /// No name.
        NAME "DEP-004" Quarantine
            "a name that is missing"
            "kept aside: people know a department by its name, and a version tells all of it";
        /// Not a kind that Wardflow knows.
        KIND "DEP-005" Quarantine
            "a kind that is missing or not one of those of network files"
            "kept aside: `other` is a kind, and a guess would be counted under the wrong one";
        /// No number of beds.
        BEDS "DEP-006" Repair
            "a number of beds below 0 or above 100,000"
            "it is marked unknown: no hospital has that many";
    }
}

/// What the warehouse itself refuses of records that every other rule lets through.
pub mod warehouse {
    use super::{Rule, Severity};

    rules! { ALL:
        /// The database refuses it.
        REFUSED "WHS-001" Quarantine
            "a record that the database refuses: SQLSTATE class 22, 23 or 54, or what a trigger raises (P0001)"
            "kept aside, so that what came with it is loaded; the reason names the table and the constraint, which somebody \
             added, or which cleaning does not know: a defect";
    }
}

/// Rules that see all records of a patient; they only ever find.
pub mod history {
    use super::{Rule, Severity};

    rules! { ALL:
        /// Several contents under one event id.
        CONFLICTING_CONTENT "HIS-001" Finding
            "several contents under one event id"
            "the content entered last counts";
        /// No known department.
        UNKNOWN_DEPARTMENT "HIS-002" Finding
            "an admission or transfer to a department that is missing or not known; a line of encounters.csv with such a one"
            "the stay gets the unknown department until the network knows it";
        /// Movement after the end.
        AFTER_DISCHARGE "HIS-003" Finding
            "an admission or transfer at or after the discharge of its encounter"
            "it makes no stay";
        /// No A01.
        NO_ADMISSION "HIS-004" Finding
            "a transfer or discharge of an encounter without admission"
            "the encounter begins at its first known location";
        /// Discharge before the first location.
        DISCHARGE_BEFORE_ADMISSION "HIS-005" Finding
            "a discharge before the first admission or transfer of its encounter"
            "it ends no stay";
        /// Negative length of stay.
        NEGATIVE_LENGTH_OF_STAY "HIS-006" Finding
            "an administrative discharge before the administrative admission that another record states"
            "the length of stay is unknown: which of the two records is wrong is not known";
        /// Nobody moved.
        SAME_PLACE "HIS-007" Finding
            "a transfer to the place where the patient already is"
            "it makes a stay of its own, as the source system says";
        /// Admitted twice.
        ADMITTED_TWICE "HIS-008" Finding
            "more than one admission of an encounter"
            "each states a location";
        /// No such ward.
        UNKNOWN_WARD "HIS-009" Finding
            "an admission or transfer to a ward that its department does not have, where the network file tells its wards"
            "the stay keeps the ward as sent: the file may be older than the ward";
        /// No such bed.
        UNKNOWN_BED "HIS-010" Finding
            "an admission or transfer to a bed that its ward does not have: beds are numbered from 1"
            "the stay keeps the bed as sent";
        /// Several contents of an encounter in one extract.
        CONFLICTING_EXTRACT "HIS-011" Finding
            "several contents of one encounter in the extract of a day"
            "that with the greatest hash counts: the file does not say which came last";
        /// Nobody tells who the patient is.
        UNKNOWN_PATIENT "HIS-012" Finding
            "a line of encounters.csv whose patient neither an event nor the hospital's patients.csv tells of"
            "its facts get the unknown patient until one of them does";
    }
}

/// All lists of rules.
fn lists() -> [&'static [&'static Rule]; 7] {
    [
        record::ALL,
        line::ALL,
        file::ALL,
        staff::ALL,
        department::ALL,
        warehouse::ALL,
        history::ALL,
    ]
}

/// The rule with a code.
pub fn of_code(code: &str) -> Option<&'static Rule> {
    let mut rules = lists().into_iter().flatten();
    rules.find(|rule| rule.code == code).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_in_order() {
        for rules in lists() {
            let codes: Vec<_> = rules.iter().map(|rule| rule.code).collect();
            assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
        }
        assert!(
            history::ALL
                .iter()
                .all(|rule| rule.severity == Severity::Finding)
        );
    }
}
