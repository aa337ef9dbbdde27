use super::{Fields, LineReader};
use crate::clean::Refusal;
use crate::clean::future;
use crate::clean::repair::Repairs;
use crate::extract::{ClinicalLine, Form, Value};

impl LineReader {
    /// A line of a clinical kind, by its description.
    pub(super) fn clinical(&self, fields: &Fields<'_>) -> Result<ClinicalLine, Refusal> {
        let patient_id = fields.patient_id()?;
        let encounter_id = fields.encounter_id()?;
        let line_number = fields.line_number()?;
        let (mut values, mut staff) = (Vec::new(), Vec::new());
        let mut repairs = Repairs::default();
        for column in self.layout.columns() {
            let name = column.name;
            let value = match column.form {
                // Of identity the numbers alone go to the vault.
                Form::PatientId
                | Form::EncounterId
                | Form::LineNumber
                | Form::PersonId
                | Form::IdNumber
                | Form::Identity
                | Form::BirthDate => continue,
                Form::StaffId => {
                    let named = fields.text(name)?.map(|id| (self.key.staff(&id), id));
                    staff.extend(named.clone());
                    named.map(|(pseudonym, _)| Value::Pseudonym(pseudonym))
                }
                Form::Text | Form::HospitalCode | Form::Sex => fields.text(name)?.map(Value::Text),
                Form::Time => {
                    let told = future::told(fields.time(name)?, self.extract.extracted_at);
                    repairs.note(told).map(Value::Time)
                }
                Form::Date => fields.date(name)?.map(Value::Date),
                Form::Whole => fields.whole(name)?.map(Value::Whole),
                Form::Truth => fields.truth(name)?.map(Value::Truth),
            };
            values.push(value);
        }
        let hospital_code = &self.hospital_code;
        Ok(ClinicalLine {
            patient_pseudonym: self.key.patient(hospital_code, &patient_id),
            encounter_key: self
                .key
                .encounter(hospital_code, &patient_id, &encounter_id),
            line_number,
            content_hash: self.content_hash(fields, ""),
            values,
            repairs: repairs.in_order(),
            patient_id,
            encounter_id,
            staff,
        })
    }
}
