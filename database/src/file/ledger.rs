use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use domain::clean::Refusal;
use domain::digest::{first_uuid, hexadecimal};
use domain::extract::{ALL, Extract, Kind};
use domain::rule::Rule;
use sha2::{Digest, Sha256};
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use super::chunk::Position;
use super::loader::FileLoader;
use super::statement::{
    CLOSE, COPY_DUPLICATES, COPY_QUARANTINE, DAYS, ERASED_LINES, FIND, KEEP_COPY, NUMBERS, OPEN,
    REFUSE, UNFINISHED, WRITE_ERASED_LINES,
};
use crate::DatabaseError;
use crate::load::Session;
use crate::simulation::require_epoch;

/// A file that is taken, as its chunks need it.
#[derive(Debug, Clone)]
pub struct TakenFile {
    /// Its short number.
    pub file_id: i64,
    /// Its kind.
    pub kind: &'static Kind,
    /// Version of its form.
    pub schema_version: u32,
    /// Which extract it belongs to.
    pub extract: Extract,
    /// Whether it withdraws patients whom it does not name.
    pub withdraws: bool,
}

/// A file to be taken.
#[derive(Debug)]
pub struct NewFile<'f> {
    /// What its chunks need; the number is given here.
    pub file: TakenFile,
    /// SHA-256 of the uncompressed file.
    pub sha256: [u8; 32],
    /// Size of the uncompressed file.
    pub bytes: u64,
    /// Lines without the header.
    pub lines: u64,
    /// Path of the compressed copy below the archive folder.
    pub path: &'f str,
    /// The lines that a rule refused.
    pub quarantined: &'f [QuarantinedLine],
    /// The lines that repeat another of the same file.
    pub duplicates: &'f [i64],
    /// The lines of erased patients.
    pub erased: &'f [ErasedLine],
    /// SHA-256 of the copy, uncompressed, where it is without these lines.
    pub copy_sha256: Option<[u8; 32]>,
}

/// A line that a rule refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantinedLine {
    /// Its number in the file; the header is 1.
    pub line: i64,
    /// Why.
    pub refusal: Refusal,
}

/// A line of an erased patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErasedLine {
    /// Its number in the file; the header is 1.
    pub line: i64,
    /// The patient.
    pub patient_pseudonym: Uuid,
}

/// A file of a day that is in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// SHA-256 of the uncompressed file.
    pub sha256: Vec<u8>,
    /// Whether all of it is loaded.
    pub is_loaded: bool,
}

/// A file that was taken and is not loaded to its end.
#[derive(Debug, Clone)]
pub struct Unfinished {
    /// The file.
    pub file: TakenFile,
    /// SHA-256 of the uncompressed file.
    pub sha256: Vec<u8>,
    /// How far it is.
    pub position: Position,
    /// Path of the compressed copy below the archive folder.
    pub path: String,
    /// SHA-256 of the copy, uncompressed: another one where lines of it were erased.
    pub copy_sha256: Vec<u8>,
}

/// A file that is not loaded.
#[derive(Debug)]
pub struct RefusedFile<'f> {
    /// Path below the landing folder.
    pub path: &'f str,
    /// The hospital, where it is known and there is one.
    pub hospital_code: Option<&'f str>,
    /// Kind of file, where it is known.
    pub kind: Option<&'static Kind>,
    /// Day of the extract, where it is known.
    pub date: Option<NaiveDate>,
    /// SHA-256 of the uncompressed file, where it could be read.
    pub sha256: Option<[u8; 32]>,
    /// The rule that refuses it.
    pub rule: &'static Rule,
    /// Why, without any value of a line.
    pub reason: &'f str,
}

impl FileLoader {
    /// Takes a file, its refused lines and those that repeat others. `None` where a file of that day
    /// is in the ledger already.
    pub async fn open(
        &mut self,
        new: &NewFile<'_>,
        now: DateTime<Utc>,
    ) -> Result<Option<TakenFile>, DatabaseError> {
        let failed = |error| DatabaseError::while_doing("take a file", &error);
        let transaction = self.client.transaction().await.map_err(failed)?;
        let session = Session {
            transaction: &transaction,
            prepared: &self.prepared,
        };
        let Some(file_id) = insert(&session, new, now, self.epoch).await? else {
            require_epoch(&transaction, self.epoch).await?;
            return Ok(None);
        };
        copy_quarantined(&session, file_id, new, now).await?;
        let duplicates = new.duplicates.iter().map(|line| (file_id, *line));
        let types = &[Type::INT8, Type::INT8];
        session
            .copy(
                COPY_DUPLICATES,
                "note duplicates",
                types,
                duplicates,
                |row| vec![&row.0, &row.1],
            )
            .await?;
        write_erased_lines(&session, file_id, new.erased).await?;
        if let Some(sha256) = &new.copy_sha256 {
            keep_copy(&session, file_id, new.path, sha256).await?;
        }
        transaction.commit().await.map_err(failed)?;
        Ok(Some(TakenFile {
            file_id,
            ..new.file.clone()
        }))
    }

