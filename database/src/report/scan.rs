//! Tables of silver and gold, each read once.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use tokio_postgres::{Row, Transaction};

use super::completeness::Column;
use super::hit::{Effect, RuleHits};

/// What a table holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TableContents {
    /// The schema.
    pub layer: String,
    /// The name in it.
    pub name: String,
    /// How many rows, unknown members not counted.
    pub rows: i64,
    /// The same by day, of tables whose rows have a time.
    pub days: Vec<DayRows>,
    /// How complete the columns are; none of tables that were only counted.
    pub columns: Vec<Column>,
    /// The greatest time of a row.
    pub latest_at: Option<DateTime<Utc>>,
}

/// Rows of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DayRows {
    /// By the calendar of each row's hospital.
    pub day: NaiveDate,
    /// How many.
    pub rows: i64,
}

/// A table that was read.
pub(super) struct Scanned {
    pub(super) contents: TableContents,
    pub(super) repairs: Vec<RuleHits>,
    /// The greatest time of each hospital's rows.
    pub(super) latest_at: BTreeMap<String, DateTime<Utc>>,
}

/// Reads all tables of silver and gold.
pub(super) async fn scan(
    transaction: &Transaction<'_>,
) -> Result<Vec<Scanned>, tokio_postgres::Error> {
    let tables = transaction
        .query(include_str!("../../sql/report/tables.sql"), &[])
        .await?;
    let mut scanned = Vec::with_capacity(tables.len());
    for table in &tables {
        let columns: Vec<String> = table.try_get("columns")?;
        let groups = transaction.query(&statement(table, &columns)?, &[]).await?;
        scanned.push(sum(table, columns, &groups)?);
    }
    Ok(scanned)
}

/// Rows of tables that are only counted.
pub(super) async fn aside(
    transaction: &Transaction<'_>,
) -> Result<Vec<TableContents>, tokio_postgres::Error> {
    let rows = transaction
        .query(include_str!("../../sql/report/aside.sql"), &[])
        .await?;
    rows.iter()
        .map(|row| {
            Ok(TableContents {
                layer: row.try_get("layer")?,
                name: row.try_get("name")?,
                rows: row.try_get("rows")?,
                days: Vec::new(),
                columns: Vec::new(),
                latest_at: None,
            })
        })
        .collect()
}

/// The statement that reads a table. What is filled in comes from the catalogue and from `tables.sql`.
fn statement(table: &Row, columns: &[String]) -> Result<String, tokio_postgres::Error> {
    let counts = columns.iter().map(|column| {
        let quoted = column.replace('"', "\"\"");
        format!("count(it.\"{quoted}\")")
    });
    let counts: Vec<String> = counts.collect();
    let mut sql = include_str!("../../sql/report/scan.sql").replace("{counts}", &counts.join(", "));
    for (place, column) in [
        ("{table}", "table_name"),
        ("{hospital}", "hospital"),
        ("{day}", "day"),
        ("{moment}", "moment"),
        ("{repairs}", "repairs"),
    ] {
        sql = sql.replace(place, table.try_get(column)?);
    }
    Ok(sql)
}

fn sum(
    table: &Row,
    columns: Vec<String>,
    groups: &[Row],
) -> Result<Scanned, tokio_postgres::Error> {
    let mut rows = 0;
    let mut filled = vec![0; columns.len()];
    let mut days = BTreeMap::<NaiveDate, i64>::new();
    let mut repairs = BTreeMap::<(String, Option<String>, Option<NaiveDate>), i64>::new();
    let mut latest = BTreeMap::<Option<String>, DateTime<Utc>>::new();
    for group in groups {
        let hospital: Option<String> = group.try_get("hospital_code")?;
        let day: Option<NaiveDate> = group.try_get("day")?;
        let of_group: i64 = group.try_get("rows")?;
        rows += of_group;
        let counts: Vec<i64> = group.try_get("filled")?;
        for (sum, count) in filled.iter_mut().zip(counts) {
            *sum += count;
        }
        if let Some(day) = day {
            *days.entry(day).or_default() += of_group;
        }
        for rule in group.try_get::<_, Vec<String>>("repairs")? {
            *repairs.entry((rule, hospital.clone(), day)).or_default() += of_group;
        }
        if let Some(at) = group.try_get::<_, Option<DateTime<Utc>>>("latest_at")? {
            let latest = latest.entry(hospital).or_insert(at);
            *latest = at.max(*latest);
        }
    }
    let columns = columns.into_iter().zip(filled);
    let repairs = repairs.into_iter();
    Ok(Scanned {
        contents: TableContents {
            layer: table.try_get("layer")?,
            name: table.try_get("name")?,
            rows,
            days: days
                .into_iter()
                .map(|(day, rows)| DayRows { day, rows })
                .collect(),
            columns: columns
                .map(|(column, filled)| Column { column, filled })
                .collect(),
            latest_at: latest.values().max().copied(),
        },
        repairs: repairs
            .map(|((rule, hospital_code, day), hits)| RuleHits {
                rule,
                effect: Effect::Repair,
                hospital_code,
                day,
                hits,
            })
            .collect(),
        latest_at: latest
            .into_iter()
            .filter_map(|(hospital, at)| Some((hospital?, at)))
            .collect(),
    })
}
