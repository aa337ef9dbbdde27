//! The next chunk of a file is made while the one before it is written: the one takes the ingester's
//! time, the other mostly the database's.

use database::file::{Chunk, Position};
use tokio::task::{JoinHandle, spawn_blocking};

use crate::chunks::Chunks;
use crate::error::IngestError;

/// The chunks of a file, one ahead.
///
/// Dropped without an end, it leaves a thread that makes a chunk for nobody; the archive is held until then.
pub(crate) struct Ahead {
    /// The chunk that is being made; `None` after the last one.
    making: Option<JoinHandle<Made>>,
    position: Position,
}

type Made = (Chunks, Result<Option<Chunk>, IngestError>);

impl Ahead {
    pub(crate) fn of(chunks: Chunks) -> Self {
        Self {
            position: chunks.position(),
            making: Some(make(chunks)),
        }
    }

    /// The next chunk, which begins where the one before it ended.
    pub(crate) async fn next(&mut self) -> Result<Option<Chunk>, IngestError> {
        let Some(making) = &mut self.making else {
            return Ok(None);
        };
        let made = making.await;
        self.making = None;
        let (chunks, chunk) = made.map_err(|join| IngestError::Ended(join.to_string()))?;
        let chunk = chunk?;
        if let Some(chunk) = &chunk {
            self.position = chunk.next;
            self.making = Some(make(chunks));
        }
        Ok(chunk)
    }

    /// Where the file stands after the last chunk that was given. What is staged is gone then, so that the
    /// next file can be.
    pub(crate) async fn end(self) -> Position {
        if let Some(making) = self.making {
            // What was made of it, or why not, nobody needs.
            let _ = making.await;
        }
        self.position
    }
}

fn make(mut chunks: Chunks) -> JoinHandle<Made> {
    spawn_blocking(move || {
        let chunk = chunks.next();
        (chunks, chunk)
    })
}
