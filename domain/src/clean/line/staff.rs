use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use uuid::Uuid;

use super::{Fields, LineReader};
use crate::clean::repair::Repairs;
use crate::clean::staff::roster_slot;
use crate::clean::{Refusal, birth, hospital, id_number, sex, time};
use crate::extract::{AssignmentLine, ListedStaff, StaffLine};
use crate::network::TimeZone;
use crate::rule::staff as rule;
use crate::staff::{CleanedStaff, StaffAttributes, StaffIdentity, StaffStatement, StaffStatus};
use crate::statement::Statement;

impl LineReader {
    /// A line of `staff.csv`. Ages are judged by the day that the file is of.
    pub(super) fn staff(&self, fields: &Fields<'_>) -> Result<StaffLine, Refusal> {
        let identity = StaffIdentity {
            staff_id: staff_id(fields)?,
            id_number: fields.text("id_number")?,
            first_name: fields.text("first_name")?,
            last_name: fields.text("last_name")?,
            date_of_birth: fields.date("date_of_birth")?,
            registration_number: fields.text("registration_number")?,
            ..StaffIdentity::default()
        };
        // It is nobody's here: who the person is the ID number tells.
        fields.text("person_id")?;
        let mut repairs = Repairs::default();
        let id_number = repairs.note(id_number::valid(identity.id_number.as_deref()));
        let sex = repairs.note(sex::sex(fields.text("sex")?, id_number.as_ref()));
        let (born_on, date) = (identity.date_of_birth, self.extract.date);
        let born_on = repairs.note(birth::date(born_on, id_number.as_ref(), date));
        Ok(StaffLine {
            listed: ListedStaff {
                staff_pseudonym: self.key.staff(&identity.staff_id),
                content_hash: self.content_hash(fields, ""),
                role: fields.text("role")?,
                specialty: fields.text("specialty")?,
                hired_on: fields.date("hired_on")?,
                sex,
                birth_year: born_on.map(|born_on| born_on.year()),
                repairs: repairs.in_order(),
            },
            identity,
        })
    }

    /// A line of `assigned_staff.csv`: days begin by the hospital's clock.
    pub(super) fn assignment(&self, fields: &Fields<'_>) -> Result<AssignmentLine, Refusal> {
        let staff_id = staff_id(fields)?;
        let hospital_code = Some(fields.sent("hospital_code"));
        let (hospital_code, time_zone) = hospital::hospital(hospital_code, &self.time_zones)?;
        let begins = fields.date("starts_on")?;
        let begins =
            begins.ok_or_else(|| Refusal::of(&rule::EFFECTIVE_AT, "starts_on", "is missing"))?;
        let ends = fields.date("ends_on")?;
        if ends.is_some_and(|ends| ends <= begins) {
            let reason = "is not after starts_on";
            return Err(Refusal::of(&rule::ENDS_BEFORE, "ends_on", reason));
        }
        let begins_at = midnight("starts_on", time_zone, begins)?;
        let ends_at = ends.map(|ends| midnight("ends_on", time_zone, ends));
        let ends_at = ends_at.transpose()?;
        fields.text("assignment_id")?;
        let replaces_staff_id = fields.text("replaces_staff_id")?;
        let mut repairs = Repairs::default();
        let attributes = StaffAttributes {
            hospital_code,
            department_code: fields.text("department_code")?,
            status: StaffStatus::Assigned,
            role: fields.text("role")?,
            specialty: fields.text("specialty")?,
            shift: fields.text("shift")?,
            roster_slot: repairs.note(roster_slot(fields.whole("roster_slot")?)),
            hired_on: None,
            sex: None,
            birth_year: None,
            replaces_staff_pseudonym: replaces_staff_id.as_ref().map(|id| self.key.staff(id)),
        };
        let assigned = CleanedStaff {
            statement: StaffStatement {
                staff_pseudonym: self.key.staff(&staff_id),
                statement: self.stated(fields, &staff_id, begins_at, attributes),
                source_system: None,
                repairs: repairs.in_order(),
            },
            identity: StaffIdentity {
                staff_id,
                ..StaffIdentity::default()
            },
            replaces_staff_id,
        };
        let left = ends_at.map(|at| self.ended(fields, &assigned, at));
        Ok(AssignmentLine {
            staff_pseudonym: assigned.statement.staff_pseudonym,
            content_hash: assigned.statement.statement.content_hash,
            statements: [assigned].into_iter().chain(left).collect(),
        })
    }

    /// The same, but that they work no more.
    fn ended(
        &self,
        fields: &Fields<'_>,
        assigned: &CleanedStaff,
        at: DateTime<Utc>,
    ) -> CleanedStaff {
        let mut left = assigned.clone();
        let mut attributes = left.statement.statement.attributes;
        attributes.status = StaffStatus::Left;
        let staff_id = &assigned.identity.staff_id;
        left.statement.statement = self.stated(fields, staff_id, at, attributes);
        left
    }

