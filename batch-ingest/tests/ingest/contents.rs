//! What a warehouse holds that must not depend on how it was loaded.

use std::collections::BTreeMap;

use futures::TryStreamExt as _;
use tokio_postgres::Client;

use crate::warehouse::{Role, Warehouse};

/// Tables beside those of the digest, without numbers that count what came first. A row that a late
/// day brought to the day after it has no line.
const TABLES: [(&str, &str); 24] = [
    ("silver.patients", "file_id, line"),
    ("silver.encounters", "file_id"),
    ("silver.diagnoses", "file_id"),
    ("silver.procedures", "file_id"),
    ("silver.medications", "file_id"),
    ("silver.charges", "file_id"),
    ("silver.people", "file_id"),
    ("silver.hospital_patients", "file_id"),
    ("gold.fact_diagnosis", ""),
    ("gold.fact_procedure", ""),
    ("gold.fact_medication", ""),
    ("gold.fact_charge", ""),
    ("gold.dim_person", ""),
    ("gold.fact_registration", ""),
    ("vault.registered_patient", ""),
    ("vault.encounter", ""),
    ("vault.person", ""),
    ("vault.registration", ""),
    ("silver.staff", "file_id"),
    ("silver.staff_statement", "file_id"),
    ("silver.department_statement", "file_id"),
    ("gold.dim_staff", ""),
    ("vault.listed_staff", ""),
    ("vault.staff", ""),
];

const QUARANTINED: &str = "
    select hospital_code, kind, extract_date, quarantine.line, rule, field, reason
    from ops.quarantine join bronze.file using (file_id) order by 1, 2, 3, 4";

const DUPLICATES: &str = "
    select hospital_code, kind, extract_date, line_duplicate.line
    from ops.line_duplicate join bronze.file using (file_id) order by 1, 2, 3, 4";

/// The digest of gold, and the rows of what files are loaded into, as text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Contents {
    pub(crate) digest: String,
    pub(crate) tables: BTreeMap<&'static str, Vec<String>>,
}

impl Contents {
    pub(crate) async fn of(warehouse: &Warehouse) -> Self {
        let client = warehouse.superuser().await;
        let mut tables = BTreeMap::new();
        for (table, without) in TABLES {
            let columns = columns(&client, table, without).await;
            let sql = format!("select {columns} from {table} as t order by t::text collate \"C\"");
            tables.insert(table, rows(&client, &sql).await);
        }
        for rows in tables.values_mut() {
            rows.sort();
        }
        tables.insert("quarantined", rows(&client, QUARANTINED).await);
        tables.insert("duplicates", rows(&client, DUPLICATES).await);
        Self {
            digest: digest_of(warehouse).await,
            tables,
        }
    }

    /// Panics with the tables that differ.
    pub(crate) fn assert_same(&self, other: &Self, how: &str) {
        for (table, rows) in &self.tables {
            let others = &other.tables[table];
            let only = |a: &[String], b: &[String]| -> Vec<String> {
                a.iter()
                    .filter(|row| !b.contains(row))
                    .take(3)
                    .cloned()
                    .collect()
            };
            assert!(
                rows == others,
                "{how}: {table} differs: {:?} against {:?}",
                only(rows, others),
                only(others, rows)
            );
        }
        assert_eq!(self.digest, other.digest, "{how}");
    }
}

async fn digest_of(warehouse: &Warehouse) -> String {
    let mut client = warehouse.client(Role::Loader).await;
    let digest = database::digest::digest(&mut client).await.unwrap();
    digest.sha256
}

async fn columns(client: &Client, table: &str, without: &str) -> String {
    let sql = "
        select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute
        where attrelid = $1::text::regclass and attnum > 0 and attname <> all ($2::text[])";
    let without: Vec<&str> = without.split(", ").collect();
    let row = client.query_one(sql, &[&table, &without]).await.unwrap();
    row.get(0)
}

async fn rows(client: &Client, sql: &str) -> Vec<String> {
    let stream = client.copy_out(&format!("copy ({sql}) to stdout")).await;
    let chunks: Vec<_> = stream.unwrap().try_collect().await.unwrap();
    let text = String::from_utf8(chunks.concat()).unwrap();
    text.lines().map(str::to_owned).collect()
}
