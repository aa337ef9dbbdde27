//! The page shows what the report says, to everybody, and nobody's identity.

use database::report::{Picture, Quality, Score, page, pictures, quality};

use super::markup::text_of;
use crate::verify::warehouse;

/// What the fixture's vault and bronze hold.
const IDENTITY: [&str; 4] = ["Canary", "CANARY", "HOSP:1", "S00000"];

async fn reported() -> Quality {
    quality(&mut warehouse::loaded().await, None).await.unwrap()
}

fn files(quality: &Quality) -> Vec<String> {
    let svg = |it: Picture| it.svg.to_file();
    pictures(quality).into_iter().map(svg).collect()
}

#[tokio::test]
async fn the_page_is_well_formed_and_asks_for_nothing() {
    let page = page(&reported().await);
    text_of(&page);
    for fetched in [
        "http:", "https:", "//", "<script", "<link", "<img", "@import", "url(", " src=",
    ] {
        let at = page.find(fetched);
        assert_eq!(
            at,
            None,
            "{fetched}: {:?}",
            at.map(|at| &page[at..page.len().min(at + 80)])
        );
    }
    assert!(page.contains("default-src 'none'"));
    let dark = page.matches("@media (prefers-color-scheme: dark)").count();
    assert_eq!(dark, 2, "the page's own colours, and those of its charts");
    // Each chart says what it is, also to those who do not see it.
    let charts = page.matches("<svg ").count();
    assert_eq!(page.matches("role=\"img\" aria-label=\"").count(), charts);
    assert!(charts >= 5, "{charts}");
}

#[tokio::test]
async fn page_and_json_say_the_same() {
    let quality = reported().await;
    let json = serde_json::to_value(&quality).unwrap();
    let text = text_of(&page(&quality));
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    let books = &json["books"]["total"];
    for column in ["read", "bronze", "loaded", "duplicate", "quarantined"] {
        assert!(books[column].is_number(), "{books}");
    }
    let total = format!(
        "total {} {} {} {} {} ✓ balances",
        books["read"], books["bronze"], books["loaded"], books["duplicate"], books["quarantined"]
    );
    assert!(text.contains(&total), "{total}");
    for table in json["tables"].as_array().unwrap() {
        let name = table["name"].as_str().unwrap();
        let row = format!(
            "{} {name} {}",
            table["layer"].as_str().unwrap(),
            table["rows"]
        );
        assert!(text.contains(&row), "{row}");
    }
    for rule in json["quarantine"].as_array().unwrap() {
        let (code, records) = (
            rule["rule"].as_str().unwrap(),
            rule["records"].as_i64().unwrap(),
        );
        let row = format!("quarantined {records}");
        assert!(text.contains(code) && text.contains(&row), "{row}");
        for record in rule["worst"].as_array().unwrap() {
            assert!(text.contains(record["reason"].as_str().unwrap()));
        }
    }
    let moment = quality
        .reported_at
        .format("%Y-%m-%d %H:%M:%S UTC")
        .to_string();
    assert!(text.contains(&format!("The warehouse as of {moment}.")));
    // One of two charges has a time.
    assert!(text.contains("charged_at 1 50.00 %"));
}

#[tokio::test]
async fn it_shows_nobody() {
    let mut client = warehouse::loaded().await;
    let plant = "update bronze.kafka_record set payload = 'CANARY', headers = '{CANARY}'";
    client.batch_execute(plant).await.unwrap();
    let quality = quality(&mut client, None).await.unwrap();
    let mut shown = files(&quality);
    shown.push(page(&quality));
    shown.push(serde_json::to_string(&quality).unwrap());
    for shown in shown {
        for identity in IDENTITY {
            assert!(!shown.contains(identity), "{identity}");
        }
    }
}

#[tokio::test]
async fn an_empty_warehouse_has_a_page_and_pictures() {
    let quality = quality(&mut warehouse::migrated().await, None)
        .await
        .unwrap();
    let text = text_of(&page(&quality));
    for words in [
        "no rule hit anything",
        "nothing is in quarantine",
        "no hour is closed yet",
        "nobody was admitted yet",
        "no table has rows yet",
        "without a score",
    ] {
        assert!(text.contains(words), "{words}");
    }
    assert_eq!(files(&quality).len(), 3);
}

#[tokio::test]
async fn what_comes_from_outside_is_no_markup() {
    let mut client = warehouse::loaded().await;
    let plant = "update ops.kafka_topic set topic = 'a<script>&\"b' || chr(27) where topic_id = 1;
        update ops.quarantine set rule = 'X<b>', field = '\"><i>', reason = '<u>''' where topic_id = 1;
        update gold.dim_department set name = 'Ward <7> & more', kind = 'kind<em>'";
    client
        .batch_execute(
            "alter table ops.kafka_offset drop constraint kafka_offset_cluster_id_topic_fkey",
        )
        .await
        .unwrap();
    client.batch_execute(plant).await.unwrap();
    let quality = quality(&mut client, None).await.unwrap();
    let page = page(&quality);
    let text = text_of(&page);
    assert!(text.contains("a&lt;script&gt;&amp;&quot;b/0/105"), "{text}");
    assert!(text.contains("&quot;&gt;&lt;i&gt;") && text.contains("&lt;u&gt;&#39;"));
    for svg in files(&quality) {
        text_of(&svg);
    }
    assert!(
        files(&quality)
            .concat()
            .contains("Ward &lt;7&gt; &amp; more")
    );
}

#[tokio::test]
async fn long_tails_are_cut_and_told() {
    let mut client = warehouse::loaded().await;
    let plant = "insert into ops.quarantine (quarantine_id, file_id, line, rule, reason, quarantined_at)
        select gen_random_uuid(), 10, 100 + 10 * rule + line, 'NEW-' || rule, 'odd', '2026-06-05 00:00:00+00'
        from generate_series(100, 140) as rule cross join generate_series(1, 8) as line";
    client.batch_execute(plant).await.unwrap();
    let page = page(&quality(&mut client, None).await.unwrap());
    let text = text_of(&page);
    // 41 rules and those of the fixture; eight records of each.
    assert!(text.contains("22 more rules"), "{text}");
    assert!(text.contains(" 3 more "));
    assert!(text.contains("the 25 most frequent, and 22 more"));
}

#[tokio::test]
async fn a_score_is_shown_as_it_was_told() {
    let told = r#"{"run": "42/2026-03-02/a&b", "events": {"count": 1000, "clean": 990, "clean_hit": 0,
        "classes": [
            {"class": "bad_id_check_digit", "injected": 4, "rules": ["ADT-018"], "found": 3, "false_hits": 1,
             "precision": 0.75, "recall": 0.75},
            {"class": "late_delivery", "injected": 6, "reason": "gold does not depend on the order of arrival"}],
        "consequences": {"HIS-004": 2}}, "lines": null}"#;
    let score: Score = serde_json::from_str(told).unwrap();
    let mut client = warehouse::migrated().await;
    let quality = quality(&mut client, Some(score)).await.unwrap();
    let text = text_of(&page(&quality));
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    for words in [
        "Run: 42/2026-03-02/a&amp;b.",
        "bad_id_check_digit 4 3 1 75.00 % 75.00 % ADT-018",
        "late_delivery 6 – – – – nothing: gold does not depend on the order of arrival",
        "990 have no fault; 0 of them were hit by one of these rules. HIS-004: 2 hits",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
}