    /// Notes that the copy of a file that is taken is another, without the lines of erased patients.
    pub async fn replace_copy(
        &mut self,
        file_id: i64,
        (path, sha256): (&str, &[u8; 32]),
        erased: &[ErasedLine],
    ) -> Result<(), DatabaseError> {
        let failed = |error| DatabaseError::while_doing("note a copy", &error);
        let transaction = self.client.transaction().await.map_err(failed)?;
        let session = Session {
            transaction: &transaction,
            prepared: &self.prepared,
        };
        write_erased_lines(&session, file_id, erased).await?;
        keep_copy(&session, file_id, path, sha256).await?;
        transaction.commit().await.map_err(failed)
    }

    /// The lines of a file that were erased: its copy has empty ones in their place.
    pub async fn erased_lines(&self, file_id: i64) -> Result<BTreeSet<i64>, DatabaseError> {
        let rows = self
            .client
            .query(self.prepared.statement(ERASED_LINES)?, &[&file_id])
            .await
            .map_err(|error| DatabaseError::while_doing("look for erased lines", &error))?;
        Ok(rows.iter().map(|row| row.get("line")).collect())
    }

    /// The file of a kind that counts for an extract.
    pub async fn find(
        &self,
        extract: &Extract,
        kind: &Kind,
    ) -> Result<Option<Known>, DatabaseError> {
        let statement = self.prepared.statement(FIND)?;
        let key: [&(dyn ToSql + Sync); 3] = [&extract.hospital_code, &kind.name, &extract.date];
        let row = self
            .client
            .query_opt(statement, &key)
            .await
            .map_err(|error| DatabaseError::while_doing("look for a file", &error))?;
        Ok(row.map(|row| Known {
            sha256: row.get("sha256"),
            is_loaded: row.get::<_, &str>("state") == "loaded",
        }))
    }

    /// The senders' days of which files were taken; the network has no code.
    pub async fn days(&self) -> Result<Vec<(Option<String>, NaiveDate)>, DatabaseError> {
        let rows = self
            .client
            .query(self.prepared.statement(DAYS)?, &[])
            .await
            .map_err(|error| DatabaseError::while_doing("look for days", &error))?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    }

    /// The files that are not loaded to their end, in the order in which they were taken.
    pub async fn unfinished(&self) -> Result<Vec<Unfinished>, DatabaseError> {
        let rows = self
            .client
            .query(self.prepared.statement(UNFINISHED)?, &[])
            .await
            .map_err(|error| DatabaseError::while_doing("look for unfinished files", &error))?;
        rows.iter().map(unfinished).collect()
    }

    /// Says that all of a file is loaded. False where it does not stand where it is said to.
    pub async fn close(&self, file_id: i64, at: Position) -> Result<bool, DatabaseError> {
        let statement = self.prepared.statement(CLOSE)?;
        let closed = self
            .client
            .execute(statement, &[&file_id, &at.shard, &at.member, &self.epoch])
            .await
            .map_err(|error| DatabaseError::while_doing("close a file", &error))?;
        if closed == 0 {
            require_epoch(&self.client, self.epoch).await?;
        }
        Ok(closed == 1)
    }

    /// Notes that a file is not loaded, unless that is noted already.
    pub async fn refuse(
        &self,
        file: &RefusedFile<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), DatabaseError> {
        let kind = file.kind.map(|kind| kind.name);
        let sha256 = file.sha256.as_ref().map(<[u8; 32]>::as_slice);
        let noted = self
            .client
            .execute(
                self.prepared.statement(REFUSE)?,
                &[
                    &file.path,
                    &file.hospital_code,
                    &kind,
                    &file.date,
                    &sha256,
                    &file.rule.code,
                    &file.reason,
                    &now,
                    &self.epoch,
                ],
            )
            .await
            .map_err(|error| DatabaseError::while_doing("note a refused file", &error))?;
        if noted == 0 {
            require_epoch(&self.client, self.epoch).await?;
        }
        Ok(())
    }

