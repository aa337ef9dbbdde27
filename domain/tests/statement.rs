//! Versions of staff and departments against a model written from `docs/history.md`: at every moment
//! it looks which statement has the last word, and joins moments that say the same.

#![allow(clippy::unwrap_used, reason = "tests")]

use chrono::{DateTime, TimeDelta, Utc};
use domain::department::{
    DepartmentAttributes, DepartmentCode, DepartmentRow, department_versions,
};
use domain::dimension_key::department_version_key;
use domain::staff::{StaffAttributes, StaffStatus, staff_versions};
use domain::statement::{Statement, Version, versions};
use proptest::prelude::*;
use uuid::Uuid;

type Stated = Statement<Option<u8>>;

fn at(hour: i64) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2026-03-02T00:00:00Z".parse().unwrap();
    start + TimeDelta::hours(hour)
}

fn any_statement() -> impl Strategy<Value = Stated> {
    (
        (0_u128..4, 0_u128..3),
        proptest::option::weighted(0.9, 0_i64..3),
        proptest::option::of(0_i64..2),
        0_i64..2,
        proptest::option::of(0_u8..2),
    )
        .prop_map(
            |((id, hash), hour, sequence, recorded, attributes)| Stated {
                statement_id: Uuid::from_u128(id),
                content_hash: Uuid::from_u128(hash),
                effective_at: hour.map(at),
                sequence,
                recorded_at: Some(at(recorded)),
                attributes,
            },
        )
        .prop_map(|statement| Stated {
            content_hash: hash_of(&statement),
            ..statement
        })
}

/// One content says one thing, and another hash is another content.
fn hash_of(statement: &Stated) -> Uuid {
    let fields = format!("{statement:?}");
    let hash = fields.bytes().fold(0_u128, |hash, byte| {
        hash.wrapping_mul(0x0100_0000_0000_0000_0000_013b) ^ u128::from(byte)
    });
    Uuid::from_u128(hash)
}

/// What counts by id: no other content of the id was entered later, or as late with a greater hash.
fn counts(statement: &Stated, all: &[Stated]) -> bool {
    all.iter().all(|other| {
        other.statement_id != statement.statement_id
            || (other.recorded_at, other.content_hash)
                <= (statement.recorded_at, statement.content_hash)
    })
}

/// What has the last word at a moment, `None` before the first statement.
fn last_word(moment: Option<DateTime<Utc>>, all: &[Stated]) -> Option<&Stated> {
    let begun = all
        .iter()
        .filter(|it| counts(it, all) && it.effective_at <= moment);
    begun.max_by_key(|it| {
        let time = (it.effective_at, it.sequence, it.recorded_at);
        (time, it.content_hash, it.statement_id)
    })
}

fn model(all: &[Stated]) -> Vec<Version<Option<u8>>> {
    let moments = [None, Some(at(0)), Some(at(1)), Some(at(2))];
    let mut versions: Vec<Version<Option<u8>>> = Vec::new();
    for moment in moments {
        let Some(attributes) = last_word(moment, all).map(|it| it.attributes) else {
            continue;
        };
        if let Some(last) = versions.last_mut() {
            if last.attributes == attributes {
                continue;
            }
            last.valid_to = moment;
        }
        versions.push(Version {
            valid_from: moment,
            valid_to: None,
            attributes,
        });
    }
    versions
}

fn owned(versions: Vec<Version<&Option<u8>>>) -> Vec<Version<Option<u8>>> {
    let owned = versions.into_iter().map(|version| Version {
        valid_from: version.valid_from,
        valid_to: version.valid_to,
        attributes: *version.attributes,
    });
    owned.collect()
}

fn permutations(items: &[Stated]) -> Vec<Vec<Stated>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for place in 0..items.len() {
        let mut rest = items.to_vec();
        let first = rest.remove(place);
        for mut permutation in permutations(&rest) {
            permutation.insert(0, first.clone());
            all.push(permutation);
        }
    }
    all
}

proptest! {
    #[test]
    fn every_order_of_a_short_history_gives_what_the_model_says(
        statements in proptest::collection::vec(any_statement(), 0..5),
    ) {
        let expected = model(&statements);
        for mut order in permutations(&statements) {
            prop_assert_eq!(&owned(versions(&order)), &expected);
            // A copy changes nothing.
            order.extend(order.first().cloned());
            prop_assert_eq!(&owned(versions(&order)), &expected);
        }
    }

    #[test]
    fn longer_histories_have_no_gap_and_no_overlap(
        statements in proptest::collection::vec(any_statement(), 1..20),
    ) {
        let versions = versions(&statements);
        for pair in versions.windows(2) {
            prop_assert_eq!(pair[0].valid_to, pair[1].valid_from);
            prop_assert!(pair[0].valid_from < pair[1].valid_from);
            prop_assert_ne!(pair[0].attributes, pair[1].attributes);
        }
        prop_assert_eq!(versions.last().unwrap().valid_to, None);
    }
}

