use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::department::Departments;
use super::finding::Finding;
use super::patient::{PatientVersion, version_at};
use super::statement::{Statements, event_order, extract_order, last_of_each_instant};
use crate::age::AgeBand;
use crate::extract::EncounterExtract;
use crate::record::{AdtRecord, Trigger};
use crate::rule::history as rule;

/// A row of `gold.fact_admission`: one encounter, from admission to discharge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// Key of the encounter.
    pub encounter_key: Uuid,
    /// The patient's version at the beginning.
    pub patient_key: Uuid,
    /// The patient.
    pub patient_pseudonym: Uuid,
    /// The hospital.
    pub hospital_code: String,
    /// Department of the first location.
    pub admission_department_key: Uuid,
    /// Department of the last location.
    pub last_department_key: Uuid,
    /// Administrative time of admission.
    pub admitted_at: Option<DateTime<Utc>>,
    /// When the patient arrived at the first location.
    pub first_location_at: Option<DateTime<Utc>>,
    /// When the patient left the last location.
    pub last_location_left_at: Option<DateTime<Utc>>,
    /// Administrative time of discharge.
    pub discharged_at: Option<DateTime<Utc>>,
    /// `discharged_at - admitted_at`, in whole seconds.
    pub length_of_stay_seconds: Option<i64>,
    /// Stays less one.
    pub transfer_count: i32,
    /// Emergency, elective and so on.
    pub admission_type: Option<String>,
    /// Where the patient came from.
    pub admission_source: Option<String>,
    /// Where the patient went.
    pub disposition: Option<String>,
    /// Whether the patient died.
    pub died: Option<bool>,
    /// Full years at admission.
    pub age_at_admission_years: Option<i32>,
    /// Band of that age.
    pub age_band: AgeBand,
}

/// A row of `gold.fact_location_stay`: one encounter at one location for an interval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocationStay {
    /// Key of the encounter.
    pub encounter_key: Uuid,
    /// Begin of the interval, inclusive.
    pub arrived_at: DateTime<Utc>,
    /// Number within the encounter, from 1.
    pub stay_number: i32,
    /// The patient's version at `arrived_at`.
    pub patient_key: Uuid,
    /// The patient.
    pub patient_pseudonym: Uuid,
    /// The hospital.
    pub hospital_code: String,
    /// The department's version at `arrived_at`, or the unknown member.
    pub department_key: Uuid,
    /// The ward.
    pub ward: Option<String>,
    /// The bed.
    pub bed: Option<String>,
    /// End of the interval, exclusive; `None` while the patient is there.
    pub left_at: Option<DateTime<Utc>>,
    /// `left_at - arrived_at`, in whole seconds.
    pub stay_seconds: Option<i64>,
}

/// What is stated of one encounter, in the total order, and what follows from it.
pub(super) struct Encounter<'a> {
    key: Uuid,
    records: Vec<&'a AdtRecord>,
    /// As extracts have it.
    extracts: Vec<&'a EncounterExtract>,
    /// The admission statements that make stays.
    staying: Vec<&'a AdtRecord>,
    /// The statements that give the departments: those that stay or, where the discharge falls on
    /// the instant of the first one, that one.
    located: Vec<&'a AdtRecord>,
    first_location_at: Option<DateTime<Utc>>,
    discharge: Option<Discharge<'a>>,
    /// When the discharge ends the last stay; `None` where there is none or it ends nothing.
    left_at: Option<DateTime<Utc>>,
}

