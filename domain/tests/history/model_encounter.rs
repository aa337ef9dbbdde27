//! The model's half for one encounter: its admission, its stays and its findings.

use chrono::Duration;
use domain::age::AgeBand;
use domain::dimension_key::unknown_member_key;
use domain::extract::EncounterExtract;
use domain::history::{Admission, Departments, Finding, LocationStay, PatientVersion};
use domain::record::{AdtRecord, Trigger};
use domain::rule::{Rule, history as rule};
use uuid::Uuid;

use super::finding;
use super::statement::{Stated, Statement, Time, first, is_last_of_its_instant, last, only};

pub(super) struct Encounter<'a> {
    pub(super) key: Uuid,
    /// Those that count by event id, in no order.
    pub(super) records: Vec<&'a AdtRecord>,
    /// Those that count by day, in no order.
    pub(super) extracts: Vec<&'a EncounterExtract>,
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
        let extract = last(&only(&self.extracts, |e| e.first_location_at.is_some()));
        match first(&self.admission_statements()) {
            Some(statement) => Some(statement.occurred_at),
            None => extract?.first_location_at,
        }
    }

    /// The last A03, or else the last extract that tells when the patient left, and that time.
    fn discharge(&self) -> Option<(Statement<'a>, Time)> {
        let leaving = only(&self.extracts, |e| e.last_location_left_at.is_some());
        if let Some(record) = last(&self.with_trigger(&[Trigger::Discharge])) {
            return Some((Statement::Event(record), record.occurred_at));
        }
        let extract = last(&leaving)?;
        Some((Statement::Extract(extract), extract.last_location_left_at?))
    }

    /// Whether the discharge lies before the first location, so that it closes nothing.
    fn is_discharged_too_early(&self) -> bool {
        match (self.discharge(), self.first_location_at()) {
            (Some((_, at)), Some(first)) => at < first,
            _ => false,
        }
    }

    fn last_location_left_at(&self) -> Option<Time> {
        let (_, at) = self.discharge()?;
        (!self.is_discharged_too_early()).then_some(at)
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

    /// The wards of a statement's department, where it is known then and its wards are.
    fn wards(&self, statement: &AdtRecord) -> Vec<(&str, u16)> {
        let code = statement.location.department_code.as_deref();
        match (self.known_department(statement), code) {
            (Some(_), Some(code)) => {
                let wards = self.departments.wards(&statement.hospital_code, code);
                wards.collect()
            }
            _ => Vec::new(),
        }
    }

    fn department_key(&self, statement: Option<&AdtRecord>) -> Uuid {
        statement
            .and_then(|statement| self.known_department(statement))
            .unwrap_or_else(|| unknown_member_key("dim_department"))
    }

    /// The department of the last extract that names one, at the time of that extract.
    fn extracted_department_key(&self) -> Option<Uuid> {
        let naming = only(&self.extracts, |e| e.location.department_code.is_some());
        self.extracted_department(last(&naming)?)
    }

    fn extracted_department(&self, extract: &EncounterExtract) -> Option<Uuid> {
        let code = extract.location.department_code.as_deref();
        self.departments
            .find(&extract.hospital_code, code, extract.extracted_at)
    }

    fn last_department_key(&self) -> Uuid {
        match last(&self.counting_statements()) {
            Some(statement) => self.department_key(Some(statement)),
            None => self
                .extracted_department_key()
                .unwrap_or_else(|| self.department_key(None)),
        }
    }

    /// The version valid at a time; the first where there is no time, or none is valid yet; the
    /// unknown member where there is no version.
    fn patient_key(&self, at: Option<Time>) -> Uuid {
        let valid = |version: &&PatientVersion| {
            at.is_some_and(|at| {
                version.valid_from <= at && version.valid_to.is_none_or(|to| at < to)
            })
        };
        let found = self.versions.iter().find(valid);
        found
            .or(self.versions.first())
            .map_or(unknown_member_key("dim_patient"), |it| it.patient_key)
    }

    /// The last statement that states something of the administration.
    fn last_stating<T>(
        &self,
        field: impl Fn(&Statement<'a>) -> Option<T>,
    ) -> Option<Statement<'a>> {
        let events = self.records.iter().copied().map(Statement::Event);
        let extracts = self.extracts.iter().copied().map(Statement::Extract);
        let stating = events.chain(extracts).filter(|it| field(it).is_some());
        stating.max_by_key(Stated::order)
    }

    /// The last value that is not NULL, of records of any trigger and extracts.
    fn last_stated<T>(
        &self,
        of_record: impl Fn(&AdtRecord) -> Option<T>,
        of_extract: impl Fn(&EncounterExtract) -> Option<T>,
    ) -> Option<T> {
        let field = |statement: &Statement<'_>| match statement {
            Statement::Event(record) => of_record(record),
            Statement::Extract(extract) => of_extract(extract),
            Statement::Snapshot(_) => None,
        };
        field(&self.last_stating(field)?)
    }

    fn admitted_at(&self) -> Option<Time> {
        self.last_stated(|r| r.admitted_at, |e| e.admitted_at)
    }

    fn discharged_at(&self) -> Option<Time> {
        self.last_stated(|r| r.discharged_at, |e| e.discharged_at)
    }

    /// The patient and the hospital: the same of all statements.
    fn whose(&self) -> (Uuid, String) {
        let of_events = self.records.iter();
        let of_events = of_events.map(|r| (r.patient_pseudonym, r.hospital_code.clone()));
        let of_extracts = self.extracts.iter();
        let of_extracts = of_extracts.map(|e| (e.patient_pseudonym, e.hospital_code.clone()));
        let mut all = of_events.chain(of_extracts);
        all.next().expect("something names the encounter")
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
        let admitted_at = self.admitted_at();
        let discharged_at = self.discharged_at();
        let (patient_pseudonym, hospital_code) = self.whose();
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
            patient_pseudonym,
            hospital_code,
            admission_department_key: self.department_key(first(&counting)),
            last_department_key: self.last_department_key(),
            admitted_at,
            first_location_at,
            last_location_left_at,
            discharged_at,
            length_of_stay_seconds: match (admitted_at, discharged_at) {
                (Some(from), Some(to)) if from <= to => Some(whole_seconds(to - from)),
                _ => None,
            },
            transfer_count: count(&self.stay_statements()).max(1) - 1,
            admission_type: self
                .last_stated(|r| r.admission_type.clone(), |e| e.admission_type.clone()),
            admission_source: self.last_stated(
                |r| r.admission_source.clone(),
                |e| e.admission_source.clone(),
            ),
            disposition: self.last_stated(
                |r| r.discharge_disposition.clone(),
                |e| e.disposition.clone(),
            ),
            died: self.last_stated(|r| r.died, |e| e.died),
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

    /// All findings but those of several contents, which are no encounter's.
    pub(super) fn findings(&self) -> Vec<Finding> {
        let admits = self.with_trigger(&[Trigger::Admit]);
        let moves = self.with_trigger(&[Trigger::Transfer, Trigger::Discharge]);
        let stays = self.stay_statements();
        let end = self.last_location_left_at();

        let too_late = only(&self.admission_statements(), |s| {
            end.is_some_and(|end| s.occurred_at >= end)
        });
        let unadmitted = first(&moves).filter(|_| admits.is_empty());
        let too_early = self.discharge().filter(|_| self.is_discharged_too_early());
        let inverted = self.last_stating(|statement| match statement {
            Statement::Event(record) => record.discharged_at,
            Statement::Extract(extract) => extract.discharged_at,
            Statement::Snapshot(_) => None,
        });
        let inverted = inverted.filter(|_| self.discharged_at() < self.admitted_at());
        let unmoved = only(&stays, |s| {
            let before = last(&only(&stays, |b| b.occurred_at < s.occurred_at));
            before.is_some_and(|before| before.location == s.location)
        });
        let admitted_again = only(&admits, |admit| first(&admits) != Some(admit));

        let counting = self.counting_statements();
        let no_ward = only(&counting, |s| {
            let wards = self.wards(s);
            let ward = s.location.ward.as_deref();
            !wards.is_empty() && ward.is_some_and(|ward| wards.iter().all(|known| known.0 != ward))
        });
        let no_bed = only(&counting, |s| {
            let wards = self.wards(s);
            let ward = wards
                .iter()
                .find(|known| Some(known.0) == s.location.ward.as_deref());
            match (ward, s.location.bed.as_deref()) {
                (Some((_, beds)), Some(bed)) => !(1..=*beds).any(|known| is_bed(known, bed)),
                _ => false,
            }
        });

        let found: [(&'static Rule, Vec<Statement<'a>>); 9] = [
            (&rule::UNKNOWN_DEPARTMENT, self.in_unknown_departments()),
            (&rule::UNKNOWN_WARD, events(no_ward)),
            (&rule::UNKNOWN_BED, events(no_bed)),
            (&rule::AFTER_DISCHARGE, events(too_late)),
            (&rule::NO_ADMISSION, events(unadmitted)),
            (
                &rule::DISCHARGE_BEFORE_ADMISSION,
                too_early
                    .map(|(discharge, _)| discharge)
                    .into_iter()
                    .collect(),
            ),
            (
                &rule::NEGATIVE_LENGTH_OF_STAY,
                inverted.into_iter().collect(),
            ),
            (&rule::SAME_PLACE, events(unmoved)),
            (&rule::ADMITTED_TWICE, events(admitted_again)),
        ];
        found
            .into_iter()
            .flat_map(|(rule, statements)| statements.into_iter().map(|it| finding(rule, it)))
            .collect()
    }

    /// The counting statements whose department is missing or not known, extracts included.
    fn in_unknown_departments(&self) -> Vec<Statement<'a>> {
        let moved = only(&self.counting_statements(), |s| {
            self.known_department(s).is_none()
        });
        let extracted = only(&self.extracts, |extract| {
            self.extracted_department(extract).is_none()
        });
        let extracted = extracted.into_iter().map(Statement::Extract);
        events(moved).into_iter().chain(extracted).collect()
    }
}

fn events<'a>(records: impl IntoIterator<Item = &'a AdtRecord>) -> Vec<Statement<'a>> {
    records.into_iter().map(Statement::Event).collect()
}

/// Whether a text is the number of a bed, with or without zeros before it.
fn is_bed(number: u16, text: &str) -> bool {
    (1..=9).any(|width| format!("{number:0width$}") == text)
}

/// Seconds of a duration that is not negative, rounded down.
fn whole_seconds(duration: Duration) -> i64 {
    duration.num_seconds()
}

fn count(records: &[&AdtRecord]) -> i32 {
    i32::try_from(records.len()).expect("a test's history is short")
}
