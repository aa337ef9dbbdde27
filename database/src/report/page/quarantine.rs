use std::fmt::Write as _;

use super::rules::finds;
use super::table::{Cell, Table};
use super::{Section, figure, moment};
use crate::report::picture;
use crate::report::quarantined::RuleQuarantine;

/// Rules that are shown.
const RULES_MAX: usize = 25;

pub(super) fn section(rules: &[RuleQuarantine]) -> Section {
    let mut html = figure(&picture::quarantine(rules));
    for rule in rules.iter().take(RULES_MAX) {
        html.push_str(&worst(rule).html());
    }
    if let Some(more) = rules.len().checked_sub(RULES_MAX).filter(|more| *more > 0) {
        // Writing to a string does not fail.
        let _ = writeln!(html, "<p class=\"note\">{more} more rules</p>");
    }
    Section {
        id: "quarantine",
        title: "Quarantine",
        lead: "Of each rule the records and lines that are worst: still open, tried most often, last come. They \
               are told by where they are in bronze or in the archive, and reasons hold no value of theirs."
            .to_owned(),
        html,
    }
}

fn worst(rule: &RuleQuarantine) -> Table {
    let caption = format!("{}: {}", rule.rule, finds(&rule.rule));
    let heads = ["where", "field", "reason", "#attempts", "state", "since"];
    let mut table = Table::new(&caption, &heads);
    for record in &rule.worst {
        table.row(vec![
            Cell::Code(record.coordinates()),
            Cell::maybe(record.field.as_ref()),
            Cell::Text(record.reason.clone()),
            Cell::Number(record.attempts.into()),
            Cell::Plain(record.state.clone()),
            Cell::Plain(moment(record.quarantined_at)),
        ]);
    }
    let shown = i64::try_from(rule.worst.len()).unwrap_or(0);
    let more = rule.records - shown;
    table
        .note((more > 0).then(|| format!("{} more", chart::label::thousands(more.unsigned_abs()))));
    table
}
