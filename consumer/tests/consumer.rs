//! The consumer against a real PostgreSQL, Kafka and schema registry, started by `embedded`: one
//! set a run, each test its own topic, group and database.

#![allow(
    clippy::unwrap_used,
    reason = "a test ends where something unexpected happens"
)]

#[path = "consumer/arrangement.rs"]
mod arrangement;
#[path = "consumer/backpressure.rs"]
mod backpressure;
#[path = "consumer/backup.rs"]
mod backup;
#[path = "consumer/bulk.rs"]
mod bulk;
#[path = "consumer/census.rs"]
mod census;
#[path = "consumer/dead_letters.rs"]
mod dead_letters;
#[path = "consumer/digest.rs"]
mod digest;
#[path = "consumer/exposure.rs"]
mod exposure;
#[path = "consumer/fault.rs"]
mod fault;
#[path = "consumer/fence.rs"]
mod fence;
#[path = "consumer/flow.rs"]
mod flow;
#[path = "consumer/garbage.rs"]
mod garbage;
#[path = "consumer/guard.rs"]
mod guard;
#[path = "consumer/healing.rs"]
mod healing;
#[path = "consumer/hole.rs"]
mod hole;
#[path = "consumer/letters.rs"]
mod letters;
#[path = "consumer/line.rs"]
mod line;
#[path = "consumer/log.rs"]
mod log;
#[path = "consumer/metrics.rs"]
mod metrics;
#[path = "consumer/oddity.rs"]
mod oddity;
#[path = "consumer/orphan.rs"]
mod orphan;
#[path = "consumer/other_log.rs"]
mod other_log;
#[path = "consumer/outage.rs"]
mod outage;
#[path = "consumer/pipeline.rs"]
mod pipeline;
#[path = "consumer/quarantine.rs"]
mod quarantine;
#[path = "consumer/rebuild.rs"]
mod rebuild;
#[path = "consumer/refusal.rs"]
mod refusal;
#[path = "consumer/restart.rs"]
mod restart;
#[path = "consumer/rival.rs"]
mod rival;
#[path = "consumer/sensitivity.rs"]
mod sensitivity;
#[path = "consumer/statement.rs"]
mod statement;
#[path = "consumer/storm.rs"]
mod storm;
#[path = "consumer/unreadable.rs"]
mod unreadable;
#[path = "consumer/watched.rs"]
mod watched;

// The model, its digest and the database are those of the loader's own tests.
#[path = "../../database/tests/load/gold.rs"]
mod gold;
#[path = "../../platform/tests/services/ill_named.rs"]
mod ill_named;
#[path = "../../database/tests/load/occupancy.rs"]
mod occupancy;
#[allow(dead_code, reason = "the loader's own tests draw other things too")]
#[path = "../../database/tests/load/random.rs"]
mod random;
#[allow(dead_code, reason = "the loader's own tests log in as other roles too")]
#[path = "../../database/tests/load/warehouse.rs"]
mod warehouse;
