//! The list of checks: what must hold, and the statement that returns what does not.

/// An invariant of the warehouse.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Stable name, in kebab-case.
    pub name: &'static str,
    /// What must hold, in one sentence.
    pub title: &'static str,
    /// Returns one row a violation, with the column `what`. A line `-- include concept/NAME.sql`
    /// stands for that file.
    pub sql: &'static str,
    /// What is done, for an error that stops it.
    pub doing: &'static str,
}

/// A check whose statement is the file of its name in `sql/verify`.
macro_rules! check {
    ($name:literal, $title:literal) => {
        Check {
            name: $name,
            title: $title,
            sql: include_str!(concat!("../../sql/verify/", $name, ".sql")),
            doing: concat!("check ", $name),
        }
    };
}

/// A concept that several checks start from: a file of `sql/verify/concept`, and the line that
/// stands for it.
macro_rules! concept {
    ($name:literal) => {
        (
            concat!("-- include concept/", $name, ".sql"),
            include_str!(concat!("../../sql/verify/concept/", $name, ".sql")),
        )
    };
}

/// What a check includes, and what stands there.
const CONCEPTS: &[(&str, &str)] = &[
    concept!("coordinate"),
    concept!("outcome"),
    concept!("version"),
    concept!("statement"),
    concept!("neighbour"),
    concept!("record"),
    concept!("extract"),
    concept!("encounter"),
    concept!("counting-statement"),
    concept!("department"),
    concept!("named-patient"),
    concept!("clinical-fact"),
    concept!("file-book"),
    concept!("closed-until"),
];

impl Check {
    /// The statement with the concepts that it includes.
    pub fn statement(&self) -> String {
        with_concepts(self.sql)
    }
}

/// A statement with the concepts that it includes.
pub(super) fn with_concepts(sql: &str) -> String {
    let mut statement = String::with_capacity(sql.len());
    for line in sql.lines() {
        let concept = CONCEPTS.iter().find(|(include, _)| *include == line);
        statement.push_str(concept.map_or(line, |(_, sql)| sql.trim_end()));
        statement.push('\n');
    }
    statement
}

