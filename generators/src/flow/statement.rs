//! What the hospitals of a scenario state of their departments and staff, in the order in which it is
//! entered.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use domain::department::DepartmentStatement;
use domain::department_event::DepartmentEvent;
use domain::event_id::event_id;
use domain::network::TimeZone;
use domain::staff::StaffStatus;
use domain::staff_event::{StaffEvent, StaffPerson};

use super::adt::{SOURCE_SYSTEM, written};
use crate::scenario::Scenario;
use crate::staff::{Staff, StaffMember};

/// The departments as the network file describes them, stated at the start.
pub fn departments(scenario: &Scenario) -> impl Iterator<Item = DepartmentEvent> {
    let mark = scenario.mark();
    let hospitals = scenario.network.hospitals.iter();
    let departments = hospitals.flat_map(|hospital| {
        let departments = hospital.departments.iter();
        departments.map(move |department| (hospital, department))
    });
    departments.map(move |(hospital, department)| {
        let effective_at = hospital.time_zone.start_of(scenario.start);
        let stated = DepartmentStatement::of_network(&hospital.code, department);
        let attributes = stated.statement.attributes;
        let natural_key = [SOURCE_SYSTEM, &mark, &hospital.code, &department.code];
        DepartmentEvent {
            event_id: Some(event_id(effective_at, &natural_key).to_string()),
            effective_at: Some(text(effective_at)),
            recorded_at: Some(text(effective_at)),
            source_system: Some(SOURCE_SYSTEM.to_owned()),
            hospital_code: Some(hospital.code.clone()),
            department_code: Some(department.code.clone()),
            sequence: Some(1),
            name: Some(attributes.name),
            kind: Some(attributes.kind),
            beds: attributes.beds.map(i64::from),
        }
    })
}

/// Everybody who works at the start, stated then for their first day of work; then, day by day for as
/// long as staff are planned, who leaves and who starts in the same position.
pub fn staff<'s>(
    scenario: &'s Scenario,
    staff: &'s Staff<'s>,
) -> impl Iterator<Item = StaffEvent> + 's {
    let teller = Teller { scenario };
    let start = scenario.start;
    let working = (0..staff.count_before(start)).map(|number| staff.member(number));
    let working = working.map(move |member| teller.assigned(member, start));
    let changes = staff
        .changes(start, NaiveDate::MAX)
        .flat_map(move |change| {
            [
                teller.left(change.leaves, change.date),
                teller.assigned(change.starts, change.date),
            ]
        });
    working.chain(changes)
}

#[derive(Clone, Copy)]
struct Teller<'s> {
    scenario: &'s Scenario,
}

impl Teller<'_> {
    /// Works from the first day of work on, as it is entered at the begin of a date.
    fn assigned(self, member: StaffMember<'_>, entered_on: NaiveDate) -> StaffEvent {
        let dates = (member.starts_on(), entered_on);
        StaffEvent {
            sequence: Some(1),
            ..self.event(member, StaffStatus::Assigned, dates)
        }
    }

    /// Works no more from the begin of a date on.
    fn left(self, member: StaffMember<'_>, date: NaiveDate) -> StaffEvent {
        StaffEvent {
            sequence: Some(2),
            ends_on: Some(date.to_string()),
            ..self.event(member, StaffStatus::Left, (date, date))
        }
    }

    fn event(
        self,
        member: StaffMember<'_>,
        status: StaffStatus,
        (from, entered_on): (NaiveDate, NaiveDate),
    ) -> StaffEvent {
        let position = member.position();
        let time_zone: TimeZone = self.scenario.network.hospitals[position.hospital].time_zone;
        let effective_at = time_zone.start_of(from);
        let id = member.id();
        let mark = self.scenario.mark();
        let natural_key = [SOURCE_SYSTEM, &mark, id.as_str(), status.as_str()];
        let known = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let person = member.person();
        StaffEvent {
            event_id: Some(event_id(effective_at, &natural_key).to_string()),
            effective_at: Some(text(effective_at)),
            recorded_at: Some(text(time_zone.start_of(entered_on))),
            source_system: Some(SOURCE_SYSTEM.to_owned()),
            hospital_code: known(member.hospital_code()),
            staff_id: known(id.as_str()),
            assignment_id: known(&written(|out| member.write_assignment_id(out))),
            sequence: None,
            status: known(status.as_str()),
            department_code: known(member.department_code()),
            role: known(position.role.as_str()),
            specialty: known(position.specialty),
            shift: known(position.pattern.as_str()),
            roster_slot: Some(position.roster_slot.into()),
            hired_on: Some(member.hired_on().to_string()),
            ends_on: None,
            replaces_staff_id: member.replaces().map(|it| it.id().as_str().to_owned()),
            sex: known(if person.is_female() { "F" } else { "M" }),
            identity: Some(identity(member)),
        }
    }
}

