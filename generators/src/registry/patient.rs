//! A patient of a hospital, as its records have it at a moment.

use chrono::{Days, NaiveDate};

use super::Registry;
use super::change::{self, Change, What};
use super::health::{self, Conditions};
use crate::calendar::DAY_SECONDS;
use crate::population::{Address, Person, Phone};
use crate::random::{Purpose, SplitMix64};
use crate::text::{write_date, write_digits, write_number};

/// Nobody is registered for longer than so many days before it: older files are closed.
const REGISTER_DAYS_MAX: u64 = 20 * 365;

/// Who is younger does not marry; another telephone number is noted instead.
const ADULT_YEARS: i32 = 18;

/// How many changes of a record in a hundred to another address are to another municipality.
const MOVES_AWAY_PERCENT: f64 = 15.0;

/// A patient of a hospital. `Debug` shows nothing but the place in the register: the rest is identity.
#[derive(Clone)]
pub struct Patient<'r> {
    registry: &'r Registry<'r>,
    hospital: usize,
    number: u64,
    pub(crate) person: Person<'r>,
    pub(crate) registered_on: NaiveDate,
    pub(crate) blood_type: &'r str,
    pub(crate) next_of_kin_phone: Phone,
    pub(crate) phone: Phone,
    pub(crate) address: Address<'r>,
    /// That of the address, by its place in the table.
    municipality: usize,
    pub(crate) marital_status: &'static str,
    pub(crate) medical_scheme: &'r str,
    conditions: Conditions,
    /// The day of the last change, from 0.
    updated_day: Option<i64>,
}

impl<'r> Patient<'r> {
    /// The record at the start. Blood type, scheme, family and health are the person's, and so the
    /// same at every hospital; changes are the hospital's own.
    pub(super) fn new(registry: &'r Registry<'_>, hospital: usize, number: u64) -> Self {
        let population = registry.population;
        let person = registry.person(hospital, number);
        let start = population.start();
        let health = &registry.health;
        let mut random = SplitMix64::of(population.seed(), Purpose::Health, person.row());
        let province = person.address.suburb.province.as_str();
        Self {
            registry,
            hospital,
            number,
            blood_type: health.draw_blood_type(&mut random),
            medical_scheme: health.draw_scheme(province, &mut random),
            marital_status: health.draw_marital_status(&person, start, &mut random),
            conditions: health.draw_conditions(&person, start, &mut random),
            next_of_kin_phone: Phone::draw(&mut random),
            registered_on: registered_on(
                person.born_on(),
                (start, registry.unregistered_days),
                &mut SplitMix64::of(
                    population.seed(),
                    Purpose::Registration,
                    record(hospital, number),
                ),
            ),
            updated_day: None,
            phone: person.phone(),
            address: person.address,
            municipality: person.municipality(),
            person,
        }
    }

    /// The record so many seconds after the start; this one must be that of the first midnight.
    #[must_use]
    pub fn after(mut self, seconds: i64) -> Self {
        let midnight = self.registry.calendar.first_midnight(self.hospital);
        self.go_on((midnight, seconds.saturating_add(1)));
        self
    }

    /// Changes the record from what it is at one moment to what it is right before another, in seconds
    /// from the start; tells whether it changes.
    pub(crate) fn go_on(&mut self, (from_seconds, to_seconds): (i64, i64)) -> bool {
        let span = (from_seconds, to_seconds);
        let mut is_changed = false;
        for mut change in self.registry.changes(self.hospital, self.number, span) {
            self.change(change.what, &mut change.random);
            self.updated_day = Some(change.day);
            is_changed = true;
        }
        is_changed
    }

    fn change(&mut self, what: What, random: &mut SplitMix64) {
        let registry = self.registry;
        let population = registry.population;
        match what {
            What::Address => {
                if random.percent(MOVES_AWAY_PERCENT) {
                    self.municipality = population.draw_municipality(random);
                }
                self.address = population.draw_address(self.municipality, random);
            }
            What::Phone => self.phone = Phone::draw(random),
            What::MedicalScheme => {
                let province = self.address.suburb.province.as_str();
                let health = &registry.health;
                self.medical_scheme =
                    health.draw_other_scheme(self.medical_scheme, province, random);
            }
            What::MaritalStatus => {
                let is_child = self.person.age_years(population.start()) < ADULT_YEARS;
                if is_child {
                    self.phone = Phone::draw(random);
                } else {
                    self.marital_status = health::next_marital_status(self.marital_status, random);
                }
            }
            What::Conditions => {
                let start = population.start();
                let conditions = &mut self.conditions;
                let health = &registry.health;
                health.add_condition(conditions, &self.person, start, random);
            }
        }
    }

