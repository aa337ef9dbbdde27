use domain::extract::{Meaning, Subject};
use tokio_postgres::Client;

use super::chunk::{Chunk, ChunkError, Content, LoadedChunk};
use super::ledger::{TakenFile, write_erased_lines};
use super::statement::{COUNT_SHARDS, IS_FIRST, SWAP_PROGRESS};
use crate::fault::{self, Point};
use crate::load::{Prepared, SESSION, Session, StaffDimension};
use crate::reference::{Reference, reference};
use crate::simulation::{open_epoch, require_epoch};
use crate::{DatabaseError, topic};

/// Writes files over a connection of its own.
pub struct FileLoader {
    pub(super) client: Client,
    pub(super) prepared: Prepared,
    reference: Reference,
    shards: u32,
    pub(super) epoch: i64,
}

impl FileLoader {
    /// A loader over a connection, which it takes for itself. Where no topic has made the shards of
    /// patients yet, makes `partitions` of them: as many as the topic will have.
    pub async fn new(client: Client, partitions: u32) -> Result<Self, DatabaseError> {
        let failed = |error| DatabaseError::while_doing("set up the session of a loader", &error);
        client.batch_execute(SESSION).await.map_err(failed)?;
        let epoch = open_epoch(&client).await?;
        topic::make_shards(&client, partitions).await?;
        let prepared = Prepared::all(&client).await?;
        let reference = reference(&client).await?;
        let counted = client
            .query_one(prepared.statement(COUNT_SHARDS)?, &[])
            .await
            .map_err(failed)?;
        let shards: i32 = counted.get("shards");
        Ok(Self {
            client,
            prepared,
            reference,
            shards: shards.unsigned_abs(),
            epoch,
        })
    }

    /// The connection.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Whether no other connection loads files: one at a time does, and until its connection ends.
    pub async fn is_alone(&self) -> Result<bool, DatabaseError> {
        let row = self
            .client
            .query_one(include_str!("../../sql/file/be_alone.sql"), &[])
            .await
            .map_err(|error| DatabaseError::while_doing("look for other loaders", &error))?;
        Ok(row.get("is_alone"))
    }

    /// How many shards of patients there are.
    pub fn shards(&self) -> u32 {
        self.shards
    }

    /// Hospitals and departments as they are known.
    pub fn reference(&self) -> &Reference {
        &self.reference
    }

    /// Writes a chunk of a file that is open.
    pub async fn load(
        &mut self,
        file: &TakenFile,
        chunk: &Chunk,
    ) -> Result<LoadedChunk, ChunkError> {
        // What is awaited for all kinds is large: whoever awaits it need not carry it.
        let loaded = Box::pin(self.try_load(file, chunk)).await;
        if matches!(loaded, Err(ChunkError::ReferenceChanged)) {
            self.reference = reference(&self.client).await?;
        }
        loaded
    }

    async fn try_load(
        &mut self,
        file: &TakenFile,
        chunk: &Chunk,
    ) -> Result<LoadedChunk, ChunkError> {
        let failed = |doing| move |error| DatabaseError::while_doing(doing, &error);
        let transaction = self
            .client
            .transaction()
            .await
            .map_err(failed("begin a chunk"))?;
        let step = Step {
            session: Session {
                transaction: &transaction,
                prepared: &self.prepared,
            },
            reference: &self.reference,
            file,
            epoch: self.epoch,
        };
        step.lock(chunk).await?;
        step.swap_progress(chunk).await?;
        fault::reach(Point::Swap)?;
        let erased = &self.reference.erased;
        let loaded = if chunk.content.names(erased) {
            // They were erased since the file was read.
            let (content, lines) = chunk.content.without(erased);
            write_erased_lines(&step.session, file.file_id, &lines).await?;
            LoadedChunk {
                erased: lines.len() as u64,
                ..step.write(&content).await?
            }
        } else {
            step.write(&chunk.content).await?
        };
        fault::reach(Point::Gold)?;
        fault::commit(transaction, "commit a chunk").await?;
        Ok(loaded)
    }
}

/// What a sender sent before a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FormerFiles {
    /// Nothing.
    None,
    /// Files, but none of this kind.
    OfOtherKinds,
    /// Also files of this kind.
    OfThisKind,
}

/// What each step of a chunk works with.
pub(super) struct Step<'a> {
    pub(super) session: Session<'a>,
    pub(super) reference: &'a Reference,
    pub(super) file: &'a TakenFile,
    epoch: i64,
}

impl Step<'_> {
    async fn write(&self, content: &Content) -> Result<LoadedChunk, DatabaseError> {
        match content {
            Content::Patients(patients) => self.write_patients(patients).await,
            Content::Lines(lines) => self.write_lines(lines).await,
        }
    }

    /// Lets nobody else write what the chunk touches: its shard of patients, or its dimension.
    async fn lock(&self, chunk: &Chunk) -> Result<(), DatabaseError> {
        match self.file.kind.meaning {
            Meaning::Snapshot
            | Meaning::Encounters
            | Meaning::Clinical
            | Meaning::Records(Subject::Patient) => {
                self.session.lock_shards(&[chunk.next.shard]).await
            }
            Meaning::Departments => self.session.lock_departments().await,
            Meaning::Records(Subject::Person) => self.session.lock_table("dim_person").await,
            Meaning::Staff | Meaning::Assignments => {
                self.session.lock_dimension::<StaffDimension>().await
            }
        }
    }

    /// The hospital that sent the file; the network's files have none, and do not ask.
    pub(super) fn hospital_code(&self) -> &str {
        let hospital_code = self.file.extract.hospital_code.as_deref();
        hospital_code.unwrap_or_default()
    }

    /// Which files the sender sent before: what they cannot have written need not be read.
    pub(super) async fn former_files(&self) -> Result<FormerFiles, DatabaseError> {
        let TakenFile {
            kind,
            extract,
            file_id,
            ..
        } = self.file;
        let found = self
            .session
            .query(
                IS_FIRST,
                "look for former files",
                &[&kind.name, &extract.hospital_code, file_id],
            )
            .await?;
        let is = |column| found.iter().any(|row| row.get(column));
        Ok(if is("is_first_of_all") {
            FormerFiles::None
        } else if is("is_first_of_kind") {
            FormerFiles::OfOtherKinds
        } else {
            FormerFiles::OfThisKind
        })
    }

    async fn swap_progress(&self, chunk: &Chunk) -> Result<(), ChunkError> {
        let Chunk { expected, next, .. } = chunk;
        let moved = self
            .session
            .query(
                SWAP_PROGRESS,
                "move a file on",
                &[
                    &self.file.file_id,
                    &expected.shard,
                    &expected.member,
                    &next.shard,
                    &next.member,
                    &self.epoch,
                ],
            )
            .await?;
        let Some(row) = moved.first() else {
            require_epoch(self.session.transaction, self.epoch).await?;
            return Err(ChunkError::ProgressMoved);
        };
        if row.get::<_, i64>("reference_version") != self.reference.version {
            return Err(ChunkError::ReferenceChanged);
        }
        Ok(())
    }
}
