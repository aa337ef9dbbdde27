//! What happened in a hospital on a day: the stays, and what was found and done.

use domain::network::{DepartmentKind, Network};

use super::clinical::{Clinic, Procedure, Ward};
use super::journal::{Course, LineCounts};
use super::sheet::{Row, Sheet};
use crate::flow::{Step, Teller, What};
use crate::random::{Purpose, SplitMix64, mix};
use crate::registry::{Patient, Registry};

/// Chronic conditions that an admission notes as secondary diagnoses, at most.
const NOTED_CONDITIONS_MAX: usize = 3;

/// How often, in percent, something is done in a department on a day: assumptions.
const FIRST_PROCEDURE_PERCENT: f64 = 60.0;
const SECOND_PROCEDURE_PERCENT: f64 = 20.0;
const LATER_PROCEDURE_PERCENT: f64 = 15.0;
const LATER_MEDICATION_PERCENT: f64 = 35.0;
const OTHER_ITEM_PERCENT: f64 = 50.0;

/// What the extracts of all days have in common.
#[derive(Debug)]
pub(super) struct Sources<'r> {
    pub(super) network: &'r Network,
    pub(super) registry: &'r Registry<'r>,
    pub(super) teller: Teller<'r>,
    pub(super) clinic: Clinic,
}

/// A day of a hospital, in seconds from the start; the end belongs to the next one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Day {
    /// Counted from 0.
    pub(super) number: u16,
    pub(super) begins_seconds: i64,
    pub(super) ends_seconds: i64,
}

/// The small files of a day and hospital.
#[derive(Debug)]
pub(super) struct DaySheets {
    encounters: Sheet,
    /// Diagnoses, procedures, medications, charges.
    lines: [Sheet; 4],
}

const DIAGNOSES: usize = 0;
const PROCEDURES: usize = 1;
const MEDICATIONS: usize = 2;
const CHARGES: usize = 3;

impl DaySheets {
    pub(super) fn new() -> Self {
        Self {
            encounters: Sheet::new(
                "encounters.csv",
                "encounter_id,patient_id,admission_type,admission_source,admitted_at,first_location_at,\
                 department_code,ward,bed,attending_staff_id,discharged_at,last_location_left_at,disposition,died\n",
            ),
            lines: [
                Sheet::new(
                    "diagnoses.csv",
                    "encounter_id,patient_id,line_number,icd10,description,rank,diagnosed_at\n",
                ),
                Sheet::new(
                    "procedures.csv",
                    "encounter_id,patient_id,line_number,code,description,performed_at,staff_id\n",
                ),
                Sheet::new(
                    "medications.csv",
                    "encounter_id,patient_id,line_number,atc,name,dose,route,frequency,quantity,started_at\n",
                ),
                Sheet::new(
                    "charges.csv",
                    "encounter_id,patient_id,line_number,item_code,description,quantity,unit_price_cents,\
                     amount_cents,charged_at\n",
                ),
            ],
        }
    }

    /// The files, in the order of the manifest.
    pub(super) fn into_sheets(self) -> impl Iterator<Item = Sheet> {
        std::iter::once(self.encounters).chain(self.lines)
    }

    /// Adds a stay that goes on at some moment of the day.
    pub(super) fn add(
        &mut self,
        sources: &Sources<'_>,
        course: &Course,
        day: Day,
        counts: &mut LineCounts,
    ) {
        let mut writer = Writer::new(self, sources, course, day, counts);
        writer.write_encounter();
        // Of a stay that is open when the first day begins the first department that is still there
        // counts.
        let visits = course.visits(day.ends_seconds);
        let begins_seconds = sources.registry.calendar().first_midnight(course.hospital);
        let is_over = |to: Option<i64>| to.is_some_and(|to| to <= begins_seconds);
        let first = visits.iter().position(|(_, to, _)| !is_over(*to));
        for (place, visit) in visits.into_iter().enumerate() {
            writer.write_visit(Some(place) == first, visit);
        }
    }
}

