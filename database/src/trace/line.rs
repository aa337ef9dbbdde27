//! Lines of the extracts of hospitals, and of their network's files.

use chrono::NaiveDate;
use domain::dimension_key::unknown_member_key;
use domain::extract::{Kind, PATIENTS};
use tokio_postgres::{Row, Transaction};
use uuid::Uuid;

use super::delivery::{Delivery, Outcome, Place, Quarantined};
use super::effect::{Effect, Patient};
use super::kind::{Gold, KINDS, REGISTRATION, about};
use super::row::{Change, Columns, Difference};
use super::target::LineTarget;
use super::{FROM_ALL_STATEMENTS, Found, TracedRecord, failed, nothing_but_said, query};
use crate::DatabaseError;
use crate::load::Session;

/// What silver keeps of a line beside what gold says.
const BESIDE_GOLD: [&str; 6] = [
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
    row.map(|row| line_in(&row, row.get("line"))).transpose()
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
    let mut kinds = KINDS.iter();
    let found = kinds.find(|(kind, ..)| kind.name == target.kind);
    let &(kind, table, gold) = found.ok_or_else(|| {
        let kind = target.kind;
        DatabaseError::State(format!("{kind} have no table of silver: a defect"))
    })?;
    let sql = match gold {
        Gold::SaidLast(_, key) => {
            let sql = include_str!("../../sql/trace/contents_of_line.sql");
            about(sql, table, key)
        }
        Gold::OfPatient | Gold::OfMember => {
            let sql = include_str!("../../sql/trace/rows_of_line.sql");
            about(sql, table, &[])
        }
    };
    let rows = query(transaction, &sql, file_id, target.line).await?;
    let mut records = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        if row.get("is_of_line") {
            records.push(record(session, (kind, table, gold), &rows, place).await?);
        }
    }
    // Of two statements the one that holds from earlier on comes first.
    records.sort_by_key(|it| it.columns.text("effective_at"));
    let outcome = if records.is_empty() {
        outcome(transaction, &file, target).await?
    } else {
        Outcome::Loaded
    };
    Ok((vec![delivery(target, &file, outcome)], records))
}

/// Where a row of silver came from that a line made.
pub(super) async fn delivery_of(
    transaction: &Transaction<'_>,
    file_id: i64,
    line: i64,
) -> Result<Delivery, DatabaseError> {
    let sql = include_str!("../../sql/trace/file_of_id.sql");
    let row = transaction.query_one(sql, &[&file_id]).await;
    let target = line_in(&row.map_err(|error| failed(&error))?, line)?;
    let file = file(transaction, &target).await?;
    Ok(delivery(&target, &file, Outcome::Loaded))
}

fn delivery(target: &LineTarget, file: &Row, outcome: Outcome) -> Delivery {
    Delivery {
        place: Place::Line {
            line: target.clone(),
            sha256: file.get("sha256"),
            path: file.get("path"),
        },
        received_at: file.get("received_at"),
        outcome,
    }
}

