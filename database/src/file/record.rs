//! The kinds whose lines are records: what a line says of a person, or of a patient of a hospital, is a
//! row of silver, and the last statement a row of the vault and of gold.
//!
//! Whoever was never stated before is copied everywhere. So the first file of a kind, whose target is
//! empty, is loaded by nothing but COPY in the order of the keys: what the target holds need not be
//! read. It is the same way as that of any other file, less the reading.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use domain::dimension_key::unknown_member_key;
use domain::extract::{
    Column, Form, HOSPITAL_PATIENTS, Kind, Line, Meaning, PEOPLE, RecordLine, Subject, Value,
};
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use super::chunk::LoadedChunk;
use super::clinical::cell;
use super::loader::{FormerFiles, Step};
use crate::DatabaseError;
use crate::fault::{self, Point};

/// The statements of a kind of records.
pub(super) struct RecordTable {
    kind: &'static Kind,
    /// What silver holds of somebody.
    held: &'static str,
    /// Takes away what a later file says again.
    delete: &'static str,
    /// Adds to silver.
    copy: &'static str,
    /// Adds those to the vault of whom nothing was held.
    copy_to_vault: &'static str,
    /// Corrects the vault.
    write_to_vault: &'static str,
    /// Adds those to gold of whom nothing was held.
    copy_to_gold: &'static str,
    /// Corrects gold.
    update_gold: &'static str,
}

macro_rules! table {
    ($kind:ident in $folder:literal) => {
        RecordTable {
            kind: &$kind,
            held: include_str!(concat!("../../sql/file/", $folder, "/held.sql")),
            delete: include_str!(concat!("../../sql/file/", $folder, "/delete.sql")),
            copy: include_str!(concat!("../../sql/file/", $folder, "/copy.sql")),
            copy_to_vault: include_str!(concat!("../../sql/file/", $folder, "/copy_to_vault.sql")),
            write_to_vault: include_str!(concat!(
                "../../sql/file/",
                $folder,
                "/write_to_vault.sql"
            )),
            copy_to_gold: include_str!(concat!("../../sql/file/", $folder, "/copy_to_gold.sql")),
            update_gold: include_str!(concat!("../../sql/file/", $folder, "/update_gold.sql")),
        }
    };
}

/// All kinds of records.
pub(super) static TABLES: [RecordTable; 2] = [
    table!(PEOPLE in "people"),
    table!(HOSPITAL_PATIENTS in "hospital_patients"),
];

impl RecordTable {
    /// Every statement, to be prepared.
    pub(super) fn statements(&self) -> [&'static str; 7] {
        [
            self.held,
            self.delete,
            self.copy,
            self.copy_to_vault,
            self.write_to_vault,
            self.copy_to_gold,
            self.update_gold,
        ]
    }

    fn of(kind: &Kind) -> Result<&'static Self, DatabaseError> {
        let found = TABLES.iter().find(|table| table.kind == kind);
        found.ok_or_else(|| {
            DatabaseError::State(format!("{} have no table of silver: a defect", kind.name))
        })
    }

    fn columns(&self, schema_version: u32) -> &'static [Column] {
        self.kind.columns(schema_version).unwrap_or_default()
    }

    /// Types of the values that silver and gold have, in the order of the description.
    fn value_types(&self, schema_version: u32) -> Vec<Type> {
        let Meaning::Records(subject) = self.kind.meaning else {
            return Vec::new();
        };
        let columns = self.columns(schema_version).iter();
        let of_silver = columns.filter(|column| column.form.is_of_silver(subject));
        of_silver.map(|column| silver_type(column.form)).collect()
    }

    /// Types of what the vault has, in the order of the description.
    fn identity_types(&self, schema_version: u32) -> Vec<Type> {
        let columns = self.columns(schema_version).iter();
        let of_vault = columns.filter(|column| column.form.is_of_vault());
        of_vault.map(|column| vault_type(column.form)).collect()
    }
}

fn silver_type(form: Form) -> Type {
    match form {
        Form::PersonId | Form::StaffId | Form::IdNumber => Type::UUID,
        Form::BirthDate => Type::INT4,
        Form::Time => Type::TIMESTAMPTZ,
        Form::Date => Type::DATE,
        Form::Whole | Form::LineNumber => Type::INT8,
        Form::Truth => Type::BOOL,
        Form::Text
        | Form::Sex
        | Form::HospitalCode
        | Form::PatientId
        | Form::EncounterId
        | Form::Identity => Type::TEXT,
    }
}

fn vault_type(form: Form) -> Type {
    match form {
        Form::BirthDate => Type::DATE,
        _ => Type::TEXT,
    }
}

/// A line with its number in the file.
type Numbered<'c> = (i64, &'c RecordLine);

/// Who is stated, and with which content.
type Identity = (Uuid, Uuid);

/// Where silver has a content: when it was said last, on which day, in which file and line.
type Place = (DateTime<Utc>, NaiveDate, i64, i64);

