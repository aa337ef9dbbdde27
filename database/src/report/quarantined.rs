use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio_postgres::{Row, Transaction};

/// How many records of a rule are told.
const RECORDS_MAX: i64 = 5;

/// What a rule keeps aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleQuarantine {
    /// The rule's code.
    pub rule: String,
    /// How many records and lines.
    pub records: i64,
    /// The worst of them: still open, tried most often, last come.
    pub worst: Vec<QuarantinedRecord>,
}

/// A record or line in quarantine, without its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuarantinedRecord {
    /// Topic of a record.
    pub topic: Option<String>,
    /// Partition of a record.
    pub partition: Option<i32>,
    /// Offset of a record.
    pub offset: Option<i64>,
    /// File of a line, as `ehr/DATE/HOSPITAL/NAME.csv`.
    pub file: Option<String>,
    /// Number of a line; the header is 1.
    pub line: Option<i64>,
    /// The field that the rule names.
    pub field: Option<String>,
    /// Why, in words without any value.
    pub reason: String,
    /// How often it was tried.
    pub attempts: i32,
    /// open, redriven, loaded or discarded.
    pub state: String,
    /// When it was refused first.
    pub quarantined_at: DateTime<Utc>,
}

impl QuarantinedRecord {
    /// Where it is.
    pub fn coordinates(&self) -> String {
        match (&self.file, &self.topic) {
            (Some(file), _) => format!("{file}, line {}", self.line.unwrap_or_default()),
            (None, topic) => format!(
                "{}/{}/{}",
                topic.as_deref().unwrap_or("?"),
                self.partition.unwrap_or_default(),
                self.offset.unwrap_or_default()
            ),
        }
    }

    fn of(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            topic: row.try_get("topic")?,
            partition: row.try_get("partition")?,
            offset: row.try_get("kafka_offset")?,
            file: row.try_get("file")?,
            line: row.try_get("line")?,
            field: row.try_get("field")?,
            reason: row.try_get("reason")?,
            attempts: row.try_get("attempts")?,
            state: row.try_get("state")?,
            quarantined_at: row.try_get("quarantined_at")?,
        })
    }
}

/// What is in quarantine, the fullest rule first.
pub(super) async fn quarantined(
    transaction: &Transaction<'_>,
) -> Result<Vec<RuleQuarantine>, tokio_postgres::Error> {
    let sql = include_str!("../../sql/report/quarantined.sql");
    let rows = transaction.query(sql, &[&RECORDS_MAX]).await?;
    let mut rules: Vec<RuleQuarantine> = Vec::new();
    for row in &rows {
        let rule: String = row.try_get("rule")?;
        let record = QuarantinedRecord::of(row)?;
        match rules.last_mut() {
            Some(last) if last.rule == rule => last.worst.push(record),
            _ => rules.push(RuleQuarantine {
                rule,
                records: row.try_get("records")?,
                worst: vec![record],
            }),
        }
    }
    Ok(rules)
}
