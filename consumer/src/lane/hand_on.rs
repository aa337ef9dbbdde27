//! A lane whose batches somebody else writes.

use database::load::Batch;
use database::rebuild::Fed;
use platform::retry::Abandoned;
use tokio::sync::mpsc;

use super::Lane;
use crate::decode::Event;
use crate::error::ConsumerError;
use crate::position::Positions;

impl<E: Event> Lane<E> {
    /// Decodes and cleans what comes until the inbox closes, and hands batches on. A storm ends it.
    pub(crate) async fn hand_on(
        mut self,
        (to, fed): (mpsc::Sender<Fed>, impl Fn(Batch<E::Cleaned>) -> Fed),
    ) -> Result<(), ConsumerError> {
        let mut positions = Positions::default();
        while let Some(filled) = self.fill(&mut positions).await? {
            let batch = filled.batch;
            match self.has_its_holes(&batch).await {
                Ok(true) => {}
                Ok(false) => return Err(ConsumerError::PassedOver(self.topic.name.clone())),
                Err(Abandoned::Shutdown) => return Ok(()),
                Err(Abandoned::Permanent(error)) => return Err(error),
            }
            if let Some(storm) = batch.storm {
                return Err(ConsumerError::Storm {
                    topic: self.topic.name.clone(),
                    partition: storm.partition,
                    offset: storm.offset,
                    rule: storm.rule,
                    refused: storm.refused,
                });
            }
            if let Some(weather) = &mut self.weather {
                weather.extend(filled.weather);
            }
            self.decoding.keep(&batch.schemas);
            self.waiting.take(filled.rows, filled.bytes);
            if to.send(fed(batch)).await.is_err() {
                // Who writes has ended, and tells why.
                return Ok(());
            }
        }
        Ok(())
    }
}
