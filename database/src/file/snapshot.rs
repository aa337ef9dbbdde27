use std::collections::{BTreeMap, HashMap, HashSet};
use std::pin::pin;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use domain::extract::snapshot::{self, Snapshot, State};
use domain::extract::{PatientLine, PatientSnapshot, RegisteredPatient};
use domain::history::PatientRecords;
use futures::TryStreamExt as _;
use uuid::Uuid;

use super::chunk::{LoadedChunk, StatedPatient};
use super::ledger::TakenFile;
use super::loader::{FileLoader, FormerFiles, Step};
use super::statement::{MOVE_IN_VAULT, SNAPSHOTS, STATES};
use crate::DatabaseError;
use crate::fault::{self, Point};
use crate::load::Patients;
use crate::rows::{Existing, RegisteredPatientRow, SnapshotRow};

/// What silver says of a patient from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateSince {
    /// The day.
    pub since: NaiveDate,
    /// The content, where the patient is registered; `None` where absent or not known.
    pub content_hash: Option<Uuid>,
    /// Whether the patient is known to be absent.
    pub is_absent: bool,
}

impl FileLoader {
    /// Tells what the snapshots of a hospital say of each of its patients up to a day: in any order, and
    /// of one patient more than once, of which the last counts.
    pub async fn states(
        &self,
        hospital_code: &str,
        date: NaiveDate,
        mut tell: impl FnMut(Uuid, StateSince),
    ) -> Result<(), DatabaseError> {
        let failed = |error| DatabaseError::while_doing("read what snapshots said", &error);
        let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 2] = [&hospital_code, &date];
        let rows = self
            .client
            .query_raw(self.prepared.statement(STATES)?, parameters)
            .await
            .map_err(failed)?;
        let mut rows = pin!(rows);
        while let Some(row) = rows.try_next().await.map_err(failed)? {
            let state = StateSince {
                since: row.get(1),
                content_hash: row.get(2),
                is_absent: row.get(3),
            };
            tell(row.get(0), state);
        }
        Ok(())
    }
}

fn read_snapshot(row: &tokio_postgres::Row) -> Snapshot {
    Snapshot {
        date: row.get("extract_date"),
        withdraws: row.get("withdraws"),
    }
}

/// The loaded days of a hospital, and the one that is being loaded.
struct Days {
    loaded: Vec<Snapshot>,
    new: Snapshot,
    /// File and time of the extract of each day.
    of_day: HashMap<NaiveDate, (i64, DateTime<Utc>)>,
}

impl Days {
    fn of(&self, date: NaiveDate) -> Result<(i64, DateTime<Utc>), DatabaseError> {
        self.of_day.get(&date).copied().ok_or_else(|| {
            DatabaseError::State(format!(
                "silver.patients has rows of {date}, a day of which bronze.file has no snapshot: \
                 restore the row of the file"
            ))
        })
    }
}

type States = Vec<(NaiveDate, State<Arc<RegisteredPatient>>)>;

/// What is said of a patient before and after a chunk.
struct Change<'c> {
    patient: &'c StatedPatient,
    before: States,
    after: States,
}

impl<'c> Change<'c> {
    fn of(patient: &'c StatedPatient, before: States, days: &Days) -> Self {
        let named = patient.named.as_ref().map(|state| match state {
            State::Registered((_, line)) => State::Registered(line.registered.clone()),
            State::Absent => State::Absent,
            State::Unreadable => State::Unreadable,
        });
        let after = snapshot::with(&before, &days.loaded, days.new, named.as_ref());
        Self {
            patient,
            before,
            after,
        }
    }

    /// The usable line with its number, where there is one.
    fn line(&self) -> Option<(i64, &'c PatientLine)> {
        match &self.patient.named {
            Some(State::Registered((number, line))) => Some((*number, line)),
            _ => None,
        }
    }

    /// What silver is to say, each with its row: what it says already stands as it is.
    fn said(
        &self,
        hospital_code: &str,
        days: &Days,
        stored: &HashMap<(Uuid, NaiveDate), &SnapshotRow>,
    ) -> Result<Vec<(PatientSnapshot, SnapshotRow)>, DatabaseError> {
        let patient_pseudonym = self.patient.patient_pseudonym;
        let said = |after: &(NaiveDate, State<Arc<RegisteredPatient>>)| {
            let (date, state) = after;
            let stands = stored.get(&(patient_pseudonym, *date));
            let stands = stands.filter(|_| self.before.contains(after));
            let (file_id, extracted_at) = match stands {
                Some(row) => (row.file_id, row.extracted_at),
                None => days.of(*date)?,
            };
            let snapshot = PatientSnapshot {
                patient_pseudonym,
                hospital_code: hospital_code.to_owned(),
                extract_date: *date,
                extracted_at,
                state: state.clone(),
            };
            let line = self.line().filter(|_| *date == days.new.date);
            let line = line.map(|(number, _)| number);
            let row = stands.map_or_else(
                || SnapshotRow::new(&snapshot, (file_id, line)),
                |row| (*row).clone(),
            );
            Ok((snapshot, row))
        };
        self.after.iter().map(said).collect()
    }

    /// What has to be known in the vault, where it is not.
    fn identity(&self, hospital_code: &str, days: &Days) -> Result<Identity, DatabaseError> {
        let (before, after) = (last_registered(&self.before), last_registered(&self.after));
        let patient_pseudonym = self.patient.patient_pseudonym;
        if let Some((date, content_hash)) = after
            && before != after
        {
            let (_, effective_at) = days.of(date)?;
            let line = self.line().map(|(_, line)| line);
            let line = line.filter(|line| line.registered.content_hash == content_hash);
            return Ok(line.map_or(Identity::Since(effective_at), |line| {
                let row = RegisteredPatientRow::stated(line, hospital_code, effective_at);
                Identity::Row(Box::new(row))
            }));
        }
        let patient_id = self.patient.patient_id.as_deref();
        let is_new = self.before.is_empty() && after.is_none();
        Ok(patient_id
            .filter(|_| is_new)
            .map_or(Identity::Unchanged, |id| {
                let row = RegisteredPatientRow::named(patient_pseudonym, hospital_code, id);
                Identity::Row(Box::new(row))
            }))
    }
}

