use super::Section;
use super::table::{Cell, Table};
use crate::verify::{Books, KindBooks, PartitionBooks};

/// Partitions that are shown.
const PARTITIONS_MAX: usize = 60;

pub(super) fn section(books: &Books) -> Section {
    let mut html = partitions(books).html();
    if !books.files.is_empty() {
        html.push_str(&kinds(books).html());
    }
    Section {
        id: "books",
        title: "The books",
        lead: "Every record and every line ends as loaded, a duplicate or in quarantine, and in one of them \
               alone: counted from rows, as database verify does."
            .to_owned(),
        html,
    }
}

fn partitions(books: &Books) -> Table {
    let mut table = Table::new(
        "Records of Kafka, by partition",
        &[
            "topic",
            "#partition",
            "#read",
            "#bronze",
            "#loaded",
            "#duplicate",
            "#quarantined",
            "",
        ],
    );
    for it in &books.partitions {
        table.row(partition(it, Cell::Number(it.partition.into())));
    }
    table.cut(PARTITIONS_MAX);
    table.row(partition(&books.total(), Cell::Told(String::new())));
    table
}

fn partition(books: &PartitionBooks, partition: Cell) -> Vec<Cell> {
    vec![
        Cell::Code(books.topic.clone()),
        partition,
        Cell::Number(books.read),
        Cell::Number(books.bronze),
        Cell::Number(books.loaded),
        Cell::Number(books.duplicate),
        Cell::Number(books.quarantined),
        verdict(books.balance()),
    ]
}

fn kinds(books: &Books) -> Table {
    let mut table = Table::new(
        "Lines of extracts, by kind of file",
        &[
            "kind",
            "#files",
            "#being loaded",
            "#lines",
            "#loaded",
            "#duplicate",
            "#quarantined",
            "",
        ],
    );
    for it in &books.kinds() {
        table.row(kind(it));
    }
    table.row(kind(&books.files_total()));
    table
}

fn kind(books: &KindBooks) -> Vec<Cell> {
    vec![
        Cell::Code(books.kind.clone()),
        Cell::Number(books.files),
        Cell::Number(books.loading),
        Cell::Number(books.lines),
        Cell::Number(books.loaded),
        Cell::Number(books.duplicate),
        Cell::Number(books.quarantined),
        verdict(books.balance),
    ]
}

fn verdict(balance: bool) -> Cell {
    Cell::Verdict(
        balance,
        if balance {
            "balances"
        } else {
            "does not balance"
        },
    )
}
