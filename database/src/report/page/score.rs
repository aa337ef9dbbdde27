use std::fmt::Write as _;

use chart::label::thousands;
use chart::markup::escape;

use super::Section;
use super::table::{Cell, Table};
use crate::report::score::{ClassScore, PartScore, Score};

/// How to get one.
const HOW: &str = "<p>This report was made without a score. Of a run with faults laid on purpose \
<code>simulation run --faults default --report</code> puts it in; or take it from such a run, told as it was told \
to it:</p>\n<p><code>simulation score --faults default --json &gt; score.json</code><br/>\
<code>database report --out report.html --score score.json</code></p>\n";

pub(super) fn section(score: Option<&Score>) -> Section {
    let html = match score {
        None => HOW.to_owned(),
        Some(score) => {
            let mut html = part("Events", &score.events);
            if let Some(lines) = &score.lines {
                html.push_str(&part("Lines of extracts", lines));
            }
            html
        }
    };
    let lead = "How many of the faults that were laid on purpose the rules found (recall), and how many of their \
                hits were right (precision).";
    Section {
        id: "score",
        title: "Score",
        lead: match score {
            None => lead.to_owned(),
            Some(score) => format!("{lead} Run: {}.", score.run),
        },
        html,
    }
}

fn part(name: &str, score: &PartScore) -> String {
    let heads = [
        "class of fault",
        "#injected",
        "#found",
        "#false",
        "precision",
        "recall",
        "found by",
    ];
    let mut table = Table::new(name, &heads);
    for class in score
        .classes
        .iter()
        .filter(|it| it.injected > 0 || it.false_hits > Some(0))
    {
        table.row(row(class));
    }
    let mut told = format!(
        "{} have no fault; {} of them were hit by one of these rules.",
        thousands(score.clean),
        thousands(score.clean_hit)
    );
    for (rule, hits) in &score.consequences {
        let _ = write!(
            told,
            " {rule}: {} hits, as other faults bring about.",
            thousands(*hits)
        );
    }
    format!("{}<p class=\"note\">{}</p>\n", table.html(), escape(&told))
}

fn row(class: &ClassScore) -> Vec<Cell> {
    let number = |number: Option<u64>| number.map_or_else(|| "–".to_owned(), thousands);
    let by = match &class.reason {
        Some(reason) => format!("nothing: {reason}"),
        None => class.rules.join(", "),
    };
    let share = |share: Option<f64>| share.map_or_else(|| Cell::Plain("–".to_owned()), Cell::Share);
    vec![
        Cell::Code(class.class.clone()),
        Cell::Told(thousands(class.injected)),
        Cell::Told(number(class.found)),
        Cell::Told(number(class.false_hits)),
        share(class.precision),
        share(class.recall),
        Cell::Text(by),
    ]
}
