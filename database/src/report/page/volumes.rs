use chart::label::spoken;

use super::table::{Cell, Table};
use super::{Section, figure, moment};
use crate::report::picture::volume;
use crate::report::quality::Quality;
use crate::report::received::ReceivedOnDay;
use crate::report::scan::TableContents;
use crate::report::timeline::Timeline;

/// Days of receipt that are shown.
const DAYS_OF_RECEIPT_MAX: usize = 40;

pub(super) fn section(quality: &Quality) -> Section {
    let mut html = String::new();
    for layer in ["silver", "gold"] {
        let of_layer = quality.tables.iter().filter(|it| it.layer == layer);
        let tables: Vec<_> = of_layer.filter(|it| !it.days.is_empty()).collect();
        if let Some(timeline) = Timeline::of(&tables) {
            html.push_str(&figure(&volume(layer, &tables, &timeline)));
            let summary = format!("{} as a table", spoken(layer));
            html.push_str(&by_day(layer, &tables, &timeline).folded(&summary));
        }
    }
    html.push_str(&received(&quality.received).html());
    html.push_str(&totals(quality).html());
    Section {
        id: "volumes",
        title: "Volumes",
        lead: "What came, and what the layers hold of it: bronze by day of receipt, silver and gold by the \
               day that rows are about."
            .to_owned(),
        html,
    }
}

fn by_day(layer: &str, tables: &[&TableContents], timeline: &Timeline) -> Table {
    let names = tables.iter().map(|it| format!("#{}", it.name));
    let heads: Vec<String> = [timeline.unit.singular().to_owned()]
        .into_iter()
        .chain(names)
        .collect();
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let caption = format!("{}: rows by {}", spoken(layer), timeline.unit.singular());
    let mut table = Table::new(&caption, &heads);
    let rows: Vec<Vec<i64>> = tables.iter().map(|it| timeline.rows(it)).collect();
    for (label, place) in timeline.labels().into_iter().zip(0..) {
        let numbers = rows.iter().map(|of_table| Cell::Number(of_table[place]));
        table.row([Cell::Plain(label)].into_iter().chain(numbers).collect());
    }
    table.note(timeline.note());
    table
}

/// The last days first.
fn received(received: &[ReceivedOnDay]) -> Table {
    let mut table = Table::new(
        "Bronze: what came, by day of receipt (UTC)",
        &["day", "source", "#records or lines", "last of them"],
    );
    let mut last_first: Vec<_> = received.iter().collect();
    last_first.sort_by(|a, b| b.day.cmp(&a.day).then(a.source.cmp(&b.source)));
    for it in last_first {
        table.row(vec![
            Cell::Plain(it.day.to_string()),
            Cell::Code(it.source.clone()),
            Cell::Number(it.inputs),
            Cell::Plain(it.latest_at.format("%H:%M:%S").to_string()),
        ]);
    }
    table.cut(DAYS_OF_RECEIPT_MAX);
    table
}

fn totals(quality: &Quality) -> Table {
    let mut table = Table::new(
        "Rows of all tables",
        &["layer", "table", "#rows", "latest time of a row"],
    );
    let records: i64 = quality.books.total().bronze;
    table.row(vec![
        Cell::Plain("bronze".to_owned()),
        Cell::Code("kafka_record".to_owned()),
        Cell::Number(records),
        Cell::maybe(None::<&str>),
    ]);
    for layer in ["bronze", "silver", "vault", "gold", "ops"] {
        for it in quality.tables.iter().filter(|it| it.layer == layer) {
            table.row(vec![
                Cell::Plain(it.layer.clone()),
                Cell::Code(it.name.clone()),
                Cell::Number(it.rows),
                Cell::maybe(it.latest_at.map(moment)),
            ]);
        }
    }
    table
}
