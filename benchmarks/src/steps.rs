//! Where the time and the log of a database go, step by step of a batch.
//!
//! The server is asked to tell of each of the loader's statements what it took of a processor (`log_statement_stats`),
//! and of each record of its log which table or index it is about (`pg_walinspect`). Telling costs something itself, so
//! the run that is looked at so is one of its own.

use std::collections::BTreeMap;
use std::fs;

use embedded::Service;

use crate::comparison::Step;
use crate::error::MeasureError;
use crate::warehouse::{Warehouse, database_error};

const TELL: &str = include_str!("steps/tell.sql");
const WAL: &str = include_str!("steps/wal.sql");

/// What a statement or a relation names, and the step that it is part of: the first that fits counts.
const PARTS: [(&str, &str); 17] = [
    ("census", "beds by the hour"),
    ("fact_bed_occupancy", "beds by the hour"),
    ("vault.", "vault"),
    ("copy bronze.", "bronze"),
    ("silver.finding", "findings"),
    ("copy silver.", "silver"),
    ("from silver.", "silver, what it holds of the patients"),
    ("gold.dim_patient", "versions of patients"),
    ("gold.fact_admission", "admissions"),
    ("gold.fact_location_stay", "stays"),
    ("gold.fact_", "clinical facts"),
    ("gold.dim_", "staff and departments"),
    ("ops.shard", "shards and offsets"),
    ("ops.kafka_offset", "shards and offsets"),
    ("copy ops.", "books"),
    ("commit", "commit"),
    ("ops.", "what services ask beside"),
];

/// What fits nowhere.
const OTHER: &str = "all else";

/// The moment from which on a database is looked at.
pub(crate) struct Watch {
    log_bytes: usize,
    wal_position: String,
}

impl Watch {
    /// Begins, for whoever connects from now on.
    pub(crate) async fn begin(warehouse: &Warehouse) -> Result<Self, MeasureError> {
        let client = warehouse.client().await?;
        let told = client.batch_execute(TELL).await;
        told.map_err(database_error("have a database looked at"))?;
        Ok(Self {
            log_bytes: log(warehouse)?.len(),
            wal_position: wal_position(warehouse).await?,
        })
    }

    /// What each step took since, for each of the events: those that took most first.
    pub(crate) async fn end(
        self,
        warehouse: &Warehouse,
        events: f64,
    ) -> Result<Vec<Step>, MeasureError> {
        let end = wal_position(warehouse).await?;
        let client = warehouse.client().await?;
        let wal = client.query(WAL, &[&self.wal_position, &end]).await;
        let mut steps: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
        for row in wal.map_err(database_error("read the log of a database"))? {
            let (what, bytes): (String, i64) = (row.get(0), row.get(1));
            #[allow(clippy::cast_precision_loss, reason = "bytes")]
            let bytes = bytes as f64;
            steps.entry(part_of(&what)).or_default().1 += bytes / events;
        }
        let log = log(warehouse)?;
        let told = log.get(self.log_bytes..).unwrap_or_default();
        for (statement, seconds) in statements(told) {
            steps.entry(part_of(&statement)).or_default().0 += seconds / events * 1e6;
        }
        let mut steps: Vec<Step> = steps
            .into_iter()
            .map(|(name, (microseconds, wal_bytes))| Step {
                name: format!("batch: {name}"),
                microseconds,
                wal_bytes: Some(wal_bytes),
            })
            .collect();
        steps.sort_by(|one, other| other.microseconds.total_cmp(&one.microseconds));
        Ok(steps)
    }
}

async fn wal_position(warehouse: &Warehouse) -> Result<String, MeasureError> {
    let client = warehouse.client().await?;
    let row = client.query_one("select pg_current_wal_flush_lsn()::text", &[]);
    Ok(row.await.map_err(database_error("read a position"))?.get(0))
}

fn log(warehouse: &Warehouse) -> Result<String, MeasureError> {
    let path = warehouse.log(Service::Postgres);
    let log = fs::read(&path).map_err(MeasureError::file("read", &path))?;
    Ok(String::from_utf8_lossy(&log).into_owned())
}