fn identity(member: StaffMember<'_>) -> StaffPerson {
    let person = member.person();
    let (first_name, last_name) = person.names();
    let registration_number = written(|out| member.write_registration_number(out));
    StaffPerson {
        id_number: Some(written(|out| out.extend_from_slice(&person.id_number()))),
        first_name: Some(first_name.to_owned()),
        last_name: Some(last_name.to_owned()),
        date_of_birth: Some(person.born_on().to_string()),
        registration_number: (!registration_number.is_empty()).then_some(registration_number),
    }
}

fn text(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use domain::clean::{Clean as _, Cleaner};
    use domain::pseudonym::PseudonymKey;
    use domain::staff::staff_versions;
    use uuid::Uuid;

    use super::*;
    use crate::flow::Simulation;
    use crate::scale::Scale;

    fn simulation() -> Simulation {
        let start = "2026-03-02".parse().unwrap();
        let scenario = Scenario::new(42, start, Scale::Quick, None).unwrap();
        Simulation::new(scenario).unwrap()
    }

    /// What is entered within nine days.
    fn nine_days(simulation: &Simulation) -> Vec<StaffEvent> {
        let plan = simulation.staff().unwrap();
        let events = staff(simulation.scenario(), &plan);
        let within = |event: &StaffEvent| event.recorded_at.as_deref() < Some("2026-03-10T22:00");
        events.take_while(within).collect()
    }

    #[test]
    fn every_replacement_of_nine_days_starts_when_the_other_leaves() {
        let simulation = simulation();
        let events = nine_days(&simulation);
        let hospitals = simulation.scenario().network.hospitals.iter();
        let zones = hospitals.map(|hospital| (hospital.code.clone(), hospital.time_zone));
        let cleaner = Cleaner::new(PseudonymKey::new(&[7; 32]).unwrap(), zones);
        let mut statements = HashMap::<_, Vec<_>>::new();
        for (content, event) in (1..).zip(&events) {
            let cleaned = event.clean(&cleaner, Uuid::from_u128(content)).unwrap();
            assert_eq!(cleaned.statement.repairs, Vec::<&domain::rule::Rule>::new());
            let stated = cleaned.statement;
            let of_member = statements.entry(stated.staff_pseudonym).or_default();
            of_member.push(stated.statement);
        }
        let versions = |who| staff_versions(who, &statements[&who]);
        let mut replacements = 0;
        for member in statements.keys() {
            let starting = versions(*member);
            let Some(replaced) = starting[0].attributes.replaces_staff_pseudonym else {
                continue;
            };
            replacements += 1;
            let leaving = versions(replaced);
            assert_eq!(leaving.len(), 2);
            assert_eq!(leaving[0].valid_to, starting[0].valid_from);
            assert_eq!(leaving[1].attributes.status, StaffStatus::Left);
            let place = |it: &domain::staff::StaffVersion| {
                let at = &it.attributes;
                (at.department_code.clone(), at.role.clone(), at.roster_slot)
            };
            assert_eq!(place(&leaving[1]), place(&starting[0]));
        }
        assert!(replacements >= 3, "{replacements}");
    }

    #[test]
    fn events_have_ids_of_their_own_and_come_in_the_order_of_their_entry() {
        let simulation = simulation();
        let events = nine_days(&simulation);
        let ids: HashSet<_> = events.iter().map(|event| &event.event_id).collect();
        assert_eq!(ids.len(), events.len());
        assert!(events.is_sorted_by_key(|event| &event.recorded_at));
        let departments: Vec<_> = departments(simulation.scenario()).collect();
        let codes: HashSet<_> = departments.iter().map(DepartmentEvent::key).collect();
        assert_eq!(codes.len(), departments.len());
        assert!(departments.iter().all(|it| it.beds > Some(0)));
    }
}
