use chrono::Datelike as _;
use uuid::Uuid;

use super::{Fields, LineReader};
use crate::clean::repair::Repairs;
use crate::clean::{Refusal, birth, future, id_number, sex};
use crate::extract::{Column, Form, RecordLine, Subject, Value};
use crate::id_number::IdNumber;

impl LineReader {
    /// A line of a kind whose lines are records, by its description. Ages are judged by the last day that
    /// the file can tell of.
    pub(super) fn record(
        &self,
        subject: Subject,
        fields: &Fields<'_>,
    ) -> Result<RecordLine, Refusal> {
        let (pseudonym, patient) = self.subject(subject, fields)?;
        let mut halves = Halves {
            reader: self,
            fields,
            patient: patient.as_ref(),
            id_number: None,
            repairs: Repairs::default(),
        };
        halves.judge_id_number()?;
        let (mut values, mut identity) = (Vec::new(), Vec::new());
        for column in self.layout.columns() {
            if column.form.is_of_vault() {
                identity.push(halves.sent(column)?);
            }
            if column.form.is_of_silver(subject) {
                values.push(halves.value(column)?);
            }
        }
        let repairs = halves.repairs.in_order();
        Ok(RecordLine {
            pseudonym,
            content_hash: self.content_hash(fields, ""),
            values,
            repairs,
            identity,
            patient,
        })
    }

    /// Who it is: the pseudonym, and of a patient the hospital and its number.
    pub(super) fn subject(
        &self,
        subject: Subject,
        fields: &Fields<'_>,
    ) -> Result<(Uuid, Option<(String, String)>), Refusal> {
        match subject {
            Subject::Person => Ok((self.key.person_record(&fields.person_id()?), None)),
            Subject::Patient => {
                let hospital_code = fields.hospital_code(&self.time_zones)?;
                let patient_id = fields.patient_id()?;
                let pseudonym = self.key.patient(&hospital_code, &patient_id);
                Ok((pseudonym, Some((hospital_code, patient_id))))
            }
        }
    }
}

/// A line that is parted into what silver holds and the identity.
struct Halves<'l> {
    reader: &'l LineReader,
    fields: &'l Fields<'l>,
    patient: Option<&'l (String, String)>,
    /// Where it is valid: sex and birth date follow from it.
    id_number: Option<IdNumber>,
    repairs: Repairs,
}

impl Halves<'_> {
    fn judge_id_number(&mut self) -> Result<(), Refusal> {
        if let Some(name) = self.reader.layout.column_of(Form::IdNumber) {
            let judged = id_number::valid(self.fields.text(name)?.as_deref());
            self.id_number = self.repairs.note(judged);
        }
        Ok(())
    }

    /// What the vault keeps of a column: nothing of it is repaired.
    fn sent(&self, column: &Column) -> Result<Option<Value>, Refusal> {
        let name = column.name;
        Ok(match column.form {
            Form::BirthDate => self.fields.date(name)?.map(Value::Date),
            Form::HospitalCode => self.hospital_code(),
            _ => self.fields.text(name)?.map(Value::Text),
        })
    }

    /// What silver keeps of a column.
    fn value(&mut self, column: &Column) -> Result<Option<Value>, Refusal> {
        let (name, fields, key) = (column.name, self.fields, &self.reader.key);
        let extract = &self.reader.extract;
        let pseudonym = |of: &dyn Fn(&str) -> Uuid| -> Result<Option<Value>, Refusal> {
            let id = fields.text(name)?;
            Ok(id.map(|id| Value::Pseudonym(of(&id))))
        };
        Ok(match column.form {
            Form::PersonId => pseudonym(&|id| key.person_record(id))?,
            Form::StaffId => pseudonym(&|id| key.staff(id))?,
            Form::HospitalCode => self.hospital_code(),
            Form::IdNumber => {
                let person = self.id_number.as_ref().map(|number| key.person(number));
                person.map(Value::Pseudonym)
            }
            Form::Sex => {
                let judged = sex::sex(fields.text(name)?, self.id_number.as_ref());
                self.repairs.note(judged).map(Value::Text)
            }
            Form::BirthDate => {
                let sent = fields.date(name)?;
                let judged = birth::date(sent, self.id_number.as_ref(), self.reader.last_day);
                let born_on = self.repairs.note(judged);
                born_on.map(|born_on| Value::Year(born_on.year()))
            }
            Form::Time => {
                let told = future::told(fields.time(name)?, extract.extracted_at);
                self.repairs.note(told).map(Value::Time)
            }
            Form::Date => fields.date(name)?.map(Value::Date),
            Form::Whole | Form::LineNumber => fields.whole(name)?.map(Value::Whole),
            Form::Truth => fields.truth(name)?.map(Value::Truth),
            Form::Text | Form::PatientId | Form::EncounterId | Form::Identity => {
                fields.text(name)?.map(Value::Text)
            }
        })
    }

    fn hospital_code(&self) -> Option<Value> {
        self.patient.map(|(code, _)| Value::Text(code.clone()))
    }
}
