use std::io::{self, Write};

use database::digest::{Digest, digest};
use database::verify::{Report, compare, verify};
use producer::replay::Replay;
use serde_json::{Value, json};

use crate::addresses::Addresses;
use crate::report::Written;
use crate::score::Score;

/// What a run did, and the proof that the warehouse is right.
pub(crate) struct Summary {
    sent: Option<Replay>,
    consumed: consumer::Summary,
    /// Of a run with extracts.
    taken: Option<batch_ingest::Summary>,
    /// Of a run that was given faults.
    pub(crate) score: Option<Score>,
    /// Where it was asked for.
    pub(crate) written: Option<Written>,
    rows: Vec<(String, i64)>,
    report: Report,
    digest: Digest,
}

impl Summary {
    pub(crate) async fn of(
        sent: Option<Replay>,
        (consumed, taken): (consumer::Summary, Option<batch_ingest::Summary>),
        score: Option<Score>,
        addresses: &Addresses,
    ) -> anyhow::Result<Self> {
        let mut client = database::connect(&addresses.loader_url, "wardflow simulation").await?;
        let mut report = verify(&mut client).await?;
        let rows = database::report::rows(&client).await?;
        compare(&client, &mut report, &addresses.kafka()?).await?;
        let digest = digest(&mut client).await?;
        Ok(Self {
            sent,
            consumed,
            taken,
            score,
            written: None,
            rows,
            report,
            digest,
        })
    }

    /// Whether every invariant holds, all that Kafka's log holds is read, and all extracts are taken.
    pub(crate) fn is_green(&self) -> bool {
        let is_all_taken = self.taken.is_none_or(|taken| taken.is_complete());
        self.report.is_green() && self.report.books.unread() == Some(0) && is_all_taken
    }

    pub(crate) fn to_json(&self) -> Value {
        json!({
            "sent": self.sent,
            "consumed": {
                "batches": self.consumed.batches,
                "loaded": self.consumed.loaded,
                "duplicates": self.consumed.duplicates,
                "quarantined": self.consumed.quarantined,
            },
            "extracts": self.taken.map(|taken| taken.to_json()),
            "rows": self.rows.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
            "verification": self.report.to_json(),
            "digest": self.digest.to_json(),
            "score": self.score,
            "report": self.written,
        })
    }

    pub(crate) fn render(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "\nSent")?;
        match &self.sent {
            Some(sent) => {
                let already_there = sent.transmission.already_there;
                if already_there > 0 {
                    writeln!(out, "  {already_there} were in Kafka already")?;
                }
                for (trigger, count) in &sent.transmission.events_by_type {
                    writeln!(out, "  {trigger}  {count:>12}")?;
                }
                for (topic, count) in &sent.transmission.statements {
                    writeln!(out, "  {count} statements are in {topic}")?;
                }
                let (refused, open) = (sent.refused_rows.len(), sent.open_encounters);
                if refused > 0 {
                    writeln!(
                        out,
                        "  not sent: {refused} rows of the extract, named in the log"
                    )?;
                }
                if open > 0 {
                    writeln!(
                        out,
                        "  {open} encounters have no discharge row and stay open"
                    )?;
                }
            }
            None => writeln!(
                out,
                "  nothing: the warehouse has received all of these events before"
            )?,
        }
        let consumed = &self.consumed;
        writeln!(
            out,
            "Consumed: {} new, {} duplicates, {} quarantined, in {} transactions",
            consumed.loaded, consumed.duplicates, consumed.quarantined, consumed.batches
        )?;
        if let Some(taken) = &self.taken {
            writeln!(out, "Extracts: {taken}")?;
        }
        writeln!(out, "\nRows in the warehouse")?;
        for (table, count) in &self.rows {
            writeln!(out, "  {table:<28}{count:>12}")?;
        }
        writeln!(out)?;
        database::verify::render(&self.report, out)?;
        writeln!(out)?;
        database::digest::render(&self.digest, out)?;
        if let Some(score) = &self.score {
            writeln!(out, "\nWhat the rules found of the faults")?;
            score.render(out)?;
        }
        if let Some(written) = &self.written {
            writeln!(
                out,
                "\nThe quality of the data, and pictures, in {}",
                written.folder.display()
            )?;
            for file in &written.files {
                writeln!(out, "  {file}")?;
            }
        }
        writeln!(out, "\nWhere to look next")?;
        writeln!(
            out,
            "  ./wardflow database shell                    psql, as an analyst, on the star schema"
        )?;
        writeln!(
            out,
            "  ./wardflow database shell -- -c 'select * from admissions limit 5'"
        )?;
        writeln!(
            out,
            "  ./wardflow database verify                   all of the above proofs again"
        )?;
        writeln!(
            out,
            "  README.md                                    a tour of ten queries"
        )
    }
}
