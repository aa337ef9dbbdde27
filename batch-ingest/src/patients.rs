//! What a snapshot says of patients, beside what was known of them.

use std::fmt;

use chrono::NaiveDate;
use database::file::StateSince;
use foldhash::HashMap;
use uuid::Uuid;

/// The patients of a hospital whom silver knows or the snapshot names.
#[derive(Debug, Default)]
pub(crate) struct Patients {
    known: HashMap<Uuid, Known>,
    /// Of whom lines say something else than what was known, or say it again or not in a form that can be
    /// used: few, but for a first snapshot.
    others: HashMap<Uuid, Said>,
}

/// What is known of a patient. There are as many as a hospital has, so it is small.
#[derive(Debug, Clone, Copy)]
struct Known {
    since: NaiveDate,
    /// Nil where the patient is not registered.
    content_hash: Uuid,
    is_absent: bool,
    /// Whether a usable line names the patient.
    is_named: bool,
}

/// What lines say of a patient.
#[derive(Debug, Default)]
struct Said {
    /// The content of the first usable one, where it is not what was known.
    named: Option<Uuid>,
    /// The first that cannot be used.
    unreadable: Option<Unreadable>,
}

/// A line that cannot be used, and tells whose it is. `Debug` prints no identity.
pub(crate) struct Unreadable {
    pub(crate) line: i64,
    /// The hospital's number. Identity.
    pub(crate) patient_id: String,
}

impl fmt::Debug for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Unreadable")
            .field("line", &self.line)
            .finish_non_exhaustive()
    }
}

/// What a usable line is to those before it and to what was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    /// It says something new.
    New,
    /// It says what was known.
    Known,
    /// It says what a line before it said.
    Again,
    /// It contradicts a line before it.
    Contradicting,
}

/// Of whom no usable line says anything, though something has to be noted.
#[derive(Debug)]
pub(crate) enum Unnamed {
    /// A line that cannot be used may name the patient.
    Open(Unreadable),
    /// The patient is not in the file.
    Missing,
}

impl Patients {
    /// Takes up what silver says of a patient: of several days the last counts.
    pub(crate) fn know(&mut self, patient: Uuid, state: StateSince) {
        let new = Known {
            since: state.since,
            content_hash: state.content_hash.unwrap_or_default(),
            is_absent: state.is_absent,
            is_named: false,
        };
        let known = self.known.entry(patient).or_insert(new);
        if known.since < new.since {
            *known = new;
        }
    }

    /// Whether nothing is known of anybody.
    pub(crate) fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Whether a line says what is known of its patient, whom none has named before, as nearly all lines
    /// do. Then it is named, and that is all.
    pub(crate) fn confirm(&mut self, patient: Uuid, content_hash: Uuid) -> bool {
        let known = self.known.get_mut(&patient);
        let known = known.filter(|it| it.content_hash == content_hash && !it.is_named);
        let is_confirmed = known.is_some();
        if let Some(known) = known {
            known.is_named = true;
        }
        is_confirmed
    }

    /// A usable line names a patient.
    pub(crate) fn name(&mut self, patient: Uuid, content_hash: Uuid) -> Naming {
        if self.confirm(patient, content_hash) {
            return Naming::Known;
        }
        let said = self.others.entry(patient).or_default();
        let known = self.known.get_mut(&patient);
        let confirmed = known.as_ref().filter(|it| it.is_named);
        let first = said.named.or(confirmed.map(|it| it.content_hash));
        match first {
            Some(first) if first == content_hash => Naming::Again,
            Some(_) => Naming::Contradicting,
            None => {
                said.named = Some(content_hash);
                if let Some(known) = known {
                    known.is_named = true;
                }
                Naming::New
            }
        }
    }

    /// A line that cannot be used tells whose it is: its patient is not absent.
    pub(crate) fn leave_open(&mut self, patient: Uuid, line: Unreadable) {
        let said = self.others.entry(patient).or_default();
        said.unreadable.get_or_insert(line);
    }

    /// Of whom no usable line says anything, and what is to be noted, where a file withdraws whom it does
    /// not name or leaves all of them open.
    pub(crate) fn unnamed(self, withdraws: bool) -> Vec<(Uuid, Unnamed)> {
        let Self { known, mut others } = self;
        let mut unnamed = Vec::new();
        for (patient, known) in known {
            let said = others.remove(&patient).unwrap_or_default();
            let note = note(Some(known), said, withdraws);
            unnamed.extend(note.map(|note| (patient, note)));
        }
        for (patient, said) in others {
            let note = note(None, said, withdraws);
            unnamed.extend(note.map(|note| (patient, note)));
        }
        unnamed
    }
}

