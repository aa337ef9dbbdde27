use std::collections::{BTreeMap, HashSet};

use domain::extract::{EncounterExtract, Line, Meaning};
use domain::history::PatientRecords;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::chunk::LoadedChunk;
use super::loader::Step;
use super::statement::{COPY_DUPLICATES, COPY_ENCOUNTERS};
use crate::DatabaseError;
use crate::fault::{self, Point};
use crate::load::{Held, Patients};
use crate::rows::EncounterRow;

/// A line with its number in the file.
pub(super) type Numbered<'c, L> = (i64, &'c L);

impl Step<'_> {
    /// Adds to silver what lines say and it does not hold.
    pub(super) async fn write_lines(
        &self,
        lines: &[(i64, Line)],
    ) -> Result<LoadedChunk, DatabaseError> {
        match self.file.kind.meaning {
            Meaning::Clinical => self.write_clinical(lines).await,
            Meaning::Records(_) => self.write_records(lines).await,
            Meaning::Encounters | Meaning::Snapshot => self.write_encounters(lines).await,
            Meaning::Departments => self.write_department_lines(lines).await,
            Meaning::Staff => self.write_listed(lines).await,
            Meaning::Assignments => self.write_assignments(lines).await,
        }
    }

    async fn write_encounters(&self, lines: &[(i64, Line)]) -> Result<LoadedChunk, DatabaseError> {
        let hospital_code = self.hospital_code();
        let patients = lines.iter().map(|(_, line)| line.member());
        let patients = Patients::of(patients.map(|patient| (patient, hospital_code)));
        let held = self.session.read_silver(&patients).await?;
        // Nothing of this day is held yet but of this chunk: a day has one file.
        let identity = |it: &EncounterExtract| (it.encounter_key, it.content_hash);
        let mut met = HashSet::new();
        let (mut new, mut extracts, mut duplicates) = (Vec::new(), Vec::new(), Vec::new());
        for (number, line) in lines {
            let Line::Encounter(encounter) = line else {
                continue;
            };
            if met.insert(identity(&encounter.extract)) {
                new.push(line);
                extracts.push((*number, &encounter.extract));
            } else {
                duplicates.push((self.file.file_id, *number));
            }
        }
        let rows = extracts.iter();
        let rows = rows.map(|(line, it)| EncounterRow::new(it, (self.file.file_id, *line)));
        let types = &EncounterRow::TYPES;
        let silver_rows = self
            .session
            .copy(COPY_ENCOUNTERS, "write silver", types, rows, |row| {
                row.values()
            })
            .await?;
        fault::reach(Point::Silver)?;
        self.write_duplicates(&duplicates).await?;
        self.write_named(&new).await?;
        let news = with_news(&held, &extracts);
        let was_known = |patient| held.contains_key(&patient);
        let departments = &self.reference.departments;
        Ok(LoadedChunk {
            silver_rows,
            duplicates: duplicates.len() as u64,
            erased: 0,
            derived_rows: self.session.fold(news, was_known, departments).await?,
        })
    }

    /// Notes lines, of files by their numbers, that say what silver holds already.
    pub(super) async fn write_duplicates(&self, lines: &[(i64, i64)]) -> Result<(), DatabaseError> {
        let types = &[Type::INT8, Type::INT8];
        self.session
            .copy(
                COPY_DUPLICATES,
                "note duplicates",
                types,
                lines.iter(),
                |row| vec![&row.0, &row.1],
            )
            .await?;
        Ok(())
    }
}

/// The patients of whom something new is known, each with all that silver holds.
fn with_news<'c>(
    held: &'c BTreeMap<Uuid, Held>,
    new: &[Numbered<'c, EncounterExtract>],
) -> BTreeMap<Uuid, PatientRecords<'c>> {
    let mut patients: BTreeMap<Uuid, PatientRecords<'_>> = BTreeMap::new();
    for (_, extract) in new {
        let patient = extract.patient_pseudonym;
        let records = patients.entry(patient).or_insert_with(|| {
            let held = held.get(&patient);
            held.map(Held::records).unwrap_or_default()
        });
        records.encounters.push(extract);
    }
    patients
}
