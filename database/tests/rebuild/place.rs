//! A warehouse that events, staff and departments were loaded into.

use database::load::Loader;
use database::rebuild::{Progress, Rebuilt, from_silver};
use database::{DatabaseError, Topic, census};
use domain::record::CleanedEvent;
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;

use crate::load::partition::{self, Partition, now};
use crate::load::statement;
use crate::load::warehouse::{Role, Warehouse};

/// A warehouse with a lane of one partition.
pub(crate) struct Place {
    pub(crate) warehouse: Warehouse,
    topic: Topic,
    log: Partition,
}

impl Place {
    /// Staff, departments that change, and 200 events of patients who were in them.
    pub(crate) async fn loaded() -> Self {
        let warehouse = Warehouse::new().await;
        let topic = partition::registered_topic(&warehouse).await;
        let mut place = Self {
            warehouse,
            topic,
            log: Partition::new(0),
        };
        place.load(&events()[..200]).await;
        let warehouse = &place.warehouse;
        let staff = statement::topic(warehouse, "staff").await;
        let mut loader = partition::loader_of(warehouse, &staff).await;
        let life = statement::staff_life();
        statement::load(&mut loader, &mut Partition::new(0), &life).await;
        let departments = statement::topic(warehouse, "departments").await;
        let mut loader = partition::loader_of(warehouse, &departments).await;
        let life = statement::department_life();
        statement::load(&mut loader, &mut Partition::new(0), &life).await;
        statement::settle(warehouse).await;
        place
    }

    pub(crate) async fn load(&mut self, events: &[CleanedEvent]) {
        let mut lane = self.lane().await;
        lane.load(&self.log.batch(events), now()).await.unwrap();
    }

    pub(crate) async fn lane(&self) -> Loader {
        partition::loader(&self.warehouse, &self.topic).await
    }

    pub(crate) fn batch(&mut self, events: &[CleanedEvent]) -> database::load::Batch {
        self.log.batch(events)
    }

    pub(crate) async fn rebuild(&self) -> Rebuilt {
        rebuild(&mut self.warehouse.client(Role::Owner).await).await
    }

    /// Runs statements as the owner.
    pub(crate) async fn run(&self, sql: &str) {
        let owner = self.warehouse.client(Role::Owner).await;
        owner.batch_execute(sql).await.unwrap();
    }

    /// Keeps whoever writes occupied beds waiting, a rebuild near its end among them, until it is dropped. All beds are
    /// counted before, so that there is nothing to write when a rebuild begins.
    pub(crate) async fn hold_census(&self) -> Client {
        let mut owner = self.warehouse.client(Role::Owner).await;
        census::count(&mut owner).await.unwrap();
        let holder = self.warehouse.superuser().await;
        let sql = "begin; lock table gold.fact_bed_occupancy in exclusive mode";
        holder.batch_execute(sql).await.unwrap();
        holder
    }
}

pub(crate) fn events() -> Vec<CleanedEvent> {
    statement::patients()
}

/// Rebuilds over a connection of the owner.
pub(crate) async fn rebuild(owner: &mut Client) -> Rebuilt {
    rebuild_telling(owner, &CancellationToken::new(), |_| {})
        .await
        .unwrap()
        .unwrap()
}

pub(crate) async fn rebuild_telling(
    owner: &mut Client,
    interrupted: &CancellationToken,
    tell: impl FnMut(Progress),
) -> Result<Option<Rebuilt>, DatabaseError> {
    from_silver(owner, interrupted, tell).await
}
