//! The figures on top.

use chart::label::thousands;
use chart::markup::escape;

use super::table::percent;
use crate::report::hit::Effect;
use crate::report::quality::Quality;

/// What one wants to know first.
pub(super) fn figures(quality: &Quality) -> String {
    let (records, lines) = (quality.books.total(), quality.books.files_total());
    let came = records.bronze + lines.lines;
    let quarantined = records.quarantined + lines.quarantined;
    let balance = quality.books.balance();
    let of_effect = |effect: Effect| {
        let hits = quality.rules.iter().filter(|it| it.effect == effect);
        hits.map(|it| it.hits).sum::<i64>()
    };
    let figures = [
        (
            "Received",
            number(came),
            format!(
                "{} records, {} lines",
                number(records.bronze),
                number(lines.lines)
            ),
        ),
        (
            "Loaded",
            number(records.loaded + lines.loaded),
            format!(
                "and {} duplicates",
                number(records.duplicate + lines.duplicate)
            ),
        ),
        (
            "In quarantine",
            number(quarantined),
            format!("{} of what came", share(quarantined, came)),
        ),
        (
            "Repaired",
            number(of_effect(Effect::Repair)),
            "values derived or marked unknown".to_owned(),
        ),
        (
            "Findings",
            number(of_effect(Effect::Finding)),
            "by rules of history".to_owned(),
        ),
        (
            "Books",
            if balance {
                "✓ balance"
            } else {
                "✗ do not balance"
            }
            .to_owned(),
            "every input has one outcome".to_owned(),
        ),
    ];
    let items = figures.map(|(name, number, more)| {
        let (number, more) = (escape(&number), escape(&more));
        format!(
            "<li><span class=\"name\">{name}</span><span class=\"number\">{number}</span>\
             <span class=\"more\">{more}</span></li>\n"
        )
    });
    format!("<ul class=\"figures\">\n{}</ul>", items.concat())
}

fn number(number: i64) -> String {
    thousands(number.unsigned_abs())
}

#[expect(clippy::cast_precision_loss, reason = "numbers of rows are below 2^53")]
fn share(part: i64, whole: i64) -> String {
    if whole == 0 {
        return "nothing".to_owned();
    }
    percent(part as f64 / whole as f64)
}
