//! The digest covers every column, and nothing but the rows.

use database::digest::copy_text::{Field, Moment, line};
use database::digest::{self, TABLES};
use tokio_postgres::{Client, Transaction};

use super::column;
use super::warehouse;

/// The calendar is large; a month of it shows as much.
const SHORT_CALENDAR: &str = "delete from gold.dim_date where date_day > '1900-01-31'";

#[tokio::test]
async fn every_column_of_every_table_is_covered_in_its_order() {
    let client = warehouse::loaded().await;
    let mut covered = Vec::new();
    for table in TABLES {
        let statement = client.prepare(table.sql).await.unwrap();
        let columns = statement.columns().iter();
        covered.extend(columns.map(|column| format!("{}.{}", table.name, column.name())));
    }
    let columns = column::of_gold(&client).await;
    let mut expected: Vec<_> = columns
        .iter()
        .map(|column| format!("{}.{}", column.table, column.name))
        .collect();
    // Tables in the digest's order, columns in the database's.
    expected.sort_by_key(|name| {
        TABLES
            .iter()
            .position(|table| name.starts_with(&format!("{}.", table.name)))
    });
    assert_eq!(covered, expected);
}

#[tokio::test]
async fn a_change_of_any_column_changes_it() {
    let mut client = warehouse::loaded().await;
    client.batch_execute(SHORT_CALENDAR).await.unwrap();
    let before = digest::digest(&mut client).await.unwrap();
    for column in column::of_gold(&client).await {
        let transaction = client.transaction().await.unwrap();
        column.change(&transaction).await;
        let after = digest::digest_in(&transaction).await.unwrap();
        assert_ne!(
            before.sha256, after.sha256,
            "{}.{}",
            column.table, column.name
        );
        let changed = before.tables.iter().zip(&after.tables);
        let changed: Vec<_> = changed
            .filter(|(before, after)| before != after)
            .map(|(table, _)| table.name)
            .collect();
        assert_eq!(changed, [column.table.as_str()]);
        transaction.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn it_hangs_neither_on_the_session_nor_on_where_rows_lie() {
    let mut client = warehouse::loaded().await;
    client.batch_execute(SHORT_CALENDAR).await.unwrap();
    let before = digest::digest(&mut client).await.unwrap();
    client
        .batch_execute(
            "set timezone = 'Africa/Johannesburg'; set datestyle = 'German'; set search_path = gold;
             set extra_float_digits = 0; set default_transaction_isolation = 'serializable';
             update gold.fact_admission set died = died;
             update gold.dim_patient set sex = sex where is_current;
             create table public.elsewhere as table silver.finding;
             delete from silver.finding;
             insert into silver.finding select * from public.elsewhere order by event_id desc",
        )
        .await
        .unwrap();
    assert_eq!(before, digest::digest(&mut client).await.unwrap());
}

#[tokio::test]
async fn a_model_in_memory_gives_the_same() {
    let mut client = warehouse::loaded().await;
    let transaction = client.transaction().await.unwrap();
    let of_database = digest::digest_in(&transaction).await.unwrap();
    let by_name = |name: &str| of_database.tables.iter().find(|table| table.name == name);
    let stays = stays(&transaction).await;
    assert_eq!(
        by_name("gold.fact_location_stay"),
        Some(&digest::rows("gold.fact_location_stay", stays))
    );
    let hospitals = hospitals(&transaction).await;
    assert_eq!(
        by_name("gold.dim_hospital"),
        Some(&digest::rows("gold.dim_hospital", hospitals))
    );
}

async fn stays(transaction: &Transaction<'_>) -> Vec<String> {
    let sql = TABLES
        .iter()
        .find(|table| table.name == "gold.fact_location_stay")
        .unwrap()
        .sql;
    let rows = transaction.query(sql, &[]).await.unwrap();
    let stay = |row: &tokio_postgres::Row| {
        line(&[
            row.get::<_, uuid::Uuid>(0).into(),
            row.get::<_, chrono::DateTime<chrono::Utc>>(1).into(),
            row.get::<_, i32>(2).into(),
            row.get::<_, uuid::Uuid>(3).into(),
            row.get::<_, uuid::Uuid>(4).into(),
            row.get::<_, &str>(5).into(),
            row.get::<_, uuid::Uuid>(6).into(),
            row.get::<_, Option<&str>>(7).into(),
            row.get::<_, Option<&str>>(8).into(),
            row.get::<_, Option<chrono::DateTime<chrono::Utc>>>(9)
                .into(),
            row.get::<_, Option<i64>>(10).into(),
        ])
    };
    rows.iter().map(stay).collect()
}

async fn hospitals(transaction: &Transaction<'_>) -> Vec<String> {
    let rows = transaction
        .query(
            "select hospital_key, hospital_code, name, municipality, province, time_zone
             from gold.dim_hospital order by hospital_key",
            &[],
        )
        .await
        .unwrap();
    let hospital = |row: &tokio_postgres::Row| {
        let mut fields = vec![Field::Uuid(row.get(0))];
        fields.extend((1..6).map(|column| Field::from(row.get::<_, Option<&str>>(column))));
        line(&fields)
    };
    rows.iter().map(hospital).collect()
}

#[tokio::test]
async fn it_is_shown_with_the_whole_as_the_last_line() {
    let mut client = warehouse::loaded().await;
    let digest = digest::digest(&mut client).await.unwrap();
    let mut shown = Vec::new();
    digest::render(&digest, &mut shown).unwrap();
    let shown = String::from_utf8(shown).unwrap();
    assert_eq!(shown.lines().last(), Some(digest.sha256.as_str()));
    assert_eq!(shown.lines().count(), TABLES.len() + 2);
    assert_eq!(digest.to_json()["sha256"], digest.sha256);
    assert_eq!(digest.sha256.len(), 64);
    infinity_is_no_time(&client).await;
}

async fn infinity_is_no_time(client: &Client) {
    let current: i64 = client
        .query_one(
            "select count(*) from gold.dim_patient where valid_to = 'infinity'",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(current, 8);
    assert_eq!(line(&[Field::Time(Moment::Infinity)]), "infinity\n");
}