/// Writes one stay's part of a day.
struct Writer<'w, 'r> {
    sheets: &'w mut DaySheets,
    sources: &'w Sources<'r>,
    course: &'w Course,
    patient: Patient<'w>,
    day: Day,
    counts: &'w mut LineCounts,
    encounter_id: String,
    random: SplitMix64,
}

impl<'w, 'r> Writer<'w, 'r> {
    fn new(
        sheets: &'w mut DaySheets,
        sources: &'w Sources<'r>,
        course: &'w Course,
        day: Day,
        counts: &'w mut LineCounts,
    ) -> Self {
        let registry = sources.registry;
        let seed = registry.population().seed();
        let number = mix((course.hospital as u64) << 40 | course.encounter) ^ u64::from(day.number);
        Self {
            sheets,
            sources,
            course,
            patient: registry.patient(course.hospital, course.patient),
            day,
            counts,
            encounter_id: sources.teller.encounter_id(course.encounter),
            random: SplitMix64::of(seed, Purpose::Clinical, number),
        }
    }

    /// The stay as it was at the end of the day.
    fn write_encounter(&mut self) {
        let steps = self.course.before(self.day.ends_seconds);
        let Some(last) = steps.last() else { return };
        let (teller, admission) = (&self.sources.teller, last.admission);
        let discharge = last.discharge.filter(|_| last.what == What::Discharge);
        // A doctor of the last day.
        let seen_seconds = if discharge.is_some() {
            last.at_seconds
        } else {
            self.day.ends_seconds - 1
        };
        let attending = self
            .sources
            .teller
            .doctor(last, seen_seconds)
            .unwrap_or_default();
        let location = teller.location(last, last.place);
        let (encounter_id, patient) = (&self.encounter_id, &self.patient);
        self.sheets.encounters.row(|row| {
            row.text(encounter_id).field(|out| patient.write_id(out));
            row.text(admission.kind).text(admission.source);
            row.text(&teller.time(admission.admitted_seconds));
            row.text(&teller.time(admission.first_bed_seconds));
            for code in [location.department_code, location.ward, location.bed] {
                row.text(&code.unwrap_or_default());
            }
            row.text(&attending);
            match discharge {
                None => row.text("").text("").text("").text(""),
                Some(discharge) => row
                    .text(&teller.time(discharge.discharged_seconds))
                    .text(&teller.time(last.at_seconds))
                    .text(discharge.disposition)
                    .text(if discharge.died { "true" } else { "false" }),
            };
        });
    }

    /// What the time in one department brings on this day.
    fn write_visit(&mut self, is_first: bool, (from, to, step): (i64, Option<i64>, Step)) {
        let begins = from.max(self.day.begins_seconds);
        let ends = to.unwrap_or(i64::MAX).min(self.day.ends_seconds);
        if begins >= ends {
            return;
        }
        let kind = self.kind(&step);
        let sources = self.sources;
        let Some(ward) = sources.clinic.ward(kind) else {
            return;
        };
        let span = (begins, ends);
        // What was noted before the first day's extract is told on the first day.
        let begins_today = from >= self.day.begins_seconds || self.day.number == 0;
        if begins_today {
            self.write_diagnoses(ward, is_first, span);
        }
        let percents = if begins_today {
            [FIRST_PROCEDURE_PERCENT, SECOND_PROCEDURE_PERCENT]
        } else {
            [LATER_PROCEDURE_PERCENT, 0.0]
        };
        for percent in percents {
            if self.random.percent(percent) {
                let procedure = ward.draw_procedure(&mut self.random);
                self.write_procedure(procedure, &step, span);
            }
        }
        let medications = if begins_today {
            self.random.between(1, 3)
        } else {
            i64::from(self.random.percent(LATER_MEDICATION_PERCENT))
        };
        for _ in 0..medications {
            self.write_medication(ward, span);
        }
        if let Some(bed) = ward.bed() {
            self.write_charge((&bed.code, &bed.description), 1, bed.price_cents, begins);
        }
        if self.random.percent(OTHER_ITEM_PERCENT)
            && let Some(item) = ward.draw_item(&mut self.random)
        {
            let at = self.moment(span);
            let quantity = self.random.between(1, 3).unsigned_abs();
            self.write_charge(
                (&item.code, &item.description),
                quantity,
                item.price_cents,
                at,
            );
        }
    }

