//! Invented patients of a hospital.

use chrono::{Days, NaiveDate};
use domain::event::Identity;
use domain::id_number::IdNumber;

use crate::random::SplitMix64;

/// Birth dates reach so far back. Below a century, so that two of them differ in their six digits.
const BIRTH_DAYS: u64 = 36_000;

/// Sequences of a sex in an identity number.
const SEQUENCES: u64 = 5_000;

const FEMALE_NAMES: [&str; 8] = [
    "Ayanda",
    "Boitumelo",
    "Chantel",
    "Fatima",
    "Lerato",
    "Nomvula",
    "Priya",
    "Zanele",
];
const MALE_NAMES: [&str; 8] = [
    "Bongani", "Deon", "Imraan", "Kabelo", "Pieter", "Sipho", "Thabo", "Vusi",
];
const LAST_NAMES: [&str; 10] = [
    "Botha", "Dlamini", "Khumalo", "Mahlangu", "Mokoena", "Naidoo", "Ndlovu", "Patel", "Sithole",
    "van Wyk",
];
const LANGUAGES: [&str; 6] = [
    "Afrikaans",
    "English",
    "Sepedi",
    "Sesotho",
    "isiXhosa",
    "isiZulu",
];
const STREETS: [&str; 6] = [
    "Acacia Road",
    "Church Street",
    "Jacaranda Avenue",
    "Market Street",
    "Protea Road",
    "Station Road",
];
const SCHEMES: [&str; 4] = ["Amber Health", "Kestrel Medical", "Protea Care", "State"];
const MARITAL_STATUSES: [&str; 4] = ["Divorced", "Married", "Single", "Widowed"];

/// Suburb, postal code, municipality, province.
const PLACES: [(&str, &str, &str, &str); 5] = [
    ("Rosebank", "2196", "City of Johannesburg", "Gauteng"),
    ("Diepkloof", "1864", "City of Johannesburg", "Gauteng"),
    ("Kempton Park", "1619", "Ekurhuleni", "Gauteng"),
    ("Hatfield", "0083", "City of Tshwane", "Gauteng"),
    ("Sasolburg", "1947", "Metsimaholo", "Free State"),
];

/// A patient of one hospital.
#[derive(Debug, Clone)]
pub(crate) struct Patient {
    /// The hospital's own number of the patient.
    pub(crate) number: String,
    pub(crate) is_female: bool,
    pub(crate) is_permanent_resident: bool,
    pub(crate) home_language: &'static str,
    pub(crate) marital_status: &'static str,
    pub(crate) medical_scheme: &'static str,
    pub(crate) municipality: &'static str,
    pub(crate) province: &'static str,
    pub(crate) identity: Identity,
}

impl Patient {
    /// The person of this number (from 0, over all hospitals). All are born on `youngest` or before.
    pub(crate) fn new(
        person: u64,
        number: String,
        youngest: NaiveDate,
        random: &mut SplitMix64,
    ) -> Self {
        let is_female = random.percent(52);
        let is_permanent_resident = random.percent(6);
        let (born_on, id_number) = birth(person, youngest, is_female, is_permanent_resident);
        let first_name = random.pick(if is_female {
            &FEMALE_NAMES
        } else {
            &MALE_NAMES
        });
        let last_name = random.pick(&LAST_NAMES);
        let mut patient = Self {
            number,
            is_female,
            is_permanent_resident,
            home_language: random.pick(&LANGUAGES),
            marital_status: random.pick(&MARITAL_STATUSES),
            medical_scheme: random.pick(&SCHEMES),
            municipality: "",
            province: "",
            identity: Identity {
                id_number: Some(id_number.as_str().to_owned()),
                first_name: Some(first_name.to_owned()),
                last_name: Some(last_name.to_owned()),
                date_of_birth: Some(born_on.to_string()),
                // No number begins with a zero behind the country's code: nobody can be called.
                phone: Some(format!(
                    "+27 00 {:03} {:04}",
                    person / 10_000 % 1000,
                    person % 10_000
                )),
                email: Some(format!("patient{person}@example.org")),
                ..Identity::default()
            },
        };
        patient.move_house(random);
        patient
    }

    /// Gives the patient another address.
    pub(crate) fn move_house(&mut self, random: &mut SplitMix64) {
        let (suburb, postal_code, municipality, province) = random.pick(&PLACES);
        let street = format!("{} {}", random.between(1, 180), random.pick(&STREETS));
        self.municipality = municipality;
        self.province = province;
        self.identity.street = Some(street);
        self.identity.suburb = Some(suburb.to_owned());
        self.identity.postal_code = Some(postal_code.to_owned());
    }

    /// Changes one thing about the patient's life.
    pub(crate) fn change(&mut self, random: &mut SplitMix64) {
        match random.below(3) {
            0 => self.move_house(random),
            1 => self.medical_scheme = random.pick(&SCHEMES),
            _ => self.marital_status = random.pick(&MARITAL_STATUSES),
        }
    }
}

/// The birth date and identity number of a person.
///
/// Date and sequence are a bijection of the person's number (the factors have no common divisor
/// with the ranges) as long as `youngest` is one and the same day, so that no two of the first 180
/// million people share an identity number, and none need be remembered.
fn birth(
    person: u64,
    youngest: NaiveDate,
    is_female: bool,
    is_permanent_resident: bool,
) -> (NaiveDate, IdNumber) {
    let day = person.wrapping_mul(12_347) % BIRTH_DAYS;
    let round = person / BIRTH_DAYS;
    let sequence = (round.wrapping_mul(1_237) + day * 331) % SEQUENCES;
    let sequence = if is_female {
        sequence
    } else {
        sequence + SEQUENCES
    };
    let born_on = youngest
        .checked_sub_days(Days::new(day))
        .unwrap_or(youngest);
    let sequence = u16::try_from(sequence).unwrap_or(0);
    (
        born_on,
        IdNumber::compose(born_on, sequence, is_permanent_resident),
    )
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn people_have_valid_identity_numbers_of_their_own() {
        let today = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        let mut random = SplitMix64::new(7);
        let mut seen = HashSet::new();
        for person in 0..100_000 {
            let patient = Patient::new(person, format!("P{person}"), today, &mut random);
            let id_number = patient.identity.id_number.unwrap();
            let born_on = patient.identity.date_of_birth.unwrap();
            assert!(IdNumber::parse(&id_number).is_ok());
            assert_eq!(id_number[..6], born_on[2..].replace('-', ""));
            assert_eq!(patient.is_female, id_number.as_bytes()[6] < b'5');
            assert!(seen.insert(id_number), "person {person}");
        }
    }
}
