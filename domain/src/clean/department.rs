use std::collections::HashMap;

use uuid::Uuid;

use super::repair::{Judged, Repairs};
use super::{Clean, Cleaner, Refusal, field, hospital, identifier, text, time};
use crate::department::{DepartmentAttributes, DepartmentCode, DepartmentStatement};
use crate::department_event::DepartmentEvent;
use crate::network::{DepartmentKind, TimeZone, is_code};
use crate::rule::{Rule, department as rule, record};
use crate::shape::shape;
use crate::statement::Statement;

/// Beds of the largest department that is believed.
const BEDS_MAX: i64 = 100_000;

impl Clean for DepartmentEvent {
    type Cleaned = DepartmentStatement;
    const UNREADABLE: &'static Rule = &rule::UNREADABLE;

    fn clean(&self, cleaner: &Cleaner, content_hash: Uuid) -> Result<DepartmentStatement, Refusal> {
        let statement_id = identifier::event_id(self.event_id.as_deref())?;
        let effective_at = self.effective_at.as_deref();
        let effective_at = time::required("effective_at", &rule::EFFECTIVE_AT, effective_at)?;
        let recorded_at = self.recorded_at.as_deref();
        let recorded_at = time::required("recorded_at", &record::RECORDED_AT, recorded_at)?;
        let mut repairs = Repairs::default();
        let (department, attributes) = Said {
            hospital_code: self.hospital_code.as_deref(),
            department_code: self.department_code.as_deref(),
            name: self.name.as_deref(),
            kind: self.kind.as_deref(),
            beds: self.beds,
        }
        .judged(&cleaner.time_zones, &mut repairs)?;
        Ok(DepartmentStatement {
            department,
            statement: Statement {
                statement_id,
                content_hash,
                effective_at: Some(effective_at),
                sequence: self.sequence,
                recorded_at: Some(recorded_at),
                attributes,
            },
            source_system: field("source_system", &self.source_system)?,
            repairs: repairs.in_order(),
        })
    }
}

/// What somebody says of a department, as sent.
pub(super) struct Said<'s> {
    pub(super) hospital_code: Option<&'s str>,
    pub(super) department_code: Option<&'s str>,
    pub(super) name: Option<&'s str>,
    pub(super) kind: Option<&'s str>,
    pub(super) beds: Option<i64>,
}

impl Said<'_> {
    /// Which department it is, and what it is.
    pub(super) fn judged(
        &self,
        time_zones: &HashMap<String, TimeZone>,
        repairs: &mut Repairs,
    ) -> Result<(DepartmentCode, DepartmentAttributes), Refusal> {
        let (hospital_code, _) = hospital::hospital(self.hospital_code, time_zones)?;
        let department = DepartmentCode {
            hospital_code,
            department_code: code(self.department_code)?,
        };
        let attributes = DepartmentAttributes {
            name: text::optional("name", self.name)?
                .ok_or_else(|| Refusal::of(&rule::NAME, "name", "is missing"))?,
            kind: kind(self.kind)?.as_str().to_owned(),
            beds: repairs.note(beds(self.beds)),
        };
        Ok((department, attributes))
    }
}

fn code(value: Option<&str>) -> Result<String, Refusal> {
    let refuse = |reason: String| Refusal::of(&rule::CODE, "department_code", reason);
    let code =
        text::optional("department_code", value)?.ok_or_else(|| refuse("is missing".into()))?;
    if !is_code(&code) {
        return Err(refuse(format!("{} is no code", shape(&code))));
    }
    Ok(code)
}

fn kind(value: Option<&str>) -> Result<DepartmentKind, Refusal> {
    let refuse = |reason: String| Refusal::of(&rule::KIND, "kind", reason);
    let name = text::optional("kind", value)?.ok_or_else(|| refuse("is missing".into()))?;
    DepartmentKind::parse(&name)
        .ok_or_else(|| refuse(format!("{} is no kind of department", shape(&name))))
}

fn beds(sent: Option<i64>) -> Judged<Option<i32>> {
    match sent {
        Some(beds) if !(0..=BEDS_MAX).contains(&beds) => Judged::repaired(None, &rule::BEDS),
        _ => Judged::good(sent.and_then(|beds| beds.try_into().ok())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pseudonym::PseudonymKey;

    fn event() -> DepartmentEvent {
        let text = |text: &str| Some(text.to_owned());
        DepartmentEvent {
            event_id: text("05975f33-8ed8-71cb-90d5-20101c929c43"),
            effective_at: text("2026-03-04T00:00:00+02:00"),
            recorded_at: text("2026-03-01T00:00:00Z"),
            hospital_code: text("JCH"),
            department_code: text("MED"),
            name: text(" Medicine "),
            kind: text("medicine"),
            beds: Some(40),
            ..DepartmentEvent::default()
        }
    }

    fn clean(event: &DepartmentEvent) -> Result<DepartmentStatement, Refusal> {
        let zone = TimeZone::parse("Africa/Johannesburg").unwrap();
        let key = PseudonymKey::new(&[7; 32]).unwrap();
        let cleaner = Cleaner::new(key, [("JCH".to_owned(), zone)]);
        event.clean(&cleaner, Uuid::nil())
    }

    #[test]
    fn a_statement_tells_all_of_a_department_also_of_the_future() {
        let stated = clean(&event()).unwrap();
        assert_eq!(stated.department.department_code, "MED");
        let expected = DepartmentAttributes {
            name: "Medicine".into(),
            kind: "medicine".into(),
            beds: Some(40),
        };
        assert_eq!(stated.statement.attributes, expected);
        assert!(stated.statement.effective_at > stated.statement.recorded_at);
    }

    #[test]
    fn what_has_no_place_is_refused() {
        let refused = |change: fn(&mut DepartmentEvent)| {
            let mut event = event();
            change(&mut event);
            clean(&event).unwrap_err().rule.code
        };
        assert_eq!(refused(|it| it.department_code = None), "DEP-002");
        assert_eq!(
            refused(|it| it.department_code = Some("unknown".into())),
            "DEP-002"
        );
        assert_eq!(refused(|it| it.effective_at = None), "DEP-003");
        assert_eq!(refused(|it| it.name = Some(String::new())), "DEP-004");
        assert_eq!(refused(|it| it.kind = Some("unknown".into())), "DEP-005");
        assert_eq!(refused(|it| it.hospital_code = None), "ADT-007");
    }

    #[test]
    fn beds_that_nobody_believes_are_unknown() {
        for number in [-1, 100_001, i64::MAX] {
            assert_eq!(beds(Some(number)), Judged::repaired(None, &rule::BEDS));
        }
        assert_eq!(beds(Some(100_000)), Judged::good(Some(100_000)));
        assert_eq!(beds(None), Judged::good(None));
    }
}
