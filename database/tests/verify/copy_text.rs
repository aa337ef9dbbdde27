//! Lines of `copy_text` are what the real COPY writes.

use std::pin::pin;

use chrono::{DateTime, NaiveDate, Utc};
use database::digest::copy_text::{Field, Moment, line};
use futures::TryStreamExt as _;
use tokio_postgres::Client;
use uuid::Uuid;

use super::warehouse;

/// What COPY writes for an expression.
async fn copied(client: &Client, expressions: &str) -> String {
    let stream = client
        .copy_out(&format!("copy (select {expressions}) to stdout"))
        .await
        .unwrap();
    let chunks: Vec<_> = pin!(stream).try_collect().await.unwrap();
    String::from_utf8(chunks.concat()).unwrap()
}

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[tokio::test]
async fn texts_with_every_special_character() {
    let client = warehouse::loaded().await;
    for text in [
        "",
        "\\N",
        "\\.",
        "a\tb",
        "a\\b",
        "line\nfeed",
        "carriage\rreturn",
        "\u{8}\u{c}\u{b}\u{1}\u{7f}",
        "émile 🏥 \u{a0}",
        "'quoted' \"twice\"",
    ] {
        let quoted = format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"));
        assert_eq!(
            line(&[text.into()]),
            copied(&client, &quoted).await,
            "{text:?}"
        );
    }
}

#[tokio::test]
async fn times_of_every_shape() {
    let client = warehouse::loaded().await;
    client.batch_execute("set timezone = 'UTC'").await.unwrap();
    for text in [
        "2026-03-02T08:00:00Z",
        "2026-03-02T08:00:00.1Z",
        "2026-03-02T08:00:00.120000Z",
        "2026-03-02T08:00:00.000001Z",
        "1969-12-31T23:59:59.999999Z",
        "1900-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ] {
        let copied = copied(&client, &format!("timestamptz '{text}'")).await;
        assert_eq!(line(&[time(text).into()]), copied, "{text}");
    }
    let far = NaiveDate::from_ymd_opt(12_345, 6, 7).unwrap();
    let caesar = NaiveDate::from_ymd_opt(-43, 3, 15).unwrap();
    for (date, text) in [(far, "12345-06-07"), (caesar, "0044-03-15 BC")] {
        assert_eq!(
            line(&[date.into()]),
            copied(&client, &format!("date '{text}'")).await
        );
        let midnight = date.and_hms_opt(0, 0, 0).unwrap().and_utc();
        let copied = copied(&client, &format!("timestamptz '{text}'")).await;
        assert_eq!(line(&[midnight.into()]), copied);
    }
}

#[tokio::test]
async fn a_row_of_all_types() {
    let client = warehouse::loaded().await;
    let uuid = Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
    let fields = [
        Field::Null,
        uuid.into(),
        true.into(),
        false.into(),
        Field::from(i64::MIN),
        Field::from(7_i32),
        NaiveDate::from_ymd_opt(2026, 3, 2).unwrap().into(),
        Moment::NegativeInfinity.into(),
        Moment::Infinity.into(),
    ];
    let copied = copied(
        &client,
        "null, '01234567-89ab-cdef-0123-456789abcdef'::uuid, true, false,
         '-9223372036854775808'::bigint, 7, date '2026-03-02',
         '-infinity'::timestamptz, 'infinity'::timestamptz",
    )
    .await;
    assert_eq!(line(&fields), copied);
}
