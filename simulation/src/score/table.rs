//! A score as a person reads it.

use std::io::{self, Write};

use super::{ClassScore, Finding, PartScore, Score};

impl Score {
    pub(crate) fn render(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "{}: {} events", self.run, self.events.count)?;
        self.events.render("events", out)?;
        if let Some(lines) = &self.lines {
            writeln!(out, "\nits extracts: {} lines", lines.count)?;
            lines.render("lines", out)?;
        }
        Ok(())
    }
}

impl PartScore {
    fn render(&self, what: &str, out: &mut impl Write) -> io::Result<()> {
        writeln!(
            out,
            "\n{:<28}{:>9}{:>9}{:>8}{:>11}{:>10}  found by",
            "class of fault", "injected", "found", "false", "precision", "recall"
        )?;
        // Lines do not have all of the classes.
        for class in self.classes.iter().filter(|it| it.is_there()) {
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
            "\n{} {what} have no fault; {} of them were hit by one of these rules",
            self.clean, self.clean_hit
        )?;
        for (rule, hits) in &self.consequences {
            writeln!(out, "{rule}: {hits} hits, as other faults bring about")?;
        }
        Ok(())
    }
}

impl ClassScore {
    fn is_there(&self) -> bool {
        let is_hit = |finding: &Finding| matches!(finding, Finding::Rules { false_hits, .. } if *false_hits > 0);
        self.injected > 0 || is_hit(&self.finding)
    }
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{:.2} %", 100.0 * share))
}
