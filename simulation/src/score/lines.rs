//! The lines of a run's extracts.

use std::collections::HashMap;
use std::io;
use std::path::Path;

use anyhow::Context as _;
use chrono::NaiveDate;
use database::report::{files, hits_of_files};
use domain::extract::{Sender, sent_by};
use generators::fault::{Class, GROUND_TRUTH};
use generators::flow::{Length, Simulation};
use serde::Deserialize;
use tokio_postgres::Client;

use super::PartScore;
use crate::extracts::{self, Folders, outbox_of, wanted};

/// A line, by its file and number.
type Place = (String, u64);

/// A row of the ground truth.
#[derive(Deserialize)]
struct Truth {
    source: String,
    file: String,
    line: Option<u64>,
    class: String,
}

/// Scores the extracts of a run; none where the warehouse does not have all of them.
pub(super) async fn score(
    simulation: &Simulation,
    length: Length,
    folders: &Folders,
    client: &Client,
) -> anyhow::Result<Option<PartScore>> {
    let Some(days) = extracts::days(length) else {
        return Ok(None);
    };
    let outbox = outbox_of(simulation, days, folders);
    let wanted = wanted(simulation, days)?;
    let taken: Vec<_> = files(client)
        .await?
        .into_iter()
        .filter(|file| {
            let of = |it: &(NaiveDate, String)| {
                (it.0, Some(&it.1)) == (file.extract_date, file.hospital_code.as_ref())
            };
            wanted.iter().any(of)
        })
        .collect();
    let has_all = wanted.iter().all(|(date, hospital_code)| {
        let of = |file: &&database::report::FileEntry| {
            file.extract_date == *date && file.hospital_code.as_ref() == Some(hospital_code)
        };
        taken.iter().filter(of).count() == sent_by(Sender::Hospital).count()
    });
    if !has_all || !outbox.exists() {
        return Ok(None);
    }
    let truth = truth(&outbox.join(GROUND_TRUTH))?;
    let hits = hits_of_files(client).await?.into_iter();
    let hits = hits.map(|hit| ((hit.file, hit.line), hit.rules)).collect();
    let count = taken.iter().map(|file| file.lines).sum();
    Ok(Some(PartScore::of(count, &truth, &hits)))
}

/// The faults of lines; none where the extracts are clean.
fn truth(path: &Path) -> anyhow::Result<HashMap<Place, Class>> {
    let mut truth = HashMap::new();
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(truth),
        Err(error) => return Err(error).context(format!("cannot read {}", path.display())),
    };
    for row in csv::Reader::from_reader(io::BufReader::new(file)).deserialize() {
        let row: Truth = row.with_context(|| format!("{} is damaged", path.display()))?;
        if row.source != "file" {
            continue;
        }
        let class = Class::parse(&row.class);
        let class = class.with_context(|| format!("{} has an unknown class", path.display()))?;
        truth.insert((row.file, row.line.unwrap_or_default()), class);
    }
    Ok(truth)
}