/// Since when the last content of a patient is registered.
fn last_registered(states: &States) -> Option<(NaiveDate, Uuid)> {
    states.iter().rev().find_map(|(date, state)| match state {
        State::Registered(registered) => Some((*date, registered.content_hash)),
        State::Absent | State::Unreadable => None,
    })
}

/// What becomes of a patient's row of the vault.
enum Identity {
    Unchanged,
    /// It says the same, since another day.
    Since(DateTime<Utc>),
    /// It says something else.
    Row(Box<RegisteredPatientRow>),
}

impl Step<'_> {
    /// Puts what a snapshot says of patients into its place among what others said.
    pub(super) async fn write_patients(
        &self,
        patients: &[StatedPatient],
    ) -> Result<LoadedChunk, DatabaseError> {
        let days = self.days().await?;
        let hospital_code = self.hospital_code();
        let keys = patients
            .iter()
            .map(|it| (it.patient_pseudonym, hospital_code));
        let keys = Patients::of(keys);
        let former = self.former_files().await?;
        let stored = match former {
            FormerFiles::OfThisKind => self.session.read_snapshots(&keys).await?,
            FormerFiles::None | FormerFiles::OfOtherKinds => Vec::new(),
        };
        let held = self.session.read_events_and_encounters(&keys).await?;

        let mut before: HashMap<Uuid, States> = HashMap::new();
        for row in &stored {
            let of_patient = before.entry(row.patient_pseudonym).or_default();
            of_patient.push((row.extract_date, row.state()?));
        }
        for states in before.values_mut() {
            states.sort_unstable_by_key(|(date, _)| *date);
        }
        let mut changes: Vec<Change<'_>> = Vec::with_capacity(patients.len());
        for patient in patients {
            let before = before.remove(&patient.patient_pseudonym);
            changes.push(Change::of(patient, before.unwrap_or_default(), &days));
        }
        let by_day = stored
            .iter()
            .map(|row| ((row.patient_pseudonym, row.extract_date), row));
        let by_day: HashMap<_, _> = by_day.collect();
        let mut snapshots = Vec::with_capacity(changes.len());
        let mut rows = Vec::with_capacity(changes.len());
        for change in &changes {
            for (snapshot, row) in change.said(hospital_code, &days, &by_day)? {
                snapshots.push(snapshot);
                rows.push(row);
            }
        }

        let of_snapshots: HashSet<Uuid> = stored.iter().map(|row| row.patient_pseudonym).collect();
        let was_known = |patient| held.contains_key(&patient) || of_snapshots.contains(&patient);
        let records = held
            .iter()
            .map(|(patient, held)| (*patient, held.records()));
        let mut records: BTreeMap<Uuid, PatientRecords<'_>> = records.collect();
        for snapshot in &snapshots {
            let of_patient = records.entry(snapshot.patient_pseudonym).or_default();
            of_patient.snapshots.push(snapshot);
        }
        let differences = Existing::of(stored).differences(rows);
        let silver_rows = self.session.write(&differences).await?;
        fault::reach(Point::Silver)?;
        self.write_identities(&changes, &days, former).await?;
        let departments = &self.reference.departments;
        Ok(LoadedChunk {
            silver_rows,
            duplicates: 0,
            erased: 0,
            derived_rows: self.session.fold(records, was_known, departments).await?,
        })
    }

    async fn days(&self) -> Result<Days, DatabaseError> {
        let TakenFile {
            extract,
            withdraws,
            file_id,
            ..
        } = self.file;
        let rows = self
            .session
            .query(
                SNAPSHOTS,
                "read which days are loaded",
                &[&self.hospital_code()],
            )
            .await?;
        let new = Snapshot {
            date: extract.date,
            withdraws: *withdraws,
        };
        let of_day = rows.iter().map(|row| {
            let of = (row.get("file_id"), row.get("extracted_at"));
            (row.get("extract_date"), of)
        });
        let this = (extract.date, (*file_id, extract.extracted_at));
        Ok(Days {
            loaded: rows.iter().map(read_snapshot).collect(),
            new,
            of_day: of_day.chain([this]).collect(),
        })
    }

    async fn write_identities(
        &self,
        changes: &[Change<'_>],
        days: &Days,
        former: FormerFiles,
    ) -> Result<(), DatabaseError> {
        let hospital_code = self.hospital_code();
        let (mut first, mut further) = (Vec::new(), Vec::new());
        let (mut moved, mut since) = (Vec::new(), Vec::new());
        for change in changes {
            match change.identity(hospital_code, days)? {
                Identity::Unchanged => {}
                Identity::Since(at) => {
                    moved.push(change.patient.patient_pseudonym);
                    since.push(at);
                }
                // Whom a snapshot stated before, the vault has.
                Identity::Row(row) if change.before.is_empty() => first.push(*row),
                Identity::Row(row) => further.push(*row),
            }
        }
        if former == FormerFiles::None {
            self.copy_registered(&first).await?;
        } else {
            self.write_registered(first).await?;
        }
        self.correct_registered(&further).await?;
        if !moved.is_empty() {
            self.session
                .execute(MOVE_IN_VAULT, "write the vault", &[&moved, &since])
                .await?;
        }
        Ok(())
    }
}