/// A line of the file that a row tells of.
fn line_in(file: &Row, line: i64) -> Result<LineTarget, DatabaseError> {
    let name: &str = file.get("kind");
    let mut kinds = KINDS.iter().map(|(kind, ..)| kind.name);
    let kind = kinds.find(|kind| *kind == name).ok_or_else(|| {
        DatabaseError::State(format!("{name} is no kind of file that this build knows"))
    })?;
    Ok(LineTarget {
        hospital_code: file.get("hospital_code"),
        extract_date: file.get("extract_date"),
        kind,
        line,
    })
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
    let sender = target.sender();
    Err(DatabaseError::State(match refusals.first() {
        Some(refusal) => {
            let (rule, reason): (&str, &str) = (refusal.get("rule"), refusal.get("reason"));
            format!("{name}.csv of {sender} on {date} was refused whole by {rule}: {reason}")
        }
        None => {
            format!("{name}.csv of {sender} on {date} was not taken yet, or by another warehouse")
        }
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

/// A row of a line, which is `rows[place]`, and what depends on it.
async fn record(
    session: &Session<'_>,
    (kind, table, gold): (&Kind, &'static str, Gold),
    rows: &[Row],
    place: usize,
) -> Result<TracedRecord, DatabaseError> {
    let row = &rows[place];
    let columns = Columns::read(row)?;
    let mut notes = Vec::new();
    let effect = match gold {
        Gold::SaidLast(table, key) => {
            let contents = rows.iter().map(Columns::read);
            let contents = contents.collect::<Result<Vec<_>, _>>()?;
            let gold = (table, key);
            Some(said_last(session.transaction, gold, contents, place, &mut notes).await?)
        }
        Gold::OfPatient => {
            let effect = of_patient(session, &columns, kind).await?;
            notes.extend(nothing_but_said(&effect));
            Some(effect)
        }
        Gold::OfMember => {
            notes.push(FROM_ALL_STATEMENTS.to_owned());
            None
        }
    };
    Ok(TracedRecord {
        table,
        columns,
        repairs: row.get("repairs"),
        effect,
        notes,
    })
}

/// What the line does to gold: of all contents, which are in the order in which they count, the first is the
/// row.
async fn said_last(
    transaction: &Transaction<'_>,
    (table, key): (&'static str, &'static [&'static str]),
    contents: Vec<Columns>,
    place: usize,
    notes: &mut Vec<String>,
) -> Result<Effect, DatabaseError> {
    let mut rows = contents.into_iter().map(|it| as_in_gold(it, table));
    let mut effect = Effect::default();
    let Some(with) = rows.next() else {
        return Ok(effect);
    };
    effect.is_in_gold = is_in_gold(transaction, (table, key), &with).await?;
    if place > 0 {
        notes.push(
            "does not count: a later file, or another content of this one, says otherwise".into(),
        );
        return Ok(effect);
    }
    effect.changes.push(Change {
        table,
        key,
        difference: match rows.next() {
            Some(without) => Difference::Changed(without, with),
            None => Difference::Made(with),
        },
    });
    Ok(effect)
}

/// What gold takes of a row of silver. Of a registration that names nobody it refers to the unknown person.
fn as_in_gold(columns: Columns, table: &str) -> Columns {
    let unknown = unknown_member_key("dim_person").to_string();
    let mut columns = columns.without(&BESIDE_GOLD);
    for (name, value) in &mut columns.0 {
        if table == REGISTRATION && name == "person_record_pseudonym" && value.is_null() {
            *value = unknown.clone().into();
        }
    }
    columns
}

/// Whether gold has a row that says the same; it may say more.
async fn is_in_gold(
    transaction: &Transaction<'_>,
    (table, key): (&str, &[&str]),
    row: &Columns,
) -> Result<bool, DatabaseError> {
    let sql = about(include_str!("../../sql/trace/gold_row.sql"), table, key);
    let wanted = row.to_json().to_string();
    let found = transaction.query_opt(&sql, &[&wanted]).await;
    let Some(found) = found.map_err(|error| failed(&error))? else {
        return Ok(false);
    };
    let found = Columns::read(&found)?;
    Ok(row.0.iter().all(|column| found.0.contains(column)))
}

/// What a line of a snapshot, or about an encounter, does to the gold of its patient.
async fn of_patient(
    session: &Session<'_>,
    columns: &Columns,
    kind: &Kind,
) -> Result<Effect, DatabaseError> {
    let date: Option<NaiveDate> = columns.text("extract_date").and_then(|it| it.parse().ok());
    let [patient, encounter_key, content_hash] =
        ["patient_pseudonym", "encounter_key", "content_hash"]
            .map(|name| columns.text(name).and_then(|it| it.parse::<Uuid>().ok()));
    let patient = patient.unwrap_or_default();
    let hospital_code = columns.text("hospital_code").unwrap_or_default();
    let held = Patient::read(session, patient, &hospital_code).await?;
    if *kind == PATIENTS {
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
