//! Outcomes as a table for people.

use std::io::{self, Write};

use crate::comparison::{Comparison, Outcome, Report};

/// Writes the table, in Markdown.
pub(crate) fn write(out: &mut impl Write, report: &Report) -> io::Result<()> {
    writeln!(out, "{}\n", report.work)?;
    writeln!(out, "Machine: {}\n", report.machine)?;
    writeln!(
        out,
        "| beside | measure | theirs | ours | ours / theirs | goal |"
    )?;
    writeln!(out, "|---|---|---|---|---|---|")?;
    for comparison in &report.comparisons {
        let Comparison {
            beside,
            measure,
            goal,
            ..
        } = comparison;
        let [theirs, ours, ratio] = cells(comparison);
        writeln!(
            out,
            "| {beside} | {measure} | {theirs} | {ours} | {ratio} | {goal} |"
        )?;
    }
    if !report.steps.is_empty() {
        writeln!(out, "\n| step | microseconds a row | bytes of WAL a row |")?;
        writeln!(out, "|---|---|---|")?;
    }
    for step in &report.steps {
        let wal_bytes = step.wal_bytes.map(|bytes| format!("{bytes:.0}"));
        let wal_bytes = wal_bytes.unwrap_or_else(|| "-".to_owned());
        writeln!(
            out,
            "| {} | {:.2} | {wal_bytes} |",
            step.name, step.microseconds
        )?;
    }
    Ok(())
}

fn cells(comparison: &Comparison) -> [String; 3] {
    let decimals = comparison.decimals;
    match &comparison.outcome {
        Outcome::Measured {
            theirs,
            ours,
            ratio,
        } => [
            format!("{theirs:.decimals$}"),
            format!("{ours:.decimals$}"),
            format!("{ratio:.2}"),
        ],
        Outcome::NotRun { reason } => [format!("not run: {reason}"), "-".into(), "-".into()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comparison(outcome: Outcome) -> Comparison {
        Comparison {
            beside: "dd".to_owned(),
            measure: "seconds",
            decimals: 1,
            outcome,
            goal: "at most 1.3",
        }
    }

    #[test]
    fn who_did_not_run_is_named_with_the_reason() {
        let reason = "no Python".to_owned();
        let [theirs, ours, _] = cells(&comparison(Outcome::NotRun { reason }));
        assert_eq!(
            (theirs.as_str(), ours.as_str()),
            ("not run: no Python", "-")
        );
    }

    #[test]
    fn figures_have_the_decimals_that_matter() {
        let measured = Outcome::Measured {
            theirs: 2.0,
            ours: 2.5,
            ratio: 1.25,
        };
        assert_eq!(cells(&comparison(measured)), ["2.0", "2.5", "1.25"]);
    }
}
