//! Columns of gold, and a change of one value in each.

use tokio_postgres::{Client, Transaction};

/// A column of a table.
pub(crate) struct Column {
    /// The table with its schema.
    pub(crate) table: String,
    /// The column.
    pub(crate) name: String,
    /// Its type, as the information schema names it.
    kind: String,
}

/// Every column of every table of gold and of the findings, in order.
pub(crate) async fn of_gold(client: &Client) -> Vec<Column> {
    let rows = client
        .query(
            "select c.table_schema || '.' || c.table_name, c.column_name::text, c.data_type::text
             from information_schema.columns as c
             join information_schema.tables as t using (table_schema, table_name)
             where t.table_type = 'BASE TABLE'
                 and (c.table_schema = 'gold' or (c.table_schema, c.table_name) = ('silver', 'finding'))
             order by c.table_schema, c.table_name, c.ordinal_position",
            &[],
        )
        .await
        .unwrap();
    let column = |row: &tokio_postgres::Row| Column {
        table: row.get(0),
        name: row.get(1),
        kind: row.get(2),
    };
    rows.iter().map(column).collect()
}

impl Column {
    /// Changes the column's value in one row.
    pub(crate) async fn change(&self, transaction: &Transaction<'_>) {
        let Self { table, name, .. } = self;
        let value = match self.kind.as_str() {
            "uuid" => "gen_random_uuid()".to_owned(),
            "text" => format!("coalesce({name}, '') || 'x'"),
            "boolean" => format!("not coalesce({name}, false)"),
            "smallint" | "integer" | "bigint" => format!("coalesce({name}, 0) + 1"),
            "date" => format!("{name} + 365000"),
            "timestamp with time zone" => format!(
                "case {name} when 'infinity' then '2200-01-01' when '-infinity' then '1990-01-01' \
                 else {name} + interval '1 microsecond' end"
            ),
            other => panic!("{table}.{name} is of the new type {other}"),
        };
        // A dimension begins with its unknown member, so take the last row there; the last
        // encounter has no time to spare between its begin and end, so take the first here.
        let which = if table.contains(".dim_") {
            "max"
        } else {
            "min"
        };
        let sql = format!(
            "update {table} set {name} = {value}
             where ctid = (select {which}(ctid) from {table} where {name} is not null)"
        );
        let changed = transaction.execute(&sql, &[]).await.unwrap();
        if changed == 0 {
            let sql = sql.replace(&format!("{name} is not null"), "true");
            assert_eq!(
                transaction.execute(&sql, &[]).await.unwrap(),
                1,
                "{table}.{name}"
            );
        }
    }
}