    /// The hospital's numbers of patients. Identity.
    pub async fn patient_ids(
        &self,
        patients: &[Uuid],
    ) -> Result<Vec<(Uuid, String)>, DatabaseError> {
        let rows = self
            .client
            .query(self.prepared.statement(NUMBERS)?, &[&patients])
            .await
            .map_err(|error| DatabaseError::while_doing("look for numbers of patients", &error))?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    }
}

async fn insert(
    session: &Session<'_>,
    new: &NewFile<'_>,
    now: DateTime<Utc>,
    epoch: i64,
) -> Result<Option<i64>, DatabaseError> {
    let file = &new.file;
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let rows = session
        .query(
            OPEN,
            "take a file",
            &[
                &file.extract.hospital_code,
                &file.kind.name,
                &file.extract.date,
                &file.schema_version.cast_signed(),
                &file.extract.extracted_at,
                &new.sha256.as_slice(),
                &count(new.bytes),
                &count(new.lines),
                &file.withdraws,
                &new.path,
                &now,
                &epoch,
            ],
        )
        .await?;
    Ok(rows.first().map(|row| row.get("file_id")))
}

/// Notes lines of erased patients, within a transaction.
pub(super) async fn write_erased_lines(
    session: &Session<'_>,
    file_id: i64,
    erased: &[ErasedLine],
) -> Result<(), DatabaseError> {
    if erased.is_empty() {
        return Ok(());
    }
    let lines: Vec<i64> = erased.iter().map(|it| it.line).collect();
    let patients: Vec<Uuid> = erased.iter().map(|it| it.patient_pseudonym).collect();
    let parameters: [&(dyn ToSql + Sync); 3] = [&file_id, &lines, &patients];
    session
        .execute(WRITE_ERASED_LINES, "note erased lines", &parameters)
        .await?;
    Ok(())
}

async fn keep_copy(
    session: &Session<'_>,
    file_id: i64,
    path: &str,
    sha256: &[u8; 32],
) -> Result<(), DatabaseError> {
    let parameters: [&(dyn ToSql + Sync); 3] = [&file_id, &path, &sha256.as_slice()];
    session
        .execute(KEEP_COPY, "note a copy", &parameters)
        .await?;
    Ok(())
}

const QUARANTINE_TYPES: [Type; 7] = [
    Type::UUID,
    Type::INT8,
    Type::INT8,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::TIMESTAMPTZ,
];

async fn copy_quarantined(
    session: &Session<'_>,
    file_id: i64,
    new: &NewFile<'_>,
    now: DateTime<Utc>,
) -> Result<(), DatabaseError> {
    let sha256 = hexadecimal(&new.sha256);
    let rows = new.quarantined.iter().map(|it| {
        // The id of a quarantined line follows from its coordinates.
        let text = format!("{sha256}|{}", it.line);
        let id: Uuid = first_uuid(&Sha256::digest(text.as_bytes()).into());
        (id, it, it.refusal.rule.code)
    });
    session
        .copy(
            COPY_QUARANTINE,
            "quarantine lines",
            &QUARANTINE_TYPES,
            rows,
            |(id, it, code)| {
                let refusal = &it.refusal;
                vec![
                    id,
                    &file_id,
                    &it.line,
                    code,
                    &refusal.field,
                    &refusal.reason,
                    &now,
                ]
            },
        )
        .await?;
    Ok(())
}

fn position(row: &Row) -> Position {
    Position {
        shard: row.get("shard"),
        member: row.get("member"),
    }
}

/// The kind of a file in the ledger.
pub(crate) fn kind_of(row: &Row) -> Result<&'static Kind, DatabaseError> {
    let name: &str = row.get("kind");
    let kind = ALL.into_iter().find(|kind| kind.name == name);
    kind.ok_or_else(|| {
        DatabaseError::State(format!(
            "bronze.file has a file of kind {name:?}, which this program does not know: use the newer \
             release of Wardflow that took it"
        ))
    })
}

/// Which extract a file in the ledger belongs to.
pub(crate) fn extract_of(row: &Row) -> Extract {
    Extract {
        hospital_code: row.get("hospital_code"),
        date: row.get("extract_date"),
        extracted_at: row.get("extracted_at"),
    }
}

fn unfinished(row: &Row) -> Result<Unfinished, DatabaseError> {
    Ok(Unfinished {
        file: TakenFile {
            file_id: row.get("file_id"),
            kind: kind_of(row)?,
            schema_version: row.get::<_, i32>("schema_version").cast_unsigned(),
            extract: extract_of(row),
            withdraws: row.get("withdraws"),
        },
        sha256: row.get("sha256"),
        position: position(row),
        path: row.get("path"),
        copy_sha256: row.get("copy_sha256"),
    })
}
