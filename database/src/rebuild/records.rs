//! From Kafka records to the layers that follow from them, wherever the records are read.

use super::layers::Layers;
use super::portion::Portion;
use super::{Progress, Rebuild, waited};
use crate::DatabaseError;

impl<Tell: FnMut(Progress)> Rebuild<'_, Tell> {
    /// Lets nobody else write what follows from records.
    pub(super) async fn lock_with_books(&self) -> Result<(), DatabaseError> {
        let erasures = include_str!("../../sql/rebuild/bronze/lock_first.sql");
        self.set(erasures).await.map_err(waited)?;
        self.lock().await?;
        let books = include_str!("../../sql/rebuild/bronze/lock_books.sql");
        self.set(books).await.map_err(waited)
    }

    /// Writes what some records come to beside, of so many.
    pub(super) async fn write(
        &mut self,
        layers: &Layers,
        portion: Portion,
        of: u64,
    ) -> Result<(), DatabaseError> {
        layers.add(&self.session, &portion).await?;
        self.rebuilt.records += portion.len() as u64;
        (self.tell)(Progress::Decoding {
            records: self.rebuilt.records,
            of,
        });
        Ok(())
    }

    /// All records are there: what hangs on all of them can be asked.
    pub(super) async fn order(&mut self, layers: &Layers) -> Result<(), DatabaseError> {
        (self.tell)(Progress::Ordering);
        self.read_whole().await?;
        self.set(include_str!("../../sql/rebuild/compare.sql"))
            .await?;
        layers.analyze(self.transaction()).await
    }

    /// Makes the tables that follow what those beside are.
    pub(super) async fn take_over_layers(&mut self, layers: Layers) -> Result<(), DatabaseError> {
        layers.complete(self.transaction()).await?;
        for beside in layers.tables() {
            let drop = beside.drop();
            self.take_over(beside).await?;
            self.set(&drop).await?;
        }
        Ok(())
    }
}
