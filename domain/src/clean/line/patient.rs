use chrono::Datelike;

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
        let patient_id = &identity.patient_id;
        Ok(PatientLine {
            patient_pseudonym: self.key.patient(&self.extract.hospital_code, patient_id),
            registered: RegisteredPatient {
                // The same fields may be judged otherwise on another day.
                content_hash: self.content_hash(fields, &codes(&repairs)),
                patient,
                blood_type: fields.text("blood_type")?,
                chronic_conditions: fields.text("chronic_conditions")?,
                registered_on: fields.date("registered_on")?,
                updated_on: fields.date("updated_on")?,
                repairs,
            },
            identity,
            next_of_kin_phone: fields.text("next_of_kin_phone")?,
        })
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

fn codes(repairs: &[&'static Rule]) -> String {
    let codes: Vec<&str> = repairs.iter().map(|rule| rule.code).collect();
    codes.join(",")
}