/// Who says that the patient left.
#[derive(Clone, Copy)]
enum Discharge<'a> {
    /// The last A03.
    Event(&'a AdtRecord),
    /// Where there is none, the last extract that tells when.
    Extract(&'a EncounterExtract, DateTime<Utc>),
}

impl<'a> Discharge<'a> {
    fn of(records: &[&'a AdtRecord], extracts: &[&'a EncounterExtract]) -> Option<Self> {
        let mut events = records.iter().rev();
        let event = events.find(|record| record.trigger == Trigger::Discharge);
        let told = || {
            let mut extracts = extracts.iter().rev();
            extracts.find_map(|it| Some(Self::Extract(it, it.last_location_left_at?)))
        };
        event.map(|event| Self::Event(event)).or_else(told)
    }

    fn at(self) -> DateTime<Utc> {
        match self {
            Self::Event(event) => event.occurred_at,
            Self::Extract(_, at) => at,
        }
    }
}

impl<'a> Encounter<'a> {
    /// The encounters that statements name, by key.
    pub(super) fn group(statements: &Statements<'a>) -> Vec<Self> {
        let mut stated: BTreeMap<Uuid, (Vec<_>, Vec<_>)> = BTreeMap::new();
        for record in &statements.in_order {
            if let Some(key) = record.encounter_key {
                stated.entry(key).or_default().0.push(*record);
            }
        }
        for extract in &statements.encounters {
            let (_, extracts) = stated.entry(extract.encounter_key).or_default();
            extracts.push(*extract);
        }
        stated
            .into_iter()
            .map(|(key, (records, extracts))| Self::of(key, records, extracts))
            .collect()
    }

    fn of(key: Uuid, records: Vec<&'a AdtRecord>, extracts: Vec<&'a EncounterExtract>) -> Self {
        let locations = last_of_each_instant(
            records
                .iter()
                .copied()
                .filter(|record| record.trigger.states_location()),
        );
        let discharge = Discharge::of(&records, &extracts);
        let first_location_at = locations
            .first()
            .map(|first| first.occurred_at)
            .or_else(|| extracts.iter().rev().find_map(|it| it.first_location_at));
        let left_at = discharge
            .map(Discharge::at)
            .filter(|left_at| first_location_at.is_none_or(|first_at| first_at <= *left_at));
        let staying: Vec<_> = locations
            .iter()
            .copied()
            .filter(|location| left_at.is_none_or(|left_at| location.occurred_at < left_at))
            .collect();
        let located = if staying.is_empty() {
            locations[..locations.len().min(1)].to_vec()
        } else {
            staying.clone()
        };
        Self {
            key,
            records,
            extracts,
            staying,
            located,
            first_location_at,
            discharge,
            left_at,
        }
    }

    pub(super) fn admission(
        &self,
        versions: &[PatientVersion],
        departments: &Departments,
    ) -> Admission {
        let department = |location: Option<&&AdtRecord>| {
            location.and_then(|location| department_of(location, departments))
        };
        let unknown = departments.unknown_key();
        let last_department = match self.located.last() {
            Some(last) => department(Some(last)),
            None => self.extracted_department(departments),
        };
        let admitted_at = self.last_known(|it| it.admitted_at, |it| it.admitted_at);
        let discharged_at = self.last_known(|it| it.discharged_at, |it| it.discharged_at);
        let age_at_admission_years = self.age_at(admitted_at);
        let began_at = self
            .first_location_at
            .or(self.left_at)
            .or(admitted_at)
            .or(discharged_at);
        let (patient_pseudonym, hospital_code) = self.whose();
        Admission {
            encounter_key: self.key,
            patient_key: version_at(versions, began_at),
            patient_pseudonym,
            hospital_code: hospital_code.to_owned(),
            admission_department_key: department(self.located.first()).unwrap_or(unknown),
            last_department_key: last_department.unwrap_or(unknown),
            admitted_at,
            first_location_at: self.first_location_at,
            last_location_left_at: self.left_at,
            discharged_at,
            length_of_stay_seconds: admitted_at
                .zip(discharged_at)
                .map(|(from, to)| whole_seconds(from, to))
                .filter(|seconds| *seconds >= 0),
            transfer_count: i32::try_from(self.staying.len().saturating_sub(1)).unwrap_or(i32::MAX),
            admission_type: self.last_known(
                |it| it.admission_type.clone(),
                |it| it.admission_type.clone(),
            ),
            admission_source: self.last_known(
                |it| it.admission_source.clone(),
                |it| it.admission_source.clone(),
            ),
            disposition: self.last_known(
                |it| it.discharge_disposition.clone(),
                |it| it.disposition.clone(),
            ),
            died: self.last_known(|it| it.died, |it| it.died),
            age_at_admission_years,
            age_band: AgeBand::of(age_at_admission_years),
        }
    }

    pub(super) fn stays(
        &self,
        versions: &[PatientVersion],
        departments: &Departments,
        stays: &mut Vec<LocationStay>,
    ) {
        for (index, location) in self.staying.iter().enumerate() {
            let left_at = self
                .staying
                .get(index + 1)
                .map(|next| next.occurred_at)
                .or(self.left_at);
            stays.push(LocationStay {
                encounter_key: self.key,
                arrived_at: location.occurred_at,
                stay_number: i32::try_from(index + 1).unwrap_or(i32::MAX),
                patient_key: version_at(versions, Some(location.occurred_at)),
                patient_pseudonym: location.patient_pseudonym,
                hospital_code: location.hospital_code.clone(),
                department_key: department_of(location, departments)
                    .unwrap_or_else(|| departments.unknown_key()),
                ward: location.location.ward.clone(),
                bed: location.location.bed.clone(),
                left_at,
                stay_seconds: left_at.map(|left_at| whole_seconds(location.occurred_at, left_at)),
            });
        }
    }

    pub(super) fn findings(&self, departments: &Departments, findings: &mut Vec<Finding>) {
        let unknown = self.extracts.iter().filter(|extract| {
            let code = extract.location.department_code.as_deref();
            let at = extract.extracted_at;
            departments.find(&extract.hospital_code, code, at).is_none()
        });
        findings.extend(unknown.map(|it| Finding::of_extract(&rule::UNKNOWN_DEPARTMENT, it)));
        findings.extend(self.negative_length_of_stay());
        if let (Some(discharge), None) = (self.discharge, self.left_at) {
            let rule = &rule::DISCHARGE_BEFORE_ADMISSION;
            findings.push(match discharge {
                Discharge::Event(event) => Finding::of(rule, event),
                Discharge::Extract(extract, _) => Finding::of_extract(rule, extract),
            });
        }
        let mut find = |rule, record: &AdtRecord| findings.push(Finding::of(rule, record));
        for location in &self.located {
            if let Some(rule) = departments.misplaced(location) {
                find(rule, location);
            }
        }
        for pair in self.staying.windows(2) {
            if pair[0].location == pair[1].location {
                find(&rule::SAME_PLACE, pair[1]);
            }
        }
        for record in self
            .records
            .iter()
            .filter(|record| record.trigger.states_location())
        {
            if self
                .left_at
                .is_some_and(|left_at| record.occurred_at >= left_at)
            {
                find(&rule::AFTER_DISCHARGE, record);
            }
        }
        self.order_findings(&mut find);
    }

    fn order_findings(&self, find: &mut impl FnMut(&'static crate::rule::Rule, &AdtRecord)) {
        let of = |trigger| {
            self.records
                .iter()
                .filter(move |record| record.trigger == trigger)
        };
        for again in of(Trigger::Admit).skip(1) {
            find(&rule::ADMITTED_TWICE, again);
        }
        if of(Trigger::Admit).next().is_none()
            && let Some(first) = self
                .records
                .iter()
                .find(|record| record.trigger != Trigger::Update)
        {
            find(&rule::NO_ADMISSION, first);
        }
    }

    /// Discharged before admitted, as different statements have it.
    fn negative_length_of_stay(&self) -> Option<Finding> {
        let rule = &rule::NEGATIVE_LENGTH_OF_STAY;
        let admitted_at = self.last_known(|it| it.admitted_at, |it| it.admitted_at);
        let (discharged_at, finding) = self.last_known(
            |it| it.discharged_at.map(|at| (at, Finding::of(rule, it))),
            |it| {
                it.discharged_at
                    .map(|at| (at, Finding::of_extract(rule, it)))
            },
        )?;
        (Some(discharged_at) < admitted_at).then_some(finding)
    }

    /// The last age that a record states with this time of admission. Where none does, ages are of
    /// the events' own times, and the first one is the nearest to the admission.
    fn age_at(&self, admitted_at: Option<DateTime<Utc>>) -> Option<i32> {
        let of_admission = |record: &&AdtRecord| {
            let states_it = admitted_at.is_some() && record.admitted_at == admitted_at;
            record.age_at_admission_years.filter(|_| states_it)
        };
        let mut ages = self
            .records
            .iter()
            .map(|record| record.age_at_admission_years);
        let mut latest_first = self.records.iter().rev();
        latest_first
            .find_map(of_admission)
            .or_else(|| ages.find_map(|age| age))
    }

    /// The last value that is not NULL among all statements of the encounter.
    fn last_known<T>(
        &self,
        of_event: impl Fn(&'a AdtRecord) -> Option<T>,
        of_extract: impl Fn(&'a EncounterExtract) -> Option<T>,
    ) -> Option<T> {
        let mut events = self.records.iter().rev();
        let event = events.find_map(|it| Some((*it, of_event(it)?)));
        let mut extracts = self.extracts.iter().rev();
        let extract = extracts.find_map(|it| Some((*it, of_extract(it)?)));
        match (event, extract) {
            (Some((event, of_event)), Some((extract, of_extract))) => {
                let event_is_later = event_order(event) > extract_order(extract);
                Some(if event_is_later { of_event } else { of_extract })
            }
            (event, extract) => event
                .map(|(_, value)| value)
                .or_else(|| extract.map(|(_, value)| value)),
        }
    }

    /// The last department that an extract names, if it is known at that time.
    fn extracted_department(&self, departments: &Departments) -> Option<Uuid> {
        let names_one = |it: &&&EncounterExtract| it.location.department_code.is_some();
        let last = self.extracts.iter().rev().find(names_one)?;
        let code = last.location.department_code.as_deref();
        departments.find(&last.hospital_code, code, last.extracted_at)
    }

    fn whose(&self) -> (Uuid, &'a str) {
        let event = self.records.first();
        let event = event.map(|it| (it.patient_pseudonym, &*it.hospital_code));
        let extract = self.extracts.first();
        let extract = extract.map(|it| (it.patient_pseudonym, &*it.hospital_code));
        event.or(extract).unwrap_or_default()
    }
}

fn department_of(record: &AdtRecord, departments: &Departments) -> Option<Uuid> {
    departments.find(
        &record.hospital_code,
        record.location.department_code.as_deref(),
        record.occurred_at,
    )
}

/// Whole seconds between two times, rounded down.
fn whole_seconds(from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
    (to.timestamp_micros() - from.timestamp_micros()).div_euclid(1_000_000)
}
