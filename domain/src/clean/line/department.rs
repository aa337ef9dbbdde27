use super::{Fields, LineReader};
use crate::clean::Refusal;
use crate::clean::department::Said;
use crate::clean::repair::Repairs;
use crate::department::DepartmentStatement;
use crate::statement::Statement;

impl LineReader {
    /// A line of `departments.csv`: it holds from the extract on.
    pub(super) fn department(&self, fields: &Fields<'_>) -> Result<DepartmentStatement, Refusal> {
        let mut repairs = Repairs::default();
        let (department, attributes) = Said {
            hospital_code: Some(fields.sent("hospital_code")),
            department_code: Some(fields.sent("department_code")),
            name: Some(fields.sent("name")),
            kind: Some(fields.sent("kind")),
            beds: fields.whole("beds")?,
        }
        .judged(&self.time_zones, &mut repairs)?;
        let natural_key = format!(
            "{}/{}",
            department.hospital_code, department.department_code
        );
        let content_hash = self.content_hash(fields, "");
        let extracted_at = self.extract.extracted_at;
        Ok(DepartmentStatement {
            department,
            statement: Statement {
                statement_id: self.statement_id(&natural_key, content_hash),
                content_hash,
                effective_at: Some(extracted_at),
                sequence: None,
                recorded_at: Some(extracted_at),
                attributes,
            },
            source_system: None,
            repairs: repairs.in_order(),
        })
    }
}
