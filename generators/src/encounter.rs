//! One stay in a hospital: what happens next, and the event that tells it.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use domain::event::{AdtEvent, Identity, Location};
use domain::event_id::event_id;
use domain::network::{Department, DepartmentKind};

use crate::patient::Patient;
use crate::random::SplitMix64;

/// How often a bed is drawn until it is another one.
const DRAWS_MAX: u32 = 16;

/// The source system that synthetic events name.
const SOURCE_SYSTEM: &str = "WARDFLOW-SMALL";

/// Admission type, source, and how many admissions in a hundred are of it.
const ADMISSIONS: [(&str, &str, u64); 4] = [
    ("Emergency", "Casualty", 45),
    ("Urgent", "Referral", 25),
    ("Elective", "Clinic", 20),
    ("Elective", "Home", 10),
];
const DISPOSITIONS: [&str; 3] = ["Home", "Other hospital", "Step-down facility"];

/// How many stays in a hundred end in death.
const DEATHS_PERCENT: u64 = 3;

/// A stay that goes on.
#[derive(Debug, Clone)]
pub(crate) struct Encounter {
    /// Place of the hospital in the flow's list.
    pub(crate) hospital: usize,
    pub(crate) patient: Patient,
    hospital_code: String,
    /// Unique with the hospital.
    number: String,
    sequence: i64,
    admitted_at: DateTime<Utc>,
    admission: (&'static str, &'static str),
    location: Location,
    is_in_emergency: bool,
}

/// What happens to a patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Happening {
    Admission,
    Transfer,
    Update,
    Discharge { died: bool },
}

impl Encounter {
    /// A stay that begins with an admission to one of the departments (which are not none).
    pub(crate) fn admit(
        hospital: (usize, &str, &[Department]),
        number: String,
        patient: Patient,
        at: DateTime<Utc>,
        random: &mut SplitMix64,
    ) -> (Self, AdtEvent) {
        let (hospital, code, departments) = hospital;
        let mut encounter = Self {
            hospital,
            patient,
            hospital_code: code.to_owned(),
            number,
            sequence: 0,
            // The desk writes the admission down some minutes before the bed is reached.
            admitted_at: at - TimeDelta::minutes(random.between(0, 20)),
            admission: draw_admission(random),
            location: Location::default(),
            is_in_emergency: false,
        };
        let door = departments
            .iter()
            .find(|department| department.kind == DepartmentKind::Emergency);
        match door {
            Some(door) if encounter.admission.0 == "Emergency" => encounter.enter(door, random),
            _ => encounter.move_to_another(departments, random),
        }
        let event = encounter.event(Happening::Admission, at, None, random);
        (encounter, event)
    }

    /// What happens next, and how the stay ends where it does.
    pub(crate) fn proceed(
        &mut self,
        departments: &[Department],
        at: DateTime<Utc>,
        random: &mut SplitMix64,
    ) -> (AdtEvent, Option<Ending>) {
        let prior = self.location.clone();
        match random.below(100) {
            0..15 => {
                self.patient.change(random);
                (self.event(Happening::Update, at, None, random), None)
            }
            15..50 => {
                self.move_to_another(departments, random);
                (
                    self.event(Happening::Transfer, at, Some(prior), random),
                    None,
                )
            }
            _ => {
                let died = random.percent(DEATHS_PERCENT);
                let event = self.event(Happening::Discharge { died }, at, Some(prior), random);
                (event, Some(if died { Ending::Died } else { Ending::Left }))
            }
        }
    }

    /// How long the present state lasts: hours in the emergency department, days elsewhere.
    pub(crate) fn draw_duration(&self, random: &mut SplitMix64) -> TimeDelta {
        let hours_max = if self.is_in_emergency { 8 } else { 72 };
        TimeDelta::seconds(random.between(30 * 60, hours_max * 60 * 60))
    }