    /// A statement of a line. At one instant a topic has the last word, which knows all attributes and
    /// numbers its statements from 1; an end comes before a begin, as somebody may move.
    fn stated(
        &self,
        fields: &Fields<'_>,
        staff_id: &str,
        effective_at: DateTime<Utc>,
        attributes: StaffAttributes,
    ) -> Statement<StaffAttributes> {
        let content_hash: Uuid = self.content_hash(fields, "");
        let member = self.key.staff(staff_id);
        let status = attributes.status;
        Statement {
            statement_id: self.statement_id(&format!("{member}/{}", status.as_str()), content_hash),
            content_hash,
            effective_at: Some(effective_at),
            sequence: (status == StaffStatus::Assigned).then_some(0),
            recorded_at: Some(self.extract.extracted_at),
            attributes,
        }
    }
}

fn staff_id(fields: &Fields<'_>) -> Result<String, Refusal> {
    let staff_id = fields.text("staff_id")?;
    staff_id.ok_or_else(|| Refusal::of(&rule::STAFF_ID, "staff_id", "is missing"))
}

fn midnight(
    field: &'static str,
    time_zone: TimeZone,
    date: NaiveDate,
) -> Result<DateTime<Utc>, Refusal> {
    // Before it is asked where in the zone it begins: nobody knows that of the year 9999.
    let of_utc = date.and_time(chrono::NaiveTime::MIN).and_utc();
    time::in_range(field, of_utc)?;
    time::in_range(field, time_zone.start_of(date))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::Cleaner;
    use crate::extract::{ASSIGNED_STAFF, Extract, Kind, Layout, Line, STAFF};
    use crate::pseudonym::PseudonymKey;
    use crate::staff::staff_versions;

    fn read(kind: &'static Kind, line: &str) -> Result<Line, Refusal> {
        let zones = [("A", "Africa/Johannesburg"), ("B", "Europe/London")];
        let zone = |(code, zone): (&str, &str)| (code.to_owned(), TimeZone::parse(zone).unwrap());
        let key = PseudonymKey::new(&[7; 32]).unwrap();
        let extract = Extract {
            hospital_code: None,
            date: "2026-03-01".parse().unwrap(),
            extracted_at: "2026-03-01T22:00:00Z".parse().unwrap(),
        };
        let names = kind.versions[0].iter().map(|column| column.name);
        let layout = Layout::of(kind, 1, names).unwrap();
        let reader =
            LineReader::new(&Cleaner::new(key, zones.map(zone)), &extract, layout).unwrap();
        reader.read(&line.split(',').collect::<Vec<_>>())
    }

    fn statements(line: &str) -> Vec<CleanedStaff> {
        match read(&ASSIGNED_STAFF, line).unwrap() {
            Line::Assignment(line) => line.statements,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn who_moves_leaves_one_place_when_the_other_begins_and_no_version_says_left() {
        let old = statements("A1,S1,A,MED,nurse,MED,day,1,2020-06-01,2026-03-04,");
        let new = statements("A2,S1,A,ICU,nurse,ICU,day,1,2026-03-04,,");
        let all = [old, new].concat();
        let said = all.iter().map(|it| &it.statement.statement);
        let versions = staff_versions(all[0].statement.staff_pseudonym, said);
        let told: Vec<_> = versions
            .iter()
            .map(|it| (it.valid_from.unwrap().to_rfc3339(), it.attributes.status))
            .collect();
        let expected = [
            (
                "2020-05-31T22:00:00+00:00".to_owned(),
                StaffStatus::Assigned,
            ),
            (
                "2026-03-03T22:00:00+00:00".to_owned(),
                StaffStatus::Assigned,
            ),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn days_begin_by_the_hospitals_clock() {
        let said = statements("A1,S1,B,MED,nurse,MED,day,1,2025-07-01,2026-01-01,S2");
        let at: Vec<_> = said
            .iter()
            .map(|it| it.statement.statement.effective_at)
            .collect();
        let expected = ["2025-06-30T23:00:00Z", "2026-01-01T00:00:00Z"];
        assert_eq!(at, expected.map(|at| Some(at.parse().unwrap())));
        assert_ne!(
            said[0].statement.statement.identity(),
            said[1].statement.statement.identity()
        );
    }

    #[test]
    fn nobody_is_shown() {
        let line =
            "S000017,99,8001015009087,Canary,Bird,M,1980-01-01,nurse,MED,MP0000001,2001-02-03";
        let staff = format!("{:?}", read(&STAFF, line).unwrap());
        let line = "A000017,S000017,A,MED,nurse,MED,day,1,2020-06-01,2045-01-01,S000016";
        let assigned = format!("{:?}", read(&ASSIGNED_STAFF, line).unwrap());
        let shown = staff + &assigned;
        for secret in [
            "S00001",
            "8001015009087",
            "Canary",
            "1980-01-01",
            "MP0000001",
        ] {
            assert!(!shown.contains(secret), "{secret}: {shown}");
        }
        let bad = "A000017,S000017,A,MED,nurse,MED,day,1,2020-06-01,1945-01-01,";
        let told = read(&ASSIGNED_STAFF, bad).unwrap_err().to_string();
        assert!(told.contains("STA-006") && !told.contains("1945"), "{told}");
    }
}
