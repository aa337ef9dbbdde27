use std::sync::Arc;

use chrono::{Datelike, NaiveDate};

use uuid::Uuid;

use super::{Fields, LineReader};
use crate::clean::repair::Repairs;
use crate::clean::{Refusal, birth, id_number, sex};
use crate::extract::{PatientLine, RegisteredPatient};
use crate::record::{PatientAttributes, PatientIdentity};
use crate::rule::Rule;

impl LineReader {
    /// A line of `patients.csv`. Ages are judged by the day that the extract is of.
    pub(super) fn patient(&self, fields: &Fields<'_>) -> Result<PatientLine, Refusal> {
        let identity = identity(fields)?;
        let mut repairs = Repairs::default();
        let id_number = repairs.note(id_number::valid(identity.id_number.as_deref()));
        let sex = repairs.note(sex::sex(fields.text("sex")?, id_number.as_ref()));
        let birth_date = birth::date(
            identity.date_of_birth,
            id_number.as_ref(),
            self.extract.date,
        );
        let birth_date = repairs.note(birth_date);
        let patient = PatientAttributes {
            person_pseudonym: id_number.map(|number| self.key.person(&number)),
            sex,
            birth_year: birth_date.map(|born_on| born_on.year()),
            citizenship: fields.text("citizenship")?,
            home_language: fields.text("home_language")?,
            religion: None,
            ethnicity: None,
            marital_status: fields.text("marital_status")?,
            medical_scheme: fields.text("medical_scheme")?,
            municipality: fields.text("municipality")?,
            province: fields.text("province")?,
        };
        let repairs = repairs.in_order();
        let derived = birth_date.filter(|_| birth_date != identity.date_of_birth);
        let patient_id = &identity.patient_id;
        Ok(PatientLine {
            patient_pseudonym: self.key.patient(&self.hospital_code, patient_id),
            registered: Arc::new(RegisteredPatient {
                // The same fields may be judged otherwise on another day.
                content_hash: self.content_hash(fields, &told(&repairs, derived)),
                patient,
                blood_type: fields.text("blood_type")?,
                chronic_conditions: fields.text("chronic_conditions")?,
                registered_on: fields.date("registered_on")?,
                updated_on: fields.date("updated_on")?,
                repairs,
            }),
            identity,
            next_of_kin_phone: fields.text("next_of_kin_phone")?,
        })
    }
}

impl LineReader {
    /// Whose line of a snapshot it is, and the content that it has if no rule hits it. Where a former
    /// day's line has this content, this one says the same, and need not be judged: so nothing is told
    /// where the rules of ages could judge it otherwise than on a former day.
    pub fn unjudged(&self, line: &[&str]) -> Option<(Uuid, Uuid)> {
        let fields = self.fields(line).ok()?;
        let born_on = fields.date("date_of_birth").ok()?;
        if !birth::is_of_usual_age(born_on, self.extract.date) {
            return None;
        }
        let patient_id = fields.patient_id().ok()?;
        let patient = self.key.patient(&self.hospital_code, &patient_id);
        Some((patient, self.content_hash(&fields, "")))
    }
}

fn identity(fields: &Fields<'_>) -> Result<PatientIdentity, Refusal> {
    Ok(PatientIdentity {
        patient_id: fields.patient_id()?,
        id_number: fields.text("id_number")?,
        first_name: fields.text("first_name")?,
        last_name: fields.text("last_name")?,
        date_of_birth: fields.date("date_of_birth")?,
        deceased_at: None,
        phone: fields.text("phone")?,
        email: fields.text("email")?,
        street: fields.text("street")?,
        suburb: fields.text("suburb")?,
        postal_code: fields.text("postal_code")?,
    })
}

/// What rules made of a line: their codes, and the birth date that they derived, which is another one
/// once the patient is a hundred years old.
fn told(repairs: &[&'static Rule], derived: Option<NaiveDate>) -> String {
    let codes = repairs.iter().map(|rule| rule.code.to_owned());
    let derived = derived.map(|born_on| born_on.to_string());
    codes.chain(derived).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::Cleaner;
    use crate::extract::{Extract, Layout, Line, PATIENTS};
    use crate::network::Network;
    use crate::pseudonym::PseudonymKey;

    /// Reads lines of three columns that matter here, and of all others, empty.
    fn reader() -> LineReader {
        let key = PseudonymKey::new(&[7; 32]).unwrap();
        let hospitals = Network::embedded().unwrap().hospitals.into_iter();
        let zones = hospitals.map(|hospital| (hospital.code, hospital.time_zone));
        let extract = Extract {
            hospital_code: Some("ROSEBANK".to_owned()),
            date: "2026-03-02".parse().unwrap(),
            extracted_at: "2026-03-02T22:00:00Z".parse().unwrap(),
        };
        let names = PATIENTS.versions[0].iter().map(|column| column.name);
        let layout = Layout::of(&PATIENTS, 1, names).unwrap();
        LineReader::new(&Cleaner::new(key, zones), &extract, layout).unwrap()
    }

    fn line(
        patient_id: &'static str,
        id_number: &'static str,
        born_on: &'static str,
    ) -> Vec<&'static str> {
        let fields = PATIENTS.versions[0].iter().map(|column| match column.name {
            "patient_id" => patient_id,
            "id_number" => id_number,
            "date_of_birth" => born_on,
            _ => "",
        });
        fields.collect()
    }

    #[test]
    fn a_line_that_no_rule_hits_has_its_content_without_being_judged() {
        let reader = reader();
        for born_on in ["1980-01-01", "1925-03-03", "2026-03-02", ""] {
            let fields = line("P1", "", born_on);
            let Line::Patient(read) = reader.read(&fields).unwrap() else {
                panic!("a line of patients.csv");
            };
            assert_eq!(read.registered.repairs, Vec::<&Rule>::new());
            let judged = (read.patient_pseudonym, read.registered.content_hash);
            assert_eq!(reader.unjudged(&fields), Some(judged), "{born_on}");
        }
    }

    #[test]
    fn what_ages_decide_or_what_cannot_be_used_is_judged() {
        let reader = reader();
        for (patient_id, born_on) in [
            ("P1", "1925-03-01"),
            ("P1", "2026-03-03"),
            ("P1", "1800-01-01"),
            ("P1", "01/01/1980"),
            ("", "1980-01-01"),
        ] {
            assert_eq!(
                reader.unjudged(&line(patient_id, "", born_on)),
                None,
                "{born_on}"
            );
        }
        assert_eq!(reader.unjudged(&["P1"]), None);
        // A rule hits it, so it is not what it would be without.
        let fields = line("P1", "123", "1980-01-01");
        let read = reader.read(&fields).unwrap();
        assert_ne!(reader.unjudged(&fields).unwrap().1, read.content_hash());
    }
}