/// Every check, in the order in which they are run and shown: from what came to what follows.
pub const CHECKS: &[Check] = &[
    check!(
        "offset-ahead",
        "no offset points beyond the last record of its partition in bronze"
    ),
    check!(
        "offset-held",
        "no partition that a storm holds is loaded on"
    ),
    check!(
        "bronze-missing",
        "every record that the offsets say was read is in bronze"
    ),
    check!(
        "bronze-beyond",
        "bronze holds no record outside of what the offsets say was read"
    ),
    check!(
        "hole-with-record",
        "bronze holds no record at an offset that is noted to have none"
    ),
    check!(
        "bronze-damaged",
        "every record in bronze lies on its day and has its value"
    ),
    check!("bronze-twice", "bronze holds each Kafka record once"),
    check!("shard-row", "there is one shard for each partition"),
    check!(
        "outcome-missing",
        "every record in bronze was loaded, is a duplicate, in quarantine or erased"
    ),
    check!("outcome-twice", "no record in bronze has two outcomes"),
    check!(
        "outcome-without-bronze",
        "every outcome belongs to a record in bronze"
    ),
    check!(
        "duplicate-of-nothing",
        "every duplicate repeats a record that is in silver"
    ),
    check!(
        "schema-missing",
        "the writer schema of every record that was loaded is kept"
    ),
    check!(
        "line-outcome",
        "every line of a loaded file was loaded, is a duplicate, in quarantine or erased, and only one of them"
    ),
    check!(
        "snapshot-lines",
        "the lines of every loaded snapshot are the patients who are registered as of it, duplicates, quarantine and the erased"
    ),
    check!(
        "snapshot-form",
        "silver has a row for every change that the snapshots tell of a patient, and no other"
    ),
    check!(
        "erasure-unfinished",
        "who is to be forgotten is forgotten everywhere"
    ),
    check!(
        "erasure-trace",
        "no layer has a row of a patient who was erased"
    ),
    check!(
        "erasure-bronze",
        "bronze has the coordinates alone of records of erased patients"
    ),
    check!(
        "erasure-unknown",
        "every erased record and line is of a patient who is to be forgotten"
    ),
    check!(
        "silver-hospital",
        "every patient in silver belongs to one hospital"
    ),
    check!(
        "vault-key",
        "the vault keeps the fingerprint of the pseudonym key"
    ),
    check!(
        "vault-patient",
        "the vault holds every patient of silver, by the statement that counts of each source"
    ),
    check!(
        "vault-encounter",
        "the vault holds every encounter of silver"
    ),
    check!(
        "vault-person",
        "the vault holds every person of silver, as last stated, and no others"
    ),
    check!(
        "vault-registration",
        "the vault holds every patient whom hospitals register, as last stated, and no others"
    ),
    check!(
        "vault-staff",
        "the vault holds the members of staff of silver, by the statement that counts, and no others"
    ),
    check!(
        "hospital-key",
        "the key of every hospital follows from its code"
    ),
    check!(
        "hospital-zone",
        "the time zone of every hospital is one that PostgreSQL knows"
    ),
    check!(
        "unknown-member",
        "every dimension has its unknown member, once"
    ),
    check!(
        "date-row",
        "dim_date holds every day from 1900 to 2300, rightly described"
    ),
    check!(
        "version-gap",
        "no gap lies between the versions of a patient, member of staff or department"
    ),
    check!(
        "version-overlap",
        "no versions of a patient, member of staff or department overlap"
    ),
    check!("version-interval", "every version ends after it begins"),
    check!(
        "version-current",
        "each patient, member of staff and department has one current version, the one that ends at infinity"
    ),
    check!(
        "version-key",
        "the key of every version follows from its member and the begin of its validity"
    ),
    check!(
        "version-unchanged",
        "adjacent versions of a patient, member of staff or department differ"
    ),
    check!(
        "fact-patient",
        "every fact points to the version of its patient that was valid at the time"
    ),
    check!(
        "fact-department",
        "every fact points to a version of a department of its hospital that was valid at the time"
    ),
    check!(
        "fact-hospital",
        "the hospital of every fact and patient is known"
    ),
    check!(
        "stay-outside-encounter",
        "every stay lies between first_location_at and last_location_left_at of its encounter"
    ),
    check!("stay-gap", "no gap lies between the stays of an encounter"),
    check!("stay-overlap", "no stays of an encounter overlap"),
    check!(
        "patient-history",
        "dim_patient is what the history of silver gives"
    ),
    check!(
        "staff-history",
        "dim_staff is what the statements in silver give"
    ),
    check!(
        "department-history",
        "dim_department is what the statements in silver give"
    ),
    check!(
        "stay-history",
        "fact_location_stay is what the history of silver gives"
    ),
    check!(
        "admission-history",
        "fact_admission is what the history of silver gives"
    ),
    check!(
        "finding-history",
        "the findings are what the history of silver gives"
    ),
    check!(
        "diagnosis-history",
        "fact_diagnosis is what the history of silver gives"
    ),
    check!(
        "procedure-history",
        "fact_procedure is what the history of silver gives"
    ),
    check!(
        "medication-history",
        "fact_medication is what the history of silver gives"
    ),
    check!(
        "charge-history",
        "fact_charge is what the history of silver gives"
    ),
    check!(
        "person-history",
        "dim_person is what the statements in silver give"
    ),
    check!(
        "registration-history",
        "fact_registration is what the statements in silver give"
    ),
    check!(
        "census-frontier",
        "hours are counted as far as records of three patients follow them, and no further"
    ),
    check!(
        "census-roster",
        "who was there when a day began is what the stays give"
    ),
    check!(
        "occupancy-history",
        "fact_bed_occupancy is what the stays give for every closed hour"
    ),
    check!(
        "comment-missing",
        "every schema, table, view, column and function has a comment"
    ),
    check!(
        "guard-missing",
        "every constraint, unique index and trigger that guards the warehouse is in force"
    ),
    check!(
        "relation-missing",
        "every view and function of gold is there, and bronze's default partition"
    ),
    check!(
        "right-too-many",
        "nobody may see or do more than the layers are for, and analysts see all of gold"
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_in_kebab_case() {
        let names: BTreeSet<_> = CHECKS.iter().map(|check| check.name).collect();
        assert_eq!(names.len(), CHECKS.len());
        for name in names {
            assert!(
                name.chars().all(|c| c.is_ascii_lowercase() || c == '-'),
                "{name}"
            );
        }
    }

    #[test]
    fn every_statement_is_one_with_all_that_it_includes() {
        for check in CHECKS {
            let statement = check.statement();
            assert!(!statement.contains("-- include"), "{}", check.name);
            let code = statement
                .lines()
                .filter(|line| !line.trim_start().starts_with("--"));
            let code: String = code.collect();
            assert!(!code.contains(';'), "{}", check.name);
        }
    }

    #[test]
    fn every_concept_is_included_somewhere() {
        for (include, _) in CONCEPTS {
            assert!(
                CHECKS.iter().any(|check| check.sql.contains(include)),
                "{include}"
            );
        }
    }
}
