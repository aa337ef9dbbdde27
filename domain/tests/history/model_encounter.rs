//! The model's half for one encounter: its admission, its stays and its findings.

use chrono::Duration;
use domain::age::AgeBand;
use domain::dimension_key::unknown_member_key;
use domain::history::{Admission, Departments, Finding, LocationStay, PatientVersion};
use domain::record::{AdtRecord, Trigger};
use domain::rule::{Rule, history as rule};
use uuid::Uuid;

use super::{Time, finding, first, is_last_of_its_instant, last, only};

pub(super) struct Encounter<'a> {
    pub(super) key: Uuid,
    /// Those that count by event id, in no order.
    pub(super) records: Vec<&'a AdtRecord>,
    pub(super) versions: &'a [PatientVersion],
    pub(super) departments: &'a Departments,
}

impl<'a> Encounter<'a> {
    fn with_trigger(&self, triggers: &[Trigger]) -> Vec<&'a AdtRecord> {
        only(&self.records, |r| triggers.contains(&r.trigger))
    }

    fn admission_statements(&self) -> Vec<&'a AdtRecord> {
        self.with_trigger(&[Trigger::Admit, Trigger::Transfer])
    }

    fn first_location_at(&self) -> Option<Time> {
        first(&self.admission_statements()).map(|statement| statement.occurred_at)
    }

    fn last_discharge(&self) -> Option<&'a AdtRecord> {
        last(&self.with_trigger(&[Trigger::Discharge]))
    }

    /// Whether the discharge lies before the first admission statement, so that it closes nothing.
    fn is_discharged_too_early(&self) -> bool {
        match (self.last_discharge(), self.first_location_at()) {
            (Some(discharge), Some(first)) => discharge.occurred_at < first,
            _ => false,
        }
    }

    fn last_location_left_at(&self) -> Option<Time> {
        let discharge = self.last_discharge()?;
        (!self.is_discharged_too_early()).then_some(discharge.occurred_at)
    }

    /// The statements that give departments: the last of each instant before the discharge, and
    /// that of the first instant, which may be the discharge's own.
    fn counting_statements(&self) -> Vec<&'a AdtRecord> {
        let statements = self.admission_statements();
        only(&statements, |statement| {
            let at = statement.occurred_at;
            let before_the_end = self.last_location_left_at().is_none_or(|end| at < end);
            is_last_of_its_instant(statement, &statements)
                && (before_the_end || Some(at) == self.first_location_at())
        })
    }

    /// When the patient left a counting statement's location: the least later time of another.
    fn left_at(&self, statement: &AdtRecord) -> Option<Time> {
        let later = only(&self.counting_statements(), |other| {
            other.occurred_at > statement.occurred_at
        });
        first(&later).map_or(self.last_location_left_at(), |next| Some(next.occurred_at))
    }

    /// The counting statements that last, by time.
    fn stay_statements(&self) -> Vec<&'a AdtRecord> {
        let mut lasting = only(&self.counting_statements(), |statement| {
            self.left_at(statement) != Some(statement.occurred_at)
        });
        lasting.sort_by_key(|statement| statement.occurred_at);
        lasting
    }

    fn known_department(&self, statement: &AdtRecord) -> Option<Uuid> {
        let code = statement.location.department_code.as_deref();
        self.departments
            .find(&statement.hospital_code, code, statement.occurred_at)
    }

    fn department_key(&self, statement: Option<&AdtRecord>) -> Uuid {
        statement
            .and_then(|statement| self.known_department(statement))
            .unwrap_or_else(|| unknown_member_key("dim_department"))
    }

    /// The version valid at a time; the first where there is no time, or none is valid yet.
    fn patient_key(&self, at: Option<Time>) -> Uuid {
        let valid = |version: &&PatientVersion| {
            at.is_some_and(|at| {
                version.valid_from <= at && version.valid_to.is_none_or(|to| at < to)
            })
        };
        let found = self.versions.iter().find(valid);
        found.unwrap_or(&self.versions[0]).patient_key
    }

    /// The last value that is not NULL.
    fn last_stated<T>(&self, field: impl Fn(&AdtRecord) -> Option<T>) -> Option<T> {
        last(&only(&self.records, |r| field(r).is_some())).and_then(field)
    }

    /// Of the records with this time of admission the last known age, or else of all the first.
    fn age(&self, admitted_at: Option<Time>) -> Option<i32> {
        let aged = only(&self.records, |r| r.age_at_admission_years.is_some());
        let of_admission = only(&aged, |r| {
            admitted_at.is_some() && r.admitted_at == admitted_at
        });
        last(&of_admission).or(first(&aged))?.age_at_admission_years
    }

    pub(super) fn admission(&self) -> Admission {
        let counting = self.counting_statements();
        let first_location_at = self.first_location_at();
        let last_location_left_at = self.last_location_left_at();
        let admitted_at = self.last_stated(|r| r.admitted_at);
        let discharged_at = self.last_stated(|r| r.discharged_at);
        let age = self.age(admitted_at);
        let began_at = [
            first_location_at,
            last_location_left_at,
            admitted_at,
            discharged_at,
        ];
        Admission {
            encounter_key: self.key,
            patient_key: self.patient_key(began_at.into_iter().flatten().next()),
            patient_pseudonym: self.records[0].patient_pseudonym,
            hospital_code: self.records[0].hospital_code.clone(),
            admission_department_key: self.department_key(first(&counting)),
            last_department_key: self.department_key(last(&counting)),
            admitted_at,
            first_location_at,
            last_location_left_at,
            discharged_at,
            length_of_stay_seconds: match (admitted_at, discharged_at) {
                (Some(from), Some(to)) if from <= to => Some(whole_seconds(to - from)),
                _ => None,
            },
            transfer_count: count(&self.stay_statements()).max(1) - 1,
            admission_type: self.last_stated(|r| r.admission_type.clone()),
            admission_source: self.last_stated(|r| r.admission_source.clone()),
            disposition: self.last_stated(|r| r.discharge_disposition.clone()),
            died: self.last_stated(|r| r.died),
            age_at_admission_years: age,
            age_band: AgeBand::of(age),
        }
    }

    pub(super) fn stays(&self) -> Vec<LocationStay> {
        let lasting = self.stay_statements();
        let stay = |statement: &&AdtRecord| LocationStay {
            encounter_key: self.key,
            arrived_at: statement.occurred_at,
            stay_number: count(&only(&lasting, |s| s.occurred_at <= statement.occurred_at)),
            patient_key: self.patient_key(Some(statement.occurred_at)),
            patient_pseudonym: statement.patient_pseudonym,
            hospital_code: statement.hospital_code.clone(),
            department_key: self.department_key(Some(statement)),
            ward: statement.location.ward.clone(),
            bed: statement.location.bed.clone(),
            left_at: self.left_at(statement),
            stay_seconds: self
                .left_at(statement)
                .map(|left_at| whole_seconds(left_at - statement.occurred_at)),
        };
        lasting.iter().map(stay).collect()
    }

    /// All findings but `HIS-001`, which is no encounter's.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let admits = self.with_trigger(&[Trigger::Admit]);
        let moves = self.with_trigger(&[Trigger::Transfer, Trigger::Discharge]);
        let counting = self.counting_statements();
        let stays = self.stay_statements();
        let end = self.last_location_left_at();

        let unknown = only(&counting, |s| self.known_department(s).is_none());
        let too_late = only(&self.admission_statements(), |s| {
            end.is_some_and(|end| s.occurred_at >= end)
        });
        let unadmitted = first(&moves).filter(|_| admits.is_empty());
        let too_early = self
            .last_discharge()
            .filter(|_| self.is_discharged_too_early());
        let inverted = last(&only(&self.records, |r| r.discharged_at.is_some())).filter(|_| {
            self.last_stated(|r| r.discharged_at) < self.last_stated(|r| r.admitted_at)
        });
        let unmoved = only(&stays, |s| {
            let before = last(&only(&stays, |b| b.occurred_at < s.occurred_at));
            before.is_some_and(|before| before.location == s.location)
        });
        let admitted_again = only(&admits, |admit| first(&admits) != Some(admit));

        let found: [(&'static Rule, Vec<&AdtRecord>); 7] = [
            (&rule::UNKNOWN_DEPARTMENT, unknown),
            (&rule::AFTER_DISCHARGE, too_late),
            (&rule::NO_ADMISSION, unadmitted.into_iter().collect()),
            (
                &rule::DISCHARGE_BEFORE_ADMISSION,
                too_early.into_iter().collect(),
            ),
            (
                &rule::NEGATIVE_LENGTH_OF_STAY,
                inverted.into_iter().collect(),
            ),
            (&rule::SAME_PLACE, unmoved),
            (&rule::ADMITTED_TWICE, admitted_again),
        ];
        found
            .into_iter()
            .flat_map(|(rule, records)| records.into_iter().map(|record| finding(rule, record)))
            .collect()
    }
}

/// Seconds of a duration that is not negative, rounded down.
fn whole_seconds(duration: Duration) -> i64 {
    duration.num_seconds()
}

fn count(records: &[&AdtRecord]) -> i32 {
    i32::try_from(records.len()).expect("a test's history is short")
}
