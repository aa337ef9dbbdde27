//! Lines of the hospitals' extracts.

use chrono::NaiveDate;
use tokio_postgres::{Row, Transaction};
use uuid::Uuid;

use super::delivery::{Delivery, Outcome, Place, Quarantined};
use super::effect::{Effect, Patient};
use super::row::{Change, Columns, Difference};
use super::target::LineTarget;
use super::{Found, TracedRecord, failed, nothing_but_said, query};
use crate::DatabaseError;
use crate::load::Session;

/// The table of silver of a kind of file, and the statement that finds a line's row in it.
const TABLES: [(&str, &str, &str); 6] = [
    (
        "patients",
        "silver.patients",
        include_str!("../../sql/trace/patients.sql"),
    ),
    (
        "encounters",
        "silver.encounters",
        include_str!("../../sql/trace/encounters.sql"),
    ),
    (
        "diagnoses",
        "silver.diagnoses",
        include_str!("../../sql/trace/diagnoses.sql"),
    ),
    (
        "procedures",
        "silver.procedures",
        include_str!("../../sql/trace/procedures.sql"),
    ),
    (
        "medications",
        "silver.medications",
        include_str!("../../sql/trace/medications.sql"),
    ),
    (
        "charges",
        "silver.charges",
        include_str!("../../sql/trace/charges.sql"),
    ),
];

/// The clinical kinds, each with its facts.
pub(super) const FACTS: [(&str, &str); 4] = [
    ("diagnoses", "gold.fact_diagnosis"),
    ("procedures", "gold.fact_procedure"),
    ("medications", "gold.fact_medication"),
    ("charges", "gold.fact_charge"),
];

/// What silver keeps of a clinical line beside what the fact says.
const BESIDE_THE_FACT: [&str; 6] = [
    "content_hash",
    "extract_date",
    "extracted_at",
    "repairs",
    "file_id",
    "line",
];

/// The line of an extract's statement.
pub(super) async fn of_statement(
    transaction: &Transaction<'_>,
    id: Uuid,
) -> Result<Option<LineTarget>, DatabaseError> {
    let sql = include_str!("../../sql/trace/line_of_statement.sql");
    let row = transaction
        .query_opt(sql, &[&id])
        .await
        .map_err(|error| failed(&error))?;
    Ok(row.map(|row| LineTarget {
        hospital_code: row.get("hospital_code"),
        extract_date: row.get("extract_date"),
        kind: domain::extract::ENCOUNTERS.name,
        line: row.get("line"),
    }))
}

/// Follows a line.
pub(super) async fn by_line(
    session: &Session<'_>,
    target: &LineTarget,
) -> Result<Found, DatabaseError> {
    let transaction = session.transaction;
    let file = file(transaction, target).await?;
    let (file_id, lines): (i64, i64) = (file.get("file_id"), file.get("lines"));
    if target.line > lines + 1 {
        return Err(DatabaseError::State(format!(
            "{target} is beyond the end: the file has {lines} lines after its header"
        )));
    }
    let found = TABLES.iter().find(|(kind, ..)| *kind == target.kind);
    let Some((_, table, sql)) = found else {
        let kind = target.kind;
        return Err(DatabaseError::State(format!(
            "lines of {kind} cannot be traced"
        )));
    };
    let rows = query(transaction, sql, file_id, target.line).await?;
    let mut records = Vec::new();
    if let Some(place) = rows.iter().position(|row| row.get("is_of_line")) {
        records.push(record(session, target.kind, table, &rows, place).await?);
    }
    let outcome = if records.is_empty() {
        outcome(transaction, &file, target).await?
    } else {
        Outcome::Loaded
    };
    let delivery = Delivery {
        place: Place::Line {
            line: target.clone(),
            sha256: file.get("sha256"),
            path: file.get("path"),
        },
        received_at: file.get("received_at"),
        outcome,
    };
    Ok((vec![delivery], records))
}

/// The file, or why there is none.
async fn file(transaction: &Transaction<'_>, target: &LineTarget) -> Result<Row, DatabaseError> {
    let keys: [&(dyn tokio_postgres::types::ToSql + Sync); 3] =
        [&target.hospital_code, &target.extract_date, &target.kind];
    let sql = include_str!("../../sql/trace/file.sql");
    let file = transaction
        .query_opt(sql, &keys)
        .await
        .map_err(|error| failed(&error))?;
    if let Some(file) = file {
        return Ok(file);
    }
    let sql = include_str!("../../sql/trace/refusals.sql");
    let refusals = transaction
        .query(sql, &keys)
        .await
        .map_err(|error| failed(&error))?;
    let (name, date) = (target.kind, target.extract_date);
    let hospital_code = &target.hospital_code;
    Err(DatabaseError::State(match refusals.first() {
        Some(refusal) => {
            let (rule, reason): (&str, &str) = (refusal.get("rule"), refusal.get("reason"));
            format!("{name}.csv of {hospital_code} on {date} was refused whole by {rule}: {reason}")
        }
        None => format!(
            "{name}.csv of {hospital_code} on {date} was not taken yet, or by another warehouse"
        ),
    }))
}