fn stated(id: u128, hour: Option<i64>, attributes: Option<u8>) -> Stated {
    Stated {
        statement_id: Uuid::from_u128(id),
        content_hash: Uuid::from_u128(id),
        effective_at: hour.map(at),
        sequence: None,
        recorded_at: hour.map(at),
        attributes,
    }
}

#[test]
fn there_and_back_makes_three_and_nothing_is_a_value() {
    let history = [
        stated(1, Some(0), Some(1)),
        stated(2, Some(1), None),
        stated(3, Some(2), Some(1)),
        stated(4, Some(3), Some(1)),
    ];
    let values: Vec<_> = versions(&history).iter().map(|it| *it.attributes).collect();
    assert_eq!(values, [Some(1), None, Some(1)]);
}

fn department(id: u128, hour: Option<i64>, beds: i32) -> Statement<DepartmentAttributes> {
    let statement = stated(id, hour, None);
    Statement {
        statement_id: statement.statement_id,
        content_hash: statement.content_hash,
        effective_at: statement.effective_at,
        sequence: None,
        recorded_at: statement.recorded_at,
        attributes: DepartmentAttributes {
            name: "Medicine".into(),
            kind: "medicine".into(),
            beds: Some(beds),
        },
    }
}

fn code() -> DepartmentCode {
    DepartmentCode {
        hospital_code: "JCH".into(),
        department_code: "MED".into(),
    }
}

#[test]
fn a_department_is_known_from_the_beginning_of_time() {
    let intervals = |rows: Vec<DepartmentRow>| {
        let intervals = rows.into_iter().map(|row| {
            let key = department_version_key("JCH", "MED", row.valid_from);
            assert_eq!(row.department_key, key);
            (row.valid_from, row.valid_to)
        });
        intervals.collect::<Vec<_>>()
    };
    let file = department(0, None, 40);
    let later = department(2, Some(2), 50);
    let earlier = department(1, Some(1), 45);
    let of = |statements: &[&Statement<DepartmentAttributes>]| {
        intervals(department_versions(&code(), statements.iter().copied()))
    };
    assert_eq!(of(&[&later]), [(None, None)]);
    let two = [(None, Some(at(2))), (Some(at(2)), None)];
    assert_eq!(of(&[&later, &file]), two);
    assert_eq!(of(&[&later, &earlier]), two);
    let three = [
        (None, Some(at(1))),
        (Some(at(1)), Some(at(2))),
        (Some(at(2)), None),
    ];
    assert_eq!(of(&[&later, &earlier, &file]), three);
}

#[test]
fn who_replaces_somebody_starts_when_the_other_leaves() {
    let [leaving, starting] = [Uuid::from_u128(1), Uuid::from_u128(2)];
    let statement = |hour: i64, status, replaces| {
        let of = stated(hour.unsigned_abs().into(), Some(hour), None);
        Statement {
            statement_id: of.statement_id,
            content_hash: of.content_hash,
            effective_at: of.effective_at,
            sequence: None,
            recorded_at: of.recorded_at,
            attributes: StaffAttributes {
                hospital_code: "JCH".into(),
                department_code: Some("MED".into()),
                status,
                role: Some("nurse".into()),
                specialty: None,
                shift: Some("day".into()),
                roster_slot: Some(3),
                hired_on: None,
                sex: None,
                birth_year: Some(1961),
                replaces_staff_pseudonym: replaces,
            },
        }
    };
    let assigned = statement(0, StaffStatus::Assigned, None);
    let left = statement(10, StaffStatus::Left, None);
    let starts = statement(10, StaffStatus::Assigned, Some(leaving));
    let of_leaving = staff_versions(leaving, [&left, &assigned]);
    let of_starting = staff_versions(starting, [&starts]);
    assert_eq!(of_leaving.len(), 2);
    assert_eq!(of_leaving[0].valid_to, of_starting[0].valid_from);
    assert_eq!(of_leaving[1].attributes.status, StaffStatus::Left);
    let replaces = of_starting[0].attributes.replaces_staff_pseudonym;
    assert_eq!(replaces, Some(leaving));
}
