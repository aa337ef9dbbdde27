use chrono::Datelike as _;
use uuid::Uuid;

use super::repair::{Judged, Repairs};
use super::{
    Clean, Cleaner, Refusal, birth, field, hospital, id_number, identifier, sex, text, time,
};
use crate::rule::{Rule, record, staff as rule};
use crate::shape::shape;
use crate::staff::{CleanedStaff, StaffAttributes, StaffIdentity, StaffStatement, StaffStatus};
use crate::staff_event::{StaffEvent, StaffPerson};
use crate::statement::Statement;

/// Places in the roster.
const ROSTER_SLOTS: std::ops::RangeInclusive<i64> = 0..=7;

impl Clean for StaffEvent {
    type Cleaned = CleanedStaff;
    const UNREADABLE: &'static Rule = &rule::UNREADABLE;

    fn clean(&self, cleaner: &Cleaner, content_hash: Uuid) -> Result<CleanedStaff, Refusal> {
        let statement_id = identifier::event_id(self.event_id.as_deref())?;
        let effective_at = self.effective_at.as_deref();
        let effective_at = time::required("effective_at", &rule::EFFECTIVE_AT, effective_at)?;
        let recorded_at = self.recorded_at.as_deref();
        let recorded_at = time::required("recorded_at", &record::RECORDED_AT, recorded_at)?;
        let (hospital_code, time_zone) =
            hospital::hospital(self.hospital_code.as_deref(), &cleaner.time_zones)?;
        let identity = identity(self)?;
        let replaces_staff_id = field("replaces_staff_id", &self.replaces_staff_id)?;

        let mut repairs = Repairs::default();
        let id_number = repairs.note(id_number::valid(identity.id_number.as_deref()));
        let sex = repairs.note(sex::sex(field("sex", &self.sex)?, id_number.as_ref()));
        let born_on = repairs.note(birth::date(
            identity.date_of_birth,
            id_number.as_ref(),
            time_zone.date_of(effective_at),
        ));
        let attributes = StaffAttributes {
            hospital_code,
            department_code: field("department_code", &self.department_code)?,
            status: status(self.status.as_deref())?,
            role: field("role", &self.role)?,
            specialty: field("specialty", &self.specialty)?,
            shift: field("shift", &self.shift)?,
            roster_slot: repairs.note(roster_slot(self.roster_slot)),
            hired_on: time::date("hired_on", self.hired_on.as_deref())?,
            sex,
            birth_year: born_on.map(|born_on| born_on.year()),
            replaces_staff_pseudonym: replaces_staff_id.as_ref().map(|id| cleaner.key.staff(id)),
        };
        let statement = StaffStatement {
            staff_pseudonym: cleaner.key.staff(&identity.staff_id),
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
        };
        Ok(CleanedStaff {
            statement,
            identity,
            replaces_staff_id,
        })
    }
}

/// Who it is, as stated: nothing of it is repaired here.
fn identity(event: &StaffEvent) -> Result<StaffIdentity, Refusal> {
    let nobody = StaffPerson::default();
    let sent = event.identity.as_ref().unwrap_or(&nobody);
    let date_of_birth = sent.date_of_birth.as_deref();
    Ok(StaffIdentity {
        staff_id: field("staff_id", &event.staff_id)?
            .ok_or_else(|| Refusal::of(&rule::STAFF_ID, "staff_id", "is missing"))?,
        assignment_id: field("assignment_id", &event.assignment_id)?,
        id_number: field("identity.id_number", &sent.id_number)?,
        first_name: field("identity.first_name", &sent.first_name)?,
        last_name: field("identity.last_name", &sent.last_name)?,
        date_of_birth: time::date("identity.date_of_birth", date_of_birth)?,
        registration_number: field("identity.registration_number", &sent.registration_number)?,
        ends_on: time::date("ends_on", event.ends_on.as_deref())?,
    })
}

fn status(value: Option<&str>) -> Result<StaffStatus, Refusal> {
    let refuse = |reason: String| Refusal::of(&rule::STATUS, "status", reason);
    let name = text::optional("status", value)?.ok_or_else(|| refuse("is missing".into()))?;
    StaffStatus::parse(&name).ok_or_else(|| {
        refuse(format!(
            "{} is not employed, assigned or left",
            shape(&name)
        ))
    })
}