fn note(known: Option<Known>, said: Said, withdraws: bool) -> Option<Unnamed> {
    if said.named.is_some() || known.is_some_and(|it| it.is_named) {
        return None;
    }
    let is_open = |known: Known| known.content_hash.is_nil() && !known.is_absent;
    match (said.unreadable, known) {
        (Some(_), Some(known)) if is_open(known) => None,
        (Some(line), _) => Some(Unnamed::Open(line)),
        (None, Some(known)) if withdraws => (!known.is_absent).then_some(Unnamed::Missing),
        (None, Some(known)) => (!is_open(known)).then_some(Unnamed::Missing),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENT: Uuid = Uuid::from_u128(1);
    const CONTENT: Uuid = Uuid::from_u128(2);
    const OTHER: Uuid = Uuid::from_u128(3);

    fn state(since: &str, content_hash: Option<Uuid>, is_absent: bool) -> StateSince {
        StateSince {
            since: since.parse().unwrap(),
            content_hash,
            is_absent,
        }
    }

    fn knowing(states: &[StateSince]) -> Patients {
        let mut patients = Patients::default();
        for state in states {
            patients.know(PATIENT, *state);
        }
        patients
    }

    fn registered() -> StateSince {
        state("2026-03-02", Some(CONTENT), false)
    }

    #[test]
    fn the_last_of_what_is_known_counts() {
        let later = state("2026-03-03", Some(OTHER), false);
        for states in [[registered(), later], [later, registered()]] {
            let mut patients = knowing(&states);
            assert!(!patients.confirm(PATIENT, CONTENT));
            assert!(patients.confirm(PATIENT, OTHER));
        }
    }

    #[test]
    fn of_several_lines_the_first_counts_whether_it_says_something_new_or_not() {
        for known in [vec![], vec![registered()]] {
            let is_known = !known.is_empty();
            let mut patients = knowing(&known);
            let first = patients.name(PATIENT, CONTENT);
            assert_eq!(first == Naming::Known, is_known);
            assert!(!patients.confirm(PATIENT, CONTENT));
            assert_eq!(patients.name(PATIENT, CONTENT), Naming::Again);
            assert_eq!(patients.name(PATIENT, OTHER), Naming::Contradicting);

            let mut patients = knowing(&known);
            assert_eq!(patients.name(PATIENT, OTHER), Naming::New);
            assert!(!patients.confirm(PATIENT, CONTENT));
            assert_eq!(patients.name(PATIENT, OTHER), Naming::Again);
            assert_eq!(patients.name(PATIENT, CONTENT), Naming::Contradicting);
            assert!(patients.unnamed(true).is_empty());
        }
    }

    #[test]
    fn whom_no_usable_line_names_is_noted_where_that_says_something_new() {
        let absent = state("2026-03-02", None, true);
        let open = state("2026-03-02", None, false);
        // What is known, whether the file withdraws, and what becomes of it without and with a line that
        // cannot be used.
        for (known, withdraws, without, with) in [
            (registered(), true, "missing", "open"),
            (registered(), false, "missing", "open"),
            (absent, true, "", "open"),
            (absent, false, "missing", "open"),
            (open, true, "missing", ""),
            (open, false, "", ""),
        ] {
            for (has_line, expected) in [(false, without), (true, with)] {
                let mut patients = knowing(&[known]);
                if has_line {
                    patients.leave_open(PATIENT, line(7));
                    patients.leave_open(PATIENT, line(8));
                }
                assert_eq!(told(patients, withdraws), expected, "{known:?} {withdraws}");
            }
        }
        let mut unknown = Patients::default();
        unknown.leave_open(PATIENT, line(7));
        assert_eq!(told(unknown, true), "open");
    }

    fn line(line: i64) -> Unreadable {
        let patient_id = "P1".to_owned();
        Unreadable { line, patient_id }
    }

    fn told(patients: Patients, withdraws: bool) -> &'static str {
        match &*patients.unnamed(withdraws) {
            [] => "",
            [(PATIENT, Unnamed::Missing)] => "missing",
            [(PATIENT, Unnamed::Open(first))] if first.line == 7 => "open",
            other => panic!("{other:?}"),
        }
    }
}
