//! `departments.csv`: each line is a statement about a department, as the topic's are.

use domain::extract::Line;

use super::chunk::LoadedChunk;
use super::loader::Step;
use crate::DatabaseError;
use crate::load::Origin;

impl Step<'_> {
    /// Adds what lines state of departments; the dimension is locked.
    pub(super) async fn write_department_lines(
        &self,
        lines: &[(i64, Line)],
    ) -> Result<LoadedChunk, DatabaseError> {
        let file_id = self.file.file_id;
        let stated = lines.iter().filter_map(|(line, said)| match said {
            Line::Department(stated) => {
                let line = *line;
                Some((Origin::File { file_id, line }, &**stated))
            }
            _ => None,
        });
        let stated: Vec<_> = stated.collect();
        let (is_new, derived_rows) = self.session.write_departments(&stated).await?;
        self.finish(lines, &is_new, derived_rows).await
    }

    /// Notes the lines that say what silver holds already.
    async fn finish(
        &self,
        lines: &[(i64, Line)],
        is_new: &[bool],
        derived_rows: u64,
    ) -> Result<LoadedChunk, DatabaseError> {
        let held = lines.iter().zip(is_new).filter(|(_, is_new)| !**is_new);
        let duplicates: Vec<_> = held
            .map(|((line, _), _)| (self.file.file_id, *line))
            .collect();
        self.write_duplicates(&duplicates).await?;
        let duplicates = duplicates.len() as u64;
        Ok(LoadedChunk {
            silver_rows: lines.len() as u64 - duplicates,
            duplicates,
            derived_rows,
            ..LoadedChunk::default()
        })
    }
}
