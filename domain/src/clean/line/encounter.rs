use chrono::{DateTime, Utc};

use super::{Fields, LineReader};
use crate::clean::repair::Repairs;
use crate::clean::{Refusal, administrative, future};
use crate::extract::{EncounterExtract, EncounterLine};
use crate::record::{Place, Trigger};

impl LineReader {
    /// A line of `encounters.csv`.
    pub(super) fn encounter(&self, fields: &Fields<'_>) -> Result<EncounterLine, Refusal> {
        let patient_id = fields.patient_id()?;
        let encounter_id = fields.encounter_id()?;
        let attending_staff_id = fields.text("attending_staff_id")?;
        let mut repairs = Repairs::default();
        let extracted_at = self.extract.extracted_at;
        let mut moved = |at: Option<DateTime<Utc>>| {
            at.map(|at| repairs.note(future::happened(at, extracted_at)))
        };
        let first_location_at = moved(fields.time("first_location_at")?);
        let last_location_left_at = moved(fields.time("last_location_left_at")?);
        let mut told = |name| {
            let at = fields.time(name)?;
            Ok(repairs.note(future::told(at, extracted_at)))
        };
        let admitted_at = told("admitted_at")?;
        let discharged_at = told("discharged_at")?;
        // An encounter is in the file since the patient is there: so it was admitted.
        let admitted_at = repairs.note(administrative::admission(Trigger::Admit, admitted_at));
        let discharged_at = repairs.note(administrative::discharge(admitted_at, discharged_at));
        let hospital_code = &self.hospital_code;
        let extract = EncounterExtract {
            patient_pseudonym: self.key.patient(hospital_code, &patient_id),
            encounter_key: self
                .key
                .encounter(hospital_code, &patient_id, &encounter_id),
            content_hash: self.content_hash(fields, ""),
            hospital_code: hospital_code.clone(),
            extract_date: self.extract.date,
            extracted_at,
            admission_type: fields.text("admission_type")?,
            admission_source: fields.text("admission_source")?,
            admitted_at,
            first_location_at,
            location: Place {
                department_code: fields.text("department_code")?,
                ward: fields.text("ward")?,
                bed: fields.text("bed")?,
            },
            attending_staff_pseudonym: attending_staff_id.as_deref().map(|id| self.key.staff(id)),
            discharged_at,
            last_location_left_at,
            disposition: fields.text("disposition")?,
            died: fields.truth("died")?,
            repairs: repairs.in_order(),
        };
        Ok(EncounterLine {
            extract,
            patient_id,
            encounter_id,
            attending_staff_id,
        })
    }
}