/// What became of a line that made no row of silver.
async fn outcome(
    transaction: &Transaction<'_>,
    file: &Row,
    target: &LineTarget,
) -> Result<Outcome, DatabaseError> {
    let file_id: i64 = file.get("file_id");
    let rows = query(
        transaction,
        include_str!("../../sql/trace/line.sql"),
        file_id,
        target.line,
    );
    let rows = rows.await?;
    let quarantined = rows.first().and_then(Quarantined::read);
    let is_duplicate = rows.iter().any(|row| row.get("is_duplicate"));
    let is_erased = rows.iter().any(|row| row.get("is_erased"));
    Ok(match quarantined {
        Some(quarantined) => Outcome::Quarantined(quarantined),
        None if is_duplicate => Outcome::Duplicate(None),
        None if is_erased => Outcome::Erased,
        None if file.get::<_, &str>("state") == "loading" => Outcome::Waiting,
        None => Outcome::Unchanged,
    })
}

/// The row of a line, which is `rows[place]`, and what depends on it.
async fn record(
    session: &Session<'_>,
    kind: &str,
    table: &'static str,
    rows: &[Row],
    place: usize,
) -> Result<TracedRecord, DatabaseError> {
    let row = &rows[place];
    let columns = Columns::read(row)?;
    let mut notes = Vec::new();
    let clinical_fact = FACTS.iter().find(|(clinical, _)| *clinical == kind);
    let effect = if let Some((_, fact)) = clinical_fact {
        let contents = rows.iter().map(Columns::read);
        let contents = contents.collect::<Result<Vec<_>, _>>()?;
        clinical(fact, contents, place, &mut notes)
    } else {
        let effect = of_patient(session, row, &columns, kind).await?;
        notes.extend(nothing_but_said(&effect));
        effect
    };
    Ok(TracedRecord {
        table,
        columns,
        repairs: row.get("repairs"),
        effect: Some(effect),
        notes,
    })
}

/// What the line does to the fact: of all contents, which are in the order in which they count, the first is
/// the fact.
fn clinical(
    fact: &'static str,
    contents: Vec<Columns>,
    place: usize,
    notes: &mut Vec<String>,
) -> Effect {
    let mut effect = Effect {
        is_in_gold: true,
        ..Effect::default()
    };
    if place > 0 {
        notes.push(
            "does not count: a later extract, or another content of this one, says otherwise"
                .into(),
        );
        return effect;
    }
    let mut facts = contents.into_iter().map(|it| it.without(&BESIDE_THE_FACT));
    let difference = match (facts.next(), facts.next()) {
        (Some(with), Some(without)) => Difference::Changed(without, with),
        (Some(with), None) => Difference::Made(with),
        (None, _) => return effect,
    };
    effect.changes.push(Change {
        table: fact,
        key: &["encounter_key", "line_number"],
        difference,
    });
    effect
}

/// What a line of a snapshot, or about an encounter, does to the gold of its patient.
async fn of_patient(
    session: &Session<'_>,
    row: &Row,
    columns: &Columns,
    kind: &str,
) -> Result<Effect, DatabaseError> {
    let patient: Uuid = row.get("patient_pseudonym");
    let held = Patient::read(session, patient, row.get("hospital_code")).await?;
    let date: Option<NaiveDate> = columns.text("extract_date").and_then(|it| it.parse().ok());
    let [encounter_key, content_hash] = ["encounter_key", "content_hash"]
        .map(|name| columns.text(name).and_then(|it| it.parse::<Uuid>().ok()));
    if kind == domain::extract::PATIENTS.name {
        let effect = held.effect(session, patient, None, |records| {
            records.snapshots.retain(|it| Some(it.extract_date) != date);
        });
        return effect.await;
    }
    let is_it = |it: &domain::extract::EncounterExtract| {
        (
            Some(it.extract_date),
            Some(it.encounter_key),
            Some(it.content_hash),
        ) == (date, encounter_key, content_hash)
    };
    let records = held.records();
    let statement = records.encounters.iter().find(|it| is_it(it));
    let id = statement.map(|it| it.statement_id());
    let effect = held.effect(session, patient, id, |records| {
        records.encounters.retain(|it| !is_it(it));
    });
    effect.await
}
