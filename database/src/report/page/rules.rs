use std::collections::{BTreeMap, BTreeSet};

use super::table::{Cell, Table};
use super::{Section, figure};
use crate::report::hit::{Effect, RuleHits};
use crate::report::picture;

/// Rules that are shown.
const RULES_MAX: usize = 60;

/// Hospitals that have a column.
const HOSPITALS_MAX: usize = 12;

/// The last days that have a column.
const DAYS_MAX: usize = 14;

/// A rule, and what it did.
type Hit = (String, Effect);

pub(super) fn section(hits: &[RuleHits]) -> Section {
    let rules = by_rule(hits);
    let mut html = figure(&picture::rules(&rules));
    if !rules.is_empty() {
        html.push_str(&table(&rules).html());
        html.push_str(&by_hospital(hits, &rules).folded("By rule and hospital"));
        html.push_str(&by_day(hits, &rules).folded("By rule and day"));
    }
    Section {
        id: "rules",
        title: "What rules did",
        lead: "Rules of records keep a record aside or repair it; rules of history only find. docs/rules.md has \
               them all."
            .to_owned(),
        html,
    }
}

/// All hits of each rule, the most frequent first.
fn by_rule(hits: &[RuleHits]) -> Vec<(String, Effect, i64)> {
    let mut sums = BTreeMap::<Hit, i64>::new();
    for hit in hits {
        *sums.entry((hit.rule.clone(), hit.effect)).or_default() += hit.hits;
    }
    let mut rules: Vec<_> = sums
        .into_iter()
        .map(|((rule, effect), hits)| (rule, effect, hits))
        .collect();
    rules.sort_by_key(|(_, _, hits)| std::cmp::Reverse(*hits));
    rules
}

fn table(rules: &[(String, Effect, i64)]) -> Table {
    let mut table = Table::new(
        "Hits by rule",
        &["rule", "what it finds", "what was done", "#hits"],
    );
    for (rule, effect, hits) in rules {
        table.row(vec![
            Cell::Code(rule.clone()),
            Cell::Text(finds(rule)),
            Cell::Plain(effect.as_str().to_owned()),
            Cell::Number(*hits),
        ]);
    }
    table.cut(RULES_MAX);
    table
}

/// What a rule finds, in words.
pub(super) fn finds(rule: &str) -> String {
    domain::rule::of_code(rule)
        .map_or("", |rule| rule.finds)
        .to_owned()
}

fn by_hospital(hits: &[RuleHits], rules: &[(String, Effect, i64)]) -> Table {
    let codes = hits.iter().filter_map(|it| it.hospital_code.as_deref());
    let codes: BTreeSet<&str> = codes.collect();
    let more = codes.len().saturating_sub(HOSPITALS_MAX);
    let columns: Vec<_> = codes
        .into_iter()
        .take(HOSPITALS_MAX)
        .map(str::to_owned)
        .collect();
    let note = (more > 0).then(|| format!("{more} more hospitals"));
    let column = |hit: &RuleHits| hit.hospital_code.clone();
    matrix(
        "Hits by rule and hospital",
        (hits, rules),
        (&columns, column),
        note,
    )
}

fn by_day(hits: &[RuleHits], rules: &[(String, Effect, i64)]) -> Table {
    let days: BTreeSet<_> = hits.iter().filter_map(|it| it.day).collect();
    let more = days.len().saturating_sub(DAYS_MAX);
    let columns: Vec<_> = days
        .into_iter()
        .skip(more)
        .map(|day| day.to_string())
        .collect();
    let note = (more > 0).then(|| format!("{more} more days before these"));
    let column = |hit: &RuleHits| hit.day.map(|day| day.to_string());
    matrix(
        "Hits by rule and day",
        (hits, rules),
        (&columns, column),
        note,
    )
}

/// A row a rule, a column a hospital or day, and one of the hits of which neither is known.
fn matrix(
    caption: &str,
    (hits, rules): (&[RuleHits], &[(String, Effect, i64)]),
    (columns, column): (&[String], impl Fn(&RuleHits) -> Option<String>),
    note: Option<String>,
) -> Table {
    let mut sums = BTreeMap::<(&str, Effect, Option<String>), i64>::new();
    for hit in hits {
        *sums
            .entry((&hit.rule, hit.effect, column(hit)))
            .or_default() += hit.hits;
    }
    let mut heads = vec!["rule".to_owned(), "what was done".to_owned()];
    heads.extend(columns.iter().map(|it| format!("#{it}")));
    heads.push("#not told".to_owned());
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let mut table = Table::new(caption, &heads);
    for (rule, effect, _) in rules.iter().take(RULES_MAX) {
        let of = |column: Option<String>| sums.get(&(rule, *effect, column)).copied().unwrap_or(0);
        let mut row = vec![
            Cell::Code(rule.clone()),
            Cell::Plain(effect.as_str().to_owned()),
        ];
        row.extend(columns.iter().map(|it| Cell::Number(of(Some(it.clone())))));
        row.push(Cell::Number(of(None)));
        table.row(row);
    }
    table.note(note);
    table
}
