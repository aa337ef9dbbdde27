//! What the consumer does with a payload before the database has to do with it.

use domain::clean::{Cleaner, Refusal};
use domain::event::AdtEvent;
use domain::network::Network;
use domain::pseudonym::PseudonymKey;
use domain::record::CleanedEvent;
use platform::codec::{ADT_EVENT_SCHEMA, AdtSchema, DecodeError, Decoded};
use platform::wire;

use crate::error::MeasureError;
use crate::flow::SCHEMA_ID;

/// Of no installation: what is hashed under it is kept nowhere.
const KEY: [u8; 32] = [7; 32];

/// Decodes and cleans events of a network's hospitals.
pub(crate) struct Reader {
    schema: AdtSchema,
    key: PseudonymKey,
    cleaner: Cleaner,
}

impl Reader {
    /// For payloads of the newest schema.
    pub(crate) fn new(network: &Network) -> Result<Self, MeasureError> {
        let schema = AdtSchema::parse(SCHEMA_ID, ADT_EVENT_SCHEMA);
        let key = PseudonymKey::new(&KEY)?;
        let hospitals = network.hospitals.iter();
        let hospitals = hospitals.map(|it| (it.code.clone(), it.time_zone));
        Ok(Self {
            schema: schema.map_err(MeasureError::of_schema("our decoder"))?,
            cleaner: Cleaner::new(key.clone(), hospitals),
            key,
        })
    }

    /// The event of a payload, with its content hash.
    pub(crate) fn decode(&self, payload: &[u8]) -> Result<Decoded<AdtEvent>, DecodeError> {
        let (_, datum) = wire::unframe(payload)?;
        self.schema.read(datum, &self.key)
    }

    /// What the warehouse takes of it.
    pub(crate) fn clean(&self, decoded: &Decoded<AdtEvent>) -> Result<CleanedEvent, Refusal> {
        self.cleaner.clean(&decoded.event, decoded.content_hash)
    }

    /// Under which contents are hashed.
    pub(crate) fn key(&self) -> &PseudonymKey {
        &self.key
    }
}
