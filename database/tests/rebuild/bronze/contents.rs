//! All that a warehouse holds, to be compared.

use std::collections::BTreeMap;

use tokio_postgres::Client;

/// A table's rows, by the table with its schema.
pub(super) type Contents = BTreeMap<String, Vec<String>>;

/// The rows of all tables but the days and the census' own notes, each as text, in order.
pub(super) async fn contents(client: &Client) -> Contents {
    let tables = client
        .query(
            "select format('%I.%I', schemaname, tablename) from pg_tables
            where schemaname in ('bronze', 'silver', 'vault', 'gold', 'ops') 
                and tablename not like 'census%' and tablename <> 'dim_date'",
            &[],
        )
        .await
        .unwrap();
    let mut contents = Contents::new();
    for table in tables {
        let table: String = table.get(0);
        let sql = format!("select t::text from {table} as t order by 1");
        let rows = client.query(&sql, &[]).await.unwrap();
        contents.insert(table, rows.iter().map(|row| row.get(0)).collect());
    }
    contents
}

/// Panics with the rows that differ.
pub(super) fn assert_same(before: &Contents, after: &Contents, what: &str) {
    for (table, rows) in before {
        let now = &after[table];
        if rows == now {
            continue;
        }
        let gone: Vec<_> = rows.iter().filter(|row| !now.contains(row)).collect();
        let new: Vec<_> = now.iter().filter(|row| !rows.contains(row)).collect();
        panic!("{what}: {table} has lost {gone:#?} and got {new:#?}");
    }
}
