//! Events in Kafka, to be loaded again and again by ours and by what it is measured beside.

use std::path::Path;

use embedded::Wanted;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::error::MeasureError;
use crate::process;
use crate::warehouse::{Cost, Warehouse};

/// Which events are loaded, and how.
#[derive(Debug)]
pub struct Events<'e> {
    /// Scale of the data, as `generators` names it.
    pub scale: &'e str,
    /// How many events.
    pub count: u32,
    /// Workers of the consumer.
    pub lanes: u16,
    /// How many runs.
    pub runs: u16,
    /// The folder to write to, on the disk to be measured.
    pub folder: &'e Path,
    /// Ends the measuring between two steps.
    pub shutdown: &'e CancellationToken,
}

impl Events<'_> {
    /// Starts private services, and sends the events to Kafka.
    pub(crate) fn send(
        &self,
        runtime: &Runtime,
        progress: &mut impl FnMut(&str),
    ) -> Result<Warehouse, MeasureError> {
        progress("starting private services");
        let warehouse = runtime.block_on(Warehouse::start(self.folder, Wanted::ALL))?;
        progress("sending events");
        self.send_to(&warehouse)?;
        Ok(warehouse)
    }

    /// Sends those that are not in Kafka yet.
    pub(crate) fn send_to(&self, warehouse: &Warehouse) -> Result<(), MeasureError> {
        let count = self.count.to_string();
        warehouse.run(
            "producer",
            ["run", "--scale", self.scale, "--events", &count],
        )?;
        Ok(())
    }

    /// Loads them all by ours, into all layers.
    pub(crate) fn consume(&self, warehouse: &Warehouse) -> Result<Cost, MeasureError> {
        let lanes = self.lanes.to_string();
        warehouse.run("consumer", ["run", "--until", "end", "--lanes", &lanes])
    }

    /// How many ours has loaded.
    pub(crate) async fn loaded(&self, warehouse: &Warehouse) -> Result<f64, MeasureError> {
        let count = "select count(*) from silver.adt_record";
        warehouse.number(count).await
    }

    /// Goes on, unless the user has had enough.
    pub(crate) fn unless_interrupted(&self) -> Result<(), MeasureError> {
        Ok(process::unless_interrupted(self.shutdown)?)
    }
}