/// The step of a statement, or of `copy` and the name of a relation.
fn part_of(text: &str) -> &'static str {
    let text = text.to_ascii_lowercase();
    let part = PARTS.iter().find(|(names, _)| text.contains(names));
    part.map_or(OTHER, |(_, step)| step)
}

/// The statements that a log tells of, without their comments, and what each took of a processor in seconds: parsing,
/// binding and running it are told one by one.
fn statements(log: &str) -> Vec<(String, f64)> {
    let mut told = Vec::new();
    let (mut seconds, mut statement): (Option<f64>, Option<String>) = (None, None);
    // What belongs to one message stands together; its further lines are indented.
    for line in log.lines().chain(["end LOG:  "]) {
        if let Some(line) = line.strip_prefix('\t') {
            if let Some(used) = processor_seconds(line) {
                seconds.get_or_insert(used);
            }
            if let Some(statement) = &mut statement {
                add(statement, line);
            }
        } else if let Some((_, line)) = line.split_once("STATEMENT:  ") {
            let mut first = String::new();
            add(&mut first, line);
            statement = Some(first);
        } else if line.contains("LOG:  ") {
            if let (Some(statement), Some(seconds)) = (statement.take(), seconds.take()) {
                told.push((statement, seconds));
            }
            seconds = None;
        }
    }
    told
}

fn add(statement: &mut String, line: &str) {
    if !line.trim_start().starts_with("--") {
        statement.push_str(line);
        statement.push('\n');
    }
}

/// Of `! 0.012 s user, 0.003 s system, 0.020 s elapsed`, user and system.
fn processor_seconds(line: &str) -> Option<f64> {
    let (user, rest) = line
        .trim_start_matches(['!', '\t', ' '])
        .split_once(" s user, ")?;
    let (system, _) = rest.split_once(" s system")?;
    Some(user.parse::<f64>().ok()? + system.parse::<f64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\
2026-11-22 18:57:29.233 UTC [32002] LOG:  EXECUTE MESSAGE STATISTICS
2026-11-22 18:57:29.233 UTC [32002] DETAIL:  ! system usage stats:
\t!\t0.000030 s user, 0.000020 s system, 0.000067 s elapsed
\t!\t[0.035 s user, 0.012 s system total]
2026-11-22 18:57:29.233 UTC [32002] STATEMENT:  -- Closes gold.dim_patient.
\tcopy silver.adt_record (
\t    patient_pseudonym
\t) from stdin
2026-11-22 18:57:29.240 UTC [31956] LOG:  could not receive data from client: Connection reset by peer
2026-11-22 18:57:29.251 UTC [32002] LOG:  QUERY STATISTICS
2026-11-22 18:57:29.251 UTC [32002] DETAIL:  ! system usage stats:
\t!\t0.000100 s user, 0.000000 s system, 0.000120 s elapsed
2026-11-22 18:57:29.251 UTC [32002] STATEMENT:  COMMIT
";

    #[test]
    fn a_log_tells_what_each_statement_took() {
        let told = statements(LOG);
        let told: Vec<_> = told
            .iter()
            .map(|(it, seconds)| (part_of(it), *seconds))
            .collect();
        assert_eq!(told.len(), 2);
        assert_eq!((told[0].0, told[1].0), ("silver", "commit"));
        assert!((told[0].1 - 0.000_05).abs() < 1e-9 && (told[1].1 - 0.000_1).abs() < 1e-9);
    }

    #[test]
    fn an_index_is_part_of_what_its_table_is() {
        let part = |relation: &str| part_of(&format!("copy {relation}"));
        assert_eq!(part("gold.dim_patient_one_current"), "versions of patients");
        assert_eq!(part("bronze.kafka_record_20261122_pkey"), "bronze");
        assert_eq!(part("ops.census_roster"), "beds by the hour");
        assert_eq!(part("pg_catalog.pg_statistic"), OTHER);
    }
}
