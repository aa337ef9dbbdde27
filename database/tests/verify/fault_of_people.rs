//! Faults of people and of the hospitals' patient records.

use super::fault::{Fault, fault};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "a person who is not as the last file states",
        "update gold.dim_person set municipality = 'Ekurhuleni' where birth_year = 1980",
        "person-history",
        "person b1000000-0000-4000-8000-000000000001 is not as the last file states",
    ),
    fault(
        "a person without an ID number who gets a pseudonym",
        "update gold.dim_person set person_pseudonym = gen_random_uuid() where sex = 'M'",
        "person-history",
        "person b1000000-0000-4000-8000-000000000002 is not as the last file states",
    ),
    fault(
        "a person who is missing",
        "delete from gold.dim_person where sex = 'M'",
        "person-history",
        "person b1000000-0000-4000-8000-000000000002 follows from silver, but is missing",
    ),
    fault(
        "a person too many",
        "insert into gold.dim_person (person_record_pseudonym)
         values ('b1000000-0000-4000-8000-000000000003')",
        "person-history",
        "person b1000000-0000-4000-8000-000000000003 does not follow from silver",
    ),
    fault(
        "a lesser content that counts as it was taken later",
        "update silver.people set extracted_at = '2026-06-03' where line = 2 and file_id = 31",
        "person-history",
        "person b1000000-0000-4000-8000-000000000001 is not as the last file states",
    ),
    fault(
        "an unknown member with attributes",
        "update gold.dim_person set sex = 'F'
         where person_record_pseudonym = '3cb7f441-9abe-ff68-2096-a79d38969e8a'",
        "unknown-member",
        "unknown member: gold.dim_person has 1, of which 0",
    ),
    fault(
        "an unknown member of people that is gone",
        "delete from gold.dim_person
         where person_record_pseudonym = '3cb7f441-9abe-ff68-2096-a79d38969e8a'",
        "unknown-member",
        "unknown member: gold.dim_person has 0",
    ),
    fault(
        "a registration of somebody else",
        "update gold.fact_registration
         set person_record_pseudonym = 'b1000000-0000-4000-8000-000000000002'
         where hospital_code = 'HOSP'",
        "registration-history",
        "registration of patient a0000000-0000-4000-8000-000000000004 is not as the last file states",
    ),
    fault(
        "a registration of nobody that names somebody",
        "update gold.fact_registration
         set person_record_pseudonym = 'b1000000-0000-4000-8000-000000000002'
         where hospital_code = 'OTHR'",
        "registration-history",
        "registration of patient a0000000-0000-4000-8000-000000000003 is not as the last file states",
    ),
    fault(
        "a registration that is missing",
        "delete from gold.fact_registration where hospital_code = 'OTHR'",
        "registration-history",
        "registration of patient a0000000-0000-4000-8000-000000000003 follows from silver, but is missing",
    ),
    fault(
        "a registration too many",
        "insert into gold.fact_registration (patient_pseudonym, person_record_pseudonym, hospital_code)
         values ('a0000000-0000-4000-8000-000000000001', 'b1000000-0000-4000-8000-000000000001', 'HOSP')",
        "registration-history",
        "registration of patient a0000000-0000-4000-8000-000000000001 does not follow from silver",
    ),
    fault(
        "a registration at a hospital that nobody knows",
        "update gold.fact_registration set hospital_code = 'NONE' where hospital_code = 'OTHR'",
        "fact-hospital",
        "unknown hospital: registration of patient a0000000-0000-4000-8000-000000000003 is of NONE",
    ),
    fault(
        "a patient of two hospitals",
        "update silver.hospital_patients set hospital_code = 'HOSP' where hospital_code = 'OTHR'",
        "silver-hospital",
        "patient a0000000-0000-4000-8000-000000000003 of two hospitals: HOSP and OTHR",
    ),
    fault(
        "a person whom the vault does not know",
        "delete from vault.person where person_id = '4712'",
        "vault-person",
        "b1000000-0000-4000-8000-000000000002 is in silver.people, but not in the vault",
    ),
    fault(
        "a person in the vault whom no file states",
        "insert into vault.person (person_record_pseudonym, person_id, effective_at, content_hash)
         values ('b1000000-0000-4000-8000-000000000003', '4713', '2026-06-01', gen_random_uuid())",
        "vault-person",
        "b1000000-0000-4000-8000-000000000003 is in vault.person, but not in silver",
    ),
    fault(
        "an identity of a former file",
        "update vault.person set effective_at = '2026-06-01 22:00:00+00',
         content_hash = 'd0000000-0000-4000-8000-0000000100f9' where person_id = '4711'",
        "vault-person",
        "b1000000-0000-4000-8000-000000000001 is in vault.person, but not as last stated",
    ),
    fault(
        "a registered patient of a hospital whom the vault does not know",
        "delete from vault.registration where patient_id = '3'",
        "vault-registration",
        "a0000000-0000-4000-8000-000000000003 is in silver.hospital_patients, but not in the vault",
    ),
    fault(
        "a deleted row of a person's line",
        "delete from silver.people where file_id = 32",
        "line-outcome",
        "lines without outcome: 1 of file 32",
    ),
    fault(
        "a row of a registration of another day than its file",
        "update silver.hospital_patients set extract_date = extract_date + 1 where line = 2",
        "line-outcome",
        "row of no such file: line 2 of file 33 in silver.hospital_patients",
    ),
    fault(
        "a view of people that was dropped",
        "drop view gold.people",
        "relation-missing",
        "missing view: gold.people",
    ),
];
