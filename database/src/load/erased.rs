use tokio_postgres::types::Type;
use uuid::Uuid;

use super::prepared::COPY_ERASED;
use super::{Batch, Incoming, Load, Step};
use crate::DatabaseError;

const TYPES: [Type; 4] = [Type::INT2, Type::INT4, Type::INT8, Type::UUID];

impl Step<'_> {
    /// The erased patient whose record this is. The reference data is that of this transaction, and
    /// the patient's shard is locked: who is erased later finds what is written here.
    pub(crate) fn erased<T: Load>(&self, record: &Incoming<T>) -> Option<Uuid> {
        match &record.outcome {
            Ok(event) => event
                .patient()
                .filter(|patient| self.reference.erased.has(*patient)),
            Err(_) => record.mentions,
        }
    }

    /// The records of patients who are not erased.
    pub(super) fn kept<'b, T: Load>(
        &self,
        batch: &'b Batch<T>,
    ) -> impl Iterator<Item = &'b Incoming<T>> {
        let records = batch.records.iter();
        records.filter(|record| self.erased(record).is_none())
    }

    /// Notes which records are those of erased patients.
    pub(super) async fn write_erased<T: Load>(
        &self,
        batch: &Batch<T>,
    ) -> Result<u64, DatabaseError> {
        let rows = batch.records.iter().filter_map(|record| {
            let patient = self.erased(record)?;
            Some((self.topic.topic_id, record, patient))
        });
        let rows: Vec<_> = rows.collect();
        self.session
            .copy(
                COPY_ERASED,
                "note records of erased patients",
                &TYPES,
                rows.into_iter(),
                |(topic_id, record, patient)| {
                    vec![topic_id, &record.partition, &record.offset, patient]
                },
            )
            .await
    }
}