/// What becomes of the lines of a chunk.
#[derive(Default)]
struct Sorted<'c> {
    new: Vec<Numbered<'c>>,
    /// Files and lines whose content another row stands for.
    duplicates: Vec<(i64, i64)>,
    /// What a former file said and this one says again.
    replaced: Vec<&'c RecordLine>,
    /// Of those of whom nothing was held, what this file says of them.
    first: Vec<&'c RecordLine>,
    /// Of the others, what this file says of them.
    further: Vec<&'c RecordLine>,
}

impl Step<'_> {
    /// Adds to silver what it does not hold, and corrects the vault and gold. What several files say
    /// stands as the last of them says it, in whatever order they are loaded.
    pub(super) async fn write_records(
        &self,
        lines: &[(i64, Line)],
    ) -> Result<LoadedChunk, DatabaseError> {
        let table = RecordTable::of(self.file.kind)?;
        let lines: Vec<Numbered<'_>> = lines
            .iter()
            .filter_map(|(number, line)| match line {
                Line::Record(record) => Some((*number, &**record)),
                _ => None,
            })
            .collect();
        let held = self.held_records(table, &lines).await?;
        let sorted = self.sort_records(&lines, held);
        self.take_away_records(table, &sorted.replaced).await?;
        let silver_rows = self.copy_records(table, &sorted.new).await?;
        fault::reach(Point::Silver)?;
        self.write_duplicates(&sorted.duplicates).await?;
        self.copy_identities(table, &sorted.first).await?;
        self.correct_identities(table, &sorted.further).await?;
        let copied = self.copy_to_gold(table, &sorted.first).await?;
        let corrected = self.correct_gold(table, &sorted.further).await?;
        Ok(LoadedChunk {
            silver_rows,
            duplicates: sorted.duplicates.len() as u64,
            derived_rows: copied + corrected,
            ..LoadedChunk::default()
        })
    }

    /// What silver holds of those whom lines state; of the first file of a kind nothing, as each chunk
    /// states others.
    async fn held_records(
        &self,
        table: &RecordTable,
        lines: &[Numbered<'_>],
    ) -> Result<HashMap<Identity, Place>, DatabaseError> {
        if self.former_files().await? != FormerFiles::OfThisKind {
            return Ok(HashMap::new());
        }
        let stated: BTreeSet<Uuid> = lines.iter().map(|(_, line)| line.pseudonym).collect();
        let stated: Vec<Uuid> = stated.into_iter().collect();
        let held = self
            .session
            .query(table.held, "read silver", &[&stated])
            .await?;
        let place = |row: &Row| -> (Identity, Place) {
            let place = (row.get(2), row.get(3), row.get(4), row.get(5));
            ((row.get(0), row.get(1)), place)
        };
        Ok(held.iter().map(place).collect())
    }

    fn sort_records<'c>(
        &self,
        lines: &[Numbered<'c>],
        mut places: HashMap<Identity, Place>,
    ) -> Sorted<'c> {
        let extract = &self.file.extract;
        let (at, date, file_id) = (extract.extracted_at, extract.date, self.file.file_id);
        let known: BTreeSet<Uuid> = places.keys().map(|(stated, _)| *stated).collect();
        let mut sorted = Sorted::default();
        // Of several contents in one file the greatest counts.
        let mut last: BTreeMap<Uuid, &'c RecordLine> = BTreeMap::new();
        for &(number, line) in lines {
            let identity = (line.pseudonym, line.content_hash);
            match places.get(&identity).copied() {
                Some((said_at, said_on, ..)) if (said_at, said_on) >= (at, date) => {
                    sorted.duplicates.push((file_id, number));
                    continue;
                }
                Some((_, _, former_file, former_line)) => {
                    sorted.duplicates.push((former_file, former_line));
                    sorted.replaced.push(line);
                }
                None => {}
            }
            places.insert(identity, (at, date, file_id, number));
            sorted.new.push((number, line));
            let last = last.entry(line.pseudonym).or_insert(line);
            if line.content_hash > last.content_hash {
                *last = line;
            }
        }
        (sorted.further, sorted.first) = last
            .into_values()
            .partition(|line| known.contains(&line.pseudonym));
        sorted
    }

    async fn take_away_records(
        &self,
        table: &RecordTable,
        lines: &[&RecordLine],
    ) -> Result<(), DatabaseError> {
        if lines.is_empty() {
            return Ok(());
        }
        let stated: Vec<Uuid> = lines.iter().map(|it| it.pseudonym).collect();
        let hashes: Vec<Uuid> = lines.iter().map(|it| it.content_hash).collect();
        self.session
            .execute(table.delete, "write silver", &[&stated, &hashes])
            .await?;
        Ok(())
    }

    async fn copy_records(
        &self,
        table: &RecordTable,
        lines: &[Numbered<'_>],
    ) -> Result<u64, DatabaseError> {
        let extract = &self.file.extract;
        let before = [Type::UUID, Type::UUID, Type::DATE, Type::TIMESTAMPTZ];
        let after = [Type::TEXT_ARRAY, Type::INT8, Type::INT8];
        let values = table.value_types(self.file.schema_version);
        let types: Vec<Type> = before.into_iter().chain(values).chain(after).collect();
        let rows = lines.iter().map(|(number, line)| {
            let repairs: Vec<&str> = line.repairs.iter().map(|rule| rule.code).collect();
            (line, repairs, number)
        });
        self.session
            .copy(
                table.copy,
                "write silver",
                &types,
                rows,
                |(line, repairs, number)| {
                    let mut values: Vec<&(dyn ToSql + Sync)> = vec![
                        &line.pseudonym,
                        &line.content_hash,
                        &extract.date,
                        &extract.extracted_at,
                    ];
                    values.extend(line.values.iter().map(|value| cell(value.as_ref())));
                    let after: [&(dyn ToSql + Sync); 3] = [repairs, &self.file.file_id, *number];
                    values.extend(after);
                    values
                },
            )
            .await
    }

    async fn copy_identities(
        &self,
        table: &RecordTable,
        lines: &[&RecordLine],
    ) -> Result<(), DatabaseError> {
        let identity = table.identity_types(self.file.schema_version);
        let after = [Type::TIMESTAMPTZ, Type::UUID];
        let types: Vec<Type> = [Type::UUID]
            .into_iter()
            .chain(identity)
            .chain(after)
            .collect();
        let sql = table.copy_to_vault;
        self.session
            .copy(sql, "write the vault", &types, lines.iter(), |line| {
                let mut values: Vec<&(dyn ToSql + Sync)> = vec![&line.pseudonym];
                values.extend(line.identity.iter().map(|value| cell(value.as_ref())));
                let after: [&(dyn ToSql + Sync); 2] =
                    [&self.file.extract.extracted_at, &line.content_hash];
                values.extend(after);
                values
            })
            .await?;
        Ok(())
    }

    async fn correct_identities(
        &self,
        table: &RecordTable,
        lines: &[&RecordLine],
    ) -> Result<(), DatabaseError> {
        if lines.is_empty() {
            return Ok(());
        }
        let stated: Vec<Uuid> = lines.iter().map(|it| it.pseudonym).collect();
        let types = table.identity_types(self.file.schema_version);
        let columns = types.iter().enumerate();
        let columns: Vec<Box<dyn ToSql + Sync + Send>> =
            columns.map(|(place, of)| array(of, lines, place)).collect();
        let said_at = vec![self.file.extract.extracted_at; lines.len()];
        let hashes: Vec<Uuid> = lines.iter().map(|it| it.content_hash).collect();
        let mut parameters: Vec<&(dyn ToSql + Sync)> = vec![&stated];
        parameters.extend(columns.iter().map(|it| &**it as &(dyn ToSql + Sync)));
        parameters.extend([&said_at as &(dyn ToSql + Sync), &hashes]);
        self.session
            .execute(table.write_to_vault, "write the vault", &parameters)
            .await?;
        Ok(())
    }

    async fn copy_to_gold(
        &self,
        table: &RecordTable,
        lines: &[&RecordLine],
    ) -> Result<u64, DatabaseError> {
        let unknown = Value::Pseudonym(unknown_member_key("dim_person"));
        let version = self.file.schema_version;
        let values = table.value_types(version);
        let types: Vec<Type> = [Type::UUID].into_iter().chain(values).collect();
        // Where nobody is named, the fact refers to the unknown member.
        let names_person = table.kind.meaning == Meaning::Records(Subject::Patient);
        let person = table.columns(version).iter();
        let person = person
            .filter(|column| column.form.is_of_silver(Subject::Patient))
            .position(|column| names_person && column.form == Form::PersonId);
        let sql = table.copy_to_gold;
        self.session
            .copy(sql, "write gold", &types, lines.iter(), |line| {
                let mut values: Vec<&(dyn ToSql + Sync)> = vec![&line.pseudonym];
                values.extend(line.values.iter().enumerate().map(|(place, value)| {
                    let value = value.as_ref();
                    cell(value.or_else(|| (person == Some(place)).then_some(&unknown)))
                }));
                values
            })
            .await
    }

    async fn correct_gold(
        &self,
        table: &RecordTable,
        lines: &[&RecordLine],
    ) -> Result<u64, DatabaseError> {
        if lines.is_empty() {
            return Ok(0);
        }
        let stated: Vec<Uuid> = lines.iter().map(|it| it.pseudonym).collect();
        let unknown = unknown_member_key("dim_person");
        self.session
            .execute(table.update_gold, "write gold", &[&stated, &unknown])
            .await
    }
}

/// A column of the vault as an array.
fn array(of: &Type, lines: &[&RecordLine], place: usize) -> Box<dyn ToSql + Sync + Send> {
    let values = lines.iter().map(|line| line.identity[place].as_ref());
    if *of == Type::DATE {
        let dates = values.map(|value| match value {
            Some(Value::Date(date)) => Some(*date),
            _ => None,
        });
        return Box::new(dates.collect::<Vec<Option<NaiveDate>>>());
    }
    let texts = values.map(|value| match value {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    });
    Box::new(texts.collect::<Vec<Option<String>>>())
}
