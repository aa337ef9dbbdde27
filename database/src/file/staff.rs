//! `staff.csv` and `assigned_staff.csv`: who members of staff are, and where they work. What one of the
//! two says counts once the other is there too, in whichever order they come.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use domain::extract::{AssignmentLine, Line, StaffLine};
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::chunk::LoadedChunk;
use super::encounters::Numbered;
use super::loader::Step;
use super::statement::COPY_STAFF;
use crate::DatabaseError;
use crate::fault::{self, Point};
use crate::load::{Origin, StaffDimension};
use crate::rows::{ListedStaffRow, StaffIdentityRow};

const TYPES: [Type; 12] = [
    Type::UUID,
    Type::DATE,
    Type::UUID,
    Type::TIMESTAMPTZ,
    Type::TEXT,
    Type::TEXT,
    Type::DATE,
    Type::TEXT,
    Type::INT4,
    Type::TEXT_ARRAY,
    Type::INT8,
    Type::INT8,
];

impl Step<'_> {
    /// Adds who members of staff are, and makes their versions anew; the dimension is locked.
    pub(super) async fn write_listed(
        &self,
        lines: &[(i64, Line)],
    ) -> Result<LoadedChunk, DatabaseError> {
        // Nothing of this day is held yet but of this chunk: a day has one file.
        let mut met = HashSet::new();
        let (mut new, mut duplicates) = (Vec::new(), Vec::new());
        let mut identities: BTreeMap<Uuid, ListedStaffRow> = BTreeMap::new();
        for (number, line) in lines {
            let Line::Staff(line) = line else {
                continue;
            };
            let who = line.listed.staff_pseudonym;
            if !met.insert((who, line.listed.content_hash)) {
                duplicates.push((self.file.file_id, *number));
                continue;
            }
            new.push((*number, &**line));
            let row = ListedStaffRow::of(line, self.file.extract.extracted_at);
            let known = identities.entry(who).or_insert_with(|| row.clone());
            if known.rank() < row.rank() {
                *known = row;
            }
        }
        let silver_rows = self.copy_listed(&new).await?;
        fault::reach(Point::Silver)?;
        self.write_duplicates(&duplicates).await?;
        let members: BTreeSet<Uuid> = identities.keys().copied().collect();
        self.write_listed_staff(identities).await?;
        let (derived_rows, _) = self.session.derive::<StaffDimension>(members).await?;
        Ok(LoadedChunk {
            silver_rows,
            duplicates: duplicates.len() as u64,
            derived_rows,
            ..LoadedChunk::default()
        })
    }

    async fn copy_listed(&self, lines: &[Numbered<'_, StaffLine>]) -> Result<u64, DatabaseError> {
        let extract = &self.file.extract;
        let rows = lines.iter().map(|(number, line)| {
            let repairs = line.listed.repairs.iter().map(|rule| rule.code);
            (number, &line.listed, repairs.collect::<Vec<_>>())
        });
        self.session
            .copy(
                COPY_STAFF,
                "write silver",
                &TYPES,
                rows,
                |(number, listed, repairs)| {
                    vec![
                        &listed.staff_pseudonym,
                        &extract.date,
                        &listed.content_hash,
                        &extract.extracted_at,
                        &listed.role,
                        &listed.specialty,
                        &listed.hired_on,
                        &listed.sex,
                        &listed.birth_year,
                        repairs,
                        &self.file.file_id,
                        *number,
                    ]
                },
            )
            .await
    }

    /// Adds what lines state of where members of staff work; the dimension is locked.
    pub(super) async fn write_assignments(
        &self,
        lines: &[(i64, Line)],
    ) -> Result<LoadedChunk, DatabaseError> {
        let file_id = self.file.file_id;
        let assignments = lines.iter().filter_map(|(line, said)| match said {
            Line::Assignment(assignment) => Some((*line, &**assignment)),
            _ => None,
        });
        let assignments: Vec<Numbered<'_, AssignmentLine>> = assignments.collect();
        let statements = assignments.iter().flat_map(|(line, assignment)| {
            let origin = Origin::File {
                file_id,
                line: *line,
            };
            let statements = assignment.statements.iter();
            statements.map(move |stated| (origin, stated))
        });
        let statements: Vec<_> = statements.collect();
        let written = self
            .session
            .write_statements::<StaffDimension>(&statements)
            .await?;
        let mut named: BTreeMap<Uuid, StaffIdentityRow> = BTreeMap::new();
        for (_, stated) in &statements {
            let replaced = stated
                .statement
                .statement
                .attributes
                .replaces_staff_pseudonym;
            let replaced = replaced.zip(stated.replaces_staff_id.as_deref());
            let who = (stated.statement.staff_pseudonym, &*stated.identity.staff_id);
            for (pseudonym, id) in [who].into_iter().chain(replaced) {
                let row = || StaffIdentityRow::named(pseudonym, id);
                named.entry(pseudonym).or_insert_with(row);
            }
        }
        self.write_named_staff(named).await?;
        // All statements of a line are new, or none.
        let is_new: HashSet<Origin> = statements
            .iter()
            .zip(&written.is_new)
            .filter_map(|((origin, _), is_new)| is_new.then_some(*origin))
            .collect();
        let is_held = |line: i64| !is_new.contains(&Origin::File { file_id, line });
        let held = assignments.iter().filter(|(line, _)| is_held(*line));
        let duplicates: Vec<_> = held.map(|(line, _)| (file_id, *line)).collect();
        self.write_duplicates(&duplicates).await?;
        let silver_rows = written.is_new.iter().filter(|is_new| **is_new).count();
        Ok(LoadedChunk {
            silver_rows: silver_rows as u64,
            duplicates: duplicates.len() as u64,
            derived_rows: written.derived_rows,
            ..LoadedChunk::default()
        })
    }
}
