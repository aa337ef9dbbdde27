//! A score as a person reads it.

use std::io::{self, Write};

use super::{Finding, Score};

impl Score {
    pub(crate) fn render(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "{}: {} events", self.run, self.events)?;
        writeln!(
            out,
            "\n{:<28}{:>9}{:>9}{:>8}{:>11}{:>10}  found by",
            "class of fault", "injected", "found", "false", "precision", "recall"
        )?;
        for class in &self.classes {
            write!(out, "{:<28}{:>9}", class.class, class.injected)?;
            match &class.finding {
                Finding::Unknowable { reason } => writeln!(out, "{:>38}  nothing: {reason}", "")?,
                Finding::Rules {
                    rules,
                    found,
                    false_hits,
                    precision,
                    recall,
                } => writeln!(
                    out,
                    "{found:>9}{false_hits:>8}{:>11}{:>10}  {}",
                    percent(*precision),
                    percent(*recall),
                    rules.join(", ")
                )?,
            }
        }
        writeln!(
            out,
            "\n{} events have no fault; {} of them were hit by one of these rules",
            self.clean_events, self.clean_events_hit
        )?;
        for (rule, hits) in &self.consequences {
            writeln!(
                out,
                "{rule}: {hits} hits, as faults of other events bring about"
            )?;
        }
        Ok(())
    }
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{:.2} %", 100.0 * share))
}
