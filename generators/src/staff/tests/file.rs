//! The two files.

use std::path::Path;

use tokio_util::sync::CancellationToken;

use super::{START, day, johannesburg, people};
use crate::output::{Compression, Writing};
use crate::scale::Scale;
use crate::staff::Staff;
use crate::{assignment_file, staff_file};

/// The lines of both files, of so many days.
fn files(staff: &Staff<'_>, days: u32, threads: usize) -> [Vec<Vec<String>>; 2] {
    let folder = tempfile::tempdir().unwrap();
    let writing = Writing::new(threads, Compression::None, CancellationToken::new());
    let until = staff.day_after(days).unwrap();
    let place = |name| (folder.path(), name);
    let written = [
        staff_file::write(staff, until, &writing, place(staff_file::NAME)).unwrap(),
        assignment_file::write(staff, until, &writing, place(assignment_file::NAME)).unwrap(),
    ];
    written.map(|written| {
        let lines = lines(&folder.path().join(&written.name));
        assert_eq!(lines.len() as u64, written.rows + 1);
        lines
    })
}

fn lines(file: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(file).unwrap();
    let fields = |line: &str| line.split(',').map(str::to_owned).collect();
    text.lines().map(fields).collect()
}

#[test]
fn files_are_the_same_with_any_number_of_threads() {
    let network = johannesburg();
    let population = people(42, Scale::Quick.people());
    let staff = Staff::new(&population, &network).unwrap();
    assert_eq!(files(&staff, 9, 1), files(&staff, 9, 3));
}

#[test]
fn a_longer_run_adds_members_and_ends_and_changes_nothing_else() {
    let network = johannesburg();
    let population = people(42, Scale::Quick.people());
    let staff = Staff::new(&population, &network).unwrap();
    let [short_staff, short_assignments] = files(&staff, 9, 2);
    let [long_staff, long_assignments] = files(&staff, 400, 2);
    assert!(long_staff.len() > short_staff.len() + 50);
    assert_eq!(short_staff[..], long_staff[..short_staff.len()]);
    let ends_on = 9;
    assert_eq!(short_assignments[0][ends_on], "ends_on");
    let until = staff.day_after(9).unwrap().to_string();
    for (short, long) in short_assignments.iter().zip(&long_assignments) {
        let mut long = long.clone();
        if long[ends_on] >= until && long[ends_on] != "ends_on" {
            long[ends_on].clear();
        }
        assert_eq!(*short, long);
    }
}

#[test]
fn each_line_says_what_the_member_of_staff_says() {
    let network = johannesburg();
    let population = people(42, Scale::Quick.people());
    let staff = Staff::new(&population, &network).unwrap();
    let [staff_lines, assignments] = files(&staff, 9, 2);
    assert_eq!(
        staff_lines[0].join(","),
        "staff_id,person_id,id_number,first_name,last_name,sex,date_of_birth,role,specialty,registration_number,\
         hired_on"
    );
    assert_eq!(
        assignments[0].join(","),
        "assignment_id,staff_id,hospital_code,department_code,role,specialty,shift,roster_slot,starts_on,ends_on,\
         replaces_staff_id"
    );
    let until = staff.day_after(9).unwrap();
    assert_eq!(staff_lines.len(), assignments.len());
    let (mut replaced, mut replacements) = (Vec::new(), Vec::new());
    for (number, (line, assignment)) in staff_lines[1..].iter().zip(&assignments[1..]).enumerate() {
        let member = staff.member(number);
        let (person, position) = (member.person(), member.position());
        let hospital = &network.hospitals[position.hospital];
        let department = &hospital.departments[position.department];
        assert_eq!(line[0], format!("S{:06}", number + 1));
        assert_eq!(line[1], person.id().to_string());
        assert_eq!(line[2].as_bytes(), person.id_number());
        assert_eq!((line[3].as_str(), line[4].as_str()), person.names());
        assert_eq!(line[6], person.born_on().to_string());
        assert_eq!(line[7], position.role.as_str());
        assert_eq!(line[8], position.role.specialty(department.kind));
        assert_eq!(line[10], member.hired_on().to_string());
        assert_eq!(assignment[0], format!("A{:06}", number + 1));
        assert_eq!(assignment[1], line[0]);
        assert_eq!(
            (&assignment[2], &assignment[3]),
            (&hospital.code, &department.code)
        );
        assert_eq!((&assignment[4], &assignment[5]), (&line[7], &line[8]));
        assert_eq!(assignment[6], position.pattern.as_str());
        assert_eq!(assignment[7], position.roster_slot.to_string());
        assert_eq!(assignment[8], member.starts_on().to_string());
        if assignment[9].is_empty() {
            assert!(member.ends_on() >= until);
        } else {
            assert_eq!(assignment[9], member.ends_on().to_string());
            replaced.push((line[0].clone(), assignment[9].clone()));
        }
        if !assignment[10].is_empty() {
            replacements.push((assignment[10].clone(), assignment[8].clone()));
        }
    }
    replaced.sort();
    replacements.sort();
    assert_eq!(replaced, replacements);
    assert!(replaced.len() >= 3 && replaced.iter().all(|it| it.1.as_str() > START));
    assert!(
        replaced
            .iter()
            .all(|it| it.1 < day("2026-03-11").to_string())
    );
}