    /// A transfer goes to another bed. A hospital with a single one has nowhere to go.
    fn move_to_another(&mut self, departments: &[Department], random: &mut SplitMix64) {
        let before = self.location.clone();
        for _ in 0..DRAWS_MAX {
            let department = &departments[random.place(departments.len())];
            self.enter(department, random);
            if self.location != before {
                return;
            }
        }
    }

    fn enter(&mut self, department: &Department, random: &mut SplitMix64) {
        let ward = &department.wards[random.place(department.wards.len())];
        let bed = random.between(1, i64::from(ward.beds).max(1));
        self.location = Location {
            department_code: Some(department.code.clone()),
            ward: Some(ward.code.clone()),
            bed: Some(format!("{bed:02}")),
        };
        self.is_in_emergency = department.kind == DepartmentKind::Emergency;
    }

    fn event(
        &mut self,
        happening: Happening,
        at: DateTime<Utc>,
        prior_location: Option<Location>,
        random: &mut SplitMix64,
    ) -> AdtEvent {
        self.sequence += 1;
        let trigger = happening.trigger();
        let occurred_at = rfc3339(at);
        let sequence = self.sequence.to_string();
        let natural_key = [
            SOURCE_SYSTEM,
            &self.hospital_code,
            &self.number,
            trigger,
            &occurred_at,
            &sequence,
        ];
        let mut event = AdtEvent {
            event_id: Some(event_id(at, &natural_key).to_string()),
            event_type: Some(trigger.to_owned()),
            recorded_at: Some(occurred_at.clone()),
            occurred_at: Some(occurred_at),
            sequence: Some(self.sequence),
            prior_location,
            ..self.snapshot()
        };
        if let Happening::Discharge { died } = happening {
            // Written down before the bed is left; an event knows nothing of the time after it.
            let discharged_at = at - TimeDelta::minutes(random.between(0, 30));
            event.discharged_at = Some(rfc3339(discharged_at.max(self.admitted_at)));
            let disposition = if died {
                "Died"
            } else {
                random.pick(&DISPOSITIONS)
            };
            event.discharge_disposition = Some(disposition.to_owned());
            event.died = Some(died);
            if died {
                let identity = event.identity.get_or_insert_default();
                identity.deceased_at.clone_from(&event.occurred_at);
            }
        }
        event
    }

    /// What every event of the stay says.
    fn snapshot(&self) -> AdtEvent {
        let patient = &self.patient;
        let text = |text: &str| Some(text.to_owned());
        let resident = patient.is_permanent_resident;
        AdtEvent {
            admitted_at: Some(rfc3339(self.admitted_at)),
            source_system: text(SOURCE_SYSTEM),
            hospital_code: text(&self.hospital_code),
            patient_id: text(&patient.number),
            encounter_id: text(&self.number),
            location: Some(self.location.clone()),
            hospital_service: self.location.department_code.clone(),
            admission_type: text(self.admission.0),
            admission_source: text(self.admission.1),
            sex: text(if patient.is_female { "F" } else { "M" }),
            citizenship: text(if resident {
                "Permanent resident"
            } else {
                "South African"
            }),
            home_language: text(patient.home_language),
            marital_status: text(patient.marital_status),
            medical_scheme: text(patient.medical_scheme),
            municipality: text(patient.municipality),
            province: text(patient.province),
            identity: Some(Identity::clone(&patient.identity)),
            ..AdtEvent::default()
        }
    }
}

/// How a stay ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Left,
    Died,
}

impl Happening {
    fn trigger(self) -> &'static str {
        match self {
            Self::Admission => "A01",
            Self::Transfer => "A02",
            Self::Update => "A08",
            Self::Discharge { .. } => "A03",
        }
    }
}

fn draw_admission(random: &mut SplitMix64) -> (&'static str, &'static str) {
    let mut drawn = random.below(100);
    for (kind, source, percent) in ADMISSIONS {
        if drawn < percent {
            return (kind, source);
        }
        drawn -= percent;
    }
    (ADMISSIONS[0].0, ADMISSIONS[0].1)
}

fn rfc3339(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}
