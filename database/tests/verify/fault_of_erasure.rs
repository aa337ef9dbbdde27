//! Faults of what is left of patients who were erased.

use super::fault::{Fault, fault};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "an erasure that was broken off",
        "insert into ops.erasure (patient_pseudonym, hospital_code, requested_at)
         values ('a0000000-0000-4000-8000-000000000099', 'HOSP', '2026-06-04 00:00:00+00')",
        "erasure-unfinished",
        "unfinished erasure: patient a0000000-0000-4000-8000-000000000099 of HOSP",
    ),
    fault(
        "a patient who was erased and is in silver",
        "insert into ops.erasure values ('a0000000-0000-4000-8000-000000000099', 'HOSP', null, now(), now());
         insert into silver.finding values
         ('a0000000-0000-4000-8000-000000000099', 'HIS-001', 'e0000000-0000-4000-8000-000000000099', null)",
        "erasure-trace",
        "erased patient: a0000000-0000-4000-8000-000000000099 is still in silver.finding",
    ),
    fault(
        "a patient who was erased and is in the vault",
        "insert into ops.erasure values ('a0000000-0000-4000-8000-000000000099', 'HOSP', null, now(), now());
         insert into vault.encounter values
         ('c0000000-0000-4000-8000-000000000099', 'a0000000-0000-4000-8000-000000000099', '99')",
        "erasure-trace",
        "erased patient: a0000000-0000-4000-8000-000000000099 is still in vault.encounter",
    ),
    fault(
        "a patient who was erased and is in gold",
        "insert into ops.erasure values ('a0000000-0000-4000-8000-000000000099', 'HOSP', null, now(), now());
         update gold.fact_charge set patient_pseudonym = 'a0000000-0000-4000-8000-000000000099'",
        "erasure-trace",
        "erased patient: a0000000-0000-4000-8000-000000000099 is still in gold.fact_charge",
    ),
    fault(
        "a person who was erased with the patient and is in the vault",
        "insert into ops.erasure
         select 'a0000000-0000-4000-8000-000000000099', 'HOSP', null, now(), now(), person_record_pseudonym
         from vault.person
         limit 1",
        "erasure-trace",
        " is still in vault.person, by 1 rows",
    ),
    fault(
        "a value of an erased patient in bronze",
        "insert into ops.erasure values ('a0000000-0000-4000-8000-000000000099', 'HOSP', null, now(), now());
         delete from ops.quarantine where kafka_offset = 105;
         insert into ops.erased_record values (1, 0, 105, 'a0000000-0000-4000-8000-000000000099')",
        "erasure-bronze",
        "erased record that is still in bronze: topic 1 partition 0 offset 105 has its value",
    ),
    fault(
        "a key of an erased patient in bronze",
        "insert into ops.erasure values ('a0000000-0000-4000-8000-000000000099', 'HOSP', null, now(), now());
         delete from ops.quarantine where kafka_offset = 105;
         update bronze.kafka_record set payload = null where partition = 0 and kafka_offset = 105;
         insert into ops.erased_record values (1, 0, 105, 'a0000000-0000-4000-8000-000000000099')",
        "erasure-bronze",
        "offset 105 has its key",
    ),
    fault(
        "a record that was erased of nobody",
        "delete from ops.quarantine where kafka_offset = 105;
         insert into ops.erased_record values (1, 0, 105, 'a0000000-0000-4000-8000-000000000099')",
        "erasure-unknown",
        "erased without an erasure: record at topic 1 partition 0 offset 105",
    ),
    fault(
        "a line that was erased of nobody",
        "insert into ops.erased_line values (10, 5, 'a0000000-0000-4000-8000-000000000099')",
        "erasure-unknown",
        "erased without an erasure: line 5 of file 10",
    ),
    fault(
        "a record that is in quarantine and erased",
        "insert into ops.erased_record values (1, 0, 105, 'a0000000-0000-4000-8000-000000000099')",
        "outcome-twice",
        "offset 105: 0 in silver, 0 duplicate, 1 in quarantine, 1 erased",
    ),
    fault(
        "an erased record that never came",
        "insert into ops.erased_record values (1, 0, 999, 'a0000000-0000-4000-8000-000000000099')",
        "outcome-without-bronze",
        "offset 999 is erased, but bronze does not hold it",
    ),
    fault(
        "a line that is loaded and erased",
        "insert into ops.erased_line values (4, 3, 'a0000000-0000-4000-8000-000000000099')",
        "line-outcome",
        "line with several outcomes: line 3 of file 4 has 2",
    ),
    fault(
        "a line of a snapshot that is registered and erased",
        "insert into ops.erased_line values (12, 2, 'a0000000-0000-4000-8000-000000000099')",
        "snapshot-lines",
        "0 in quarantine, 1 erased",
    ),
];