pub(super) fn roster_slot(sent: Option<i64>) -> Judged<Option<i32>> {
    match sent {
        Some(slot) if !ROSTER_SLOTS.contains(&slot) => Judged::repaired(None, &rule::ROSTER_SLOT),
        _ => Judged::good(sent.and_then(|slot| slot.try_into().ok())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::TimeZone;
    use crate::pseudonym::PseudonymKey;

    fn cleaner() -> Cleaner {
        let zone = TimeZone::parse("Africa/Johannesburg").unwrap();
        let key = PseudonymKey::new(&[7; 32]).unwrap();
        Cleaner::new(key, [("JCH".to_owned(), zone)])
    }

    fn event() -> StaffEvent {
        let text = |text: &str| Some(text.to_owned());
        StaffEvent {
            event_id: text("05975f33-8ed8-71cb-90d5-20101c929c43"),
            effective_at: text("2026-03-04T00:00:00+02:00"),
            recorded_at: text("2026-03-04T00:00:00+02:00"),
            hospital_code: text("JCH"),
            staff_id: text("S000001"),
            status: text("assigned"),
            department_code: text("MED"),
            role: text("nurse"),
            roster_slot: Some(7),
            hired_on: text("2001-02-03"),
            ends_on: text("2045-01-01"),
            replaces_staff_id: text("S000002"),
            sex: text("F"),
            identity: Some(StaffPerson {
                id_number: text("8001015009087"),
                date_of_birth: text("1980-01-01"),
                last_name: text("Canary"),
                ..StaffPerson::default()
            }),
            ..StaffEvent::default()
        }
    }

    fn clean(event: &StaffEvent) -> Result<CleanedStaff, Refusal> {
        event.clean(&cleaner(), Uuid::nil())
    }

    fn refused(change: impl FnOnce(&mut StaffEvent)) -> (&'static str, &'static str) {
        let mut event = event();
        change(&mut event);
        let refusal = clean(&event).unwrap_err();
        (refusal.rule.code, refusal.field.unwrap())
    }

    #[test]
    fn identity_parts_from_what_gold_shows() {
        let cleaned = clean(&event()).unwrap();
        let key = PseudonymKey::new(&[7; 32]).unwrap();
        let stated = &cleaned.statement;
        assert_eq!(stated.staff_pseudonym, key.staff("S000001"));
        let attributes = &stated.statement.attributes;
        assert_eq!(attributes.birth_year, Some(1980));
        assert_eq!(attributes.roster_slot, Some(7));
        let replaces = attributes.replaces_staff_pseudonym;
        assert_eq!(replaces, Some(key.staff("S000002")));
        // A man by the ID number.
        assert_eq!(attributes.sex.as_deref(), Some("M"));
        assert_eq!(stated.repairs, [&record::SEX_CONTRADICTS_ID]);
        assert_eq!(cleaned.identity.last_name.as_deref(), Some("Canary"));
        let ends_on = cleaned.identity.ends_on.map(|day| day.to_string());
        assert_eq!(ends_on.as_deref(), Some("2045-01-01"));
        let shown = format!("{cleaned:?} {:?} {:?}", cleaned.identity, event());
        for secret in ["Canary", "S00000", "8001015009087", "1980-01-01", "2045"] {
            assert!(!shown.contains(secret), "{secret}");
        }
    }

    #[test]
    fn what_has_no_place_is_refused() {
        assert_eq!(refused(|it| it.event_id = None), ("ADT-002", "event_id"));
        assert_eq!(refused(|it| it.status = None), ("STA-002", "status"));
        let retired = |it: &mut StaffEvent| it.status = Some("retired".into());
        assert_eq!(refused(retired), ("STA-002", "status"));
        let timeless = |it: &mut StaffEvent| it.effective_at = None;
        assert_eq!(refused(timeless), ("STA-003", "effective_at"));
        let unentered = |it: &mut StaffEvent| it.recorded_at = None;
        assert_eq!(refused(unentered), ("ADT-005", "recorded_at"));
        let nobody = |it: &mut StaffEvent| it.staff_id = Some(" ".into());
        assert_eq!(refused(nobody), ("STA-004", "staff_id"));
        let elsewhere = |it: &mut StaffEvent| it.hospital_code = Some("ELSE".into());
        assert_eq!(refused(elsewhere), ("ADT-007", "hospital_code"));
        let damaged = |it: &mut StaffEvent| it.role = Some("nur\u{fffd}e".into());
        assert_eq!(refused(damaged), ("ADT-010", "role"));
        let date = |it: &mut StaffEvent| it.hired_on = Some("3 February".into());
        assert_eq!(refused(date), ("ADT-006", "hired_on"));
    }

    #[test]
    fn the_roster_has_eight_places() {
        for slot in [-1, 8, i64::MAX] {
            assert_eq!(
                roster_slot(Some(slot)),
                Judged::repaired(None, &rule::ROSTER_SLOT)
            );
        }
        assert_eq!(roster_slot(Some(0)), Judged::good(Some(0)));
        assert_eq!(roster_slot(None), Judged::good(None));
    }
}
