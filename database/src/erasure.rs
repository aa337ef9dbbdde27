//! The right to be forgotten: nothing of a patient of a hospital is kept, now and later.
//!
//! One transaction, under the lock of the patient's shard, writes the row of `ops.erasure`, has every
//! loader read the reference data anew, and takes the patient from silver, gold and the vault. Who
//! loaded before has ended by then, or is waited for; who loads later knows the row, and keeps of the
//! patient's records and lines no more than their coordinates. So what follows finds all there is, and
//! nothing is added behind it: bronze is cleared, beds are counted anew, and the lines are taken out
//! of the archive, while nobody ingests files. Each step can be done again: broken off anywhere, the
//! erasure is ended by the same call.

mod copies;
mod rows;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::clean::Cleaner;
use domain::erased::Erased;
use domain::pseudonym::PseudonymKey;
use tokio_postgres::Client;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use crate::archive::FolderError;
use crate::reference::{Reference, reference};
use crate::{DatabaseError, key};
pub use copies::Files;

/// Why a patient is not erased, or not everywhere.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErasureError {
    /// What names the patient cannot be read. It is not told: it may be identity.
    #[error(
        "name the patient as HOSPITAL:ID, the hospital's code and its own number of the patient"
    )]
    Form,
    /// No such hospital is known.
    #[error("there is no hospital of that code: known are {known}")]
    Hospital {
        /// The codes of hospitals.
        known: String,
    },
    /// The reason holds what is to be forgotten.
    #[error(
        "the reason holds the patient's number: name a ticket instead, since the reason is kept"
    )]
    Reason,
    /// Files are being ingested.
    #[error(
        "batch-ingest is working on this warehouse, or with this archive folder. Whatever it loads obeys \
         the erasure where that has begun: run this again when it has ended"
    )]
    Busy,
    /// Files of the hospital have no readable copy: what they hold of the patient is not known.
    #[error(
        "{} of the hospital's files are not in the archive or damaged: restore them, or name the archive \
         folder by --archive, and run this again; the first: {}",
        .0.len(),
        .0.first().map_or("", String::as_str)
    )]
    Copies(Vec<String>),
    /// A folder of this installation.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The warehouse.
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// A patient of one hospital. `Debug` tells the pseudonym alone.
#[derive(Clone)]
pub struct Patient {
    /// The hospital.
    pub hospital_code: String,
    /// By which the patient is known.
    pub pseudonym: Uuid,
    number: String,
}

impl fmt::Debug for Patient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Patient({})", self.pseudonym)
    }
}

impl Patient {
    /// The patient alone, and the person that the patient is, by some words.
    fn with(&self, person: Option<Uuid>, words: Vec<Uuid>) -> Erased {
        let words = words.into_iter().map(|word| (word, self.pseudonym));
        Erased::new([self.pseudonym].into_iter().chain(person), words)
    }

    /// A patient by `HOSPITAL:ID`.
    fn parse(name: &str, reference: &Reference, key: &PseudonymKey) -> Result<Self, ErasureError> {
        let (hospital_code, patient_id) = name.split_once(':').ok_or(ErasureError::Form)?;
        let (hospital_code, patient_id) = (hospital_code.trim(), patient_id.trim());
        if patient_id.is_empty() {
            return Err(ErasureError::Form);
        }
        let mut codes = reference.hospitals.iter().map(|(code, _)| code.as_str());
        if !codes.any(|code| code == hospital_code) {
            let mut known: Vec<_> = reference
                .hospitals
                .iter()
                .map(|(code, _)| &**code)
                .collect();
            known.sort_unstable();
            let known = known.join(", ");
            return Err(ErasureError::Hospital { known });
        }
        Ok(Self {
            hospital_code: hospital_code.to_owned(),
            pseudonym: key.patient(hospital_code, patient_id),
            number: patient_id.to_owned(),
        })
    }
}

/// What there is of a patient, or was.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Since when the patient is to be forgotten; `None` where nobody asked for it.
    pub requested_at: Option<DateTime<Utc>>,
    /// When nothing was left of the patient first.
    pub erased_at: Option<DateTime<Utc>>,
    /// Rows by table, of those that have any.
    pub rows: Vec<(String, i64)>,
    /// Refused Kafka records that name the patient.
    pub refused_records: usize,
    /// Lines and files of the archive.
    pub files: Files,
}

