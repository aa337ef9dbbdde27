//! Outcomes as a table for people.

use std::io::{self, Write};

use crate::comparison::{Comparison, Outcome, Report, Step};

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
        write_steps(out, &report.steps)?;
    }
    Ok(())
}

/// What is known of the log gets a column where anything is.
fn write_steps(out: &mut impl Write, steps: &[Step]) -> io::Result<()> {
    let has_wal = steps.iter().any(|step| step.wal_bytes.is_some());
    let (header, rule) = if has_wal {
        (" bytes of WAL a row |", "---|")
    } else {
        ("", "")
    };
    writeln!(out, "\n| step | microseconds a row |{header}")?;
    writeln!(out, "|---|---|{rule}")?;
    for step in steps {
        write!(out, "| {} | {:.2} |", step.name, step.microseconds)?;
        match step.wal_bytes {
            Some(bytes) => writeln!(out, " {bytes:.0} |")?,
            None if has_wal => writeln!(out, " - |")?,
            None => writeln!(out)?,
        }
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