    /// Header of `hospital_patients.csv`.
    pub const HEADER: &'static str = "patient_id,person_id,hospital_code,registered_on,blood_type,medical_scheme,\
        next_of_kin_phone,chronic_conditions\n";

    /// The line of `hospital_patients.csv`.
    pub fn write_csv(&self, out: &mut Vec<u8>) {
        self.write_id(out);
        out.push(b',');
        write_number(out, self.person.id());
        out.push(b',');
        out.extend_from_slice(self.registry.hospital_code(self.hospital).as_bytes());
        out.push(b',');
        write_date(out, self.registered_on);
        out.push(b',');
        out.extend_from_slice(self.blood_type.as_bytes());
        out.push(b',');
        out.extend_from_slice(self.medical_scheme.as_bytes());
        out.push(b',');
        self.next_of_kin_phone.write(out);
        out.push(b',');
        self.write_conditions(out);
        out.push(b'\n');
    }

    /// The hospital, by its place in the network file.
    pub fn hospital(&self) -> usize {
        self.hospital
    }

    /// The person.
    pub fn person(&self) -> &Person<'r> {
        &self.person
    }

    /// Appends the hospital's own number of the patient.
    pub fn write_id(&self, out: &mut Vec<u8>) {
        self.registry.write_patient_id(self.number, out);
    }

    /// When something of the record changed last, or when the patient was registered.
    pub(crate) fn updated_on(&self) -> NaiveDate {
        self.updated_day.map_or(self.registered_on, |day| {
            self.registry.calendar.date_of_day(day)
        })
    }

    /// Chronic conditions: ICD-10 codes, ascending, and what they stand for.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = (&'r str, &'r str)> {
        self.registry.health.codes(self.conditions)
    }

    /// Appends the chronic conditions: ICD-10 codes, ascending, with `;` between them.
    pub(crate) fn write_conditions(&self, out: &mut Vec<u8>) {
        for (place, (code, _)) in self.conditions().enumerate() {
            if place > 0 {
                out.push(b';');
            }
            out.extend_from_slice(code.as_bytes());
        }
    }
}

impl Registry<'_> {
    /// Appends the hospital's own number of the patient of a place in its register.
    pub(crate) fn write_patient_id(&self, number: u64, out: &mut Vec<u8>) {
        out.push(b'P');
        out.extend_from_slice(self.mark.as_bytes());
        if number < 9_999_999 {
            write_digits::<7>(out, number + 1);
        } else {
            write_number(out, number + 1);
        }
    }

    /// When something of a patient's record changes that events tell, from one moment to before another,
    /// in seconds from the start. Chronic conditions stand in extracts alone.
    pub(crate) fn changes_told(
        &self,
        hospital: usize,
        number: u64,
        span: (i64, i64),
    ) -> impl Iterator<Item = i64> {
        self.changes(hospital, number, span)
            .filter(|it| it.what != What::Conditions)
            .map(|it| it.at_seconds)
    }

    /// The changes of a patient's record from one moment to before another, in seconds from the start.
    pub(super) fn changes(
        &self,
        hospital: usize,
        number: u64,
        (from, to): (i64, i64),
    ) -> impl Iterator<Item = Change> {
        let calendar = &self.calendar;
        let midnight = calendar.first_midnight(hospital);
        // Clocks may have changed by then.
        let days = (from - midnight) / DAY_SECONDS - 1..=(to - midnight) / DAY_SECONDS + 1;
        let changes = change::changes(self.population.seed(), record(hospital, number), days);
        changes
            .map(move |mut change| {
                change.at_seconds += calendar.begins(hospital, calendar.date_of_day(change.day));
                change
            })
            .filter(move |it| (from..to).contains(&it.at_seconds))
    }
}

impl std::fmt::Debug for Patient<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Patient({} of {})", self.number, self.hospital)
    }
}

/// A number of its own for each patient of the network.
pub(crate) fn record(hospital: usize, number: u64) -> u64 {
    (hospital as u64) << 36 | number
}

/// A day between birth and the start, some time before it.
fn registered_on(
    born_on: NaiveDate,
    (start, unregistered_days): (NaiveDate, u64),
    random: &mut SplitMix64,
) -> NaiveDate {
    let before = |days| start.checked_sub_days(Days::new(days)).unwrap_or(born_on);
    let earliest = born_on.max(before(REGISTER_DAYS_MAX));
    let latest = before(unregistered_days + 1).max(earliest);
    let days = random.between(0, (latest - earliest).num_days());
    earliest
        .checked_add_days(Days::new(days.unsigned_abs()))
        .unwrap_or(earliest)
}
