//! Lines of the extracts of hospitals, and of their network's files.

use chrono::NaiveDate;
use domain::dimension_key::unknown_member_key;
use domain::extract::{
    ASSIGNED_STAFF, CHARGES, DEPARTMENTS, DIAGNOSES, ENCOUNTERS, HOSPITAL_PATIENTS, Kind,
    MEDICATIONS, PATIENTS, PEOPLE, PROCEDURES, STAFF,
};
use tokio_postgres::{Row, Transaction};
use uuid::Uuid;

use super::delivery::{Delivery, Outcome, Place, Quarantined};
use super::effect::{Effect, Patient};
use super::row::{Change, Columns, Difference};
use super::target::LineTarget;
use super::{FROM_ALL_STATEMENTS, Found, TracedRecord, failed, nothing_but_said, query};
use crate::DatabaseError;
use crate::load::Session;

/// A kind of file, and what its lines make.
struct Lines {
    kind: &'static Kind,
    /// The table of silver.
    table: &'static str,
    /// Finds the rows of a line in it.
    sql: &'static str,
    gold: Gold,
}

/// How gold follows from the rows of a table of silver.
#[derive(Clone, Copy)]
enum Gold {
    /// By the fold of the patient.
    OfPatient,
    /// By the fold of the member of a dimension, which takes all that is stated of it.
    OfMember,
    /// The content that was said last is the row of this table, with these columns as its key.
    SaidLast(&'static str, &'static [&'static str]),
}

macro_rules! kinds {
    ($($kind:ident by $sql:literal: $table:literal, $gold:expr;)+) => {
        /// All kinds of files.
        static KINDS: &[Lines] = &[$(Lines {
            kind: &$kind,
            table: $table,
            sql: include_str!(concat!("../../sql/trace/", $sql, ".sql")),
            gold: $gold,
        }),+];
    };
}

const REGISTRATION: &str = "gold.fact_registration";

const OF_ENCOUNTER: &[&str] = &["encounter_key", "line_number"];

kinds! {
    PATIENTS by "patients": "silver.patients", Gold::OfPatient;
    ENCOUNTERS by "encounters": "silver.encounters", Gold::OfPatient;
    DIAGNOSES by "diagnoses": "silver.diagnoses", Gold::SaidLast("gold.fact_diagnosis", OF_ENCOUNTER);
    PROCEDURES by "procedures": "silver.procedures", Gold::SaidLast("gold.fact_procedure", OF_ENCOUNTER);
    MEDICATIONS by "medications": "silver.medications", Gold::SaidLast("gold.fact_medication", OF_ENCOUNTER);
    CHARGES by "charges": "silver.charges", Gold::SaidLast("gold.fact_charge", OF_ENCOUNTER);
    PEOPLE by "people": "silver.people", Gold::SaidLast("gold.dim_person", &["person_record_pseudonym"]);
    HOSPITAL_PATIENTS by "hospital_patients": "silver.hospital_patients",
        Gold::SaidLast(REGISTRATION, &["patient_pseudonym"]);
    STAFF by "staff": "silver.staff", Gold::OfMember;
    ASSIGNED_STAFF by "assigned_staff": "silver.staff_statement", Gold::OfMember;
    DEPARTMENTS by "departments": "silver.department_statement", Gold::OfMember;
}

/// The table of gold of this name whose rows are what was said last.
pub(super) fn stated(name: &str) -> Option<&'static str> {
    let mut kinds = KINDS.iter();
    kinds.find_map(|lines| match lines.gold {
        Gold::SaidLast(table, _) if table == name => Some(table),
        _ => None,
    })
}

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
    let found = KINDS.iter().find(|lines| lines.kind.name == target.kind);
    let lines_of_kind = found.ok_or_else(|| {
        let kind = target.kind;
        DatabaseError::State(format!("{kind} have no table of silver: a defect"))
    })?;
    let rows = query(transaction, lines_of_kind.sql, file_id, target.line).await?;
    let mut records = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        if row.get("is_of_line") {
            records.push(record(session, lines_of_kind, &rows, place).await?);
        }
    }
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
    let mut kinds = KINDS.iter().map(|lines| lines.kind.name);
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
    lines: &Lines,
    rows: &[Row],
    place: usize,
) -> Result<TracedRecord, DatabaseError> {
    let row = &rows[place];
    let columns = Columns::read(row)?;
    let mut notes = Vec::new();
    let effect = match lines.gold {
        Gold::SaidLast(table, key) => {
            let contents = rows.iter().map(Columns::read);
            let contents = contents.collect::<Result<Vec<_>, _>>()?;
            let gold = (table, key);
            Some(said_last(session.transaction, gold, contents, place, &mut notes).await?)
        }
        Gold::OfPatient => {
            let effect = of_patient(session, row, &columns, lines.kind).await?;
            notes.extend(nothing_but_said(&effect));
            Some(effect)
        }
        Gold::OfMember => {
            notes.push(FROM_ALL_STATEMENTS.to_owned());
            None
        }
    };
    Ok(TracedRecord {
        table: lines.table,
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
    let of = |side: &str| {
        let columns = key.iter().map(|name| format!("{side}.{name}"));
        columns.collect::<Vec<_>>().join(", ")
    };
    let sql = format!(
        "select array(select key from json_each(row_to_json(record))) as names,
             array(select value::text from json_each(row_to_json(record))) as contents
         from {table} as record
         join json_populate_record(null::{table}, $1::text::json) as wanted
             on row({}) = row({})",
        of("record"),
        of("wanted")
    );
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
    row: &Row,
    columns: &Columns,
    kind: &Kind,
) -> Result<Effect, DatabaseError> {
    let patient: Uuid = row.get("patient_pseudonym");
    let held = Patient::read(session, patient, row.get("hospital_code")).await?;
    let date: Option<NaiveDate> = columns.text("extract_date").and_then(|it| it.parse().ok());
    let [encounter_key, content_hash] = ["encounter_key", "content_hash"]
        .map(|name| columns.text(name).and_then(|it| it.parse::<Uuid>().ok()));
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

#[cfg(test)]
mod tests {
    use domain::extract::{Sender, sent_by};

    use super::*;

    #[test]
    fn lines_of_every_kind_can_be_traced() {
        for sender in [Sender::Hospital, Sender::Network] {
            for kind in sent_by(sender) {
                assert!(
                    KINDS.iter().any(|lines| lines.kind == kind),
                    "{}",
                    kind.name
                );
            }
        }
    }
}