impl Found {
    /// Whether there is nothing, and nothing was asked for before.
    pub fn is_unknown(&self) -> bool {
        let nothing = Self::default();
        *self == nothing
    }
}

/// What erases a patient.
pub struct Eraser {
    /// As the owner: nobody else may take rows from bronze and the vault.
    client: Client,
    reference: Reference,
    cleaner: Cleaner,
    patient: Patient,
    key: PseudonymKey,
    /// The patient alone, and the words that name the patient where the number is missing.
    erased: Erased,
    archive: PathBuf,
    patience: Duration,
}

impl Eraser {
    /// Looks who is meant. `name` is `HOSPITAL:ID`, `archive` the folder of the files that were taken,
    /// `patience` how long the end of an ingester's round is waited for.
    pub async fn new(
        client: Client,
        key: &PseudonymKey,
        name: &str,
        (archive, patience): (PathBuf, Duration),
    ) -> Result<Self, ErasureError> {
        key::require_key(&client, key).await?;
        let reference = reference(&client).await?;
        let patient = Patient::parse(name, &reference, key)?;
        let person = rows::person(&client, patient.pseudonym).await?;
        let words = rows::words(&client, key, (&patient, person)).await?;
        Ok(Self {
            client,
            key: key.clone(),
            cleaner: Cleaner::new(key.clone(), reference.hospitals.clone()),
            reference,
            erased: patient.with(person, words),
            patient,
            archive,
            patience,
        })
    }

    /// Who is meant.
    pub fn patient(&self) -> &Patient {
        &self.patient
    }

    /// What there is of the patient beside files. Changes nothing.
    pub async fn find(&self) -> Result<Found, ErasureError> {
        let patient = self.patient.pseudonym;
        let known = include_str!("../sql/erase/known.sql");
        let known = self.query(known, &[&patient]).await?;
        let known = known.first();
        let person = rows::person(&self.client, patient).await?;
        let count = include_str!("../sql/erase/count.sql");
        let rows = self
            .query(count, &[&patient, &self.patient.hospital_code, &person])
            .await?;
        let refused_records = self.refused_records().await?.len();
        Ok(Found {
            requested_at: known.and_then(|row| row.get("requested_at")),
            erased_at: known.and_then(|row| row.get("erased_at")),
            rows: rows.iter().map(|row| (row.get(0), row.get(1))).collect(),
            refused_records,
            files: Files::default(),
        })
    }

    /// What there is of the patient in the archive. Changes nothing.
    pub async fn find_in_files(&self) -> Result<Files, ErasureError> {
        complete(self.look_through_files().await?)
    }

    /// Erases the patient, or ends what was begun; `reason` is kept, `now` is when it was asked for. Of
    /// somebody of whom nothing is known the row stands, so that whatever comes later obeys it.
    pub async fn erase(
        &mut self,
        reason: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Files, ErasureError> {
        if reason.is_some_and(|reason| reason.contains(&self.patient.number)) {
            return Err(ErasureError::Reason);
        }
        self.execute(include_str!("../sql/erase/lock.sql"), &[])
            .await?;
        self.erase_rows(reason, now).await?;
        self.erase_staff().await?;
        self.erase_bronze().await?;
        self.count_beds().await?;
        let files = complete(self.erase_files().await?)?;
        let finish = include_str!("../sql/erase/finish.sql");
        self.execute(finish, &[&self.patient.pseudonym, &now])
            .await?;
        Ok(files)
    }

    async fn query(
        &self,
        sql: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<tokio_postgres::Row>, DatabaseError> {
        let rows = self.client.query(sql, parameters).await;
        rows.map_err(|error| failed(&error))
    }

    async fn execute(
        &self,
        sql: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, DatabaseError> {
        let done = self.client.execute(sql, parameters).await;
        done.map_err(|error| failed(&error))
    }
}

/// What files hold, unless some of them cannot be read.
fn complete((files, lost): (Files, Vec<String>)) -> Result<Files, ErasureError> {
    if lost.is_empty() {
        Ok(files)
    } else {
        Err(ErasureError::Copies(lost))
    }
}

fn failed(error: &tokio_postgres::Error) -> DatabaseError {
    DatabaseError::while_doing("erase a patient", error)
}