    /// The principal diagnosis of a stay is that of its first department; later ones add theirs.
    fn write_diagnoses(&mut self, ward: &Ward, is_first: bool, span: (i64, i64)) {
        let person = self.patient.person();
        let age_years = person.age_years(self.sources.registry.population().start());
        let drawn = ward.draw_diagnosis(person.is_female(), age_years, &mut self.random);
        let at = self.moment(span);
        let principal = drawn.map(|it| (it.icd10.as_str(), it.description.as_str()));
        let rank = if is_first { "principal" } else { "secondary" };
        if let Some(diagnosis) = principal {
            self.write_diagnosis(diagnosis, rank, at);
        }
        if is_first {
            let noted = self.patient.conditions().take(NOTED_CONDITIONS_MAX);
            for condition in noted.collect::<Vec<_>>() {
                self.write_diagnosis(condition, "secondary", at);
            }
        }
    }

    fn write_diagnosis(&mut self, (code, description): (&str, &str), rank: &str, at: i64) {
        let at = self.sources.teller.time(at);
        self.line(DIAGNOSES, |row| {
            row.text(code).text(description).text(rank).text(&at);
        });
    }

    fn write_procedure(&mut self, procedure: &Procedure, step: &Step, span: (i64, i64)) {
        let at = self.moment(span);
        let staff = self.sources.teller.doctor(step, at).unwrap_or_default();
        let time = self.sources.teller.time(at);
        self.line(PROCEDURES, |row| {
            row.text(&procedure.code).text(&procedure.description);
            row.text(&time).text(&staff);
        });
        let item = (procedure.code.as_str(), procedure.description.as_str());
        self.write_charge(item, 1, procedure.charge_cents, at);
    }

    fn write_medication(&mut self, ward: &Ward, span: (i64, i64)) {
        let medication = ward.draw_medication(&mut self.random);
        let at = self.moment(span);
        let quantity = self.random.between(1, 21).unsigned_abs();
        let time = self.sources.teller.time(at);
        self.line(MEDICATIONS, |row| {
            row.text(&medication.atc).text(&medication.name);
            row.text(&medication.dose).text(&medication.route);
            row.text(&medication.frequency).number(quantity).text(&time);
        });
        let item = (medication.atc.as_str(), medication.name.as_str());
        self.write_charge(item, quantity, medication.unit_price_cents, at);
    }

    fn write_charge(&mut self, item: (&str, &str), quantity: u64, price_cents: u64, at: i64) {
        let at = self.sources.teller.time(at);
        self.line(CHARGES, |row| {
            row.text(item.0).text(item.1).number(quantity);
            row.number(price_cents)
                .number(quantity * price_cents)
                .text(&at);
        });
    }

    /// A line of a file, numbered on.
    fn line(&mut self, file: usize, write: impl FnOnce(&mut Row<'_>)) {
        self.counts[file] += 1;
        let (number, encounter_id, patient) =
            (self.counts[file], &self.encounter_id, &self.patient);
        self.sheets.lines[file].row(|row| {
            row.text(encounter_id).field(|out| patient.write_id(out));
            row.number(number);
            write(row);
        });
    }

    /// A moment of a span, whose end does not belong to it.
    fn moment(&mut self, (begins, ends): (i64, i64)) -> i64 {
        self.random.between(begins, ends - 1)
    }

    fn kind(&self, step: &Step) -> DepartmentKind {
        let hospital = &self.sources.network.hospitals[self.course.hospital];
        hospital.departments[usize::from(step.place.department)].kind
    }
}
